import type { Json } from '#lib/vault/envelope.ts';
import type { FileDetails } from '../client/open-circle.ts';

/** What a file's record says; undefined for another shape. */
export function detailsOf(body: Json): FileDetails | undefined {
	if (typeof body !== 'object' || body === null || !('hashes' in body)) return undefined;
	const { name, type, sizeBytes, blob, epoch, hashes } = body;
	if (typeof name !== 'string' || typeof type !== 'string' || typeof sizeBytes !== 'number' || typeof blob !== 'string' || typeof epoch !== 'number' || !Array.isArray(hashes)) return undefined;
	const texts = (hashes as readonly Json[]).filter((hash) => typeof hash === 'string');
	return { name, type, sizeBytes, blob, epoch, hashes: texts };
}
