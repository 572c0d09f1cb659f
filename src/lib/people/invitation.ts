import type { Role } from './account.ts';

/** How long a link that invites somebody may be used. */
export const invitationMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Whom somebody may invite. Keepers invite into every role and staff invite members; a member invites nobody, unless it
 * is to a circle of which she is a steward (`circles` knows that): then a member.
 */
export function mayInvite(inviter: Role, invited: Role, { asSteward }: { readonly asSteward: boolean }): boolean {
	if (inviter === 'keeper') return true;
	return invited === 'member' && (inviter === 'staff' || asSteward);
}

/** The roles that somebody may invite into, the least first. */
export function invitableRoles(inviter: Role): readonly Role[] {
	return (['member', 'staff', 'keeper'] as const).filter((role) => mayInvite(inviter, role, { asSteward: false }));
}

export type InvitationState = 'open' | 'used' | 'withdrawn' | 'expired';

/** What became of an invitation. Once used it stays so, whatever its date. */
export function invitationState({ usedBy, withdrawnOn, expiresAt }: { readonly usedBy: string | null; readonly withdrawnOn: string | null; readonly expiresAt: Date }, now: Date): InvitationState {
	if (usedBy !== null) return 'used';
	if (withdrawnOn !== null) return 'withdrawn';
	return expiresAt > now ? 'open' : 'expired';
}
