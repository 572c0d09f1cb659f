import { entryHash, fromCanonical, isHash, isHybridRecipient, isId, type Json, type SignedEntry } from '#lib/vault/envelope.ts';

/** What a circle log tells everybody of an epoch: `AnnouncedEpoch` of the vault, which the server cannot import. */
export interface AnnouncedEpoch {
	readonly epoch: number;
	/** `age1pq1…` */
	readonly inbox: string;
	/** 16 bytes that only this key leads to, as base64url. */
	readonly check: string;
}

/** What an entry of a circle log does. */
export type CircleAct =
	| { readonly do: 'found'; readonly epoch: AnnouncedEpoch; readonly own: boolean }
	/** `invitation` is the id of the link that the person answered; null for somebody already known. */
	| { readonly do: 'add'; readonly account: string; readonly invitation: string | null }
	| { readonly do: 'accept' }
	| { readonly do: 'steward'; readonly account: string; readonly is: boolean }
	| { readonly do: 'remove'; readonly account: string; readonly epoch: AnnouncedEpoch }
	| { readonly do: 'leave' }
	| { readonly do: 'rotate'; readonly epoch: AnnouncedEpoch }
	| { readonly do: 'close' };

/** One line of a circle log, read and not yet believed. */
export interface CircleEntry {
	/** The circle's id; null in the first entry, whose hash makes it. */
	readonly of: string | null;
	readonly seq: number;
	readonly previous: string | null;
	/** Account id of who signed. */
	readonly by: string;
	readonly act: CircleAct;
	/** `entryHash` of the text. */
	readonly hash: string;
}

/** Longer than any entry can be: an inbox recipient has 1,959 characters. */
const longestBody = 4096;

/** The entry that a text says; undefined for any other text, one with a field that we do not know included. */
export async function readEntry({ body }: SignedEntry): Promise<CircleEntry | undefined> {
	if (body.length > longestBody) return undefined;
	const found = fieldsOf(fromCanonical(body), ['act', 'by', 'log', 'of', 'previous', 'seq', 'v']);
	if (found === undefined) return undefined;
	const { by, log, of, previous, seq, v } = found;
	const act = actOf(found['act']);
	if (v !== 1 || log !== 'circle' || act === undefined || !isAccountId(by) || !isFrom(seq, 0)) return undefined;
	if (seq === 0 ? of !== null || previous !== null : !isAccountId(of) || !isHash(previous)) return undefined;
	return { of: of as string | null, seq, previous: previous as string | null, by, act, hash: await entryHash(body) };
}

type Fields = Readonly<Record<string, Json | undefined>>;

const fieldsByAct: Readonly<Record<CircleAct['do'], readonly string[]>> = {
	found: ['do', 'epoch', 'own'],
	add: ['account', 'do', 'invitation'],
	accept: ['do'],
	steward: ['account', 'do', 'is'],
	remove: ['account', 'do', 'epoch'],
	leave: ['do'],
	rotate: ['do', 'epoch'],
	close: ['do']
};

function actOf(found: Json | undefined): CircleAct | undefined {
	if (typeof found !== 'object' || found === null || !('do' in found)) return undefined;
	const named = found.do;
	if (typeof named !== 'string' || !isAct(named)) return undefined;
	const fields = fieldsOf(found, fieldsByAct[named]);
	if (fields === undefined) return undefined;
	const { account, own, is, invitation } = fields;
	const epoch = epochOf(fields['epoch']);
	switch (named) {
		case 'found':
			return epoch !== undefined && typeof own === 'boolean' ? { do: named, epoch, own } : undefined;
		case 'add':
			return isAccountId(account) && (invitation === null || isAccountId(invitation)) ? { do: named, account, invitation } : undefined;
		case 'steward':
			return isAccountId(account) && typeof is === 'boolean' ? { do: named, account, is } : undefined;
		case 'remove':
			return isAccountId(account) && epoch !== undefined ? { do: named, account, epoch } : undefined;
		case 'rotate':
			return epoch === undefined ? undefined : { do: named, epoch };
		default:
			return { do: named };
	}
}

function epochOf(found: Json | undefined): AnnouncedEpoch | undefined {
	const fields = fieldsOf(found, ['check', 'epoch', 'inbox']);
	if (fields === undefined) return undefined;
	const { check, epoch, inbox } = fields;
	if (typeof check !== 'string' || !isId(check) || !isFrom(epoch, 1) || typeof inbox !== 'string' || !isHybridRecipient(inbox)) return undefined;
	return { epoch, inbox, check };
}

/** The fields of an object that has these and no others; the names in the order of their code units. */
function fieldsOf(found: Json | undefined, names: readonly string[]): Fields | undefined {
	if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
	const own = Object.keys(found).sort();
	return own.length === names.length && own.every((name, at) => name === names[at]) ? (found as Fields) : undefined;
}

function isAct(text: string): text is CircleAct['do'] {
	return Object.hasOwn(fieldsByAct, text);
}

function isAccountId(found: Json | undefined): found is string {
	return typeof found === 'string' && isId(found);
}

function isFrom(found: Json | undefined, least: number): found is number {
	return typeof found === 'number' && Number.isSafeInteger(found) && found >= least;
}
