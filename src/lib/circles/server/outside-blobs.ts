import type { Db, Tx } from '#lib/platform/db/database.ts';
import { sha256, toText } from '#lib/vault/envelope.ts';
import { partLength, partsOf } from '../limits.ts';
import type { Result } from './answers.ts';
import { forgetBlob, type BlobGround } from './blobs.ts';
import './tables.ts';

/**
 * Note: Files from outside.
 * Whoever has no account sends files to a circle, too: they lie in the circle that is to read them, count there, and have
 * nobody of the circle as their sender. Who may send one, and for how long it may go on arriving, is for the domain
 * whose row names the blob: without a time of beginning the hourly sweep of circles leaves it alone.
 */
export interface OutsidePart {
	readonly circle: string;
	/** Chosen by who sends it, because it is signed before it is sent. */
	readonly blob: string;
	readonly sizeBytes: number;
	readonly index: number;
	readonly bytes: Uint8Array;
	/** When it began, to the hour: then it has a day. Null of one whose time its domain decides. */
	readonly begunAt: Date | null;
}

/** Of what a circle may hold, outsiders can take so much: members can always write. */
const outsideShare = 0.75;

/**
 * Keeps one part. The circle's room is taken when the first part comes, so that a promise alone costs nothing; `named`
 * notes whose blob it is in the same transaction, and says false for a blob that is somebody else's. The same part again
 * succeeds, another in its place is `moved-on`.
 */
export async function putOutsidePart(ground: BlobGround, { circle, blob, sizeBytes, index, bytes, begunAt }: OutsidePart, named: (tx: Tx) => Promise<boolean>): Promise<Result<{ readonly whole: boolean }>> {
	const parts = partsOf(sizeBytes);
	if (!Number.isSafeInteger(index) || index < 0 || index >= parts || bytes.length !== partLength(sizeBytes, index)) return { ok: false, reason: 'malformed' };
	const hash = toText(await sha256(bytes));
	const begun = await begin(ground, { circle, blob, sizeBytes, parts, begunAt }, named);
	if (!begun.ok) return begun;
	const kept = begun.hashes[index] ?? null;
	if (kept !== null) return kept === hash ? { ok: true, whole: begun.hashes.every((each) => each !== null) } : { ok: false, reason: 'moved-on' };
	const put = await ground.blobs.putPart(blob, index, bytes);
	if (!put.ok) return { ok: false, reason: 'disk-full' };
	return ground.db.transaction().execute(async (tx) => {
		const now = await tx.selectFrom('circle_blob').select('part_hashes').where('id', '=', blob).forUpdate().executeTakeFirst();
		if (!now) return { ok: false, reason: 'not-found' };
		const there = now.part_hashes[index] ?? null;
		if (there !== null && there !== hash) return { ok: false, reason: 'moved-on' };
		const hashes = now.part_hashes.with(index, hash);
		const whole = hashes.every((each) => each !== null);
		await tx.updateTable('circle_blob').set({ part_hashes: hashes, whole, ...(whole && { begun_at: null }) }).where('id', '=', blob).execute();
		return { ok: true, whole };
	});
}

async function begin(ground: BlobGround, { circle, blob, sizeBytes, parts, begunAt }: Pick<OutsidePart, 'circle' | 'blob' | 'sizeBytes' | 'begunAt'> & { readonly parts: number }, named: (tx: Tx) => Promise<boolean>): Promise<Result<{ readonly hashes: readonly (string | null)[] }>> {
	return ground.db.transaction().execute(async (tx) => {
		const row = await tx.selectFrom('circle').select(['used_bytes', 'closed_on']).where('id', '=', circle).forUpdate().executeTakeFirst();
		if (!row) return { ok: false, reason: 'not-found' };
		const there = await tx.selectFrom('circle_blob').selectAll().where('id', '=', blob).executeTakeFirst();
		if (there) return there.circle_id === circle && there.by_account === null && there.size_bytes === sizeBytes && (await named(tx)) ? { ok: true, hashes: there.part_hashes } : { ok: false, reason: 'not-found' };
		if (row.closed_on !== null) return { ok: false, reason: 'closed' };
		if (row.used_bytes + sizeBytes > ground.quotaBytes * outsideShare) return { ok: false, reason: 'circle-full' };
		const hashes = Array.from({ length: parts }, () => null);
		await tx.insertInto('circle_blob').values({ id: blob, circle_id: circle, by_account: null, size_bytes: sizeBytes, part_hashes: hashes, whole: false, begun_at: begunAt }).execute();
		if (!(await named(tx))) throw new Error('a blob that is nobody\'s');
		await tx.updateTable('circle').set({ used_bytes: row.used_bytes + sizeBytes }).where('id', '=', circle).execute();
		return { ok: true, hashes };
	});
}

/** The parts that have come of each of these blobs, by hash; of one that nothing came of there is no entry. */
export async function partsThatCame(db: Db | Tx, blobs: readonly string[]): Promise<ReadonlyMap<string, readonly (string | null)[]>> {
	if (blobs.length === 0) return new Map();
	const rows = await db.selectFrom('circle_blob').select(['id', 'part_hashes']).where('id', 'in', blobs).execute();
	return new Map(rows.map(({ id, part_hashes }) => [id, part_hashes]));
}

/** Takes files from outside away, with their room; those that are not there are gone already. `unfinished`: only such. */
export async function forgetOutside(ground: Pick<BlobGround, 'db' | 'blobs'>, blobs: readonly string[], { unfinished }: { readonly unfinished: boolean }): Promise<void> {
	if (blobs.length === 0) return;
	const rows = await ground.db
		.selectFrom('circle_blob')
		.select(['id', 'circle_id'])
		.where('id', 'in', blobs)
		.where('by_account', 'is', null)
		.$if(unfinished, (query) => query.where('whole', '=', false))
		.execute();
	for (const row of rows) await forgetBlob(ground, row);
}

/** One sealed part of a whole file from outside, for whom the domain whose row names the blob lets have it. */
export async function readOutsidePart({ db, blobs }: Pick<BlobGround, 'db' | 'blobs'>, { blob, index }: { readonly blob: string; readonly index: number }): Promise<Result<{ readonly bytes: Uint8Array }>> {
	const row = await db.selectFrom('circle_blob').select('part_hashes').where('id', '=', blob).where('by_account', 'is', null).where('whole', '=', true).executeTakeFirst();
	const bytes = row && Number.isSafeInteger(index) && index >= 0 && index < row.part_hashes.length ? await blobs.readPart(blob, index) : undefined;
	return bytes ? { ok: true, bytes } : { ok: false, reason: 'not-found' };
}
