import { forgetOutside, partsThatCame, putOutsidePart } from '#lib/circles/server/index.ts';
import { hourOf } from '#lib/people/login-session.ts';
import type { BlobStore } from '#lib/platform/blobs/blob.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import { fromText, isSignedBy, sha256, toText } from '#lib/vault/envelope.ts';
import { readManifest, receiptRequestMessage, type Manifest } from '../application.ts';
import { isOpenStage, readCallEntry } from '../call-log.ts';
import { arrivalMs } from '../deadline.ts';
import { useLateLink } from './late-links.ts';
import { arrivals, promises } from './turns.ts';
import './tables.ts';
import type { Applied, BodyInput, CommitInput } from './wire.ts';

/** Where applications are kept, and the store of sealed parts. */
export interface ApplyingGround {
	readonly db: Db;
	readonly blobs: BlobStore;
	/** Of one circle. */
	readonly quotaBytes: number;
}

type CallRow = NonNullable<Awaited<ReturnType<typeof lockedCall>>>;
type ApplicationRow = NonNullable<Awaited<ReturnType<typeof lockedApplication>>>;

/**
 * Keeps what an application will consist of, before anything of it comes: at a hard deadline this is what counts. The
 * same again succeeds, also after the deadline; another under the same id is `moved-on`. `renewed`: it was sealed to
 * inboxes that are no longer in force. `late` is the secret of a link that lets one person in.
 */
export async function commitApplication({ db, clock }: Pick<House, 'db' | 'clock'>, slug: string, { manifest: text, signature, late }: CommitInput, now: Date): Promise<Applied<{ readonly inTime: true }>> {
	const manifest = await readManifest({ manifest: text, signature });
	if (manifest === undefined) return { ok: false, reason: 'malformed' };
	const mayJudge = (await clock.state(now)) !== 'adrift';
	return promises.take(() => db.transaction().execute(async (tx) => {
		const call = await lockedCall(tx, 'slug', slug);
		if (call?.id !== manifest.call) return { ok: false, reason: 'not-found' };
		const there = await tx.selectFrom('grant_application').select('manifest').where('id', '=', manifest.application).executeTakeFirst();
		if (there) return there.manifest === text ? { ok: true, inTime: true } : { ok: false, reason: 'moved-on' };
		const problem = (await headProblem(tx, call, manifest)) ?? addresseesProblem(call, manifest);
		if (problem !== undefined) return { ok: false, reason: problem };
		if (await isMailboxTaken(tx, manifest)) return { ok: false, reason: 'moved-on' };
		// What was decided among others is not decided again for one who comes later.
		if (call.stage === 'decided' || call.stage === 'archived' || (call.stage === 'closed' && late === undefined)) return { ok: false, reason: 'closed' };
		// See *What a doubtful clock may do*.
		const inTime = isOpenStage(call.stage) && (call.deadline_at === null || !mayJudge || now < call.deadline_at);
		if (!inTime && (late === undefined || !(await useLateLink(tx, { call: call.id, secret: late, now })))) return { ok: false, reason: 'too-late' };
		await tx
			.insertInto('grant_application')
			.values({
				id: manifest.application, call_id: call.id, mailbox_hash: manifest.receipt.mailboxHash, second_mailbox_hash: manifest.second?.mailboxHash ?? null, manifest: text, manifest_signature: signature,
				committed_at: hourOf(now), in_time: inTime, whole_at: null, state: 'us', due_at: null, change: await nextChange(tx, call.id)
			})
			.execute();
		return { ok: true, inTime: true };
	}));
}

/** What of an application has not come: the body as a whole, and of each file the parts by their number. */
export interface Missing {
	readonly body: boolean;
	readonly files: Readonly<Record<string, readonly number[]>>;
}

/** A request that names an application, and the signature of its receipt over it. */
export interface SignedRequest {
	readonly application: string;
	readonly method: string;
	readonly path: string;
	readonly body: Uint8Array;
	/** As the header says it. */
	readonly signature: string;
}

