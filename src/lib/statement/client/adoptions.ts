import * as v from 'valibot';
import { statementKeyOf } from '#vault/blind';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, Opened, OpenedRecord, Outcome } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { cleanText } from '#lib/platform/text/clean.ts';
import { toText } from '#lib/vault/envelope.ts';
import { adoptionKinds, adoptionShape, answerProblem, answerShape, filledAnswer, outcomeOf, outcomeShape, publicationNoteShape, type Adoption, type Answer, type Ending, type Outcome as AdoptionOutcome, type Rule } from '../adoption.ts';
import { canonicalText, textHash } from '../draft.ts';
import { bodyOf, singleRecord } from '../round.ts';
import { isSignatureOf, signatureMessage, type Signature, type SigningKind } from '../signature.ts';
import { listedOf, newSecret, stewardsOnly, type FrozenVersion, type Listed } from './drafts.ts';
import { everyRecord, newestBy, wasSteward } from './rounds.ts';

/** An adoption of a circle, opened and judged: its hash is that of its text. */
export interface OpenAdoption extends Adoption {
	readonly id: string;
	readonly circle: OpenCircle;
}

/** What somebody answered, and how they sign. */
export interface OpenAnswer extends Answer {
	readonly account: string;
	/** Believed: made by its key, over the adopted text. */
	readonly signature: Signature | undefined;
	readonly record: OpenedRecord;
}

/** How an adoption ended, counted again by this browser. */
export interface Ended extends Ending {
	readonly by: string;
	readonly outcome: AdoptionOutcome;
	/** The text without what was set aside, and its hash; the same as before where nothing was. */
	readonly text: string;
	readonly adoptedHash: string;
	/** Answers that the ending names and this server has not shown. */
	readonly missing: number;
	/** Our own answer of before the end is not among those that were counted. */
	readonly ownMissing: boolean;
}

/** An adoption with all that was said in it. */
export interface AdoptionAsItIs {
	readonly adoption: OpenAdoption;
	/** Of those who take part, by account: the newest. */
	readonly answers: ReadonlyMap<string, OpenAnswer>;
	readonly ended: Ended | undefined;
	/** Where it was published, as a steward noted. */
	readonly published: { readonly forum: string; readonly version: number } | undefined;
	/** What stands now, whoever wrote it: a next version is based on it. */
	readonly records: ReadonlyMap<string, OpenedRecord>;
	readonly troubles: readonly VaultTrouble[];
}

async function adoptionOf(circle: OpenCircle, opened: Opened): Promise<OpenAdoption> {
	const adoption = stewardsOnly(circle, opened, { kind: adoptionKinds.adoption, shape: adoptionShape });
	if ((await textHash(canonicalText(adoption))) !== adoption.hash) throw new VaultTrouble('against-the-rules', { part: 'record', circle: circle.id, record: opened.record, version: opened.version }, { found: 'an adoption whose hash is not that of its text' });
	return { ...adoption, id: opened.record, circle };
}

/** The adoptions of a circle, the newest first. */
export async function adoptionsIn(circle: OpenCircle): Promise<Outcome<{ readonly adoptions: readonly Listed<{ readonly id: string; readonly adoption: Adoption }>[] }>> {
	const all = await everyRecord(circle, [adoptionKinds.adoption]);
	return all.ok ? { ok: true, adoptions: listedOf(all.records, (opened) => ({ id: opened.record, adoption: stewardsOnly(circle, opened, { kind: adoptionKinds.adoption, shape: adoptionShape }) })).toReversed() } : all;
}

/** Puts a version to a circle: all who have accepted to be its members take part. A steward of it; the draft may be another circle's. */
export async function beginAdoption(circle: OpenCircle, { draft, number, language, title, clauses }: FrozenVersion, rule: Rule): Promise<Outcome<{ readonly id: string }>> {
	const participants = circle.members.flatMap(({ account, accepted }) => (accepted ? [account] : []));
	const adoption: Adoption = { v: 1, draft, number, language, title: cleanText(title), clauses: clauses.map((clause) => ({ ...clause })), hash: await textHash(canonicalText({ language, title, clauses })), rule, participants, secret: newSecret() };
	const written = await circle.write({ kind: adoptionKinds.adoption, body: bodyOf({ ...adoption }), basedOn: undefined });
	return written.ok ? { ok: true, id: written.written.record } : { ok: false, reason: written.reason };
}

