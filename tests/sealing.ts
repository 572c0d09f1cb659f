import type { VaultFailure } from '../src/lib/vault/index.ts';

/** The kind with which something fails; `opened` when it does not fail, and the error itself when it is none of the vault's. */
export async function failureOf(act: () => Promise<unknown>): Promise<unknown> {
	try {
		await act();
		return 'opened';
	} catch (error) {
		return isVaultFailure(error) ? error.kind : error;
	}
}

function isVaultFailure(error: unknown): error is VaultFailure {
	return error instanceof Error && error.name === 'VaultFailure';
}

/** A copy in which one bit is another. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
	const copy = new Uint8Array(bytes);
	const at = Math.floor(bit / 8) % copy.length;
	copy[at] = (copy[at] ?? 0) ^ (1 << (bit % 8));
	return copy;
}

/** Bytes of which no two stretches are alike, the same for the same length. */
export function someBytes(length: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(length);
	for (let at = 0, state = 1; at < length; at++) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		bytes[at] = state >>> 24;
	}
	return bytes;
}

export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
	return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}
