import { callKeyOf, decodeText, newRefereeLink, refereeLinkOf, sealRecord, VaultFailure } from '#vault';
import * as v from 'valibot';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { canonical, filled, fromCanonical, fromText, randomId, toText } from '#lib/vault/envelope.ts';
import type { CallState } from '../call-log.ts';
import { hourOf, type RefereeLinkKept } from '../case.ts';
import { linkEnd, questionsPlace, questionsStep, readRefereeAnswers, referencesOf, type AskedReference } from '../reference.ts';
import { callSecret } from './calls.ts';
import type { DeskOutcome, OpenApplication } from './desk.ts';
import type { OpenDesk } from './desks.ts';

/**
 * How far the asking of a referee has come. `ended`: the link has expired, or the server does not have it (any more);
 * another can be made.
 */
export type ReferenceStanding = 'asked' | 'refused' | 'approved' | 'made' | 'handed-over' | 'answered' | 'ended';

export interface DeskReference extends AskedReference {
	readonly standing: ReferenceStanding;
	/** The newest that was not taken back. */
	readonly link: RefereeLinkKept | undefined;
	/** The applicant answers otherwise now than when the link was made. */
	readonly changed: boolean;
	/** Opened, and verified as this link's: one text for each question of the link. */
	readonly answers: readonly string[] | undefined;
	/** Why an answer that is there could not be opened or believed. */
	readonly trouble: VaultTrouble | undefined;
}

const listShape = v.object({ references: v.array(v.object({ id: v.string(), expiresAt: v.string(), letter: v.nullable(v.string()) })) });

/** What the desk acts on: the open desk and the call whose application it is. */
export type CallDesk = OpenDesk & { readonly call: CallState };

/** Everybody who was, or is to be, asked about an application, with what came of it. */
export async function deskReferences({ circle, link: line, call }: CallDesk, { application, case: { now }, messages }: OpenApplication): Promise<DeskOutcome<{ readonly references: readonly DeskReference[] }>> {
	const path = pathOf(application);
	const answer = await line.ask(path);
	if (!answer.ok) return { ok: false, reason: answer.reason };
	const read = v.safeParse(listShape, answer.value);
	if (!read.success) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'an answer of another shape' });
	const references: DeskReference[] = [];
	for (const asked of await referencesOf(messages.map(({ deed }) => deed))) {
		const link = now.referees.findLast(({ ask, takenBack }) => ask === asked.ask.id && !takenBack);
		const id = link && (await refereeLinkOf(secretOf(link))).id;
		const listed = read.output.references.find((one) => one.id === id);
		const opened = link && listed?.letter ? await openAnswer({ circle, call, link, letter: listed.letter }) : undefined;
		references.push({
			...asked,
			link,
			standing: standingOf(asked, link, listed),
			changed: link !== undefined && canonical(link.questions) !== canonical(asked.approved ?? []),
			answers: opened instanceof VaultTrouble ? undefined : opened,
			trouble: opened instanceof VaultTrouble ? opened : undefined
		});
	}
	return { ok: true, references };
}

function standingOf({ approved }: AskedReference, link: RefereeLinkKept | undefined, listed: { readonly letter: string | null } | undefined): ReferenceStanding {
	if (link !== undefined) {
		if (listed === undefined) return approved === undefined || approved.length === 0 ? 'refused' : 'ended';
		return listed.letter !== null ? 'answered' : link.handedOver ? 'handed-over' : 'made';
	}
	if (approved === undefined) return 'asked';
	return approved.length === 0 ? 'refused' : 'approved';
}

/**
 * Opens an answer with the circle's inbox. Of a link that is a month old the circle may have begun a new epoch, so every
 * inbox that the call announced is tried, the newest first. Gives back the trouble instead of throwing: the others are shown.
 */
async function openAnswer({ circle, call, link, letter }: Pick<CallDesk, 'circle' | 'call'> & { readonly link: RefereeLinkKept; readonly letter: string }): Promise<readonly string[] | VaultTrouble> {
	const { id, signing } = await refereeLinkOf(secretOf(link));
	const epochs = new Set(call.history.flatMap(({ inboxes: { core } }) => (core.circle === circle.id ? [core.epoch] : [])));
	let why = new VaultFailure('not-for-you', 'no inbox of ours');
	for (const epoch of [...epochs].toReversed()) {
		try {
			const { body } = await circle.openInbox({ letter: fromText(letter) ?? new Uint8Array(), epoch, kind: 'reference-answer', about: id, authorKey: (author) => (author === id ? signing.publicKey : undefined) });
			const answers = readRefereeAnswers(fromCanonical(decodeText(body).trimEnd()));
			if (answers?.length === link.questions.length) return answers;
			why = new VaultFailure('unknown-format', 'an answer to other questions');
			break;
		} catch (error) {
			if (!(error instanceof VaultFailure)) throw error;
			why = error;
			if (error.kind !== 'damaged' && error.kind !== 'not-for-you') break;
		}
	}
	return new VaultTrouble(why.kind, { part: 'keys', circle: circle.id }, { found: why.message });
}

