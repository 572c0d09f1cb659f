import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { EntryKind } from '../search-request.ts';

/** What the reader calls this kind of document, a forum, a question that was asked there, or a recommendation. */
export function kindName(kind: EntryKind): string {
	switch (kind) {
		case 'forum':
			return m.kind_forum();
		case 'question':
			return m.kind_question();
		case 'recommendation':
			return m.kind_recommendation();
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