/** Takes the sealed parts and letters, every one of which has to be what the manifest says. The same again succeeds. */
export async function takeBody({ db }: Pick<ApplyingGround, 'db'>, request: SignedRequest, { parts, letters }: BodyInput, now: Date): Promise<Applied<{ readonly missing: Missing }>> {
	return arrivals.take(() => db.transaction().execute(async (tx) => {
		const row = await lockedApplication(tx, request.application);
		const manifest = row && (await signedBy(row, request));
		if (!row || !manifest) return { ok: false, reason: 'not-found' };
		if (!(await isAllOf(manifest.parts.map(({ part, hash }) => [part, hash]), parts)) || !(await isAllOf(manifest.letters.map(({ to, hash }) => [to, hash]), letters))) return { ok: false, reason: 'malformed' };
		const before = await missingOf(tx, row, manifest);
		if (!before.body) return { ok: true, missing: before };
		if (!mayArrive(row, now)) return { ok: false, reason: 'too-late' };
		if (row.state === 'gone') return { ok: false, reason: 'gone' };
		await tx.insertInto('grant_part').values(Object.entries(parts).map(([part, sealed]) => ({ application_id: row.id, part, version: 1, generation: 1, by_applicant: true, sealed_envelope: Buffer.from(sealed) }))).execute();
		const epochs = await epochsAt(tx, manifest);
		await tx.insertInto('grant_letter').values(Object.entries(letters).map(([addressee, sealed]) => ({ application_id: row.id, addressee, generation: 1, sealed_letter: Buffer.from(sealed), epoch: epochs.get(addressee) ?? null }))).execute();
		return { ok: true, missing: await noteWhole(tx, row, manifest, now) };
	}));
}

/** Takes one part of a file of the manifest. The same again succeeds. */
export function takeFilePart(ground: ApplyingGround, request: SignedRequest, part: { readonly blob: string; readonly index: number }, now: Date): Promise<Applied<{ readonly missing: Missing }>> {
	return arrivals.take(() => keepFilePart(ground, request, part, now));
}

async function keepFilePart(ground: ApplyingGround, request: SignedRequest, { blob, index }: { readonly blob: string; readonly index: number }, now: Date): Promise<Applied<{ readonly missing: Missing }>> {
	const row = await applicationRow(ground.db, request.application);
	const manifest = row && (await signedBy(row, request));
	const file = manifest?.files.find((file) => file.blob === blob);
	if (!row || !manifest || !file) return { ok: false, reason: 'not-found' };
	if (file.hashes[index] !== toText(await sha256(request.body))) return { ok: false, reason: 'malformed' };
	const before = await missingOf(ground.db, row, manifest);
	if (before.files[blob]?.includes(index) !== true) return { ok: true, missing: before };
	if (!mayArrive(row, now)) return { ok: false, reason: 'too-late' };
	if (row.state === 'gone') return { ok: false, reason: 'gone' };
	const put = await putOutsidePart(ground, { circle: row.core_circle, blob, sizeBytes: file.sizeBytes, index, bytes: request.body, begunAt: null }, (tx) => namesBlob(tx, row.id, blob));
	if (!put.ok) return { ok: false, reason: put.reason === 'circle-full' || put.reason === 'disk-full' || put.reason === 'moved-on' || put.reason === 'malformed' ? put.reason : 'not-found' };
	return ground.db.transaction().execute(async (tx) => {
		const locked = await lockedApplication(tx, row.id);
		return locked ? { ok: true, missing: await noteWhole(tx, locked, manifest, now) } : { ok: false, reason: 'not-found' };
	});
}

/** What has not come yet, for who signs with the receipt. */
export function whatIsMissing({ db }: Pick<ApplyingGround, 'db'>, request: SignedRequest): Promise<Applied<{ readonly missing: Missing }>> {
	return arrivals.take(async () => {
		const row = await applicationRow(db, request.application);
		const manifest = row && (await signedBy(row, request));
		return row && manifest ? { ok: true, missing: await missingOf(db, row, manifest) } : { ok: false, reason: 'not-found' };
	});
}

/**
 * Note: What never arrived.
 * Once an hour, of what may no longer arrive: an application of which no body came was a promise, and goes. One whose
 * words came and a file did not is handed over as it is: the words are not to be lost for a photograph, and its reader
 * sees which file is missing, because the answer names it.
 */
