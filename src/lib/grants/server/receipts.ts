import { putOutsidePart } from '#lib/circles/server/index.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { fromText, isSignedBy, sha256, toText, type SignedEntry } from '#lib/vault/envelope.ts';
import { mailboxHashOf, mostFileBytes, receiptRequestMessage, type Attested, type CoarseState } from '../application.ts';
import { againNotice, attestedOf, newestCard, stopOpen } from './again.ts';
import { keptManifest, lockedApplication, namesBlob, nextChange, type ApplyingGround } from './applications.ts';
import './tables.ts';
import type { Applied, MessageInput } from './wire.ts';

/** What somebody with a receipt is handed: all of it is sealed to the receipt, or public, or a coarse state. */
export interface ReceiptAnswer {
	readonly application: string;
	readonly receipt: 'receipt' | 'second';
	readonly call: { readonly slug: string; readonly entries: readonly SignedEntry[] };
	readonly manifest: string;
	readonly signature: string;
	readonly parts: readonly { readonly part: string; readonly version: number; readonly generation: number; readonly written: number; readonly envelope: string }[];
	/** To this receipt alone. */
	readonly letters: readonly { readonly generation: number; readonly letter: string }[];
	readonly messages: readonly { readonly seq: number; readonly generation: number; readonly written: number; readonly envelope: string }[];
	readonly state: CoarseState;
	/** Generation in which the next message is sealed. */
	readonly generation: number;
	readonly dueAt: string | null;
	readonly committedAt: string;
	readonly wholeAt: string | null;
	/** New receipts that took the first one's place, each attested by the call's key. */
	readonly cards: readonly Attested[];
	/** A new receipt that is on its way; whoever has these words can object. */
	readonly again: { readonly until: string | null } | null;
	/** Blobs of the manifest of which something has not come. */
	readonly missing: readonly string[];
	readonly now: string;
}

/** At most so many messages by one applicant: a thread is no store of files. */
const mostMessages = 300;
/** And of files that are added later, as many again as may come with an application. */
const mostAddedFiles = 20;

/** What belongs to a mailbox; `not-found` for one that nobody has, that was burnt, or that is none. */
export async function readReceipt(db: Db, mailbox: string, now: Date): Promise<Applied<{ readonly found: ReceiptAnswer }>> {
	const hash = await mailboxHashOf(mailbox);
	const row = await db
		.selectFrom('grant_application')
		.innerJoin('grant_call', 'grant_call.id', 'grant_application.call_id')
		.selectAll('grant_application')
		.select('slug')
		.where((where) => where.or([where('mailbox_hash', '=', hash), where('second_mailbox_hash', '=', hash)]))
		.executeTakeFirst();
	if (!row) return { ok: false, reason: 'not-found' };
	const receipt = row.mailbox_hash === hash ? 'receipt' : 'second';
	const [entries, parts, letters, messages, files, cards, again] = await Promise.all([
		db.selectFrom('grant_call_entry').select(['body', 'signature']).where('call_id', '=', row.call_id).orderBy('seq').execute(),
		db.selectFrom('grant_part').select(['part', 'version', 'generation', 'written', 'sealed_envelope']).distinctOn('part').where('application_id', '=', row.id).orderBy('part').orderBy('version', 'desc').execute(),
		db.selectFrom('grant_letter').select(['generation', 'sealed_letter']).where('application_id', '=', row.id).where('addressee', '=', receipt).orderBy('generation').execute(),
		db.selectFrom('grant_message').select(['seq', 'generation', 'written', 'sealed_envelope']).where('application_id', '=', row.id).orderBy('seq').execute(),
		db.selectFrom('grant_file').innerJoin('circle_blob', 'circle_blob.id', 'blob_id').select('blob_id').where('application_id', '=', row.id).where('whole', '=', true).execute(),
		attestedOf(db, [row.id]),
		againNotice(db, row.id, now)
	]);
	const came = new Set(files.map(({ blob_id }) => blob_id));
	return {
		ok: true,
		found: {
			application: row.id,
			receipt,
			call: { slug: row.slug, entries },
			manifest: row.manifest,
			signature: row.manifest_signature,
			parts: parts.map(({ sealed_envelope, written, ...part }) => ({ ...part, written: written ?? part.generation, envelope: toText(sealed_envelope) })),
			letters: letters.map(({ generation, sealed_letter }) => ({ generation, letter: toText(sealed_letter) })),
			messages: messages.map(({ sealed_envelope, written, ...message }) => ({ ...message, written: written ?? message.generation, envelope: toText(sealed_envelope) })),
			cards: cards.get(row.id) ?? [],
			again,
			state: row.state,
			generation: row.generation,
			dueAt: row.due_at?.toISOString() ?? null,
			committedAt: row.committed_at.toISOString(),
			wholeAt: row.whole_at?.toISOString() ?? null,
			missing: keptManifest(row).files.map(({ blob }) => blob).filter((blob) => !came.has(blob)),
			now: new Date(Math.floor(now.getTime() / 1000) * 1000).toISOString()
		}
	};
}

