import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { announceLive, type Live } from '#lib/platform/live/live.ts';
import { isId, isNotePiece, toText } from '#lib/vault/envelope.ts';
import { accompanying, number, type Reason, type Result } from './answers.ts';
import { isMember, lockedCircle, oweMembers, type Ground } from './membership.ts';
import { keepRecord } from './records.ts';
import './tables.ts';

/** Which note of which circle. */
export interface NoteName {
	readonly circle: string;
	readonly note: string;
}

/** A piece of a note as it comes, its body raw. */
interface NotePiece extends NoteName {
	readonly epoch: number;
	readonly envelope: Uint8Array;
}

export const noteQuery = v.strictObject({ after: v.optional(number(0, 1_000_000_000), '0'), wait: v.optional(v.literal('1')) });
export const notePieceQuery = v.strictObject({ epoch: number(1, 1_000_000) });
export const noteSnapshotQuery = v.strictObject({ epoch: number(1, 1_000_000), at: number(1, 1_000_000_000), instead: number(0, 1_000_000_000) });
export const closeNoteShape = v.strictObject({ at: v.pipe(v.number(), v.integer(), v.minValue(0)), record: v.pipe(accompanying, v.maxLength(1)) });

/** What is new of a note. */
export interface NoteNews {
	/** The number of the newest update. */
	readonly last: number;
	readonly closed: boolean;
	/** Where it stands for more than was known. */
	readonly snapshot: { readonly at: number; readonly epoch: number; readonly envelope: string } | null;
	/** In their order, without a gap behind the snapshot or what was known. */
	readonly updates: readonly { readonly epoch: number; readonly envelope: string }[];
}

/** Updates in one answer. */
const mostUpdates = 400;
/** Shorter than proxies wait. */
const longestWaitMs = 25_000;

/** What came after an update, for a member; `wait`: where there is nothing, as soon as there is, or after 25 seconds. A note of which nothing was written yet is empty. */
export async function noteNews({ db, live }: { readonly db: Db; readonly live: Live }, { account, after, wait, ...name }: NoteName & { readonly account: string; readonly after: number; readonly wait: boolean }): Promise<Result<NoteNews>> {
	const heard = wait ? live.once(topicOf(name), longestWaitMs) : undefined;
	try {
		const news = await newsOf(db, account, name, after);
		if (!news.ok || heard === undefined || news.last !== after || news.closed) return news;
		await heard.told;
		return await newsOf(db, account, name, after);
	} finally {
		heard?.forget();
	}
}

async function newsOf(db: Db, account: string, { circle, note }: NoteName, after: number): Promise<Result<NoteNews>> {
	// One moment for both tables: a snapshot that comes in between takes updates away.
	return db
		.transaction()
		.setIsolationLevel('repeatable read')
		.execute(async (tx): Promise<Result<NoteNews>> => {
			if (!isId(note) || !(await isMember(tx, { account, circle }))) return { ok: false, reason: 'not-found' };
			const row = await tx.selectFrom('circle_note').selectAll().where('circle_id', '=', circle).where('id', '=', note).executeTakeFirst();
			if (row === undefined) return { ok: true, last: 0, closed: false, snapshot: null, updates: [] };
			const { last_seq: last, is_closed: closed, snapshot_seq: at, snapshot_epoch: epoch, sealed_snapshot: envelope } = row;
			const snapshot = envelope !== null && epoch !== null && at > after ? { at, epoch, envelope: toText(envelope) } : null;
			const rows = await tx.selectFrom('circle_note_update').select(['epoch', 'sealed_update']).where('circle_id', '=', circle).where('note_id', '=', note).where('seq', '>', after).orderBy('seq').limit(mostUpdates).execute();
			return { ok: true, last, closed, snapshot, updates: rows.map((one) => ({ epoch: one.epoch, envelope: toText(one.sealed_update) })) };
		});
}

/** Adds an update as the next one; its number. The same one again has the number that it has. Who sent it is checked and kept nowhere. */
export async function addToNote({ db, quotaBytes }: Ground, actor: Actor, { epoch, envelope, ...name }: NotePiece): Promise<Result<{ readonly seq: number }>> {
	const { circle, note } = name;
	const digest = createHash('sha256').update(envelope).digest();
	return db.transaction().execute(async (tx): Promise<Result<{ readonly seq: number }>> => {
		const row = await writable(tx, actor, name, envelope);
		if (!row.ok) return row;
		const same = await tx.selectFrom('circle_note_update').select('seq').where('circle_id', '=', circle).where('note_id', '=', note).where('digest', '=', digest).executeTakeFirst();
		if (same) return { ok: true, seq: same.seq };
		if (epoch !== row.epoch) return { ok: false, reason: 'new-epoch' };
		if (row.usedBytes + envelope.length > quotaBytes) return { ok: false, reason: 'circle-full' };
		const { last_seq: seq } = await tx
			.insertInto('circle_note')
			.values({ circle_id: circle, id: note, last_seq: 1, snapshot_seq: 0, snapshot_epoch: null, sealed_snapshot: null, is_closed: false })
			.onConflict((conflict) => conflict.columns(['circle_id', 'id']).doUpdateSet((eb) => ({ last_seq: eb('circle_note.last_seq', '+', 1) })))
			.returning('last_seq')
			.executeTakeFirstOrThrow();
		await tx.insertInto('circle_note_update').values({ circle_id: circle, note_id: note, seq, epoch, digest, sealed_update: Buffer.from(envelope) }).execute();
		await useBytes(tx, circle, envelope.length);
		await announceLive(tx, { topic: topicOf(name), version: seq });
		return { ok: true, seq };
	});
}

