import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { Json } from '#lib/vault/envelope.ts';
import type { OpenPlan } from '../deliveries.ts';
import { addresseeShape, recommendationShape, type Addressee, type FollowupRequest } from '../recommendation.ts';

// What is recorded here is public: nothing is sealed, and a server that lies about it is found out on its own pages.

const words = v.optional(v.string());
const text = v.pipe(v.object({ original: v.picklist(languages), in: v.object({ en: words, es: words, fr: words, ar: words }) }), v.transform(({ original, in: said }): Text => ({ original, in: Object.fromEntries(Object.entries(said).filter(([, one]) => one !== undefined)) })));
const line = v.object({ forum: v.string(), document: v.string(), title: text });
const plan = v.object({ forum: v.string(), document: v.string(), id: v.string(), to: v.string(), clauses: v.array(v.number()), on: v.exactOptional(v.string()), session: v.exactOptional(v.string()) });
const listShape = v.object({ statements: v.array(line), addressees: v.array(addresseeShape), plans: v.array(plan) });
const entry = v.looseObject({ id: v.string(), kind: v.string(), clauses: v.array(v.number()), on: v.optional(v.string()), recordedOn: v.string() });
const statementShape = v.object({
	...line.entries,
	text: v.picklist(['full', 'summary']),
	clauses: v.array(v.object({ clause: v.number(), words: text, recommendation: v.optional(recommendationShape), story: v.array(v.object({ entry, takenBack: v.optional(v.looseObject({ id: v.string() })) })) }))
});

export type StatementLine = v.InferOutput<typeof line>;
export type FollowedStatement = v.InferOutput<typeof statementShape>;
export type FollowedClause = FollowedStatement['clauses'][number];

/** Why nothing came of it. `line`: the server could not be reached. */
export type RecordingFailed = 'rights' | 'form' | 'otherwise' | 'line';
type Outcome<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: RecordingFailed };

/** Every published statement, all addressees, and what is still to be delivered. */
export async function statements(link: Link): Promise<Outcome<{ readonly statements: readonly StatementLine[]; readonly addressees: readonly Addressee[]; readonly plans: readonly OpenPlan[] }>> {
	const answer = await link.ask('/api/desk/followup');
	if (!answer.ok) return { ok: false, reason: reasonOf(answer.status) };
	const read = v.safeParse(listShape, answer.value);
	return read.success ? { ok: true, ...read.output } : { ok: false, reason: 'otherwise' };
}

/** A statement with its clauses and what is recorded of each. */
export async function statement(link: Link, { forum, document }: Pick<StatementLine, 'forum' | 'document'>): Promise<Outcome<{ readonly statement: FollowedStatement }>> {
	const answer = await link.ask(`/api/desk/followup/${encodeURIComponent(forum)}/${encodeURIComponent(document)}`);
	if (!answer.ok) return { ok: false, reason: reasonOf(answer.status) };
	const read = v.safeParse(statementShape, answer.value);
	return read.success ? { ok: true, statement: read.output } : { ok: false, reason: 'otherwise' };
}

/** Records it, signed; public at once. */
export async function record(link: Link, request: FollowupRequest): Promise<Outcome<object>> {
	// Plain JSON by its shape.
	const answer = await link.send('POST', '/api/desk/followup', request as unknown as Json);
	return answer.ok ? { ok: true } : { ok: false, reason: reasonOf(answer.status) };
}

function reasonOf(status: number): RecordingFailed {
	return status === 404 || status === 401 || status === 403 ? 'rights' : status === 400 ? 'form' : status === 409 ? 'otherwise' : 'line';
}

/** An id for an entry that nobody else has: it says nothing. */
export function newEntryId(): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
