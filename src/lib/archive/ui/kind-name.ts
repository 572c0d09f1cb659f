import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { DocumentKind } from '../forum.ts';

/** What the reader calls this kind of document, or a forum. */
export function kindName(kind: DocumentKind | 'forum'): string {
	switch (kind) {
		case 'forum':
			return m.kind_forum();
		case 'statement':
			return m.kind_statement();
		case 'overview-report':
			return m.kind_overview_report();
		case 'press-release':
			return m.kind_press_release();
		case 'concept-note':
			return m.kind_concept_note();
		case 'speech':
			return m.kind_speech();
	}
}