/** Puts a snapshot in the place of the updates up to `at`, and of the snapshot up to `instead`. `moved-on` where somebody was faster. */
export async function replaceBySnapshot({ db, quotaBytes }: Ground, actor: Actor, { epoch, envelope, at, instead, ...name }: NotePiece & { readonly at: number; readonly instead: number }): Promise<Result> {
	const { circle, note } = name;
	return db.transaction().execute(async (tx): Promise<Result> => {
		const row = await writable(tx, actor, name, envelope);
		if (!row.ok) return row;
		if (epoch !== row.epoch) return { ok: false, reason: 'new-epoch' };
		const known = row.note;
		if (known === undefined || known.snapshot_seq !== instead || at <= instead || at > known.last_seq) return { ok: false, reason: 'moved-on' };
		const freed = await deleteUpdates(tx, name, at);
		const grown = envelope.length - freed - (known.sealed_snapshot?.length ?? 0);
		if (grown > 0 && row.usedBytes + grown > quotaBytes) throw new Error('a snapshot for which the circle has no room');
		await tx.updateTable('circle_note').set({ snapshot_seq: at, snapshot_epoch: epoch, sealed_snapshot: Buffer.from(envelope) }).where('circle_id', '=', circle).where('id', '=', note).execute();
		await useBytes(tx, circle, grown);
		return { ok: true };
	});
}

/**
 * Note: What is left of a note that was closed.
 * A steward closes it with a record that says what is to stay, made of everything up to `at`, or with none. In the same transaction every
 * update and the snapshot are deleted, and with them how the text came about: in which order, at which speed, from how many hands.
 */
export async function closeNote({ db, quotaBytes }: Ground, actor: Actor, { at, record, ...name }: NoteName & v.InferOutput<typeof closeNoteShape>, now: Date): Promise<Result> {
	const { circle, note } = name;
	const [closing] = record;
	return db.transaction().execute(async (tx): Promise<Result> => {
		const row = await writable(tx, actor, name);
		if (!row.ok) return row;
		if (!row.steward) return { ok: false, reason: 'not-a-steward' };
		if ((row.note?.last_seq ?? 0) !== at) return { ok: false, reason: 'moved-on' };
		const room = { quotaBytes, usedBytes: row.usedBytes, lastChange: row.lastChange };
		const kept = closing === undefined ? { ok: true as const, room } : await keepRecord(tx, { circle, ...closing, epochNow: row.epoch, room });
		if (!kept.ok) return kept;
		const freed = (await deleteUpdates(tx, name, at)) + (row.note?.sealed_snapshot?.length ?? 0);
		const gone = { is_closed: true, snapshot_epoch: null, sealed_snapshot: null };
		await tx
			.insertInto('circle_note')
			.values({ circle_id: circle, id: note, last_seq: 0, snapshot_seq: 0, ...gone })
			.onConflict((conflict) => conflict.columns(['circle_id', 'id']).doUpdateSet(gone))
			.execute();
		await tx.updateTable('circle').set({ last_change: kept.room.lastChange, used_bytes: kept.room.usedBytes - freed }).where('id', '=', circle).execute();
		await recordDeed(tx, { actor: actor.account, action: 'circle.close-note', subject: circle }, hourOf(now));
		await oweMembers(tx, { circle, but: actor.account });
		await announceLive(tx, { topic: topicOf(name), version: at + 1, atOnce: true });
		return { ok: true };
	});
}

type Writable =
	| { readonly ok: true; readonly epoch: number; readonly steward: boolean; readonly usedBytes: number; readonly lastChange: number; readonly note: { readonly last_seq: number; readonly snapshot_seq: number; readonly sealed_snapshot: Buffer | null } | undefined }
	| { readonly ok: false; readonly reason: Reason };

/** The circle, locked, and the note as it is, where this account may write in it now. */
async function writable(tx: Tx, { account }: Actor, { circle, note }: NoteName, envelope?: Uint8Array): Promise<Writable> {
	if (!isId(note) || (envelope !== undefined && !isNotePiece(envelope))) return { ok: false, reason: 'malformed' };
	const row = await lockedCircle(tx, { account, circle });
	if (!row) return { ok: false, reason: 'not-found' };
	if (row.closed_on !== null) return { ok: false, reason: 'closed' };
	if (!row.accepted) return { ok: false, reason: 'not-accepted' };
	if (row.rotation_due) return { ok: false, reason: 'rotation-due' };
	const known = await tx.selectFrom('circle_note').select(['last_seq', 'snapshot_seq', 'sealed_snapshot', 'is_closed']).where('circle_id', '=', circle).where('id', '=', note).executeTakeFirst();
	if (known?.is_closed === true) return { ok: false, reason: 'closed' };
	return { ok: true, epoch: row.epoch, steward: row.steward, usedBytes: row.used_bytes, lastChange: row.last_change, note: known };
}

/** How many bytes they had. */
async function deleteUpdates(tx: Tx, { circle, note }: NoteName, upTo: number): Promise<number> {
	const gone = await tx.deleteFrom('circle_note_update').where('circle_id', '=', circle).where('note_id', '=', note).where('seq', '<=', upTo).returning(({ fn }) => fn<number>('octet_length', ['sealed_update']).as('bytes')).execute();
	return gone.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function useBytes(tx: Tx, circle: string, bytes: number): Promise<void> {
	await tx
		.updateTable('circle')
		.set((row) => ({ used_bytes: row('used_bytes', '+', bytes) }))
		.where('id', '=', circle)
		.execute();
}

/** No address leads to it: who follows is asked for membership each time. */
function topicOf({ circle, note }: NoteName): string {
	return `note:${circle}:${note}`;
}
