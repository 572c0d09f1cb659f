import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Medium } from '../consent.ts';
import type { InboxTrouble } from '../client/inboxes.ts';
import type { GuestAnswer, GuestStanding } from '../guest.ts';
import type { Diet, NeededWords } from '../needs.ts';

/** What is asked of somebody for each medium, as they read it and as convenors do. */
export function mediumWords(medium: Medium): string {
	switch (medium) {
		case 'photograph':
			return m.invited_photograph();
		case 'photograph-asked':
			return m.invited_photograph_asked();
		case 'sound':
			return m.invited_sound();
		case 'video-live':
			return m.invited_video_live();
		case 'video-kept':
			return m.invited_video_kept();
		case 'quotation':
			return m.invited_quotation();
		case 'signature':
			return m.invited_signature();
	}
}

export function answerWords(says: GuestAnswer): string {
	switch (says) {
		case 'accepted':
			return m.invited_accept();
		case 'declined':
			return m.invited_decline();
		case 'undecided':
			return m.invited_undecided();
	}
}

export function guestStandingWords(standing: GuestStanding): string {
	switch (standing) {
		case 'drafted':
			return m.guests_drafted();
		case 'approved':
			return m.guests_approved();
		case 'handed-over':
			return m.guests_handed_over();
		case 'waiting':
			return m.guests_waiting();
		case 'withdrawn':
			return m.guests_withdrawn();
		case 'accepted':
			return m.guests_accepted();
		case 'declined':
			return m.guests_declined();
		case 'undecided':
			return m.guests_undecided();
		case 'prevented':
			return m.guests_prevented();
	}
}

export function dietWords(diet: Diet): string {
	switch (diet) {
		case 'vegetarian':
			return m.needs_vegetarian();
		case 'vegan':
			return m.needs_vegan();
		case 'halal':
			return m.needs_halal();
		case 'kosher':
			return m.needs_kosher();
		case 'no-gluten':
			return m.needs_no_gluten();
		case 'no-nuts':
			return m.needs_no_nuts();
	}
}

export function neededTitle(what: NeededWords): string {
	switch (what) {
		case 'visa':
			return m.needs_visa();
		case 'lodging':
			return m.needs_lodging();
		case 'food':
			return m.needs_food();
		case 'access':
			return m.needs_access();
		case 'children':
			return m.needs_children();
		case 'emergency':
			return m.needs_emergency();
	}
}

/** Whether a reason is of *Whose key an invitation names*, for which circles have no words. */
export function isInboxTrouble(reason: unknown): reason is InboxTrouble {
	return reason === 'other-inbox' || reason === 'unchecked-inbox';
}

export function inboxWords(trouble: InboxTrouble): string {
	return trouble === 'other-inbox' ? m.guests_inbox_other() : m.guests_inbox_unchecked();
}