/**
 * Asks the applicant whether somebody may be asked these questions. `reference` is the question of the form in whose
 * answer she named that person; `no-reference` where she named nobody there.
 */
export async function askApplicant({ desk, circle, call }: CallDesk, opened: OpenApplication, { reference, who, questions, text }: { readonly reference: string; readonly who: string; readonly questions: readonly string[]; readonly text: string }): Promise<DeskOutcome<object>> {
	if (opened.parts.get('references')?.[reference] === undefined) return { ok: false, reason: 'no-reference' };
	const kept = await callSecret(circle, call);
	if (!kept.ok) return kept;
	return desk.say({ call, callSecret: kept.secret, opened, text, deed: { do: 'ask', id: randomId(), who, questions } });
}

/**
 * Makes a link of the questions that the applicant approved, as the thread says now, and of no others (`not-approved`). Its
 * secret is kept in the case first, so that no link is ever out of everybody's hands. `as-it-is` where one works already.
 */
export async function makeRefereeLink(at: CallDesk, { application, ask, days }: { readonly application: string; readonly ask: string; readonly days: number }): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
	const { desk, circle, link: line, call } = at;
	const found = await desk.open(call, application);
	if (!found.ok) return found;
	if (found.opened.case.now.standing.state === 'on-hold') return { ok: false, reason: 'on-hold' };
	const listed = await deskReferences(at, found.opened);
	if (!listed.ok) return listed;
	const key = await callSecret(circle, call);
	if (!key.ok) return key;
	const one = listed.references.find((each) => each.ask.id === ask);
	if (one?.approved === undefined || one.approved.length === 0) return { ok: false, reason: 'not-approved' };
	if (one.standing !== 'approved' && one.standing !== 'ended') return { ok: false, reason: 'as-it-is' };
	const { approved: questions } = one;
	const made = await newRefereeLink();
	const envelope = await sealRecord({
		place: questionsPlace({ call: call.call, link: made.id }),
		seal: { author: call.call, at: hourOf(line.now()), previous: null, head: call.head },
		body: filled(canonical({ v: 1, questions }), questionsStep),
		key: made.questions,
		signing: await callKeyOf(key.secret)
	});
	const { referees } = found.opened.case.now;
	const kept = await desk.note(call, found.opened, { referees: [...referees, { ask, secret: toText(made.secret), questions, expiresAt: linkEnd(line.now(), days).getTime(), handedOver: false, takenBack: false }] });
	if (!kept.ok) return kept;
	const answer = await line.send('POST', pathOf(application), { id: made.id, signing: toText(made.signing.publicKey), days, envelope: toText(envelope) });
	return answer.ok ? kept : { ok: false, reason: answer.reason };
}

/** Notes that the link was given to the referee, for whoever else works on it. */
export function noteHandedOver({ desk, call }: CallDesk, opened: OpenApplication, link: RefereeLinkKept): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
	return desk.note(call, opened, { referees: changed(opened, link, { handedOver: true }) });
}

/** Takes a link back: it leads to nothing any more. `moved-on` where it was answered meanwhile. */
export async function takeLinkBack({ desk, call, link: line }: CallDesk, opened: OpenApplication, link: RefereeLinkKept): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
	const { id } = await refereeLinkOf(secretOf(link));
	const answer = await line.send('DELETE', `${pathOf(opened.application)}/${id}`, {});
	return answer.ok ? desk.note(call, opened, { referees: changed(opened, link, { takenBack: true }) }) : { ok: false, reason: answer.reason };
}

function changed({ case: { now } }: OpenApplication, link: RefereeLinkKept, change: Partial<RefereeLinkKept>): RefereeLinkKept[] {
	return now.referees.map((one) => (one.secret === link.secret ? { ...one, ...change } : one));
}

function pathOf(application: string): string {
	return `/api/desk/applications/${application}/references`;
}

function secretOf({ secret }: RefereeLinkKept): Uint8Array {
	return fromText(secret) ?? new Uint8Array();
}
