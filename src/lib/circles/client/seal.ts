import { recordHash, sealRecord, type AccountKeys, type EpochKeys } from '#vault';
import { canonical, toText, utf8, type Json } from '#lib/vault/envelope.ts';

export interface ToSeal {
	readonly circle: string;
	readonly record: string;
	readonly kind: string;
	readonly version: number;
	readonly previous: string | null;
	readonly body: Json;
	readonly head: { readonly seq: number; readonly hash: string };
	readonly epoch: EpochKeys;
	readonly by: AccountKeys;
	readonly at: Date;
}

/** A record ready to be sent. Throws `too-large`. */
export async function seal({ circle, record, kind, version, previous, body, head, epoch, by, at }: ToSeal): Promise<{ readonly kind: string; readonly epoch: number; readonly version: number; readonly envelope: string; readonly hash: string }> {
	const place = { kind, circle, record, epoch: epoch.epoch, version };
	const envelope = await sealRecord({ place, seal: { author: by.account, at: at.getTime(), previous, head: { seq: head.seq, hash: head.hash } }, body: utf8(canonical(body)), key: epoch.records, signing: by.signing });
	return { kind, epoch: epoch.epoch, version, envelope: toText(envelope), hash: await recordHash(envelope) };
}
