import { error, type RequestEvent } from '@sveltejs/kit';

/** What was sent, as it came: JSON that a signature is checked over, or a part of a file. Throws SvelteKit's error 413 for too much. */
export async function rawBody({ request, platform }: Pick<RequestEvent, 'request' | 'platform'>): Promise<Uint8Array<ArrayBuffer>> {
	if (platform?.filePart === undefined) return new Uint8Array(await request.arrayBuffer());
	return (await platform.filePart()) ?? error(413, 'too-large');
}
