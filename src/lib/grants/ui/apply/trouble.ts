import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { SendTrouble } from '../../client/sending.ts';

/** Why it was not taken, what was kept, and what to do. */
export function sendTroubleWords(reason: SendTrouble): string {
	switch (reason) {
		case 'too-late':
			return m.apply_trouble_late();
		case 'closed':
			return m.apply_trouble_closed();
		case 'renewed':
			return m.apply_trouble_renewed();
		case 'moved-on':
			return m.apply_trouble_moved_on();
		case 'gone':
			return m.apply_trouble_gone();
		case 'no-room':
			return m.apply_trouble_room();
		case 'cancelled':
			return m.apply_trouble_cancelled();
		case 'refused':
			return m.apply_trouble_refused();
	}
}