/** A request of somebody who names a mailbox, and the signature of that receipt over it. */
export interface ReceiptRequest {
	readonly mailbox: string;
	readonly method: string;
	readonly path: string;
	readonly body: Uint8Array;
	readonly signature: string;
}

type Held = NonNullable<Awaited<ReturnType<typeof lockedApplication>>> & { readonly receipt: 'receipt' | 'second' };

/** Does something for whoever signs with the receipt of that mailbox; everybody else is told that there is none. */
async function holding<T extends object>(db: Db, request: ReceiptRequest, work: (tx: Tx, held: Held) => Promise<Applied<T>>): Promise<Applied<T>> {
	const hash = await mailboxHashOf(request.mailbox);
	return db.transaction().execute(async (tx) => {
		const found = await tx
			.selectFrom('grant_application')
			.select(['id', 'mailbox_hash', 'manifest'])
			.where((where) => where.or([where('mailbox_hash', '=', hash), where('second_mailbox_hash', '=', hash)]))
			.executeTakeFirst();
		const receipt = found === undefined || found.mailbox_hash === hash ? 'receipt' : 'second';
		const newest = found !== undefined && receipt === 'receipt' ? await newestCard(tx, found.id) : undefined;
		const signing = found === undefined ? nobodysKey : (fromText((newest ?? keptManifest(found)[receipt])?.signing ?? '') ?? nobodysKey);
		const message = receiptRequestMessage({ method: request.method, path: request.path, bodyHash: toText(await sha256(request.body)) });
		const isSigned = await isSignedBy(signing, message, fromText(request.signature) ?? new Uint8Array());
		const row = found === undefined || !isSigned ? undefined : await lockedApplication(tx, found.id);
		const isStillTheirs = row !== undefined && (receipt === 'receipt' ? row.mailbox_hash : row.second_mailbox_hash) === hash;
		return isStillTheirs ? work(tx, { ...row, receipt }) : { ok: false, reason: 'not-found' };
	});
}

/** A key that nobody has: for a mailbox that is not there as much is verified as for one that is. */
const nobodysKey = crypto.getRandomValues(new Uint8Array(32));

/** Keeps a message in its place; `moved-on` where another one was faster. Who waited for the applicant waits no more. */
export async function writeMessage(db: Db, request: ReceiptRequest, { seq, generation, envelope }: MessageInput): Promise<Applied> {
	return holding<object>(db, request, async (tx, held) => {
		if (held.state === 'gone') return { ok: false, reason: 'gone' };
		if (generation !== held.generation) return { ok: false, reason: 'moved-on' };
		const { last, mine } = await tx
			.selectFrom('grant_message')
			.select((row) => [row.fn.max('seq').as('last'), row.fn.count('seq').filterWhere('by_applicant', '=', true).as('mine')])
			.where('application_id', '=', held.id)
			.executeTakeFirstOrThrow();
		if (seq !== (last ?? 0) + 1) return { ok: false, reason: 'moved-on' };
		if (Number(mine) >= mostMessages) return { ok: false, reason: 'too-many' };
		await tx.insertInto('grant_message').values({ application_id: held.id, seq, generation, by_applicant: true, sealed_envelope: Buffer.from(envelope) }).execute();
		await tx
			.updateTable('grant_application')
			.set({ change: await nextChange(tx, held.call_id), ...(held.state === 'them' && { state: 'us' }) })
			.where('id', '=', held.id)
			.execute();
		return { ok: true };
	});
}

