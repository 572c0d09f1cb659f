import { openFile, partHash, sealedSize, sealFile, VaultFailure } from '#vault';
import { largestFileBytes, partLength } from '../limits.ts';
import { idField, refusedBy } from './answers.ts';
import type { CircleCore } from './core.ts';
import { readFileDetails } from './file-details.ts';
import type { Answer, Link } from './link.ts';
import { LostConnection, type Download, type DownloadOptions, type FileDetails, type OpenedRecord, type Outcome, type Refused, type Uploaded, type UploadOptions } from './open-circle.ts';
import { VaultTrouble } from './trouble.ts';
import { readyToWrite, writeIn } from './writing.ts';

/** How often the circle's key may change during one upload before we give up. */
const mostRestarts = 3;
const longestPauseMs = 30_000;

/**
 * Seals and sends a file part by part, with two parts in memory, and writes its record. A lost connection is waited for:
 * the part in hand is sent again until it has arrived, or the signal is aborted. When the circle's key changes meanwhile
 * (somebody was removed), the file is sealed anew, so that the removed person's keys do not open it.
 */
export async function upload(core: CircleCore, options: UploadOptions): Promise<Uploaded> {
	const { file, name, type = file.type, record } = options;
	if (file.size > largestFileBytes) return { ok: false, reason: 'too-large' };
	for (let restarts = 0; restarts < mostRestarts; restarts++) {
		const ready = await readyToWrite(core);
		if (!ready.ok) return ready;
		const epoch = core.state.epochs.length;
		const sent = await sendSealed(core, options, epoch);
		if (!sent.ok) return sent;
		const details: FileDetails = { name, type, sizeBytes: file.size, blob: sent.blob, epoch, hashes: sent.hashes };
		const written = await writeIn(core, { kind: 'file', body: { ...details }, ...(record ? { record: record.record, basedOn: record } : {}) }, epoch);
		if (written !== 'another-epoch') return written.ok ? { ok: true, written: written.written, details } : written;
		await forget(core.link, sent.blob);
	}
	return { ok: false, reason: 'moved-on' };
}

type Sent = { readonly ok: true; readonly blob: string; readonly hashes: readonly string[] } | { readonly ok: false; readonly reason: Refused | 'cancelled' };

async function sendSealed({ link, id, state }: CircleCore, { file, onProgress, signal }: UploadOptions, epoch: number): Promise<Sent> {
	const recipient = state.epochs[epoch - 1]?.announced.inbox ?? '';
	const { sizeBytes, parts } = sealedSize(file.size);
	const tell = (sentBytes: number, waiting: boolean): void => onProgress?.({ sentBytes, ofBytes: sizeBytes, waiting });
	tell(0, false);
	const path = '/api/blobs';
	const begun = await link.send('POST', path, { circle: id, sizeBytes, parts });
	if (!begun.ok) return { ok: false, reason: refusedBy(begun) };
	const blob = idField({ path, value: begun.value }, 'blob');
	const hashes: string[] = [];
	let sentBytes = 0;
	for await (const part of oneAhead(sealFile(file.stream(), { sizeBytes: file.size, recipient }))) {
		const partPath = `${path}/${blob}/parts/${hashes.length}`;
		const outcome = await persist(link, () => link.send('PUT', partPath, part), { signal, onWaiting: () => tell(sentBytes, true) });
		if (outcome === 'cancelled' || !outcome.ok) {
			await forget(link, blob);
			return { ok: false, reason: outcome === 'cancelled' ? outcome : refusedBy(outcome) };
		}
		hashes.push(await partHash(part));
		sentBytes += part.length;
		tell(sentBytes, false);
	}
	const whole = await persist(link, () => link.send('POST', `${path}/${blob}/whole`, { hashes }), { signal, onWaiting: () => tell(sentBytes, true) });
	if (whole === 'cancelled') return { ok: false, reason: whole };
	return whole.ok ? { ok: true, blob, hashes } : { ok: false, reason: refusedBy(whole) };
}

