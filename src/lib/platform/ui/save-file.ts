/** What somebody is to keep on her own device. */
export interface FileToSave {
	/** A name that is safe on any system. */
	readonly name: string;
	readonly content: ReadableStream<Uint8Array>;
	/** Told how many bytes have come so far. */
	readonly onProgress?: (bytes: number) => void;
	readonly signal?: AbortSignal;
}

/** `asked`: she chose no place. */
export type Saved = { readonly ok: true; readonly streamed: boolean } | { readonly ok: false; readonly reason: 'asked' };

/** The part of the File System API that TypeScript's browser types lack. */
interface WithPicker {
	showSaveFilePicker?: (options: { readonly suggestedName: string }) => Promise<{ createWritable(): Promise<WritableStream<Uint8Array> & { abort(): Promise<void> }> }>;
}

/**
 * Where somebody wants a file to be kept, asked before the file is fetched, because browsers ask only right after a
 * press. Where there is such a question the bytes go there as they come, and memory does not grow with them; elsewhere
 * they are gathered and given to the browser's downloads. Nothing half stays behind when the stream fails.
 */
export async function placeToSave(name: string): Promise<((content: Omit<FileToSave, 'name'>) => Promise<Saved>) | undefined> {
	const picker = (window as WithPicker).showSaveFilePicker;
	if (picker === undefined) return (file) => gathered({ ...file, name });
	try {
		const handle = await picker.call(window, { suggestedName: name });
		return async ({ content, onProgress, signal }) => {
			const writable = await handle.createWritable();
			await counted(content, onProgress).pipeTo(writable, signal ? { signal } : {});
			return { ok: true, streamed: true };
		};
	} catch (error) {
		if (error instanceof DOMException && error.name === 'AbortError') return undefined;
		// Refused in a frame or by a policy: the other way still works.
		return (file) => gathered({ ...file, name });
	}
}

async function gathered({ name, content, onProgress }: FileToSave): Promise<Saved> {
	// As a file of no kind: a browser keeps it and does not open it by itself.
	const blob = await new Response(counted(content, onProgress)).blob();
	giveToDownloads(new Blob([blob], { type: 'application/octet-stream' }), name);
	return { ok: true, streamed: false };
}

/** Hands a blob to the browser's downloads. */
export function giveToDownloads(blob: Blob, name: string): void {
	const url = URL.createObjectURL(blob);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The same stream, telling how much has passed. */
export function counted(content: ReadableStream<Uint8Array>, onProgress: ((bytes: number) => void) | undefined): ReadableStream<Uint8Array<ArrayBuffer>> {
	let bytes = 0;
	return content.pipeThrough(
		new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
			transform(chunk, controller) {
				bytes += chunk.length;
				onProgress?.(bytes);
				controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
			}
		})
	);
}
