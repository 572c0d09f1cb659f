import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { isTimeZone } from '#lib/platform/time/zones.ts';
import { fromText, isId, sha256, toText, utf8 } from '#lib/vault/envelope.ts';
import { consentShape, permitShape, photographKinds, type Consent, type Permit, type PhotographKind } from './consent.ts';
import { needsShape, noOrigin, originShape, type Needs, type Origin } from './needs.ts';
import { forumRoles, type ForumPlan, type ForumRole } from './plan.ts';

/** What a guest says to an invitation. */
export const guestAnswers = ['accepted', 'declined', 'undecided'] as const;
export type GuestAnswer = (typeof guestAnswers)[number];

/** To what somebody outside seals: the newest epoch of a circle when the invitation was drafted. */
export interface Inbox {
	readonly epoch: number;
	readonly recipient: string;
}

/** What stands in an invitation: sealed under a key of its link, and kept by the guest under their own. */
export interface Invitation {
	/** The id of the convenors' record, and of the server's row. */
	readonly id: string;
	readonly circle: string;
	/** To what answers are sealed. */
	readonly inbox: Inbox;
	/** To what everything about travel is sealed; null where the plan has no logistics circle, and the convenors see to it. */
	readonly logistics: (Inbox & { readonly circle: string }) | null;
	readonly slug: string;
	/** As the plan and its releases name the guest. */
	readonly person: string;
	readonly title: Text;
	readonly place: Text;
	readonly timeZone: string;
	readonly startsOn: string;
	readonly endsOn: string;
	readonly role: ForumRole;
	/** How the convenors call the guest. */
	readonly name: string;
	readonly words: string;
	/** The last day on which the server keeps anything of it. */
	readonly keptUntil: string;
}

/** What convenors read of an answer. */
export interface Answer {
	readonly version: number;
	readonly says: GuestAnswer;
	/** As people in the rooms are to call them. */
	readonly roomName: string;
	readonly consent: Consent;
	readonly permit: Permit;
	/** For the balance of who comes. */
	readonly origin: Origin;
	/** 16 random bytes of this answer, as base64url: see *How a guest knows that an answer was read*. Answers of before have none. */
	readonly receipt?: string;
}

/**
 * Note: How a guest knows that an answer was read.
 * A server can keep a guest's first answer back, and convenors, who have seen none, see a guest who is silent. So each answer holds 16 random bytes,
 * and the convenor's browser that has opened it gives the server their SHA-256 for the guest. Who has not opened the answer cannot make it; the guest's page compares, and
 * says whether the newest answer was opened. A server can hide that it was; then the page says that it was not, and the guest asks in another way.
 */
export async function receiptHash(receipt: string): Promise<string> {
	return toText(await sha256(fromText(receipt) ?? new Uint8Array()));
}

/** What a guest says once they are there, and once they are home; it stays said. */
export const reaches = ['', 'arrived', 'home'] as const;
export type Reached = (typeof reaches)[number];

/** What is for travel and for the door, sealed in a letter of its own to whoever sees to it. */
export interface Travel {
	readonly version: number;
	/** As in the passport; empty where it is not told. */
	readonly name: string;
	readonly needs: Needs;
	/** As in the answer; null in letters of before. */
	readonly says: GuestAnswer | null;
	readonly roomName: string;
	readonly photographs: PhotographKind;
	readonly reached: Reached;
}

/**
 * Where an invitation stands before it is answered. `drafted` until a second convenor approved it; `waiting`: on the
 * waiting list; `withdrawn`: by the convenors.
 */
const guestStates = ['drafted', 'approved', 'handed-over', 'waiting', 'withdrawn'] as const;
export type GuestState = (typeof guestStates)[number];

/** A link as the convenors keep it. */
export interface MadeLink {
	/** base64url of 16 bytes. */
	readonly secret: string;
	/** To which epoch's inbox of the convenors' circle it lets answer. */
	readonly epoch: number;
	/** To which of the logistics circle's; null where there was none. */
	readonly travelEpoch: number | null;
}

