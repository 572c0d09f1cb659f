import type { Json } from '#lib/vault/envelope.ts';
import type { About } from './open-circle.ts';

/** Name and purpose, as a circle's record of them says; undefined for another shape. */
export function aboutOf(body: Json): About | undefined {
	if (typeof body !== 'object' || body === null || !('name' in body) || !('purpose' in body)) return undefined;
	const { name, purpose } = body;
	return typeof name === 'string' && typeof purpose === 'string' ? { name, purpose } : undefined;
}

/** Who is called how, as a person's record says; undefined for another shape. */
export function personOf(body: Json): { readonly account: string; readonly name: string } | undefined {
	if (typeof body !== 'object' || body === null || !('account' in body) || !('name' in body)) return undefined;
	const { account, name } = body;
	return typeof account === 'string' && typeof name === 'string' ? { account, name } : undefined;
}
