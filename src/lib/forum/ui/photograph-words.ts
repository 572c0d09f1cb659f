import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { PhotographKind } from '../consent.ts';

/** What a badge says to people with cameras. */
export function photographWords(kind: PhotographKind): string {
	switch (kind) {
		case 'yes':
			return m.badges_yes();
		case 'ask':
			return m.badges_ask();
		case 'no':
			return m.badges_no();
	}
}
