import { cleanPhoto } from './photo.ts';

/** A picture without place, time and camera, or that none could be made. */
export type Cleaned =
	/** `redrawn`: the browser painted it anew; it lies upright, and of a moving picture the first one stays. */
	| { readonly ok: true; readonly blob: Blob; readonly type: string; readonly redrawn: boolean }
	| { readonly ok: false };

/** Larger ones are not painted anew: they would fill a phone's memory. */
const mostPixels = 50_000_000;
/** Read whole into memory, so not of any size. */
const mostBytes = 60_000_000;

/** Whether this is a picture by its type or ending; SVG is none, because it is text that may hold anything. */
export function isPicture({ name, type }: { readonly name: string; readonly type: string }): boolean {
	if (/svg/i.test(type) || /\.svgz?$/i.test(name)) return false;
	return type.startsWith('image/') || /\.(?:jpe?g|png|webp|gif|avif|heic|heif|bmp|tiff?)$/i.test(name);
}

/**
 * The picture without metadata: JPEG, PNG and WebP by taking it out (see `cleanPhoto`), whatever else this browser can
 * show by painting it anew. In the browser only.
 */
export async function cleanedPicture(file: Blob): Promise<Cleaned> {
	if (file.size > mostBytes) return { ok: false };
	const cleaned = cleanPhoto(new Uint8Array(await file.arrayBuffer()));
	if (cleaned.ok) return { ok: true, blob: new Blob([cleaned.bytes as Uint8Array<ArrayBuffer>], { type: cleaned.type }), type: cleaned.type, redrawn: false };
	return redrawn(file);
}

async function redrawn(file: Blob): Promise<Cleaned> {
	let bitmap: ImageBitmap;
	try {
		bitmap = await createImageBitmap(file);
	} catch {
		// A kind that this browser does not know.
		return { ok: false };
	}
	if (bitmap.width * bitmap.height > mostPixels) return { ok: false };
	const canvas = document.createElement('canvas');
	canvas.width = bitmap.width;
	canvas.height = bitmap.height;
	canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
	bitmap.close();
	// A photograph as JPEG; what has few colours or none in places as PNG, which keeps them.
	const type = /gif|png|webp/.test(file.type) ? 'image/png' : 'image/jpeg';
	const painted = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, 0.92));
	if (painted === null) return { ok: false };
	const cleaned = cleanPhoto(new Uint8Array(await painted.arrayBuffer()));
	return cleaned.ok ? { ok: true, blob: new Blob([cleaned.bytes as Uint8Array<ArrayBuffer>], { type }), type, redrawn: true } : { ok: false };
}

/** The name with the ending that the cleaned picture's type has. */
export function nameAs(name: string, type: string): string {
	const ending = type.replace('image/', '').replace('jpeg', 'jpg');
	return new RegExp(`\\.${ending === 'jpg' ? 'jpe?g' : ending}$`, 'i').test(name) ? name : `${name.replace(/\.[\p{L}\p{N}]{1,5}$/u, '')}.${ending}`;
}
