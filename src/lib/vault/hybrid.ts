import { Decrypter, Encrypter } from 'age-encryption';
import { isHybridRecipient } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import type { KeyIdentity } from './keys.ts';

/**
 * Note: Hybrid recipients only.
 * The library takes recipients of every kind that age knows, and several kinds in one file. Whatever we seal goes to
 * hybrid recipients (ML-KEM-768 and X25519), and whatever has another stanza beside them is refused: a key that a later
 * quantum computer finds would open the same file.
 */
export function encrypterTo(recipients: readonly string[]): Encrypter {
	if (recipients.length === 0 || !recipients.every(isHybridRecipient)) throw new VaultFailure('weak-recipient', 'what is sealed must go to hybrid recipients');
	const encrypter = new Encrypter();
	for (const recipient of recipients) encrypter.addRecipient(recipient);
	return encrypter;
}

/**
 * Opens with one key identity. The library asks its identities one after the other: the first looks at the header, the
 * last is reached when no stanza was ours. Beside the library's own errors it throws `weak-recipient` and `not-for-you`.
 */
export function decrypterOf({ identity }: KeyIdentity): Decrypter {
	const decrypter = new Decrypter();
	decrypter.addIdentity({
		unwrapFileKey(stanzas) {
			if (stanzas.some(({ args }) => args[0] !== 'mlkem768x25519')) throw new VaultFailure('weak-recipient', 'sealed to a recipient of another kind than ours');
			return null;
		}
	});
	decrypter.addIdentity(identity);
	decrypter.addIdentity({
		unwrapFileKey() {
			throw new VaultFailure('not-for-you', 'sealed to others');
		}
	});
	return decrypter;
}
