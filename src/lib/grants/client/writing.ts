import { partFiles, partRecords, sealRecord, steppedLength } from '#vault';
import { canonical, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import type { AttachedFile } from '../form.ts';
import type { ReferenceDeed } from '../reference.ts';
import { jsonBytes, persist, type Line } from '#lib/circles/client/line.ts';
import { messagePlace, openReceipt, type OpenedReceipt } from './opening.ts';
import { sealOne, type ChosenFile } from './sealing.ts';
import { signReceiptRequest } from './sending.ts';

export type WriteTrouble = 'gone' | 'too-many' | 'no-room' | 'not-found' | 'refused' | 'cancelled';

export type Written = { readonly ok: true } | { readonly ok: false; readonly reason: WriteTrouble };

export interface WriteOptions {
	/** 0 to 1, of the files; and whether it waits for the network. */
	readonly onState?: (state: { readonly share: number; readonly waiting: boolean }) => void;
	readonly signal?: AbortSignal;
}

/**
 * Sends the team a message, with files if there are any: the files first, so that a message never names what is not
 * there. Another message that came in between takes the place, and ours the next one.
 */
export async function writeToTeam(line: Line, opened: OpenedReceipt, { text, files, report, deed }: { readonly text: string; readonly files: readonly ChosenFile[]; /** The answers of a report, which `text` says in words. */ readonly report?: readonly string[]; readonly deed?: ReferenceDeed }, { onState = () => undefined, signal }: WriteOptions = {}): Promise<Written> {
	const { receipt, secrets } = opened;
	if (secrets?.thread === undefined || secrets.core === undefined) return { ok: false, reason: 'gone' };
	const send = async (path: string, method: 'POST' | 'PUT', body: Uint8Array<ArrayBuffer>, type: string) => {
		const headers = { 'content-type': type, 'steadfast-mailbox': receipt.mailbox, 'steadfast-signature': await signReceiptRequest(receipt, { method, path, body }) };
		return persist(line, { method, path, body, headers, signal }, () => onState({ share: sent / total, waiting: true }));
	};
	let sent = 0;
	const total = Math.max(1, files.reduce((sum, { content }) => sum + content.size, 0));
	const attached: AttachedFile[] = [];
	const { recipient } = files.length === 0 ? { recipient: '' } : await partFiles(secrets.core);
	for (const { name, content } of files) {
		const { blob, hashes, parts, sizeBytes } = await sealOne(content, recipient);
		for (const [index, part] of parts.entries()) {
			const answer = await send(`/api/receipt/files/${blob}/parts/${index}?of=${sizeBytes}`, 'PUT', new Uint8Array(await part.arrayBuffer()), 'application/octet-stream');
			if (!answer.ok) return { ok: false, reason: troubleOf(answer.reason) };
			sent += content.size / parts.length;
			onState({ share: sent / total, waiting: false });
		}
		attached.push({ name, type: content.type, sizeBytes: content.size, blob, hashes });
	}
	let newest = opened;
	for (let tries = 0; tries < 5; tries++) {
		const { author, call, generation, inboxes, manifest, thread } = newest;
		// Sealed again in between, the thread has another key.
		if (newest.secrets?.thread === undefined) return { ok: false, reason: 'gone' };
		const key = await partRecords(newest.secrets.thread);
		const { application } = manifest;
		const seq = (thread.at(-1)?.seq ?? 0) + 1;
		const seal = { author, at: Math.floor(line.now().getTime() / 3_600_000) * 3_600_000, previous: null, head: call.state.head };
		const body = utf8(canonical({ v: 1, text, ...(attached.length > 0 && { files: attached as unknown as Json }), ...(report && { report }), ...(deed && { deed: deed as unknown as Json }) }));
		const envelope = await sealRecord({ place: messagePlace({ inboxes, application, generation, seq }), seal, body, key, signing: receipt.signing, lengths: steppedLength });
		const answer = await send('/api/receipt/messages', 'POST', jsonBytes({ seq, generation, envelope: toText(envelope) }), 'application/json');
		if (answer.ok) return { ok: true };
		if (answer.reason !== 'moved-on') return { ok: false, reason: troubleOf(answer.reason) };
		const again = await openReceipt(line, receipt);
		if (!again.ok) return { ok: false, reason: again.reason === 'not-found' ? 'not-found' : 'refused' };
		// An answer that was lost on its way back: what is there already is not written twice.
		if (again.opened.thread.slice(newest.thread.length).some((message) => message.ok && message.by === 'applicant' && message.text === text && JSON.stringify(message.deed) === JSON.stringify(deed))) return { ok: true };
		newest = again.opened;
	}
	return { ok: false, reason: 'refused' };
}

/** Withdraws the application: the letters to the receipts are deleted, and the team is told by the state alone. */
export function withdrawApplication(line: Line, opened: OpenedReceipt): Promise<Written> {
	return act(line, opened, 'withdraw');
}

/** Makes this receipt lead to nothing; gone already is gone as well. */
export async function burnReceipt(line: Line, opened: OpenedReceipt): Promise<Written> {
	const done = await act(line, opened, 'burn');
	return done.ok || done.reason !== 'not-found' ? done : { ok: true };
}

/** Ends a new receipt that somebody asked for in the place of these words. */
export function objectToNewReceipt(line: Line, opened: OpenedReceipt): Promise<Written> {
	return act(line, opened, 'object');
}

async function act(line: Line, { receipt }: OpenedReceipt, what: 'withdraw' | 'burn' | 'object'): Promise<Written> {
	const path = `/api/receipt/${what}`;
	const body = jsonBytes({});
	const headers = { 'content-type': 'application/json', 'steadfast-mailbox': receipt.mailbox, 'steadfast-signature': await signReceiptRequest(receipt, { method: 'POST', path, body }) };
	const answer = await persist(line, { method: 'POST', path, body, headers }, () => undefined);
	return answer.ok ? { ok: true } : { ok: false, reason: troubleOf(answer.reason) };
}

function troubleOf(reason: string): WriteTrouble {
	if (reason === 'circle-full' || reason === 'disk-full') return 'no-room';
	return reason === 'gone' || reason === 'too-many' || reason === 'not-found' || reason === 'cancelled' ? reason : 'refused';
}
