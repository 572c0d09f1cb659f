import { decodeText, VaultFailure } from '#vault';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble, type Place } from '#lib/circles/client/trouble.ts';
import { fromCanonical, fromText, isSignedBy, type Bytes, type Json } from '#lib/vault/envelope.ts';
import { bondMessage, readTravel, type Bond, type Travel } from '../guest.ts';

/** By what a circle knows the letters of a guest: raw keys of the links that were made, and to which of its epochs each lets seal. */
export interface KnownGuest {
	readonly guest: string;
	readonly links: readonly { readonly signing: Uint8Array; readonly epoch: number }[];
}

interface Letter {
	readonly letter: string;
	readonly version: number;
}

/** What a guest needs, opened and verified. Throws a `VaultTrouble` for a letter of anybody else, or of another answer. */
export async function travelIn(circle: OpenCircle, known: KnownGuest, { letter, version }: Letter): Promise<Travel> {
	const { body, author, place } = await fromInbox(circle, known, { letter, kind: 'guest-travel' });
	const read = readTravel(body);
	if (read === undefined || read.travel.version !== version) throw new VaultTrouble('unknown-format', place, { found: 'needs of another shape, or of another answer' });
	if (read.bond.signing !== author || !(await isBond(known, read.bond))) throw new VaultTrouble('foreign-key', place, { found: 'needs by somebody who had no link' });
	return read.travel;
}

/** Opens with whichever epoch's inbox one of the links let the guest seal to. */
export async function fromInbox(circle: OpenCircle, { guest, links }: KnownGuest, { letter, kind }: { readonly letter: string; readonly kind: string }): Promise<{ readonly body: Json | undefined; readonly author: string; readonly place: Place }> {
	const place: Place = { part: 'keys', circle: circle.id };
	const epochs = [...new Set(links.map(({ epoch }) => epoch))].toReversed();
	for (const epoch of epochs) {
		try {
			const { header, body } = await circle.openInbox({ letter: bytesOf(letter), epoch, kind, about: guest, authorKey: (author) => fromText(author) });
			return { body: fromCanonical(decodeText(body).trimEnd()), author: header.author, place };
		} catch (error) {
			if (!(error instanceof VaultFailure)) throw error;
			if ((error.kind !== 'damaged' && error.kind !== 'not-for-you') || epoch === epochs.at(-1)) throw new VaultTrouble(error.kind, place, { found: error.message });
		}
	}
	throw new VaultTrouble('not-for-you', place, { found: 'no inbox of ours' });
}

/** Whether one of a guest's links vouches for these keys. */
export async function isBond({ guest, links }: KnownGuest, { signature, ...keys }: Bond): Promise<boolean> {
	for (const { signing } of links.toReversed()) if (await isSignedBy(signing, bondMessage({ invitation: guest, ...keys }), bytesOf(signature))) return true;
	return false;
}

/** The bytes of a base64url text; none of any other. */
export function bytesOf(text: string): Bytes {
	return fromText(text) ?? new Uint8Array();
}
