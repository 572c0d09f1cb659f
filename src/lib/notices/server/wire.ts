import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import { parseAddress } from '#lib/platform/mail/address.ts';
import type { Push } from '#lib/platform/push/push.ts';
import type { Destination } from '../notice.ts';

const shape = v.variant('kind', [
	v.strictObject({ kind: v.literal('mail'), address: v.pipe(v.string(), v.maxLength(1000)), language: v.picklist(languages) }),
	v.strictObject({ kind: v.literal('push'), endpoint: v.pipe(v.string(), v.maxLength(4000)) })
]);

export type Asked = { readonly ok: true; readonly destination: Destination } | { readonly ok: false; readonly reason: 'malformed' | 'address-missing' | 'address-malformed' | 'address-too-long' | 'push-unknown' };

/** Where a request's body asks to be told. `push-unknown`: by a push service that this server does not write to. */
export function readDestination(body: Uint8Array, push: Push): Asked {
	const { success, output } = v.safeParse(shape, jsonOf(body));
	if (!success) return { ok: false, reason: 'malformed' };
	if (output.kind === 'push') return push.takes(output.endpoint) ? { ok: true, destination: output } : { ok: false, reason: 'push-unknown' };
	const parsed = parseAddress(output.address);
	return parsed.ok ? { ok: true, destination: { ...output, address: parsed.address } } : parsed;
}

function jsonOf(body: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
	} catch {
		return undefined;
	}
}
