import { newInvitation, type AccountKeys } from '#vault';
import type { Role } from '#lib/people/account.ts';
import { writeLink } from '#lib/people/link.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { reads, type AnswerOf } from './answers.ts';
import { askJson, send, type Unlocked } from './session.svelte.ts';
import type { Trouble } from './trouble.ts';

export type OwnInvitation = AnswerOf<'invitations'>['invitations'][number];

/** A link that was just made. Its `secret` is for `takeIntroductions`: kept in our own circle, sealed, it outlives the tab. */
export interface MadeInvitation {
	readonly id: string;
	readonly secret: Uint8Array;
	readonly link: string;
}

export async function ownInvitations(): Promise<{ readonly ok: true; readonly invitations: readonly OwnInvitation[] } | Trouble> {
	const answer = await askJson('/api/invitations', reads('invitations'));
	return answer.ok ? { ok: true, invitations: answer.value.invitations } : answer;
}

/** The links that this tab made, by invitation, as long as the account stays open in it. */
const madeHere = new WeakMap<AccountKeys, { [invitation: string]: Uint8Array }>();

/** The secret of a link that this tab made; for one of an earlier visit our own circle has it. */
export function secretMadeHere({ keys }: Unlocked, invitation: string): Uint8Array | undefined {
	return madeHere.get(keys)?.[invitation];
}

/** Makes a link for one person. Its secret is made here; the server gets what is derived from it. */
export async function inviteSomebody({ keys, profile }: Unlocked, { role, language }: { readonly role: Role; readonly language: Language }): Promise<{ readonly ok: true; readonly made: MadeInvitation } | Trouble> {
	const { secret, token } = await newInvitation();
	const answer = await send('POST', '/api/invitations', { token, role });
	if (!answer.ok) return answer;
	const value = reads('invitationMade')(answer.value);
	if (value === undefined) return { ok: false, reason: 'unreadable' };
	madeHere.set(keys, { ...madeHere.get(keys), [value.id]: secret });
	return { ok: true, made: { id: value.id, secret, link: writeLink({ origin: location.origin, language, link: { secret, by: keys.account, circle: undefined, installation: profile.installation } }) } };
}

export function withdrawInvitation(id: string): Promise<{ readonly ok: true } | Trouble> {
	return send('DELETE', `/api/invitations/${id}`);
}
