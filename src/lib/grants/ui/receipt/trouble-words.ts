import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { WriteTrouble } from '../../client/writing.ts';

/** Why something did not reach the team, and what to do. */
export function writeTroubleWords(reason: WriteTrouble): string {
	switch (reason) {
		case 'gone':
			return m.apply_trouble_gone();
		case 'too-many':
			return m.apply_write_many();
		case 'no-room':
			return m.apply_write_room();
		case 'not-found':
			return m.apply_receipt_unknown_mailbox();
		case 'refused':
		case 'cancelled':
			return m.apply_trouble_refused();
	}
}
