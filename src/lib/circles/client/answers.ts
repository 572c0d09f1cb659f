import { isCount, fromText, isId, type SignedEntry } from '#lib/vault/envelope.ts';
import type { Answer } from './link.ts';
import type { Refused } from './open-circle.ts';
import { VaultTrouble } from './trouble.ts';

/**
 * Note: A server's answer is read as hostile input.
 * Each shape is read field by field; another shape is a `VaultTrouble` of the kind `unknown-format`, at the place that
 * was asked. No library for shapes here: it would be a third of what a circle's page may weigh.
 */
export interface Read {
	readonly path: string;
	readonly value: unknown;
}

const refusals: ReadonlySet<string> = new Set<Refused>([
	'removed',
	'not-found',
	'offline',
	'locked',
	'signed-out',
	'slow-down',
	'moved-on',
	'circle-full',
	'disk-full',
	'too-large',
	'malformed',
	'unknown-account',
	'forged',
	'closed',
	'not-a-member',
	'not-accepted',
	'not-a-steward',
	'already-a-member',
	'already-accepted',
	'as-it-is',
	'last-steward',
	'last-member',
	'removes-oneself',
	'wrong-epoch',
	'no-rotation-due',
	'rotation-due',
	'own-circle',
	'too-many'
]);

/** What the server's word for a refusal means to us; `failed` for any that we do not know. */
export function refusedBy({ reason }: Extract<Answer, { readonly ok: false }>): Refused {
	return refusals.has(reason) ? (reason as Refused) : reason === 'too-many-requests' ? 'slow-down' : 'failed';
}

function unreadable({ path }: Read): never {
	throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'an answer of another shape' });
}

function field(read: Read, name: string): unknown {
	const { value } = read;
	if (typeof value !== 'object' || value === null || !(name in value)) return unreadable(read);
	return (value as Readonly<Record<string, unknown>>)[name];
}

export function textField(read: Read, name: string): string {
	const found = field(read, name);
	return typeof found === 'string' ? found : unreadable(read);
}

export function idField(read: Read, name: string): string {
	const found = textField(read, name);
	return isId(found) ? found : unreadable(read);
}

export function countField(read: Read, name: string): number {
	const found = field(read, name);
	return typeof found === 'number' && isCount(found) ? found : unreadable(read);
}

export function flagField(read: Read, name: string): boolean {
	const found = field(read, name);
	return typeof found === 'boolean' ? found : unreadable(read);
}

export function dayField(read: Read, name: string): string | undefined {
	const found = field(read, name);
	if (found === null) return undefined;
	return typeof found === 'string' && /^\d{4}-\d\d-\d\d$/.test(found) ? found : unreadable(read);
}

export function bytesField(read: Read, name: string): Uint8Array<ArrayBuffer> {
	return fromText(textField(read, name)) ?? unreadable(read);
}

export function listField(read: Read, name: string): Read[] {
	const found = field(read, name);
	return Array.isArray(found) ? found.map((value: unknown) => ({ path: read.path, value })) : unreadable(read);
}

export function entryOf(read: Read): SignedEntry {
	return { body: textField(read, 'body'), signature: textField(read, 'signature') };
}

/** First entries by account id. */
export function cardsField(read: Read, name: string): [string, SignedEntry][] {
	const found = field(read, name);
	if (typeof found !== 'object' || found === null) return unreadable(read);
	return Object.entries(found).map(([account, value]) => [account, entryOf({ path: read.path, value })]);
}
