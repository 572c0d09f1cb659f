import { fingerprintOf } from '#lib/grants/call.ts';
import type { CallState } from '#lib/grants/call-log.ts';
import { answerWords, conditionWords, isReadApart, partName, questionsByPart, shareWords } from '#lib/grants/call-words.ts';
import { daysInCalendars, durationWords, promiseWords, zoneLines } from '#lib/grants/deadline-table.ts';
import { calendarName, deadlineWords, utcWords, zoneWords } from '#lib/grants/deadline-words.ts';
import type { Deadline } from '#lib/grants/deadline.ts';
import type { Question } from '#lib/grants/form.ts';
import { formatMoney } from '#lib/grants/money.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Language } from '#lib/platform/i18n/language.ts';
import { shown, type Text } from '#lib/platform/i18n/text.ts';
import { formatClock, formatDate, formatDay } from '#lib/platform/time/time.ts';
import { fromText } from '#lib/vault/envelope.ts';
import type { Block, Inline } from '../prose.ts';

/** Everything that a call says, as the call document prints it and feeds carry it. Nothing in it depends on when it is asked for. */
export function callProse(state: CallState, language: Language): Block[] {
	const { content, deadline } = state;
	const locale = { locale: language };
	const say = (text: Text): string => shown(text, language).words;
	return [
		...paragraphs(say(content.summary)),
		...(deadline === null ? [paragraph(isTaken(state) ? m.grants_rapid_always({}, locale) : `${m.grants_state_closed({}, locale)}.`)] : deadlineBlocks(state, deadline, language)),
		...section(m.grants_ceiling_title({}, locale), content.ceiling === null ? [] : [paragraph(formatMoney(content.ceiling, language))]),
		...section(m.grants_funded_title({}, locale), items(content.funded.map(say))),
		...section(m.grants_not_funded_title({}, locale), items(content.notFunded.map(say))),
		...section(
			m.grants_eligibility_title({}, locale),
			items(content.eligibility.map(({ question, needed, otherwise }) => `${say(question)} ${needed === 'yes' ? m.grants_needed_yes({}, locale) : m.grants_needed_no({}, locale)} ${m.grants_otherwise({}, locale)} ${say(otherwise)}`))
		),
		...section(
			m.grants_criteria_title({}, locale),
			items(content.criteria.map(({ name, explanation, weight }) => `${say(name)} (${shareWords(weight, state, language)})${explanation === null ? '' : `: ${say(explanation)}`}`))
		),
		...section(m.grants_promises_title({}, locale), items(promises(state, language))),
		heading(m.grants_questions_title({}, locale), 2),
		paragraph(isReadApart(state.inboxes) ? m.grants_questions_apart({}, locale) : m.grants_questions_together({}, locale)),
		...questionsByPart(content.form).flatMap(({ part, questions }) => [heading(partName(part, language), 3), ...items(questions.map((question) => questionWords(question, state, language)))]),
		...(deadline === null ? [] : clockBlocks(deadline, language)),
		heading(m.grants_fingerprint_title({}, locale), 2),
		{ kind: 'paragraph', inlines: [{ kind: 'code', text: fingerprintOf(fromText(state.call) ?? new Uint8Array()) }] },
		paragraph(m.grants_fingerprint_note({}, locale))
	];
}

/** Whether it is neither closed nor anything after that. */
function isTaken({ stage }: CallState): boolean {
	return stage === 'published' || stage === 'extended';
}

function deadlineBlocks({ extensions }: CallState, deadline: Deadline, language: Language): Block[] {
	const locale = { locale: language };
	return [
		heading(m.grants_deadline_title({}, locale), 2),
		{ kind: 'paragraph', inlines: [{ kind: 'strong', inlines: [words(deadlineWords(deadline, language))] }] },
		paragraph(`${utcWords(deadline, language)} ${m.grants_minute_counts({}, locale)}`),
		...(extensions.length === 0 ? [] : [heading(m.grants_extensions_title({}, locale), 3)]),
		...items(extensions.map(({ from, to, why, at }) => `${m.grants_extension({ on: formatDate(at.toISOString().slice(0, 10), language), from: deadlineWords(from, language), to: deadlineWords(to, language) }, locale)} ${shown(why, language).words}`))
	];
}

/** What other clocks and calendars show at the deadline. */
function clockBlocks(deadline: Deadline, language: Language): Block[] {
	const locale = { locale: language };
	const lines = zoneLines(deadline, undefined);
	return [
		heading(m.grants_zones_title({}, locale), 2),
		...items(lines.map(({ zone, offset, time, day }) => `${zoneWords(zone, language)}${zone === 'UTC' ? '' : ` (${offset})`}: ${formatDay(day, language)}${m.comma({}, locale)}${formatClock(time, language)}`)),
		heading(m.grants_calendars_title({}, locale), 3),
		...items(daysInCalendars(deadline, lines, language).map(({ calendars }) => calendars.map(({ calendar, words }) => `${calendarName(calendar, language)}: ${words}`).join('; ')))
	];
}

/** What is promised, one sentence each. */
function promises({ kind, content }: CallState, language: Language): string[] {
	const locale = { locale: language };
	const { acknowledgeHours, decideHours, payHours } = content.clocks;
	return [
		m.grants_promise_acknowledge({ duration: promiseWords(acknowledgeHours, language) }, locale),
		kind === 'rapid' ? m.grants_promise_decide({ duration: promiseWords(decideHours, language) }, locale) : m.grants_promise_together({}, locale),
		m.grants_promise_pay({ duration: promiseWords(payHours, language) }, locale),
		m.grants_promise_keep({ duration: durationWords({ months: content.keepMonths }, language) }, locale)
	];
}

function questionWords(question: Question, { content }: CallState, language: Language): string {
	const choices = question.choices.map(({ label }) => shown(label, language).words).join(m.comma({}, { locale: language }));
	const parts = [
		shown(question.label, language).words,
		...(question.help === null ? [] : [shown(question.help, language).words]),
		`(${answerWords(question, language)}${choices === '' ? '' : ` ${choices}`}${question.required ? `; ${m.grants_question_required({}, { locale: language })}` : ''})`,
		conditionWords(question, content.form, language)
	];
	return parts.filter((part) => part !== undefined).join(' ');
}

function section(title: string, blocks: readonly Block[]): Block[] {
	return blocks.length === 0 ? [] : [heading(title, 2), ...blocks];
}

function heading(text: string, level: 2 | 3): Block {
	return { kind: 'heading', level, inlines: [words(text)] };
}

function items(texts: readonly string[]): Block[] {
	return texts.length === 0 ? [] : [{ kind: 'list', ordered: false, start: 1, items: texts.map((text) => [paragraph(text)]) }];
}

/** An empty line makes a paragraph. */
function paragraphs(text: string): Block[] {
	return text.split(/\n\s*\n/).map((part) => paragraph(part.trim()));
}

function paragraph(text: string): Block {
	return { kind: 'paragraph', inlines: [words(text)] };
}

function words(text: string): Inline {
	return { kind: 'text', text };
}
