import { answer, groundOf, putPart, readPart } from '#lib/circles/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** One sealed part, as it lies there. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	const part = await readPart(groundOf(event.locals.house), account, { blob: event.params.blob, index: indexOf(event.params.part) });
	return part.ok ? new Response(new Uint8Array(part.bytes), { headers: { 'content-type': 'application/octet-stream' } }) : answer(part);
};

/** Takes one sealed part in; the request's signature covers its SHA-256. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await putPart(groundOf(event.locals.house), actor, { blob: event.params.blob, index: indexOf(event.params.part), bytes: body }));
};

function indexOf(text: string): number {
	return /^(?:0|[1-9]\d{0,3})$/.test(text) ? Number(text) : -1;
}
