import * as v from 'valibot';
import { fromText } from '#lib/vault/envelope.ts';
import type { Medium } from './consent.ts';
import { keptUntil, standingOf, type GuestRecord } from './guest.ts';
import type { ForumPlan } from './plan.ts';
import { isPlainHttps } from './public-item.ts';
import type { ReleasedForum } from './released.ts';

/**
 * Note: Who agrees to a recording.
 * Everybody in an item is in its recording, also who is not shown by name, and interpreters too. Whoever was invited allows
 * the medium themselves, by their newest answer; nobody else's word counts for them. For somebody who was never invited a
 * convenor says that they were asked. Until all of them agree the recording is held back, and its address does not leave
 * the convenor's browser. With it the server gets the key and number of each permit: whoever takes something back later takes
 * the recording off the record in the same moment, without a word about who it was.
 */
export const recordingKinds = ['video', 'sound'] as const;
export type RecordingKind = (typeof recordingKinds)[number];

/** A recording that a convenor wants in the record. */
export interface WantedRecording {
	readonly item: string;
	readonly kind: RecordingKind;
	readonly url: string;
	/** Ids of the plan: who was never invited, and of whom a convenor says that they were asked and agree. */
	readonly asked: readonly string[];
}

/** A recording as the server has it. */
export interface ClosedRecording {
	readonly item: string;
	readonly kind: RecordingKind;
	readonly url: string;
	/** By whose permits it is shown: of those who were invited. */
	readonly permits: readonly { readonly key: string; readonly version: number }[];
}

/**
 * Why a recording is held back. `no-answer`, `not-allowed`: of somebody who was invited, theirs to decide. `nobody-asked`: a
 * convenor can ask and say so. `not-planned`: the programme said that it would not be kept. `no-address`: it does not begin
 * with https://.
 */
export type HeldBack = { readonly why: 'no-answer' | 'not-allowed' | 'nobody-asked'; readonly person: string } | { readonly why: 'not-planned' | 'no-address' };

export type RecordingVerdict = { readonly ok: true; readonly recording: ClosedRecording } | { readonly ok: false; readonly held: readonly HeldBack[] };

const mediumOf = { video: 'video-kept', sound: 'sound' } as const satisfies Record<RecordingKind, Medium>;

/** Whether a recording may be in the record, and by whose permits; or everything that holds it back. */
export function recordingVerdict(wanted: WantedRecording, { plan, guests }: { readonly plan: ForumPlan; readonly guests: readonly GuestRecord[] }): RecordingVerdict {
	const item = plan.items.find(({ id }) => id === wanted.item);
	const held: HeldBack[] = [];
	const permits: { key: string; version: number }[] = [];
	if (!item || item.disclosure !== 'public' || item.state !== 'confirmed' || !item.recording.archive) held.push({ why: 'not-planned' });
	if (!isPlainHttps(wanted.url)) held.push({ why: 'no-address' });
	for (const person of new Set(item?.people.map(({ id }) => id))) {
		// Invited twice by mistake, or under two names: each answer has to allow it.
		const invited = guests.filter(({ invitation }) => invitation.person === person);
		if (invited.length === 0 && !wanted.asked.includes(person)) held.push({ why: 'nobody-asked', person });
		const answers = invited.flatMap(({ answer }) => (answer === null ? [] : [answer]));
		if (invited.length > 0 && answers.length === 0) held.push({ why: 'no-answer', person });
		if (answers.some(({ consent }) => !consent.media.includes(mediumOf[wanted.kind]))) held.push({ why: 'not-allowed', person });
		for (const { permit } of answers) permits.push({ key: permit.key, version: permit.version });
	}
	const { item: id, kind, url } = wanted;
	return held.length === 0 ? { ok: true, recording: { item: id, kind, url, permits } } : { ok: false, held };
}

/** A recording with whether it waits for the convenors: somebody in it has taken something back. */
export type KeptRecording = ClosedRecording & { readonly held: boolean };

/** How a public item stands, as the server tells convenors. */
export interface ClosingItem {
	readonly item: string;
	/** Questions that everybody sees, and those whose words are not shown. */
	readonly shown: number;
	readonly unshown: number;
	readonly isBlanked: boolean;
	/** Documents that are public, and the time of the last one that is not yet. */
	readonly documents: number;
	readonly embargoUntil: string | null;
}

/** What convenors read of a forum that is to be closed, or is. */
export interface ClosingState {
	readonly version: number;
	readonly closedAt: string | null;
	readonly keptUntil: string | null;
	/** Nothing is left to be destroyed. */
	readonly isShredded: boolean;
	readonly participantsAbout: number | null;
	readonly recordings: readonly KeptRecording[];
	readonly coverage: readonly PressCoverage[];
	readonly items: readonly ClosingItem[];
	/** When the overview report is public; null where there is none. */
	readonly reportAt: string | null;
}

/** What a paper or a station said of a forum. */
export interface PressCoverage {
	readonly on: string;
	readonly medium: string;
	readonly title: string;
	readonly language: string;
	readonly url: string;
}

/** What stands in the way of closing. `not-over`: it goes on until a day. `not-released`: the plan says otherwise than the public reads. `embargo`: a document is not public yet. */
export type ClosingProblem = { readonly kind: 'not-over'; readonly until: string } | { readonly kind: 'not-released' } | { readonly kind: 'embargo'; readonly item: string };

