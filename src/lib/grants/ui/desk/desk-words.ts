import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { moves, type ApplicationState, type MoveName } from '../../application-state.ts';
import type { Case } from '../../case.ts';
import type { AnswerPart, QuestionKind } from '../../form.ts';
import { partTitle } from '../say.ts';

/** Where an application stands, as officers say it. */
export function stateName(state: ApplicationState): string {
	switch (state) {
		case 'received':
			return m.desk_state_received();
		case 'triage':
			return m.desk_state_triage();
		case 'more-information':
			return m.desk_state_more_information();
		case 'verification':
			return m.desk_state_verification();
		case 'review':
			return m.desk_state_review();
		case 'determination':
			return m.desk_state_determination();
		case 'awarded':
			return m.desk_state_awarded();
		case 'declined':
			return m.desk_state_declined();
		case 'waiting-list':
			return m.desk_state_waiting_list();
		case 'referred':
			return m.desk_state_referred();
		case 'agreed':
			return m.desk_state_agreed();
		case 'active':
			return m.desk_state_active();
		case 'report-due':
			return m.desk_state_report_due();
		case 'closed':
			return m.desk_state_closed();
		case 'withdrawn':
			return m.desk_state_withdrawn();
		case 'on-hold':
			return m.desk_state_on_hold();
		case 'shredded':
			return m.desk_state_shredded();
	}
}

/** The move of this name; undefined for a name that there is no move of. */
export function moveNamed(name: string | undefined): MoveName | undefined {
	return name !== undefined && (name === 'release' || Object.hasOwn(moves, name)) ? (name as MoveName) : undefined;
}

/** What a move does, as its button says it. */
export function moveName(move: MoveName): string {
	switch (move) {
		case 'acknowledge':
			return m.desk_move_acknowledge();
		case 'ask':
			return m.desk_move_ask();
		case 'answer':
			return m.desk_move_answer();
		case 'verify':
			return m.desk_move_verify();
		case 'review':
			return m.desk_move_review();
		case 'conclude':
			return m.desk_move_conclude();
		case 'award':
			return m.desk_move_award();
		case 'decline':
			return m.desk_move_decline();
		case 'wait':
			return m.desk_move_wait();
		case 'refer':
			return m.desk_move_refer();
		case 'agree':
			return m.desk_move_agree();
		case 'begin':
			return m.desk_move_begin();
		case 'ask-report':
			return m.desk_move_ask_report();
		case 'close':
			return m.desk_move_close();
		case 'appeal':
			return m.desk_move_appeal();
		case 'hold':
			return m.desk_move_hold();
		case 'withdraw':
			return m.desk_move_withdraw();
		case 'shred':
			return m.desk_move_shred();
		case 'release':
			return m.desk_move_release();
	}
}

/** What a version of the case did, for its history. */
export function deedName(name: Case['move']['name']): string {
	switch (name) {
		case 'note':
			return m.desk_deed_note();
		case 'assign':
			return m.desk_deed_assign();
		case 'mark':
			return m.desk_deed_mark();
		case 'hand-over':
			return m.money_deed_hand_over();
		case 'report':
			return m.money_deed_report();
		case 'reference':
			return m.desk_deed_reference();
		default:
			return moveName(name);
	}
}

/** Codes that a decision may have, for statistics. */
export const reasonCodes = ['fits', 'outside', 'unverified', 'no-money', 'helped', 'other'] as const;

export function reasonName(code: string): string {
	switch (code) {
		case 'fits':
			return m.desk_why_fits();
		case 'outside':
			return m.desk_why_outside();
		case 'unverified':
			return m.desk_why_unverified();
		case 'no-money':
			return m.desk_why_no_money();
		case 'helped':
			return m.desk_why_helped();
		case 'other':
			return m.desk_why_other();
		default:
			return code;
	}
}

export function kindName(kind: QuestionKind): string {
	switch (kind) {
		case 'text':
			return m.desk_kind_text();
		case 'long-text':
			return m.desk_kind_long_text();
		case 'choice':
			return m.desk_kind_choice();
		case 'choices':
			return m.desk_kind_choices();
		case 'amount':
			return m.desk_kind_amount();
		case 'budget':
			return m.desk_kind_budget();
		case 'date':
			return m.desk_kind_date();
		case 'file':
			return m.desk_kind_file();
	}
}

/** A part as those who read it say it; the applicant's own words speak to the applicant. */
export function partName(part: AnswerPart): string {
	return part === 'references' ? m.desk_part_references() : partTitle(part);
}

/** Until when something is to be done, from now: `in 5 hours`, or how long it has been due. Beyond two days in days. */
export function dueWords(dueAt: Date, { now, language }: { readonly now: Date; readonly language: Language }): string {
	const hours = (dueAt.getTime() - now.getTime()) / 3_600_000;
	const [value, unit] = Math.abs(hours) < 48 ? [Math.trunc(hours), 'hour' as const] : [Math.trunc(hours / 24), 'day' as const];
	if (hours >= 0) return m.desk_due({ when: new Intl.RelativeTimeFormat(language === 'en' ? 'en-GB' : intlTag(language), { numeric: 'always' }).format(value, unit) });
	const since = new Intl.NumberFormat(language === 'en' ? 'en-GB' : intlTag(language), { style: 'unit', unit, unitDisplay: 'long' }).format(Math.max(1, -value));
	return m.desk_overdue({ since });
}
