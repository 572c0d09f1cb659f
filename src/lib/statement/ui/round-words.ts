import { dayAndTime } from '#lib/circles/ui/say.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { OpenRound } from '../client/rounds.ts';
import { roundStanding } from '../round.ts';

/** The question in a language, or in the first in which it was written. */
export function questionIn({ question }: Pick<OpenRound, 'question'>, language: Language): { readonly text: string; readonly language: Language } {
	const [found = language] = [language, ...languages].filter((one) => question[one] !== undefined);
	return { text: question[found] ?? '', language: found };
}

/** Until when a round is open, or when it opens or was over, by this device's clock. */
export function standingWords(round: OpenRound, now: Date, language: Language): string {
	const [opens, closes] = [round.opensAt, round.closesAt].map((at) => dayAndTime(new Date(at), language));
	const standing = roundStanding(round, now);
	return standing === 'before' ? m.rounds_opens({ when: opens ?? '' }) : standing === 'open' ? m.rounds_closes({ when: closes ?? '' }) : m.rounds_over({ when: closes ?? '' });
}