export async function sweepApplications(ground: Pick<ApplyingGround, 'db' | 'blobs'>, now: Date): Promise<void> {
	const waiting = await ground.db.selectFrom('grant_application').select('id').where('whole_at', 'is', null).where('state', '!=', 'gone').execute();
	for (const { id } of waiting) {
		const row = await applicationRow(ground.db, id);
		if (!row || row.whole_at !== null || mayArrive(row, now)) continue;
		const files = (await ground.db.selectFrom('grant_file').select('blob_id').where('application_id', '=', id).execute()).map(({ blob_id }) => blob_id);
		const hasBody = (await ground.db.selectFrom('grant_part').select('part').where('application_id', '=', id).limit(1).executeTakeFirst()) !== undefined;
		await forgetOutside(ground, files, { unfinished: hasBody });
		await ground.db.transaction().execute(async (tx) => {
			const locked = await lockedApplication(tx, id);
			if (locked?.whole_at !== null) return;
			if (hasBody) await setWhole(tx, locked, now);
			else await tx.deleteFrom('grant_application').where('id', '=', id).execute();
		});
	}
}

/** A call with its row locked until the transaction ends: changes of its applications follow each other. */
async function lockedCall(tx: Tx, by: 'slug' | 'id', value: string) {
	return tx.selectFrom('grant_call').selectAll().where(by, '=', value).forUpdate().executeTakeFirst();
}

/** Whoever has seen this change of the call's applications has seen every one before it. */
export async function nextChange(tx: Tx, call: string): Promise<number> {
	const { last_change } = await tx
		.updateTable('grant_call')
		.set((row) => ({ last_change: row('last_change', '+', 1) }))
		.where('id', '=', call)
		.returning('last_change')
		.executeTakeFirstOrThrow();
	return Number(last_change);
}

function applicationQuery(db: Db | Tx) {
	return db.selectFrom('grant_application').innerJoin('grant_call', 'grant_call.id', 'grant_application.call_id').selectAll('grant_application').select(['slug', 'deadline_at', 'core_circle', 'identity_circle', 'payee_circle']);
}

async function applicationRow(db: Db | Tx, application: string) {
	return applicationQuery(db).where('grant_application.id', '=', application).executeTakeFirst();
}

/** The same, its row locked until the transaction ends. */
export async function lockedApplication(tx: Tx, application: string) {
	return applicationQuery(tx).where('grant_application.id', '=', application).forUpdate('grant_application').executeTakeFirst();
}

/** The manifest, if its receipt signed the request. Once burnt, or replaced, the words open nothing and write nothing. */
async function signedBy(row: ApplicationRow, { method, path, body, signature }: SignedRequest): Promise<Manifest | undefined> {
	const manifest = keptManifest(row);
	const message = receiptRequestMessage({ method, path, bodyHash: toText(await sha256(body)) });
	const isSigned = await isSignedBy(fromText(manifest.receipt.signing) ?? new Uint8Array(), message, fromText(signature) ?? new Uint8Array());
	return isSigned && row.mailbox_hash === manifest.receipt.mailboxHash ? manifest : undefined;
}

/** What was checked before it was kept. */
export function keptManifest({ manifest }: { readonly manifest: string }): Manifest {
	return JSON.parse(manifest) as Manifest;
}

/** The history that the applicant saw has to be ours, and to hold the inboxes that are in force. */
async function headProblem(tx: Tx, call: CallRow, { head }: Manifest): Promise<'renewed' | 'malformed' | undefined> {
	const entries = await tx.selectFrom('grant_call_entry').select(['seq', 'hash', 'body', 'signature']).where('call_id', '=', call.id).where('seq', '>=', head.seq).orderBy('seq').execute();
	if (entries[0]?.seq !== head.seq || entries[0].hash !== head.hash) return 'malformed';
	for (const entry of entries.slice(1)) if ((await readCallEntry(entry))?.act.do === 'renew') return 'renewed';
	return undefined;
}

