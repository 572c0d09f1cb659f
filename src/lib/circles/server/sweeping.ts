import type { BlobStore } from '#lib/platform/blobs/blob.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { keptDays } from '../limits.ts';
import { forgetBlob } from './blobs.ts';
import './tables.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

interface Swept {
	readonly db: Db;
	readonly blobs: BlobStore;
}

/**
 * Once an hour: what nobody needs any more. In this order, so that what one leaves behind the next one finds; done twice,
 * or by two processes at once, it is the same.
 */
export async function sweepCircles(ground: Swept, now: Date): Promise<void> {
	await forgetUnfinished(ground, now);
	await forgetClosed(ground, now);
	await forgetOrphans(ground, now);
}

/** Uploads that were not finished within a day of the hour in which they began. */
async function forgetUnfinished(ground: Swept, now: Date): Promise<void> {
	const rows = await ground.db.selectFrom('circle_blob').select(['id', 'circle_id']).where('whole', '=', false).where('begun_at', '<=', new Date(now.getTime() - dayMs)).execute();
	for (const row of rows) await forgetBlob(ground, row);
}

/**
 * Note: A closed circle is gone after thirty days.
 * Until then its members can still read it and take it with them. Then everything of it is deleted: records in all
 * versions, letters, files, its log and who was in it. The audit keeps that account so-and-so closed circle such-and-such.
 */
async function forgetClosed(ground: Swept, now: Date): Promise<void> {
	const last = new Date(now.getTime() - (keptDays + 1) * dayMs).toISOString().slice(0, 10);
	const closed = await ground.db.selectFrom('circle').select('id').where('closed_on', '<=', last).execute();
	for (const { id } of closed) {
		const files = await ground.db.selectFrom('circle_blob').select(['id', 'circle_id']).where('circle_id', '=', id).execute();
		for (const file of files) await forgetBlob(ground, file);
		await ground.db.transaction().execute(async (tx) => {
			for (const table of ['circle_keys', 'circle_letter', 'circle_record', 'circle_entry', 'circle_member'] as const) await tx.deleteFrom(table).where('circle_id', '=', id).execute();
			await tx.deleteFrom('circle').where('id', '=', id).execute();
		});
	}
}

/** Blobs of the store that no row knows, a day after they were last written: every blob has a row, whatever domain it is of. */
async function forgetOrphans({ db, blobs }: Swept, now: Date): Promise<void> {
	let some: string[] = [];
	const forget = async (): Promise<void> => {
		const known = some.length === 0 ? [] : await db.selectFrom('circle_blob').select('id').where('id', 'in', some).execute();
		const rows = new Set(known.map(({ id }) => id));
		for (const id of some) if (!rows.has(id)) await blobs.removeBlob(id);
		some = [];
	};
	for await (const { blobId, changedAt } of blobs.list()) {
		if (changedAt.getTime() > now.getTime() - dayMs) continue;
		some.push(blobId);
		if (some.length === 500) await forget();
	}
	await forget();
}
