import { nothingPolicy } from './policies.ts';

/**
 * Note: What the vault's pages ask.
 * Everything under `/api` is asked for by programs: JSON in, JSON out, and each refusal is `{ reason }` with a status.
 * A route refuses either with `error(404, 'not-found')` or with an answer of its own of that shape; what SvelteKit and
 * the front refuse by themselves gets the same shape here. A reason is a word for a program, never a sentence with content.
 */
export type ApiReason = 'malformed' | 'signed-out' | 'forbidden' | 'forged' | 'not-found' | 'method' | 'conflict' | 'too-large' | 'too-many' | 'unavailable' | 'failed';

const reasonsByStatus: Readonly<Record<number, ApiReason>> = {
	400: 'malformed',
	401: 'signed-out',
	403: 'forbidden',
	404: 'not-found',
	405: 'method',
	409: 'conflict',
	413: 'too-large',
	414: 'too-large',
	415: 'malformed',
	429: 'too-many',
	503: 'unavailable'
};

export const apiHeaders: Readonly<Record<string, string>> = {
	'content-security-policy': nothingPolicy,
	'cache-control': 'no-store',
	'cross-origin-resource-policy': 'same-origin',
	'referrer-policy': 'same-origin',
	'x-content-type-options': 'nosniff'
};

/** Whether a path, with or without its query, is answered to programs. */
export function isApi(path: string): boolean {
	return /^\/api(?:[/?]|$)/.test(path);
}

const largestJsonBytes = 1024 * 1024;
const largestPartBytes = 5 * 1024 * 1024;
/** A thread of some hundred messages that is sealed again all at once. */
const largestRekeyBytes = 20 * 1024 * 1024;

/** How much may be sent to an address of `/api`, in bytes: parts of files come as they are, all else as JSON. */
export function largestApiBody(url: string): number {
	if (/^\/api\/desk\/applications\/[^/?]+\/keys$/.test(url)) return largestRekeyBytes;
	return isFilePart(url) ? largestPartBytes : largestJsonBytes;
}

/** Whether this is the address of a part of a file, whose body is no JSON. */
export function isFilePart(url: string): boolean {
	return /^\/api\/(?:applications\/[^/?]+\/files|receipt\/files|blobs)\/[^/?]+\/parts\/[^/?]+(?:\?|$)/.test(url);
}

/** What SvelteKit answered, under the headers of `/api`, with every refusal in the one shape. */
export async function apiAnswer(given: Response): Promise<Response> {
	const answer = await inOneShape(given);
	for (const [name, value] of Object.entries(apiHeaders)) answer.headers.set(name, value);
	answer.headers.delete('x-sveltekit-page');
	return answer;
}

async function inOneShape(answer: Response): Promise<Response> {
	if (answer.status < 400) return answer;
	const told: unknown = answer.headers.get('content-type')?.startsWith('application/json') ? await answer.clone().json() : undefined;
	if (typeof told === 'object' && told !== null && 'reason' in told) return answer;
	const word = typeof told === 'object' && told !== null && 'message' in told && typeof told.message === 'string' ? told.message : '';
	const retryAfter = answer.headers.get('retry-after');
	return reasonOnly(answer.status, isReason(word) ? word : (reasonsByStatus[answer.status] ?? (answer.status < 500 ? 'malformed' : 'failed')), retryAfter === null ? {} : { 'retry-after': retryAfter });
}

/** Words with hyphens, as a route writes them in `error(404, 'not-found')`; not SvelteKit's own sentences. */
function isReason(word: string): boolean {
	return /^[a-z]+(?:-[a-z]+)*$/.test(word);
}

function reasonOnly(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): Response {
	return Response.json({ reason }, { status, headers });
}
