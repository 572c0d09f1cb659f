import { sql } from 'kysely';
import type { Actor } from '#lib/people/account.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { isId, toText } from '#lib/vault/envelope.ts';
import { personRecord } from '../limits.ts';
import type { Result, SealedRecordInput } from './answers.ts';
import { isMember, lockedCircle, oweMembers, type Ground } from './membership.ts';
import './tables.ts';

/** What of a circle's room is taken, while its row is locked. */
export interface Room {
	readonly quotaBytes: number;
	readonly usedBytes: number;
	readonly lastChange: number;
}

interface KeptRecord extends SealedRecordInput {
	readonly circle: string;
	readonly record: string;
	/** The circle's newest epoch, the only one that is written in. */
	readonly epochNow: number;
	readonly room: Room;
}

/** Keeps a version of a record if it is the next one; the caller has locked the circle and writes the room back. */
export async function keepRecord(tx: Tx, { circle, record, kind, epoch, version, envelope, epochNow, room }: KeptRecord): Promise<{ readonly ok: true; readonly room: Room } | { readonly ok: false; readonly reason: 'moved-on' | 'new-epoch' | 'circle-full' | 'malformed' }> {
	if (epoch !== epochNow) return { ok: false, reason: 'new-epoch' };
	const newest = await tx.selectFrom('circle_record').select(['version', 'kind']).where('circle_id', '=', circle).where('id', '=', record).where('newest', '=', true).executeTakeFirst();
	if (newest !== undefined && newest.kind !== kind) return { ok: false, reason: 'malformed' };
	if (version !== (newest?.version ?? 0) + 1) return { ok: false, reason: 'moved-on' };
	const usedBytes = room.usedBytes + envelope.length;
	if (usedBytes > room.quotaBytes) return { ok: false, reason: 'circle-full' };
	const change = room.lastChange + 1;
	if (newest !== undefined) await tx.updateTable('circle_record').set({ newest: false }).where('circle_id', '=', circle).where('id', '=', record).where('newest', '=', true).execute();
	await tx.insertInto('circle_record').values({ circle_id: circle, id: record, version, kind, epoch, change, newest: true, sealed_envelope: Buffer.from(envelope) }).execute();
	return { ok: true, room: { ...room, usedBytes, lastChange: change } };
}

/**
 * Writes the next version of a record. `moved-on`: there is a newer one already; `new-epoch`: it is sealed for an epoch
 * that is over; `rotation-due`: the next epoch must begin first. What it says, the server cannot know.
 */
export async function putRecord({ db, quotaBytes }: Ground, actor: Actor, { circle, record, ...sealed }: SealedRecordInput & { readonly circle: string; readonly record: string }): Promise<Result<{ readonly change: number }>> {
	if (!isId(record)) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx) => {
		const row = await lockedCircle(tx, { account: actor.account, circle });
		if (!row) return { ok: false, reason: 'not-found' };
		if (row.closed_on !== null) return { ok: false, reason: 'closed' };
		if (!row.accepted) return { ok: false, reason: 'not-accepted' };
		if (row.rotation_due) return { ok: false, reason: 'rotation-due' };
		if (await withheldFrom(tx, { account: actor.account, circle }).where('record_id', '=', record).executeTakeFirst()) return { ok: false, reason: 'not-found' };
		if (!row.steward && (await isStewards(actor.account, record, sealed.kind))) return { ok: false, reason: 'not-a-steward' };
		const outcome = await keepRecord(tx, { circle, record, ...sealed, epochNow: row.epoch, room: { quotaBytes, usedBytes: row.used_bytes, lastChange: row.last_change } });
		if (!outcome.ok) return outcome;
		await tx.updateTable('circle').set({ last_change: outcome.room.lastChange, used_bytes: outcome.room.usedBytes }).where('id', '=', circle).execute();
		await oweMembers(tx, { circle, but: actor.account });
		return { ok: true, change: outcome.room.lastChange };
	});
}

/**
 * Deletes records of one kind in all their versions, and gives their room back: for a domain whose promise to keep them is over.
 * The kind is asked for because others may have told us the ids.
 */
export async function forgetRecords(tx: Tx, { circle, kind, records }: { readonly circle: string; readonly kind: string; readonly records: readonly string[] }): Promise<void> {
	if (records.length === 0) return;
	await tx.selectFrom('circle').select('id').where('id', '=', circle).forUpdate().execute();
	const gone = await tx.deleteFrom('circle_record').where('circle_id', '=', circle).where('kind', '=', kind).where('id', 'in', records).returning(({ fn }) => fn<number>('octet_length', ['sealed_envelope']).as('bytes')).execute();
	const bytes = gone.reduce((sum, one) => sum + one.bytes, 0);
	await tx
		.updateTable('circle')
		.set((row) => ({ used_bytes: row('used_bytes', '-', bytes) }))
		.where('id', '=', circle)
		.execute();
	const isThere = tx.selectFrom('circle_record').select('id').where('circle_id', '=', circle).where('id', 'in', records);
	await tx.deleteFrom('circle_withheld').where('circle_id', '=', circle).where('record_id', 'in', records).where('record_id', 'not in', isThere).execute();
}

