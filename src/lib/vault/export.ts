import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { VaultFailure } from './failure.ts';
import type { KeyIdentity } from './keys.ts';

/**
 * Note: The one place for age's older kind of key.
 * What leaves Steadfast is to be opened by the `age` command of any system, and the versions that are installed today
 * know no hybrid keys. So an export may go to an X25519 recipient; nothing inside Steadfast ever does.
 */

/** A new key identity of age's X25519 kind (`AGE-SECRET-KEY-1…`, `age1…`), for one export. */
export async function newExportKey(): Promise<KeyIdentity> {
	const identity = await generateX25519Identity();
	return { identity, recipient: await identityToRecipient(identity) };
}

/** Whether an export can be sealed to this recipient: X25519 (`age1…`) or hybrid (`age1pq1…`), with its checksum. */
export function isExportRecipient(text: string): boolean {
	if (!/^age1(?:pq1)?[02-9ac-hj-np-z]{58,1952}$/.test(text)) return false;
	try {
		new Encrypter().addRecipient(text);
		return true;
	} catch {
		return false;
	}
}

/**
 * An age file to one recipient, made while it is read: memory does not grow with it. Not padded, because who gets the
 * export sees its names and lengths anyway. Throws `weak-recipient` for anything but such a recipient.
 */
export async function sealExport(content: ReadableStream<Uint8Array>, recipient: string): Promise<ReadableStream<Uint8Array>> {
	if (!isExportRecipient(recipient)) throw new VaultFailure('weak-recipient', 'an export must go to an age recipient');
	const encrypter = new Encrypter();
	encrypter.addRecipient(recipient);
	return encrypter.encrypt(content);
}