/** The convenors' record of a guest: of the kind `forum-guest`, with the id of the invitation. */
export interface GuestRecord {
	/** The record of the plan. */
	readonly plan: string;
	readonly invitation: Invitation;
	/** All links that were made, the newest last. */
	readonly links: readonly MadeLink[];
	readonly state: GuestState;
	/** Account ids. */
	readonly draftedBy: string;
	readonly approvedBy: string | null;
	/** Where it is sent, in the convenors' words: an address, a number, a friend. */
	readonly reach: string;
	/** What a convenor was told for the guest, by voice or through somebody; the guest's own answer counts before it. */
	readonly toldFor: { readonly says: GuestAnswer; readonly how: string } | null;
	/** The newest answer that a convenor's browser has opened: an older one is not believed any more. */
	readonly answer: Answer | null;
	/** There was a release that touches them, and nobody has told them yet. */
	readonly toTell?: boolean | undefined;
	/** Set while the logistics circle knows that the guest is prevented from attending: nothing is sent, nobody is reminded. By an account, when by its clock. */
	readonly prevented: { readonly by: string; readonly at: string } | null;
}

/** For so many days after its last day everything of a forum's invitations is kept. */
const keptDays = 90;

/** The last day on which anything of an invitation is kept; both YYYY-MM-DD. */
export function keptUntil(endsOn: string): string {
	return new Date(Date.parse(endsOn) + keptDays * 86_400_000).toISOString().slice(0, 10);
}

/**
 * The last day on which anything of an invitation to a forum is kept as it is planned now: it moves with the forum. Of one that is postponed
 * without a new day nobody knows when it will be: a year from `today` then, anew whenever convenors look.
 */
export function keptAsPlanned({ endsOn, standing }: Pick<ForumPlan, 'endsOn' | 'standing'>, today: string): string {
	const usual = keptUntil(endsOn);
	if (standing !== 'postponed') return usual;
	const year = new Date(Date.parse(today) + 365 * 86_400_000).toISOString().slice(0, 10);
	return usual > year ? usual : year;
}

/** How an invitation stands for the list of who comes. */
export type GuestStanding = GuestState | GuestAnswer | 'prevented';

export function standingOf({ state, answer, toldFor, prevented = null }: Pick<GuestRecord, 'state' | 'answer' | 'toldFor'> & Partial<Pick<GuestRecord, 'prevented'>>): GuestStanding {
	if (state !== 'withdrawn' && prevented !== null) return 'prevented';
	if (state === 'withdrawn' || state === 'waiting') return state;
	return answer?.says ?? toldFor?.says ?? state;
}

/** What is signed of a guest's request: by the link's key for the opening, by the guest's own afterwards. */
export function guestRequestMessage({ path, bodyHash }: { readonly path: string; readonly bodyHash: string }): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/guest-request/1\n${path}\n${bodyHash}`);
}

/**
 * Note: How convenors know a guest's keys.
 * A guest's keys are made on their own device, so nobody can vouch for them but whoever had the link. At the first opening
 * the link's key signs both of them; each answer brings this bond along. A server that knows the circle's inbox can seal
 * something to it, but has no link, and so cannot answer for anybody.
 */
export interface Bond {
	/** Raw Ed25519 keys, base64url. */
	readonly signing: string;
	readonly showing: string;
	/** By a link's key, base64url. */
	readonly signature: string;
}

export function bondMessage({ invitation, signing, showing }: { readonly invitation: string; readonly signing: string; readonly showing: string }): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/guest-keys/1\n${invitation}\n${signing}\n${showing}`);
}

/** Where the letter behind a link stands. */
export function letterPlace(link: string) {
	return { kind: 'forum-invitation', circle: link, record: link, epoch: 1, version: 1 };
}

/** Where what a guest reads again stands; 1 is the opening, and each answer is a version more. */
export function ownPlace(mailbox: string, version: number) {
	return { kind: 'forum-guest-own', circle: mailbox, record: mailbox, epoch: 1, version };
}

/** To how many bytes what belongs to an invitation is filled at least. */
export const guestStep = 4 * 1024;

/** To how many the letter of an invitation is: two inboxes and a page of words have room in it, and it is fetched over slow lines. */
export const letterStep = 8 * 1024;

/** What stands behind the `#` of an invitation: the secret alone; undefined for anything else. */
export function readGuestFragment(fragment: string): string | undefined {
	return isId(fragment) ? fragment : undefined;
}

/** The link itself. Its address names no forum. */
export function guestAddress({ origin, language, secret }: { readonly origin: string; readonly language: string; readonly secret: string }): string {
	return `${origin}/${language}/invited#${secret}`;
}