/** The epoch of each circle's inbox that the call named when the applicant saw it. */
async function epochsAt(tx: Tx, { call, head }: Manifest): Promise<ReadonlyMap<string, number>> {
	const entries = await tx.selectFrom('grant_call_entry').select(['body', 'signature']).where('call_id', '=', call).where('seq', '<=', head.seq).orderBy('seq', 'desc').execute();
	for (const entry of entries) {
		const act = (await readCallEntry(entry))?.act;
		if (act?.do === 'publish' || act?.do === 'renew') return new Map(Object.values(act.inboxes).map(({ circle, epoch }) => [circle, epoch]));
	}
	throw new Error('a call without inboxes');
}

/** Letters go to each circle that reads a part, to the receipts, and to nobody else. */
function addresseesProblem({ core_circle, identity_circle, payee_circle }: CallRow, { letters, second }: Manifest): 'malformed' | undefined {
	const wanted = new Set([core_circle, identity_circle, payee_circle, 'receipt', ...(second === null ? [] : ['second'])]);
	return letters.length === wanted.size && letters.every(({ to }) => wanted.has(to)) ? undefined : 'malformed';
}

async function isMailboxTaken(tx: Tx, { receipt, second }: Manifest): Promise<boolean> {
	const hashes = [receipt.mailboxHash, ...(second === null ? [] : [second.mailboxHash])];
	const taken = await tx
		.selectFrom('grant_application')
		.select('id')
		.where((row) => row.or([row('mailbox_hash', 'in', hashes), row('second_mailbox_hash', 'in', hashes)]))
		.executeTakeFirst();
	return taken !== undefined;
}

/**
 * Until when something that was committed may arrive: of a call 72 hours after the deadline, of a rapid one, and of what
 * a link let in, after the commit, of which only the hour is known: so up to an hour more.
 */
function mayArrive({ deadline_at, in_time, committed_at }: Pick<ApplicationRow, 'deadline_at' | 'in_time' | 'committed_at'>, now: Date): boolean {
	const from = deadline_at !== null && in_time ? deadline_at.getTime() : committed_at.getTime() + 60 * 60 * 1000;
	return now.getTime() <= from + arrivalMs;
}

async function isAllOf(named: readonly (readonly [name: string, hash: string])[], given: Readonly<Record<string, Uint8Array>>): Promise<boolean> {
	if (Object.keys(given).length !== named.length) return false;
	const same = await Promise.all(named.map(async ([name, hash]) => Object.hasOwn(given, name) && toText(await sha256(given[name] ?? new Uint8Array())) === hash));
	return same.every(Boolean);
}

async function missingOf(db: Db | Tx, { id }: { readonly id: string }, { files }: Manifest): Promise<Missing> {
	const body = (await db.selectFrom('grant_part').select('part').where('application_id', '=', id).limit(1).executeTakeFirst()) === undefined;
	const came = await partsThatCame(db, files.map(({ blob }) => blob));
	const open = files.map(({ blob, hashes }): [string, number[]] => [blob, hashes.flatMap((hash, index) => (came.get(blob)?.[index] === hash ? [] : [index]))]);
	return { body, files: Object.fromEntries(open.filter(([, parts]) => parts.length > 0)) };
}

async function noteWhole(tx: Tx, row: ApplicationRow, manifest: Manifest, now: Date): Promise<Missing> {
	const missing = await missingOf(tx, row, manifest);
	if (!missing.body && Object.keys(missing.files).length === 0 && row.whole_at === null) await setWhole(tx, row, now);
	return missing;
}

async function setWhole(tx: Tx, { id, call_id }: { readonly id: string; readonly call_id: string }, now: Date): Promise<void> {
	await tx.updateTable('grant_application').set({ whole_at: hourOf(now), change: await nextChange(tx, call_id) }).where('id', '=', id).execute();
}

/** Notes whose blob it is; false where it is another application's. */
export async function namesBlob(tx: Tx, application: string, blob: string): Promise<boolean> {
	await tx.insertInto('grant_file').values({ application_id: application, blob_id: blob }).onConflict((conflict) => conflict.column('blob_id').doNothing()).execute();
	const row = await tx.selectFrom('grant_file').select('application_id').where('blob_id', '=', blob).executeTakeFirst();
	return row?.application_id === application;
}

