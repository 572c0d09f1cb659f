import { m } from '#lib/platform/i18n/compiled/messages.js';
import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { formatClock, formatDate } from '#lib/platform/time/time.ts';
import type { Consultation, ConsultationStanding } from '../consultation.ts';
import type { Choice, RankedProposition } from '../opinion/index.ts';

/** `5 December 2026, 18:00 UTC`: readers are everywhere. */
function momentWords(at: Date, language: Language): string {
	const iso = at.toISOString();
	return m.consult_moment({ day: formatDate(iso.slice(0, 10), language), time: formatClock(iso.slice(11, 16), language) });
}

/** Until when a consultation is open, or when it opens or ended. */
export function spanWords({ opensAt, closesAt }: Pick<Consultation, 'opensAt' | 'closesAt'>, standing: ConsultationStanding, language: Language): string {
	if (standing === 'before') return m.consult_opens({ when: momentWords(opensAt, language) });
	return standing === 'open' ? m.consult_closes({ when: momentWords(closesAt, language) }) : m.consult_closed({ when: momentWords(closesAt, language) });
}

/** Of 0 to 1, as `43%`. */
export function shareWords(share: number, language: Language): string {
	return new Intl.NumberFormat(language === 'en' ? 'en-GB' : intlTag(language), { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

export function choiceName(choice: Choice): string {
	return choice === 1 ? m.vote_agree() : choice === -1 ? m.vote_disagree() : m.vote_pass();
}

export function standingName(standing: RankedProposition['standing']): string {
	return { supported: m.results_supported, divides: m.results_divides, 'not supported': m.results_not_supported, 'too few votes': m.results_few_votes }[standing]();
}