const said = v.optional(v.pipe(v.string(), v.maxLength(2000)));
const text = v.pipe(
	v.strictObject({ original: v.picklist(languages), in: v.strictObject({ en: said, es: said, fr: said, ar: said }) }),
	v.transform(({ original, in: found }): Text => ({ original, in: Object.fromEntries(Object.entries(found).filter(([, words]) => words !== undefined)) }))
);
const id = v.pipe(v.string(), v.check(isId));
const day = v.pipe(v.string(), v.isoDate());
const words = (most: number) => v.pipe(v.string(), v.maxLength(most));
const version = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));

const inboxShape = { epoch: v.pipe(v.number(), v.integer(), v.minValue(1)), recipient: v.pipe(v.string(), v.startsWith('age1pq1'), v.maxLength(4000)) };

const invitationShape = v.strictObject({
	id,
	circle: id,
	inbox: v.strictObject(inboxShape),
	logistics: v.optional(v.nullable(v.strictObject({ circle: id, ...inboxShape })), null),
	slug: v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), v.maxLength(80)),
	person: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,59}$/)),
	title: text,
	place: text,
	timeZone: v.pipe(v.string(), v.check(isTimeZone)),
	startsOn: day,
	endsOn: day,
	role: v.picklist(forumRoles),
	name: words(200),
	words: words(4000),
	keptUntil: day
});

const answerShape = v.strictObject({ version, says: v.picklist(guestAnswers), roomName: words(200), consent: consentShape, permit: permitShape, origin: v.optional(originShape, noOrigin), receipt: v.exactOptional(id) });
/** The shape of what is for travel; letters of before say less. */
export const travelShape = v.strictObject({ version, name: words(200), needs: needsShape, says: v.optional(v.nullable(v.picklist(guestAnswers)), null), roomName: v.optional(words(200), ''), photographs: v.optional(v.picklist(photographKinds), 'no'), reached: v.optional(v.picklist(reaches), '') });
const key = v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32));
const bondShape = v.strictObject({ signing: key, showing: key, signature: v.pipe(v.string(), v.check((text) => fromText(text)?.length === 64)) });
const ownShape = v.strictObject({ v: v.literal(1), invitation: invitationShape, bond: bondShape, answer: v.nullable(answerShape), travel: v.nullable(travelShape) });
const recordShape = v.strictObject({
	v: v.literal(1),
	plan: id,
	invitation: invitationShape,
	links: v.pipe(v.array(v.strictObject({ secret: id, epoch: inboxShape.epoch, travelEpoch: v.optional(v.nullable(inboxShape.epoch), null) })), v.minLength(1), v.maxLength(100)),
	state: v.picklist(guestStates),
	draftedBy: id,
	approvedBy: v.nullable(id),
	reach: words(400),
	toldFor: v.nullable(v.strictObject({ says: v.picklist(guestAnswers), how: words(400) })),
	answer: v.nullable(answerShape),
	toTell: v.optional(v.boolean()),
	prevented: v.optional(v.nullable(v.strictObject({ by: id, at: v.pipe(v.string(), v.check((text) => new Date(text).toJSON() === text)) })), null)
});

/** What a guest's own sealed text says. */
export interface OwnText {
	readonly invitation: Invitation;
	readonly bond: Bond;
	/** Null until it is answered. */
	readonly answer: Answer | null;
	readonly travel: Travel | null;
}

function read<Output>(shape: v.GenericSchema<unknown, Output>): (found: unknown) => Output | undefined {
	return (found) => {
		const { success, output } = v.safeParse(shape, found);
		return success ? output : undefined;
	};
}

// Each gives what a text says, and undefined for one of another shape.
export const readInvitation: (found: unknown) => Invitation | undefined = read(invitationShape);
export const readAnswer: (found: unknown) => { readonly answer: Answer; readonly bond: Bond } | undefined = read(v.strictObject({ v: v.literal(1), answer: answerShape, bond: bondShape }));
export const readTravel: (found: unknown) => { readonly travel: Travel; readonly bond: Bond } | undefined = read(v.strictObject({ v: v.literal(1), travel: travelShape, bond: bondShape }));
export const readOwn: (found: unknown) => OwnText | undefined = read(ownShape);
export const readGuestRecord: (found: unknown) => GuestRecord | undefined = read(recordShape);