/** Takes away both receipts' letters, so that nobody on the applicant's side can open it again; officers see that it was withdrawn and is to be shredded. */
export async function withdraw(db: Db, request: ReceiptRequest, now: Date): Promise<Applied> {
	return holding<object>(db, request, async (tx, held) => {
		if (held.state === 'gone') return { ok: true };
		await tx.deleteFrom('grant_letter').where('application_id', '=', held.id).where('addressee', 'in', ['receipt', 'second']).execute();
		await stopOpen(tx, held.id);
		await tx.updateTable('grant_application').set({ state: 'gone', due_at: null, ended_on: now.toISOString().slice(0, 10), change: await nextChange(tx, held.call_id) }).where('id', '=', held.id).execute();
		return { ok: true };
	});
}

/** Takes away this receipt's letter and its mailbox: the words lead to nothing any more. The application stays. */
export async function burn(db: Db, request: ReceiptRequest): Promise<Applied> {
	return holding<object>(db, request, async (tx, { id, receipt }) => {
		await tx.deleteFrom('grant_letter').where('application_id', '=', id).where('addressee', '=', receipt).execute();
		await tx.updateTable('grant_application').set(receipt === 'receipt' ? { mailbox_hash: null } : { second_mailbox_hash: null }).where('id', '=', id).execute();
		return { ok: true };
	});
}

/** The holder of the words wants no new receipt in their place: it ends, and officers see it. */
export async function objectToAgain(db: Db, request: ReceiptRequest, now: Date): Promise<Applied> {
	return holding<object>(db, request, async (tx, { id, call_id }) => {
		if (!(await stopOpen(tx, id))) return { ok: true };
		await tx.updateTable('grant_application').set({ change: await nextChange(tx, call_id) }).where('id', '=', id).execute();
		await recordDeed(tx, { actor: 'visitor', action: 'grants.receipt-stopped', subject: call_id }, hourOf(now));
		return { ok: true };
	});
}

/** Takes one part of a file that is added later; the message that names it comes after it. Unfinished, it goes within a day. */
export async function addFilePart(ground: ApplyingGround, request: ReceiptRequest, { blob, sizeBytes, index }: { readonly blob: string; readonly sizeBytes: number; readonly index: number }, now: Date): Promise<Applied<{ readonly whole: boolean }>> {
	if (sizeBytes > mostFileBytes) return { ok: false, reason: 'malformed' };
	const held = await holding(ground.db, request, async (tx, held): Promise<Applied<{ readonly circle: string; readonly application: string }>> => {
		if (held.state === 'gone') return { ok: false, reason: 'gone' };
		if (keptManifest(held).files.some((file) => file.blob === blob)) return { ok: false, reason: 'moved-on' };
		const others = await tx.selectFrom('grant_file').innerJoin('circle_blob', 'circle_blob.id', 'blob_id').select('size_bytes').where('application_id', '=', held.id).where('blob_id', '!=', blob).execute();
		const bytes = others.reduce((sum, { size_bytes }) => sum + size_bytes, sizeBytes);
		return others.length >= mostAddedFiles || bytes > 2 * mostFileBytes ? { ok: false, reason: 'too-many' } : { ok: true, circle: held.core_circle, application: held.id };
	});
	if (!held.ok) return held;
	const put = await putOutsidePart(ground, { circle: held.circle, blob, sizeBytes, index, bytes: request.body, begunAt: hourOf(now) }, (tx) => namesBlob(tx, held.application, blob));
	if (put.ok) return { ok: true, whole: put.whole };
	return { ok: false, reason: put.reason === 'circle-full' || put.reason === 'disk-full' || put.reason === 'moved-on' || put.reason === 'malformed' ? put.reason : 'not-found' };
}
