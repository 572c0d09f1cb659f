import { newInvitation } from '#vault';
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

/** Makes a link for one person. Its secret is made here; the server gets what is derived from it. */
export async function inviteSomebody({ keys, profile }: Unlocked, { role, language }: { readonly role: Role; readonly language: Language }): Promise<{ readonly ok: true; readonly made: MadeInvitation } | Trouble> {
	const { secret, token } = await newInvitation();
	const answer = await send('POST', '/api/invitations', { token, role });
	if (!answer.ok) return answer;
	const value = reads('invitationMade')(answer.value);
	if (value === undefined) return { ok: false, reason: 'unreadable' };
	return { ok: true, made: { id: value.id, secret, link: writeLink({ origin: location.origin, language, link: { secret, by: keys.account, circle: undefined, installation: profile.installation } }) } };
}

export function withdrawInvitation(id: string): Promise<{ readonly ok: true } | Trouble> {
	return send('DELETE', `/api/invitations/${id}`);
}
