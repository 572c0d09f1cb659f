import { decodeText, openRecord, recordHash, VaultFailure } from '#vault';
import { fromCanonical, type Bytes } from '#lib/vault/envelope.ts';
import { judgeHead, membershipAt, wasMemberIn, type CircleState } from '../circle-log.ts';
import { derivedRecord, lastingKinds, personRecord } from '../limits.ts';
import { bytesField, countField, flagField, idField, listField, refusedBy, textField, type Read } from './answers.ts';
import { personOf } from './bodies.ts';
import type { Link } from './link.ts';
import type { Opened, OpenedRecord, Outcome } from './open-circle.ts';
import { VaultTrouble } from './trouble.ts';
import type { CircleKeys, VerifiedLog } from './verified-log.ts';

/** A record as the server hands it out. */
export interface Sealed {
	readonly record: string;
	readonly kind: string;
	readonly epoch: number;
	readonly version: number;
	readonly change: number;
	readonly envelope: Bytes;
}

function sealedOf(read: Read): Sealed {
	return { record: idField(read, 'record'), kind: textField(read, 'kind'), epoch: countField(read, 'epoch'), version: countField(read, 'version'), change: countField(read, 'change'), envelope: bytesField(read, 'envelope') };
}

type SealedPage = Outcome<{ readonly sealed: readonly Sealed[]; readonly more: boolean }>;

async function ask(link: Link, path: string): Promise<SealedPage> {
	const answer = await link.ask(path);
	if (!answer.ok) return { ok: false, reason: refusedBy(answer) };
	const read = { path, value: answer.value };
	return { ok: true, sealed: listField(read, 'records').map(sealedOf), more: flagField(read, 'more') };
}

export interface ListPage {
	readonly kinds: readonly string[];
	readonly limit: number;
	readonly after?: number | undefined;
	readonly before?: number | undefined;
}

/** A page of newest versions. What is not of the kinds that were asked for, or out of order, is not believed. */
export async function listSealed(link: Link, circle: string, { kinds, limit, after, before }: ListPage): Promise<SealedPage> {
	const range = after !== undefined ? `&after=${after}` : before !== undefined ? `&before=${before}` : '';
	const path = `/api/circles/${circle}/records?kind=${kinds.join(',')}&limit=${limit}${range}`;
	const page = await ask(link, path);
	if (!page.ok) return page;
	const inOrder = page.sealed.every(({ change }, at) => {
		const last = page.sealed[at - 1]?.change ?? (after !== undefined ? after : (before ?? Infinity));
		return after !== undefined ? change > last : change < last;
	});
	if (!inOrder || (page.more && page.sealed.length === 0) || !page.sealed.every(({ kind }) => kinds.includes(kind))) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'records that were not asked for' });
	return page;
}

/** The newest version of a record; none where the server has none. */
export async function newestSealed(link: Link, circle: string, record: string): Promise<SealedPage> {
	return onlyOf(record, `/api/circles/${circle}/records/${record}?newest=1`, link);
}

/** All versions of a record, the oldest first. */
export async function allSealed(link: Link, circle: string, record: string): Promise<SealedPage> {
	const all: Sealed[] = [];
	for (;;) {
		const page = await onlyOf(record, `/api/circles/${circle}/records/${record}?after=${all.at(-1)?.version ?? 0}`, link);
		if (!page.ok) return page;
		all.push(...page.sealed);
		if (!page.more || page.sealed.length === 0) return { ok: true, sealed: all, more: false };
	}
}

async function onlyOf(record: string, path: string, link: Link): Promise<SealedPage> {
	const page = await ask(link, path);
	if (page.ok && !page.sealed.every((one) => one.record === record)) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'versions of another record' });
	return page;
}

/** What records of a circle are judged by. */
export interface Reader {
	readonly id: string;
	readonly link: Pick<Link, 'memory'>;
	readonly log: Pick<VerifiedLog, 'cards'>;
	readonly state: CircleState;
	readonly keys: CircleKeys;
}

/** The author of a record had seen the log up to `ahead`, further than we have. */
export interface Ahead {
	readonly ahead: number;
}

export function isAhead(found: Opened | Ahead): found is Ahead {
	return 'ahead' in found;
}

