import { imageSize } from 'image-size';

/**
 * Width and height of a picture as it lies upright, in pixels, read from its header without decoding it; undefined where
 * the header says nothing usable.
 */
export function pictureSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
	try {
		const { width, height, orientation = 1 } = imageSize(bytes);
		if (!(width > 0 && height > 0)) return undefined;
		return orientation > 4 ? { width: height, height: width } : { width, height };
	} catch {
		// image-size has no error of its own: whatever it throws, it found no size.
		return undefined;
	}
}
