import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import type { BlobStore } from '#lib/platform/blobs/blob.ts';
import { randomId, sha256, toText } from '#lib/vault/envelope.ts';
import { partLength, partsOf } from '../limits.ts';
import type { Result } from './answers.ts';
import { lockedCircle, type Ground } from './membership.ts';
import './tables.ts';

/** Where circles are kept, and the store of sealed parts. */
export interface BlobGround extends Ground {
	readonly blobs: BlobStore;
}

/** Begins to take a file in: its length is taken from the circle's room at once, and given back if it never comes. */
export async function beginBlob({ db, quotaBytes }: Ground, actor: Actor, { circle, sizeBytes, parts }: { readonly circle: string; readonly sizeBytes: number; readonly parts: number }, now: Date): Promise<Result<{ readonly blob: string }>> {
	if (parts !== partsOf(sizeBytes)) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx) => {
		const row = await lockedCircle(tx, { account: actor.account, circle });
		if (!row) return { ok: false, reason: 'not-found' };
		if (row.closed_on !== null) return { ok: false, reason: 'closed' };
		if (!row.accepted) return { ok: false, reason: 'not-accepted' };
		if (row.rotation_due) return { ok: false, reason: 'rotation-due' };
		if (row.used_bytes + sizeBytes > quotaBytes) return { ok: false, reason: 'circle-full' };
		const blob = randomId();
		await tx
			.insertInto('circle_blob')
			.values({ id: blob, circle_id: circle, by_account: actor.account, size_bytes: sizeBytes, part_hashes: Array.from({ length: parts }, () => null), whole: false, begun_at: hourOf(now) })
			.execute();
		await tx.updateTable('circle').set({ used_bytes: row.used_bytes + sizeBytes }).where('id', '=', circle).execute();
		return { ok: true, blob };
	});
}

/**
 * Keeps one part of a file that is coming in; only who began it may. The same part again succeeds; another in its place
 * is `moved-on`. `disk-full`: nothing of the part was kept.
 */
export async function putPart(ground: BlobGround, actor: Actor, { blob, index, bytes }: { readonly blob: string; readonly index: number; readonly bytes: Uint8Array }): Promise<Result<{ readonly hash: string }>> {
	const row = await blobFor(ground, { account: actor.account, blob });
	if (!row || row.by_account !== actor.account) return { ok: false, reason: 'not-found' };
	if (!isPart(row, index) || bytes.length !== partLength(row.size_bytes, index)) return { ok: false, reason: 'malformed' };
	const hash = toText(await sha256(bytes));
	const kept = row.part_hashes[index] ?? null;
	if (kept !== null || row.whole) return kept === hash ? { ok: true, hash } : { ok: false, reason: 'moved-on' };
	const put = await ground.blobs.putPart(blob, index, bytes);
	if (!put.ok) return { ok: false, reason: 'disk-full' };
	return ground.db.transaction().execute(async (tx) => {
		const now = await tx.selectFrom('circle_blob').select('part_hashes').where('id', '=', blob).forUpdate().executeTakeFirst();
		if (!now) return { ok: false, reason: 'not-found' };
		const there = now.part_hashes[index] ?? null;
		if (there !== null && there !== hash) return { ok: false, reason: 'moved-on' };
		await tx.updateTable('circle_blob').set({ part_hashes: now.part_hashes.with(index, hash) }).where('id', '=', blob).execute();
		return { ok: true, hash };
	});
}

export interface ShownBlob {
	readonly circle: string;
	readonly sizeBytes: number;
	readonly whole: boolean;
	/** Of each part that has come, else null. */
	readonly hashes: readonly (string | null)[];
}

/** What has come of a file: while it is coming in, for who sends it; then for the circle. */
export async function blobOf(ground: Ground, account: string, blob: string): Promise<Result<ShownBlob>> {
	const row = await blobFor(ground, { account, blob });
	if (!row || (!row.whole && row.by_account !== account)) return { ok: false, reason: 'not-found' };
	return { ok: true, circle: row.circle_id, sizeBytes: row.size_bytes, whole: row.whole, hashes: row.part_hashes };
}

/** Says that a file is whole, if every part has come and is the one that was sent. The same again succeeds. */
export async function finishBlob(ground: Ground, actor: Actor, { blob, hashes }: { readonly blob: string; readonly hashes: readonly string[] }): Promise<Result> {
	const row = await blobFor(ground, { account: actor.account, blob });
	if (!row || row.by_account !== actor.account) return { ok: false, reason: 'not-found' };
	if (hashes.length !== row.part_hashes.length || !row.part_hashes.every((hash, index) => hash === hashes[index])) return { ok: false, reason: 'moved-on' };
	await ground.db.updateTable('circle_blob').set({ whole: true, begun_at: null }).where('id', '=', blob).execute();
	return { ok: true };
}

/** One sealed part of a whole file. */
export async function readPart(ground: BlobGround, account: string, { blob, index }: { readonly blob: string; readonly index: number }): Promise<Result<{ readonly bytes: Uint8Array }>> {
	const row = await blobFor(ground, { account, blob });
	if (!row?.whole || !isPart(row, index)) return { ok: false, reason: 'not-found' };
	const bytes = await ground.blobs.readPart(blob, index);
	return bytes ? { ok: true, bytes } : { ok: false, reason: 'not-found' };
}

/**
 * Takes a file away: who sent it, or a steward. The row first and the bytes after: what is left by a crash in between is
 * swept as an orphan. Whether a record still names it, the server cannot know.
 */
export async function removeBlob(ground: BlobGround, actor: Actor, blob: string): Promise<Result> {
	const row = await blobFor(ground, { account: actor.account, blob });
	if (!row || (row.by_account !== actor.account && !row.steward)) return { ok: false, reason: 'not-found' };
	await forgetBlob(ground, row);
	return { ok: true };
}

/** Deletes a blob's row, gives its room back to the circle, and then removes its bytes. */
export async function forgetBlob({ db, blobs }: Pick<BlobGround, 'db' | 'blobs'>, { id, circle_id }: { readonly id: string; readonly circle_id: string }): Promise<void> {
	await db.transaction().execute(async (tx) => {
		await tx.selectFrom('circle').select('id').where('id', '=', circle_id).forUpdate().execute();
		const gone = await tx.deleteFrom('circle_blob').where('id', '=', id).returning('size_bytes').executeTakeFirst();
		await tx
			.updateTable('circle')
			.set((circle) => ({ used_bytes: circle('used_bytes', '-', gone?.size_bytes ?? 0) }))
			.where('id', '=', circle_id)
			.execute();
	});
	await blobs.removeBlob(id);
}

async function blobFor({ db }: Pick<Ground, 'db'>, { account, blob }: { readonly account: string; readonly blob: string }) {
	return db
		.selectFrom('circle_blob')
		.innerJoin('circle_member', 'circle_member.circle_id', 'circle_blob.circle_id')
		.selectAll('circle_blob')
		.select('steward')
		.where('circle_blob.id', '=', blob)
		.where('account_id', '=', account)
		.where('left_seq', 'is', null)
		.executeTakeFirst();
}

function isPart({ part_hashes }: { readonly part_hashes: readonly unknown[] }, index: number): boolean {
	return Number.isSafeInteger(index) && index >= 0 && index < part_hashes.length;
}