/**
 * Opens a record and judges it: seal, place, author, the author's view of the log, what its kind asks, and what this
 * browser remembers. What is wrong with the one record is in the outcome; a log of which an author saw another history
 * is `forked`, and thrown. `older` for versions that are known not to be the newest.
 */
export async function openSealed(core: Reader, sealed: Sealed, { older = false }: { readonly older?: boolean }): Promise<Opened | Ahead> {
	const { record, kind, version, epoch } = sealed;
	const place = { part: 'record', circle: core.id, record, version } as const;
	try {
		const key = core.keys.get(epoch)?.records;
		if (key === undefined) {
			if (epoch > core.state.epochs.length) return { ahead: core.state.head.seq + 1 };
			throw new VaultTrouble('not-for-you', place, { found: 'no key of this epoch' });
		}
		const { seal, body } = await openRecord({
			envelope: sealed.envelope,
			place: { kind, circle: core.id, record, epoch, version },
			key,
			authorKey: (author) => (wasMemberIn(core.state, author, epoch) ? core.log.cards.get(author)?.signing : undefined)
		});
		const judged = judgeHead(core.state, { author: seal.author, epoch, head: seal.head });
		if (judged === 'ahead') return { ahead: seal.head.seq };
		if (judged === 'forked') throw new Forked({ circle: core.id, seq: seal.head.seq });
		if (judged === 'against-the-rules') throw new VaultTrouble('against-the-rules', place, { found: 'written when its author could not' });
		const value = fromCanonical(decodeText(body));
		if (value === undefined) throw new VaultTrouble('unknown-format', place, { found: 'a body that is not canonical' });
		const opened: OpenedRecord = { ok: true, record, kind, version, epoch, author: seal.author, at: new Date(seal.at), body: value, previous: seal.previous, hash: await recordHash(sealed.envelope) };
		if (!(await fitsKind(core, opened, seal.head.seq))) throw new VaultTrouble('against-the-rules', place, { found: 'a record that its author may not write' });
		remember(core, opened, { older, change: sealed.change });
		return opened;
	} catch (error) {
		if (error instanceof Forked || !(error instanceof VaultFailure)) throw error;
		return { ok: false, record, kind, version, trouble: error instanceof VaultTrouble ? error : new VaultTrouble(error.kind, place, { found: error.message }) };
	}
}

/** Of the whole log, not of the record in which it shows. */
class Forked extends VaultTrouble {
	constructor({ circle, seq }: { readonly circle: string; readonly seq: number }) {
		super('forked', { part: 'log', circle, seq }, { found: 'a member has seen another history than we have' });
	}
}

/** Name and purpose are the stewards' to write; a member's name is the member's, and before that of the steward who added. */
async function fitsKind(core: Reader, { record, kind, version, author, body }: OpenedRecord, seq: number): Promise<boolean> {
	const isSteward = membershipAt(core.state, author, seq)?.steward === true;
	if (kind === 'circle') return isSteward && record === (await derivedRecord('circle', core.id));
	if (kind !== 'person') return true;
	const person = personOf(body);
	return person !== undefined && record === (await personRecord(person.account)) && (author === person.account || (isSteward && version === 1));
}

/** Compares with the newest version that this browser has seen. */
function remember(core: Reader, { record, kind, version, hash, previous }: OpenedRecord, { older, change }: { readonly older: boolean; readonly change: number }): void {
	const seen = core.link.memory.version(core.id, record);
	const place = { part: 'record', circle: core.id, record, version } as const;
	if (seen !== undefined && version < seen.version && !older) throw new VaultTrouble('rewound', place, { found: 'an older version than this browser has seen' });
	if (seen?.version === version && seen.hash !== hash) throw new VaultTrouble('forked', place, { found: 'another version of the same number' });
	if (seen?.version === version - 1 && seen.hash !== previous) throw new VaultTrouble('forked', place, { found: 'a version that follows another one' });
	if ((version === 1) !== (previous === null)) throw new VaultTrouble('forked', place, { found: 'a version without the one before' });
	core.link.memory.keepVersion(core.id, record, { version, hash, ...(lastingKinds.includes(kind) ? { kind, change } : {}) });
}