/** What closing would do, said before it is done. */
export interface ClosingPlan {
	readonly problems: readonly ClosingProblem[];
	/** What everybody will find in the record. */
	readonly becomes: { readonly items: number; readonly cancelled: number; readonly people: number; readonly documents: number; readonly questions: number };
	readonly recordings: readonly { readonly wanted: WantedRecording; readonly verdict: RecordingVerdict }[];
	/** Of the questions: those nobody ever saw, and those that moderators have blanked. */
	readonly unshownQuestions: number;
	readonly blankedItems: readonly string[];
	/** The last day on which invitations, answers, needs and the plan are there; all of it is destroyed afterwards. */
	readonly keptUntil: string;
	readonly shreds: readonly Shred[];
	/** About how many came, in tens; null where they are too few to be told. */
	readonly participantsAbout: number | null;
}

/** A sealed record of the circle that goes. */
export interface Shred {
	readonly kind: 'forum-plan' | 'forum-guest';
	readonly id: string;
}

/** What closing a forum does, from what convenors have and what the server tells of it; nothing is done by asking. */
export function closingPlan({ plan, planRecord, guests, guestRecords, released, isSame, state, wanted, today }: ClosingGround): ClosingPlan {
	const live = released.items.filter(({ cancelled }) => !cancelled);
	const people = new Set(live.flatMap((item) => item.people.map(({ id }) => id)));
	const sum = (of: (item: ClosingItem) => number): number => state.items.reduce((all, item) => all + of(item), 0);
	const isOff = released.standing === 'cancelled';
	return {
		problems: [
			...(isSame ? [] : [{ kind: 'not-released' } as const]),
			...(today > released.endsOn || isOff ? [] : [{ kind: 'not-over', until: released.endsOn } as const]),
			...state.items.flatMap(({ item, embargoUntil }): ClosingProblem[] => (embargoUntil === null ? [] : [{ kind: 'embargo', item }]))
		],
		becomes: { items: live.length, cancelled: released.items.length - live.length, people: people.size, documents: sum(({ documents }) => documents) + (state.reportAt === null ? 0 : 1), questions: sum(({ shown, isBlanked }) => (isBlanked ? 0 : shown)) },
		recordings: wanted.map((one) => ({ wanted: one, verdict: recordingVerdict(one, { plan, guests }) })),
		unshownQuestions: sum(({ unshown }) => unshown),
		blankedItems: state.items.flatMap(({ item, isBlanked, shown }) => (isBlanked && shown > 0 ? [item] : [])),
		keptUntil: state.keptUntil ?? closedUntil(released.endsOn, today),
		shreds: [{ kind: 'forum-plan', id: planRecord }, ...guestRecords.map((id) => ({ kind: 'forum-guest', id }) as const)],
		participantsAbout: aboutHowMany(guests.filter((guest) => standingOf(guest) === 'accepted').length)
	};
}

/** All that the plan of a closing is made from. */
export interface ClosingGround {
	readonly plan: ForumPlan;
	readonly planRecord: string;
	readonly guests: readonly GuestRecord[];
	/** Every sealed record of an invitation to this forum, also of those that were withdrawn. */
	readonly guestRecords: readonly string[];
	readonly released: ReleasedForum;
	/** The plan says what the public reads. */
	readonly isSame: boolean;
	readonly state: ClosingState;
	readonly wanted: readonly WantedRecording[];
	/** YYYY-MM-DD, where the forum meets. */
	readonly today: string;
}

/** Ninety days after the last one, and a week from now at least: nobody loses by surprise what they still need. */
export function closedUntil(endsOn: string, today: string): string {
	const [usual, least] = [keptUntil(endsOn), new Date(Date.parse(today) + 7 * 86_400_000).toISOString().slice(0, 10)];
	return usual > least ? usual : least;
}

/** In tens; fewer than twenty are not told. */
export function aboutHowMany(came: number): number | null {
	return came < 20 ? null : Math.round(came / 10) * 10;
}

const item = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,59}$/));
const address = v.pipe(v.string(), v.trim(), v.maxLength(500), v.check(isPlainHttps));
const line = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300));
const key = v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32));

export const recordingShape = v.strictObject({
	item,
	kind: v.picklist(recordingKinds),
	url: address,
	permits: v.pipe(v.array(v.strictObject({ key, version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200_000)) })), v.maxLength(200))
});

export const coverageShape = v.pipe(
	v.array(v.strictObject({ on: v.pipe(v.string(), v.isoDate()), medium: line, title: line, language: v.pipe(v.string(), v.regex(/^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$/)), url: address })),
	v.maxLength(300)
);

/** The shape of what convenors' browsers are told. */
export const closingStateShape = v.object({
	version: v.number(),
	closedAt: v.nullable(v.string()),
	keptUntil: v.nullable(v.string()),
	isShredded: v.boolean(),
	participantsAbout: v.nullable(v.number()),
	recordings: v.array(v.strictObject({ ...recordingShape.entries, held: v.boolean() })),
	coverage: coverageShape,
	items: v.array(v.object({ item: v.string(), shown: v.number(), unshown: v.number(), isBlanked: v.boolean(), documents: v.number(), embargoUntil: v.nullable(v.string()) })),
	reportAt: v.nullable(v.string())
});