/** Everything that there is of an adoption now. */
export async function openAdoption(circle: OpenCircle, id: string): Promise<Outcome<AdoptionAsItIs>> {
	const read = await circle.read(id);
	if (!read.ok) return read;
	const adoption = await adoptionOf(circle, read.opened);
	const all = await everyRecord(circle, [adoptionKinds.answer, adoptionKinds.outcome, adoptionKinds.publication]);
	if (!all.ok) return all;
	const records = new Map(all.records.flatMap((opened) => (opened.ok ? [[opened.record, opened] as const] : [])));
	const newest = new Map<string, OpenedRecord>();
	for (const account of adoption.participants) {
		// Whoever writes in another's place has not answered for them.
		const record = await newestBy(circle, records.get(await singleRecord(adoption.secret, 'answer', account)), (author) => author === account);
		if (record && readAnswer(adoption, record)) newest.set(account, record);
	}
	const isStewards = (author: string): boolean => wasSteward(circle, author);
	const ending = await newestBy(circle, records.get(await singleRecord(adoption.secret, 'outcome', '')), isStewards);
	const ended = ending && (await endedOf(adoption, ending, newest));
	const answers = new Map<string, OpenAnswer>();
	for (const [account, record] of newest) {
		const said = readAnswer(adoption, record);
		if (said === undefined) continue;
		const { signature, ...answer } = said;
		const isBelieved = signature !== null && ended?.outcome.kind === 'adopted' && (await isSignatureOf(ended.adoptedHash, signature));
		answers.set(account, { ...answer, account, record, signature: isBelieved ? signature : undefined });
	}
	const noted = await newestBy(circle, records.get(await singleRecord(adoption.secret, 'publication', '')), isStewards);
	const note = v.safeParse(publicationNoteShape, noted?.body);
	const published = note.success && note.output.adoption === id ? note.output : undefined;
	return { ok: true, adoption, answers, ended, published, records, troubles: all.records.flatMap((opened) => (opened.ok ? [] : [opened.trouble])) };
}

function readAnswer(adoption: OpenAdoption, { body }: OpenedRecord) {
	const { success, output } = v.safeParse(answerShape, body);
	return success && output.adoption === adoption.id && output.hash === adoption.hash && answerProblem(output, adoption.clauses.map(({ id }) => id)) === undefined ? output : undefined;
}

/** Counts again, and counts the very answers that the ending names: also where somebody has written a next version since. */
async function endedOf(adoption: OpenAdoption, opened: OpenedRecord, newest: ReadonlyMap<string, OpenedRecord>): Promise<Ended> {
	const { circle } = adoption;
	const { success, output: ending } = v.safeParse(outcomeShape, opened.body);
	if (!success || ending.adoption !== adoption.id) throw new VaultTrouble('unknown-format', { part: 'record', circle: circle.id, record: opened.record, version: opened.version }, { found: 'an ending that says something else than its kind' });
	const answers = new Map<string, Answer>();
	let missing = 0;
	for (const { account, hash } of ending.counted) {
		const record = await versionOf(circle, { record: newest.get(account), hash });
		const said = record?.author === account && adoption.participants.includes(account) ? readAnswer(adoption, record) : undefined;
		if (said) answers.set(account, said);
		else missing += 1;
	}
	const own = newest.get(circle.me.account);
	const setAside = new Set(ending.setAside);
	const text = canonicalText({ ...adoption, clauses: adoption.clauses.filter(({ id }) => !setAside.has(id)) });
	return {
		...ending,
		by: opened.author,
		outcome: outcomeOf({ rule: adoption.rule, participants: adoption.participants, clauses: adoption.clauses.map(({ id }) => id), answers }, setAside),
		text,
		adoptedHash: await textHash(text),
		missing,
		// An answer that was on its way while somebody ended it is not missing.
		ownMissing: own !== undefined && own.at.getTime() < opened.at.getTime() && !answers.has(circle.me.account)
	};
}

async function versionOf(circle: OpenCircle, { record, hash }: { readonly record: OpenedRecord | undefined; readonly hash: string }): Promise<OpenedRecord | undefined> {
	if (record === undefined || record.hash === hash) return record;
	const all = await circle.versions(record.record);
	return all.ok ? all.versions.find((one): one is OpenedRecord => one.ok && one.hash === hash) : undefined;
}

