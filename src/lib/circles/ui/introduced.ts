import { secretMadeHere } from '#lib/people/client/invitations.ts';
import { takeIntroductions } from '#lib/people/client/introductions.ts';
import type { Unlocked } from '#lib/people/client/session.svelte.ts';
import { fromText } from '#lib/vault/envelope.ts';
import { takesAName } from '../acquaintance.ts';
import type { OwnCircle } from '../client/open-circle.ts';

/**
 * Takes in the letters of those who answered our links: each becomes a contact in our own circle, and only then is
 * deleted from the server. Who comes under a name that we know already is `changed` and waits for a comparison. Gives back the own circle with them, and how many letters could not be believed.
 */
export async function takeInIntroduced(unlocked: Unlocked, own: OwnCircle): Promise<{ readonly own: OwnCircle; readonly refused: number }> {
	let notes = own;
	const taken = await takeIntroductions(unlocked, {
		secretOf: (invitation) => {
			const kept = notes.invitations.find(({ id }) => id === invitation);
			return Promise.resolve(kept === undefined ? secretMadeHere(unlocked, invitation) : fromText(kept.secret));
		},
		keep: async ({ account, name, invitation, circle }) => {
			const known = notes.contacts.find((contact) => contact.account === account);
			const acquaintance = known?.acquaintance ?? acquaintanceOfNew(unlocked, notes, { account, name });
			const saved = await notes.saveContact({ account, name, acquaintance, met: 'introduction', invitation, circle });
			if (saved.ok) notes = saved.own;
			return saved.ok;
		}
	});
	return { own: notes, refused: taken.ok ? taken.refused : 0 };
}

/** How somebody is known whose safety words nobody compared: `changed` if the name belongs to somebody else already. */
export function acquaintanceOfNew({ keys, name }: Unlocked, { contacts }: Pick<OwnCircle, 'contacts'>, person: { readonly account: string; readonly name: string }): 'seen' | 'changed' {
	return takesAName(person, [{ account: keys.account, name }, ...contacts.filter(({ acquaintance }) => acquaintance !== 'changed')]) ? 'changed' : 'seen';
}
