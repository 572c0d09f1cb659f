import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { scoreValues, type ReviewablePart, type Score } from '../../review.ts';
import { partName } from '../desk/desk-words.ts';

/** What a score means. */
export function scoreName(score: Score): string {
	switch (score) {
		case 0:
			return m.review_score_0();
		case 1:
			return m.review_score_1();
		case 2:
			return m.review_score_2();
		case 3:
			return m.review_score_3();
		case 4:
			return m.review_score_4();
		case 5:
			return m.review_score_5();
	}
}

/** The score that a field says; undefined for anything else. */
export function scoreIn(text: string | undefined): Score | undefined {
	return scoreValues.find((score) => String(score) === text);
}

/** A total or a mean, with one decimal. */
export function totalWords(total: number, language: Language): string {
	return new Intl.NumberFormat(intlTag(language), { maximumFractionDigits: 1 }).format(total);
}

/** How somebody stands in the reviews of an application. */
export function reviewerStateName(state: 'unsent' | 'invited' | 'ready' | 'looks' | 'conflict' | 'ended' | 'forged', written: number): string {
	switch (state) {
		case 'unsent':
			return m.review_state_unsent();
		case 'invited':
			return m.review_state_invited();
		case 'ready':
			return written > 0 ? m.review_state_written() : m.review_state_ready();
		case 'looks':
			return m.review_state_looks();
		case 'conflict':
			return m.review_state_conflict();
		case 'ended':
			return m.review_state_ended();
		case 'forged':
			return m.review_state_forged();
	}
}

/** A part that can be handed to a reviewer beside the core. */
export function reviewablePartName(part: ReviewablePart | 'core'): string {
	return part === 'thread' ? m.review_invite_thread() : partName(part);
}

/** Several of them in one phrase. */
export function partsWords(parts: readonly (ReviewablePart | 'core')[], language: Language): string {
	return new Intl.ListFormat(intlTag(language), { type: 'conjunction' }).format(parts.map(reviewablePartName));
}