/** Answers, or answers anew, while it is open. */
export async function answer(asItIs: AdoptionAsItIs, said: Answer): Promise<Outcome<object>> {
	return keepAnswer(asItIs, { ...said, clauses: [...said.clauses], reason: said.reason.trim(), signature: null });
}

async function keepAnswer({ adoption, records }: AdoptionAsItIs, said: Omit<v.InferOutput<typeof answerShape>, 'v' | 'adoption' | 'hash' | 'fill'>): Promise<Outcome<object>> {
	const record = await singleRecord(adoption.secret, 'answer', adoption.circle.me.account);
	const written = await adoption.circle.write({ kind: adoptionKinds.answer, record, body: bodyOf(filledAnswer({ v: 1, adoption: adoption.id, hash: adoption.hash, ...said })), basedOn: records.get(record) });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Ends it, with what is set aside; a steward. What comes of it is what every browser counts. */
export async function end({ adoption, answers, records }: AdoptionAsItIs, { setAside, now }: { readonly setAside: readonly string[]; readonly now: Date }): Promise<Outcome<object>> {
	const hour = now.getTime() - (now.getTime() % 3_600_000);
	const body: Ending = { v: 1, adoption: adoption.id, setAside: adoption.clauses.flatMap(({ id }) => (setAside.includes(id) ? [id] : [])), counted: [...answers.values()].map(({ account, record }) => ({ account, hash: record.hash })), at: hour };
	const record = await singleRecord(adoption.secret, 'outcome', '');
	const written = await adoption.circle.write({ kind: adoptionKinds.outcome, record, body: bodyOf({ ...body }), basedOn: records.get(record) });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Notes for the members where it was published; a steward. */
export async function notePublication({ adoption: { id, circle, secret }, records }: AdoptionAsItIs, { forum, version }: { readonly forum: string; readonly version: number }): Promise<Outcome<object>> {
	const record = await singleRecord(secret, 'publication', '');
	const written = await circle.write({ kind: adoptionKinds.publication, record, body: bodyOf({ v: 1, adoption: id, forum, version }), basedOn: records.get(record) });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Puts one's name, another one, an organisation's, or one more count to what was adopted. */
export async function sign({ keys }: Pick<Link, 'keys'>, asItIs: AdoptionAsItIs, { kind, name }: { readonly kind: SigningKind; readonly name: string }): Promise<Outcome<object>> {
	const { adoption, ended } = asItIs;
	if (ended?.outcome.kind !== 'adopted') return { ok: false, reason: 'not-found' };
	const key = await statementKeyOf(keys.root, adoption.id);
	const shown = kind === 'counted' ? '' : cleanText(name);
	const signature: Signature = { kind, name: shown, key: toText(key.publicKey), signature: toText(await key.sign(signatureMessage(ended.adoptedHash, { kind, name: shown }))) };
	return keepAnswer(asItIs, { ...ownAnswer(asItIs), signature });
}

/** Takes one's signature back in the circle. What is public already is another matter: see `withdrawPublished`. */
export async function takeSignatureBack(asItIs: AdoptionAsItIs): Promise<Outcome<object>> {
	return keepAnswer(asItIs, { ...ownAnswer(asItIs), signature: null });
}

/** Whoever was silent and signs says so with it: the answer was counted as it was at the end. */
function ownAnswer({ adoption: { circle }, answers }: AdoptionAsItIs): Pick<v.InferOutput<typeof answerShape>, 'answer' | 'clauses' | 'reason'> {
	const own = answers.get(circle.me.account);
	return own ? { answer: own.answer, clauses: [...own.clauses], reason: own.reason } : { answer: 'consents', clauses: [], reason: '' };
}

/** How many answered what so far, while nothing is set aside. */
export function countsSoFar({ adoption, answers }: AdoptionAsItIs, setAside: ReadonlySet<string>): AdoptionOutcome {
	return outcomeOf({ rule: adoption.rule, participants: adoption.participants, clauses: adoption.clauses.map(({ id }) => id), answers }, setAside);
}

/** Signatures that are believed, in the order of names. */
export function signaturesOf({ answers }: Pick<AdoptionAsItIs, 'answers'>): readonly Signature[] {
	return [...answers.values()].flatMap(({ signature }) => signature ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
