/** So much of a file says whether it moves: what tells it stands before the first picture. */
const beginningBytes = 256 * 1024;

/**
 * Whether a picture may move, and so would lose something when only its first picture is kept: every GIF, and PNG, WebP
 * and AVIF where their beginning says so (APNG's `acTL`, the flag in `VP8X`, the brand `avis`).
 */
export async function mayMove(file: Blob): Promise<boolean> {
	const beginning = new Uint8Array(await file.slice(0, beginningBytes).arrayBuffer());
	const text = new TextDecoder('latin1').decode(beginning);
	if (text.startsWith('GIF8')) return true;
	if (text.startsWith('PNG', 1)) return text.slice(0, text.indexOf('IDAT')).includes('acTL');
	if (text.startsWith('RIFF') && text.startsWith('WEBPVP8X', 8)) return ((beginning[20] ?? 0) & 0x02) !== 0;
	return text.startsWith('ftypavis', 4);
}
