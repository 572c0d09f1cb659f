import type { Receipt } from '#vault';
import { sha256, toText } from '#lib/vault/envelope.ts';
import { receiptRequestMessage } from '../application.ts';
import { jsonBytes, persist, type Answer, type Asking, type Line } from '#lib/circles/client/line.ts';
import type { SealedApplication } from './sealing.ts';

/**
 * An application ready to be sent, every request signed beforehand: whoever has it can send it and open nothing of it.
 * So it can wait on a device without the words.
 */
export interface Parcel {
	readonly slug: string;
	readonly application: string;
	readonly commit: Uint8Array<ArrayBuffer>;
	readonly body: Uint8Array<ArrayBuffer>;
	readonly bodySignature: string;
	readonly missingSignature: string;
	readonly files: readonly { readonly blob: string; readonly parts: readonly { readonly content: Blob; readonly signature: string }[] }[];
	readonly sizeBytes: number;
}

/** Signs what will be sent. `late` is the secret of a link that lets one person in after the deadline. */
export async function parcelOf(sealed: SealedApplication, { slug, late, receipt }: { readonly slug: string; readonly late: string | undefined; readonly receipt: Receipt }): Promise<Parcel> {
	const { application, manifest, signature, files, sizeBytes } = sealed;
	const texts = (envelopes: Readonly<Record<string, Uint8Array>>): Record<string, string> => Object.fromEntries(Object.entries(envelopes).map(([name, bytes]) => [name, toText(bytes)]));
	const body = jsonBytes({ parts: texts(sealed.parts), letters: texts(sealed.letters) });
	const path = pathOf(application);
	const sign = (method: string, rest: string, bytes: Uint8Array): Promise<string> => signReceiptRequest(receipt, { method, path: `${path}/${rest}`, body: bytes });
	const signedFiles: Parcel['files'][number][] = [];
	for (const { blob, parts } of files) {
		const signed: Parcel['files'][number]['parts'][number][] = [];
		for (const [index, content] of parts.entries()) signed.push({ content, signature: await sign('PUT', `files/${blob}/parts/${index}`, new Uint8Array(await content.arrayBuffer())) });
		signedFiles.push({ blob, parts: signed });
	}
	return {
		slug, application, body, files: signedFiles, sizeBytes,
		commit: jsonBytes({ manifest, signature, ...(late !== undefined && { late }) }),
		bodySignature: await sign('PUT', 'body', body),
		missingSignature: await sign('GET', 'missing', new Uint8Array())
	};
}

/** The header by which a receipt signs a request. */
export async function signReceiptRequest({ signing }: Pick<Receipt, 'signing'>, { method, path, body }: { readonly method: string; readonly path: string; readonly body: Uint8Array }): Promise<string> {
	return toText(await signing.sign(receiptRequestMessage({ method, path, bodyHash: toText(await sha256(body)) })));
}

export interface SendingState {
	/** `commit`: not yet counted. `body`: counted, and the words are on their way. `files`: the words have arrived. */
	readonly step: 'commit' | 'body' | 'files';
	readonly sentBytes: number;
	/** The connection is gone, or the server is busy; it goes on by itself. */
	readonly waiting: boolean;
}

/**
 * `no-room`: the words arrived, and the server has no place for the files; `renewed`: the inboxes have changed, nothing
 * was taken, and it has to be sealed anew; `moved-on`: another application with this receipt is there.
 */
export type SendTrouble = 'too-late' | 'closed' | 'renewed' | 'moved-on' | 'gone' | 'no-room' | 'refused' | 'cancelled';

export type SendOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: SendTrouble };

export interface SendOptions {
	readonly onState?: (state: SendingState) => void;
	readonly signal?: AbortSignal;
}

/**
 * Sends an application until it has arrived: first the promise, which is what counts at a deadline; then the words; then
 * the files, part by part. A lost connection is waited for. What has arrived is not sent again, and nothing arrives twice.
 */
export async function sendParcel(line: Line, parcel: Parcel, { onState = () => undefined, signal }: SendOptions = {}): Promise<SendOutcome> {
	const path = pathOf(parcel.application);
	let state: SendingState = { step: 'commit', sentBytes: 0, waiting: false };
	const tell = (next: Partial<SendingState>): void => onState((state = { ...state, waiting: false, ...next }));
	const ask = async (asking: Asking): Promise<Answer | { readonly ok: false; readonly status: number; readonly reason: string }> => persist(line, { ...asking, signal }, () => tell({ waiting: true }));
	tell({});
	const committed = await ask({ method: 'POST', path: `/api/calls/${parcel.slug}/applications`, body: parcel.commit, headers: json });
	if (!committed.ok) return { ok: false, reason: troubleOf(committed.reason) };
	tell({ step: 'body' });
	// After a page was closed in the middle, the words may be there already.
	const before = await ask({ method: 'GET', path: `${path}/missing`, headers: signed(parcel.missingSignature) });
	if (!before.ok) return { ok: false, reason: troubleOf(before.reason) };
	let missing = missingOf(before.value);
	if (missing.body) {
		const arrived = await ask({ method: 'PUT', path: `${path}/body`, body: parcel.body, headers: { ...json, ...signed(parcel.bodySignature) } });
		if (!arrived.ok) return { ok: false, reason: troubleOf(arrived.reason) };
		missing = missingOf(arrived.value);
	}
	tell({ step: 'files', sentBytes: parcel.body.length });
	for (const { blob, parts } of parcel.files) {
		for (const [index, { content, signature }] of parts.entries()) {
			if (missing.files[blob]?.includes(index) === true) {
				const arrived = await ask({ method: 'PUT', path: `${path}/files/${blob}/parts/${index}`, body: content, headers: { 'content-type': 'application/octet-stream', ...signed(signature) } });
				if (!arrived.ok) return { ok: false, reason: arrived.reason === 'circle-full' || arrived.reason === 'disk-full' ? 'no-room' : troubleOf(arrived.reason) };
			}
			tell({ sentBytes: state.sentBytes + content.size });
		}
	}
	return { ok: true };
}

const json = { 'content-type': 'application/json' };

function signed(signature: string): Record<string, string> {
	return { 'steadfast-signature': signature };
}

function pathOf(application: string): string {
	return `/api/applications/${application}`;
}

const knownTroubles: readonly string[] = ['too-late', 'closed', 'renewed', 'moved-on', 'gone', 'cancelled'] satisfies SendTrouble[];

function troubleOf(reason: string): SendTrouble {
	return knownTroubles.includes(reason) ? (reason as SendTrouble) : 'refused';
}

function missingOf(value: unknown): { readonly body: boolean; readonly files: Readonly<Record<string, readonly unknown[]>> } {
	const missing = typeof value === 'object' && value !== null && 'missing' in value ? value.missing : undefined;
	if (typeof missing !== 'object' || missing === null || !('body' in missing) || !('files' in missing) || typeof missing.files !== 'object' || missing.files === null) return { body: true, files: {} };
	const files = Object.entries(missing.files).map(([blob, parts]: [string, unknown]): [string, readonly unknown[]] => [blob, Array.isArray(parts) ? parts : []]);
	return { body: missing.body === true, files: Object.fromEntries(files) };
}
