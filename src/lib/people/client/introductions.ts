import { decodeText, isProof, openCard, openLetter, VaultFailure } from '#vault';
import { canonical, fromCanonical } from '#lib/vault/envelope.ts';
import { reads, type AnswerOf } from './answers.ts';
import { askJson, send, type Unlocked } from './session.svelte.ts';
import type { Trouble } from './trouble.ts';

/** Somebody who joined by one of our links and told us her name. */
export interface Introduced {
	readonly account: string;
	readonly name: string;
	readonly invitation: string;
	/** The circle that the link was for; she is not in it before a steward lets her in. */
	readonly circle: string | null;
}

export interface Introductions {
	readonly ok: true;
	readonly taken: readonly Introduced[];
	/** Letters that cannot be believed, or whose invitation this account does not know (any more). They stay. */
	readonly refused: number;
}

/**
 * Takes in the letters of those who joined by our links. `secretOf` gives the secret of a link that we made, from our own
 * circle: only somebody who had the link can have written the proof, and the server never had it. `keep` stores the
 * contact; a letter is deleted once it resolved to true.
 */
export async function takeIntroductions(
	unlocked: Unlocked,
	{ secretOf, keep }: { readonly secretOf: (invitation: string) => Promise<Uint8Array | undefined>; readonly keep: (introduced: Introduced) => Promise<boolean> }
): Promise<Introductions | Trouble> {
	const answer = await askJson('/api/introductions', reads('introductions'));
	if (!answer.ok) return answer;
	const taken: Introduced[] = [];
	let refused = 0;
	for (const letter of answer.value.introductions) {
		const secret = await secretOf(letter.invitation);
		const introduced = secret && (await openIntroduction(unlocked, letter, secret));
		if (introduced === undefined) refused += 1;
		else if (await keep(introduced)) {
			taken.push(introduced);
			await send('DELETE', `/api/introductions/${letter.id}`);
		}
	}
	return { ok: true, taken, refused };
}

async function openIntroduction({ keys }: Unlocked, { from, found, invitation, circle, letter }: AnswerOf<'introductions'>['introductions'][number], secret: Uint8Array): Promise<Introduced | undefined> {
	try {
		const card = await openCard(from, found);
		const authorKey = (author: string) => (author === from ? card.signing : undefined);
		const { body } = await openLetter({ letter, identity: keys, expected: { kind: 'introduction', circle: null, about: invitation, authorKey } });
		const said = fromCanonical(decodeText(body));
		if (typeof said !== 'object' || said === null || !('proof' in said)) return undefined;
		const { name, proof } = said;
		const isOurs = said['account'] === from && said['invitation'] === invitation && said['circle'] === circle;
		if (!isOurs || typeof name !== 'string' || typeof proof !== 'string' || !(await isProof(secret, canonical([invitation, from, circle]), proof))) return undefined;
		return { account: from, name, invitation, circle };
	} catch (error) {
		if (error instanceof VaultFailure) return undefined;
		throw error;
	}
}
