import type { CallStanding } from '#lib/grants/call-standing.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';

/** Why a call is not open, in the reader's words. */
export function standingName(standing: Exclude<CallStanding, 'open'>): string {
	switch (standing) {
		case 'over':
			return m.grants_state_over();
		case 'closed':
			return m.grants_state_closed();
		case 'decided':
			return m.grants_state_decided();
		case 'archived':
			return m.grants_state_archived();
	}
}