/** Name and purpose are the stewards' to write, and so is somebody else's name. Browsers check more, and check it again. */
async function isStewards(account: string, record: string, kind: string): Promise<boolean> {
	return kind === 'circle' || (kind === 'person' && record !== (await personRecord(account)));
}

/**
 * Note: What is withheld from a member.
 * A domain whose records lie in a circle can keep one of them from one member, who has said not to want it: a conflict of
 * interest. It is no lock: the member has the circle's keys, and whoever hands over the envelope anyway shows it. The domain
 * may hand it out again (`handOutRecord`).
 */
export async function withholdRecord(tx: Tx, { circle, account, record }: { readonly circle: string; readonly account: string; readonly record: string }): Promise<void> {
	await tx.insertInto('circle_withheld').values({ circle_id: circle, account_id: account, record_id: record }).onConflict((conflict) => conflict.doNothing()).execute();
}

export async function handOutRecord(tx: Tx, { circle, account, record }: { readonly circle: string; readonly account: string; readonly record: string }): Promise<void> {
	await tx.deleteFrom('circle_withheld').where('circle_id', '=', circle).where('account_id', '=', account).where('record_id', '=', record).execute();
}

/** The newest version of a record; 0 where there is none. */
export async function recordVersion(tx: Tx, { circle, record }: { readonly circle: string; readonly record: string }): Promise<number> {
	const row = await tx.selectFrom('circle_record').select('version').where('circle_id', '=', circle).where('id', '=', record).where('newest', '=', true).executeTakeFirst();
	return row?.version ?? 0;
}

function withheldFrom(db: Db | Tx, { account, circle }: { readonly account: string; readonly circle: string }) {
	return db.selectFrom('circle_withheld').select('record_id').where('circle_id', '=', circle).where('account_id', '=', account);
}

export interface ShownRecord {
	readonly record: string;
	readonly kind: string;
	readonly epoch: number;
	readonly version: number;
	readonly change: number;
	readonly envelope: string;
}

/** One answer holds no more than this of envelopes, but always one. */
const answerBytes = 3 * 1024 * 1024;

export interface ListQuery {
	readonly account: string;
	readonly circle: string;
	readonly kinds: readonly string[];
	readonly limit: number;
	/** Only what changed after this, the oldest change first. */
	readonly after?: number | undefined;
	/** Only what changed before this; without it, all of it, the newest change first. */
	readonly before?: number | undefined;
}

/** The newest versions of a circle's records of some kinds, a page of them; `more` when others follow. */
export async function listRecords(db: Db, { account, circle, kinds, limit, after, before }: ListQuery): Promise<Result<{ readonly records: readonly ShownRecord[]; readonly more: boolean }>> {
	if (!(await isMember(db, { account, circle }))) return { ok: false, reason: 'not-found' };
	const forward = after !== undefined;
	let found = db.selectFrom('circle_record').select(['id', 'kind', 'epoch', 'version', 'change', 'sealed_envelope']).where('circle_id', '=', circle).where('newest', '=', true).where('kind', 'in', kinds).where('id', 'not in', withheldFrom(db, { account, circle }));
	if (after !== undefined) found = found.where('change', '>', after);
	if (before !== undefined) found = found.where('change', '<', before);
	const rows = await db.selectFrom(found.orderBy('change', forward ? 'asc' : 'desc').limit(limit + 1).as('page')).selectAll().select(measured).execute();
	return { ok: true, ...paged(rows, limit) };
}

/** The versions of one record after a number, the oldest first; or only the newest. An unknown record has none. */
export async function versionsOf(db: Db, { account, circle, record, after, newest }: { readonly account: string; readonly circle: string; readonly record: string; readonly after: number; readonly newest: boolean }): Promise<Result<{ readonly records: readonly ShownRecord[]; readonly more: boolean }>> {
	if (!(await isMember(db, { account, circle }))) return { ok: false, reason: 'not-found' };
	let found = db.selectFrom('circle_record').select(['id', 'kind', 'epoch', 'version', 'change', 'sealed_envelope']).where('circle_id', '=', circle).where('id', '=', record).where('version', '>', after).where('id', 'not in', withheldFrom(db, { account, circle }));
	if (newest) found = found.where('newest', '=', true);
	const rows = await db.selectFrom(found.orderBy('version').limit(mostVersions + 1).as('page')).selectAll().select(measured).execute();
	return { ok: true, ...paged(rows, mostVersions) };
}

const mostVersions = 50;

/** How many bytes there are up to a row, in the order of the page. */
const measured = sql<number>`sum(octet_length(sealed_envelope)) over (rows unbounded preceding)`.as('until_bytes');

interface MeasuredRow {
	id: string;
	kind: string;
	epoch: number;
	version: number;
	change: number;
	sealed_envelope: Buffer;
	until_bytes: number;
}

function paged(rows: readonly MeasuredRow[], limit: number): { records: ShownRecord[]; more: boolean } {
	const shown = rows.slice(0, limit).filter(({ until_bytes }, at) => at === 0 || Number(until_bytes) <= answerBytes);
	const records = shown.map(({ id, kind, epoch, version, change, sealed_envelope }) => ({ record: id, kind, epoch, version, change, envelope: toText(sealed_envelope) }));
	return { records, more: shown.length < rows.length };
}
