import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { apart } from '#lib/platform/text/apart.ts';
import type { SeenCall } from '../client/call.ts';
import { anywhereOnEarth, closesAt, deadlineClock, deadlineDay, timeLeft, type Deadline } from '../deadline.ts';
import type { AnswerPart, Question } from '../form.ts';
import { amountExample, type TypedProblem } from '../typed.ts';

export { apart };

function tag(language: Language): string {
	return language === 'en' ? 'en-GB' : intlTag(language);
}

export function numberWords(value: number, language: Language): string {
	return new Intl.NumberFormat(tag(language)).format(value);
}

export function percent(share: number, language: Language): string {
	return new Intl.NumberFormat(tag(language), { style: 'percent', maximumFractionDigits: 0 }).format(Math.min(1, Math.max(0, share)));
}

export function sizeWords(bytes: number, language: Language): string {
	const [value, unit] = bytes < 1_000_000 ? [Math.max(1, bytes / 1000), 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
	return new Intl.NumberFormat(tag(language), { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 && unit === 'megabyte' ? 1 : 0 }).format(value);
}

/** A day and an hour by this device's zone, with the zone's short name. */
export function hourWords(at: Date, language: Language): string {
	return new Intl.DateTimeFormat(tag(language), { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }).format(at);
}

/** A day in words; `day` is YYYY-MM-DD. */
export function dayWords(day: string, language: Language): string {
	return new Intl.DateTimeFormat(tag(language), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

/** The deadline as it was set and by this device's own zone, and how much time is left. */
export function deadlineWords(deadline: Deadline, { now, language }: { readonly now: Date; readonly language: Language }): { readonly set: string; readonly own: string; readonly left: string } {
	const { zone } = deadline;
	const { time } = deadlineClock(deadline, zone);
	const place = zone === anywhereOnEarth ? m.apply_zone_anywhere() : zone.replace(/^Etc\/(?=UTC$)/, '');
	return { set: m.apply_deadline_set({ day: deadlineDay(deadline, { zone, calendar: 'gregory', language }), time, zone: apart(place) }), own: m.apply_deadline_own({ when: hourWords(new Date(deadline.at), language) }), left: leftWords(deadline, now, language) };
}

export function leftWords(deadline: Deadline, now: Date, language: Language): string {
	const { days, hours, minutes } = timeLeft(deadline, now);
	const unit = (value: number, unit: string): string => new Intl.NumberFormat(tag(language), { style: 'unit', unit, unitDisplay: 'long' }).format(value);
	const units = days > 0 ? [unit(days, 'day'), unit(hours, 'hour')] : hours > 0 ? [unit(hours, 'hour'), unit(minutes, 'minute')] : [unit(minutes, 'minute')];
	return new Intl.ListFormat(tag(language), { type: 'unit', style: 'long' }).format(units);
}

/** Milliseconds until it is too late; none left is 0. */
export function leftMs(deadline: Deadline, now: Date): number {
	return Math.max(0, closesAt(deadline).getTime() - now.getTime());
}

/** The server's time, as this device knows it: its own clock may be wrong by years. */
export function serverNow({ aheadMs }: Pick<SeenCall, 'aheadMs'>): Date {
	return new Date(Date.now() + aheadMs);
}

export function partTitle(part: AnswerPart): string {
	switch (part) {
		case 'core':
			return m.apply_part_core();
		case 'identity':
			return m.apply_part_identity();
		case 'payee':
			return m.apply_part_payee();
		case 'references':
			return m.apply_part_references();
	}
}

/** Who reads a part, as a sentence. */
export function partReaders(part: AnswerPart): string {
	switch (part) {
		case 'core':
			return m.apply_part_core_readers();
		case 'identity':
			return m.apply_part_identity_readers();
		case 'payee':
			return m.apply_part_payee_readers();
		case 'references':
			return m.apply_part_references_readers();
	}
}

/** What is wrong with an answer, and what to do. */
export function problemWords({ problem, line }: TypedProblem, question: Question, { currency, language }: { readonly currency: string; readonly language: Language }): string {
	switch (problem) {
		case 'missing':
			return question.kind === 'choice' || question.kind === 'choices' ? m.apply_problem_choose() : m.apply_problem_missing();
		case 'too-long':
			return m.apply_problem_long({ most: numberWords(question.most, language) });
		case 'not-an-amount':
			return line === undefined ? m.apply_problem_amount({ example: apart(amountExample(currency)) }) : m.apply_problem_line({ line: numberWords(line + 1, language), example: apart(amountExample(currency)) });
		case 'not-a-date':
			return m.apply_problem_date();
		case 'too-many':
			return m.apply_problem_many({ most: numberWords(question.most, language) });
		case 'not-a-choice':
		case 'wrong-kind':
			return m.apply_problem_choose();
	}
}
