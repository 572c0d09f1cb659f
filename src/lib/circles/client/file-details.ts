import { sealedSize } from '#vault';
import { isCount, isHash, isId, type Json } from '#lib/vault/envelope.ts';
import { largestFileBytes } from '../limits.ts';
import type { FileDetails } from './open-circle.ts';

/** What a file's record says; undefined for another shape. */
export function readFileDetails(body: Json): FileDetails | undefined {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
	const { name, type, sizeBytes, blob, epoch, hashes } = body as Readonly<Record<string, Json>>;
	if (typeof name !== 'string' || typeof type !== 'string' || !isCount(sizeBytes) || sizeBytes > largestFileBytes || typeof blob !== 'string' || !isId(blob) || !isCount(epoch) || !Array.isArray(hashes)) return undefined;
	const parts = hashes as readonly Json[];
	if (parts.length !== sealedSize(sizeBytes).parts || !parts.every(isHash)) return undefined;
	return { name, type, sizeBytes, blob, epoch, hashes: parts };
}