/** The same, the next one being made while the one in hand is used. */
async function* oneAhead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
	let next = items.next();
	try {
		for (let found = await next; found.done !== true; found = await next) {
			next = items.next();
			// What goes wrong is told when its turn comes.
			next.catch(() => undefined);
			yield found.value;
		}
	} finally {
		await items.return(undefined);
	}
}

interface Patience {
	readonly signal: AbortSignal | undefined;
	readonly onWaiting: () => void;
}

/** Asks until there is an answer that waiting does not change: after a lost connection, and while the server is slow or its database away. */
async function persist(link: Link, ask: () => Promise<Answer>, { signal, onWaiting }: Patience): Promise<Answer | 'cancelled'> {
	for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
		if (signal?.aborted === true) return 'cancelled';
		const answer = await ask();
		if (answer.ok || (answer.reason !== 'offline' && answer.status !== 429 && answer.status !== 503)) return answer;
		onWaiting();
		await link.pause(pauseMs, signal);
	}
}

/** What is not needed on the server any more; if this does not arrive, a sweep takes it within a day. */
async function forget(link: Link, blob: string): Promise<void> {
	await link.send('DELETE', `/api/blobs/${blob}`, {});
}

/**
 * Opens a file as it arrives, one part in memory: each is compared with the signed record before anything of it is opened.
 * A lost connection is waited for, as in an upload; where the signal is aborted, this or the stream fails with its reason.
 */
export async function download(core: CircleCore, file: OpenedRecord, options: DownloadOptions = {}): Promise<Outcome<Download>> {
	const details = file.kind === 'file' ? readFileDetails(file.body) : undefined;
	if (details === undefined) throw core.strange(file);
	const place = { part: 'file', circle: core.id, blob: details.blob } as const;
	const identity = core.keys.get(details.epoch)?.inbox;
	if (identity === undefined) throw new VaultTrouble('not-for-you', { ...place, piece: 0 }, { found: 'no key of the epoch that the file is sealed to' });
	let piece = 0;
	const parts = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const part = await fetchPart(core.link, { details, piece }, options);
				piece += 1;
				controller.enqueue(part);
				if (piece === details.hashes.length) controller.close();
			}
		},
		{ highWaterMark: 0 }
	);
	/** The part that came last is the one that is wrong. */
	const placed = (error: unknown): unknown => (error instanceof VaultFailure ? new VaultTrouble(error.kind, { ...place, piece: Math.max(piece - 1, 0) }, { found: error.message }) : error);
	try {
		const opened = await openFile(parts, { sizeBytes: details.sizeBytes, parts: details.hashes, identity });
		return { ok: true, details, stream: failingWith(opened.getReader(), placed) };
	} catch (error) {
		if (error instanceof LostConnection) return { ok: false, reason: error.reason };
		throw placed(error);
	}
}

/** The same stream, whose failure says where it happened. */
function failingWith(reader: ReadableStreamDefaultReader<Uint8Array>, placed: (error: unknown) => unknown): ReadableStream<Uint8Array> {
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = await reader.read().catch((error: unknown) => {
					throw placed(error);
				});
				if (done) controller.close();
				else controller.enqueue(value);
			},
			cancel: (why) => reader.cancel(why)
		},
		{ highWaterMark: 0 }
	);
}

async function fetchPart(link: Link, { details: { blob, sizeBytes }, piece }: { readonly details: FileDetails; readonly piece: number }, { signal, onWaiting }: DownloadOptions): Promise<Uint8Array> {
	const length = partLength(sealedSize(sizeBytes).sizeBytes, piece);
	const answer = await persist(link, () => link.askBytes(`/api/blobs/${blob}/parts/${piece}`, length), { signal, onWaiting: () => onWaiting?.(true) });
	signal?.throwIfAborted();
	if (answer === 'cancelled' || !answer.ok || !(answer.value instanceof Uint8Array)) throw new LostConnection(answer === 'cancelled' || answer.ok ? 'failed' : refusedBy(answer));
	onWaiting?.(false);
	return answer.value;
}
