import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { ClauseKind } from '../draft.ts';

/** What a clause is, in the reader's language. */
export function clauseKindWords(kind: ClauseKind): string {
	return kind === 'preamble' ? m.drafting_kind_preamble() : kind === 'finding' ? m.drafting_kind_finding() : m.drafting_kind_recommendation();
}
