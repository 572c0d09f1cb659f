import type { Failed } from '#lib/circles/ui/failed.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';

/** Why the desk could not do something: what circles say too, or a word of the server or the rules of calls and moves. */
export type DeskFailed = Exclude<Failed, string> | string;

/** What went wrong and what to do, for what only desks meet; undefined for what every page of circles meets. */
export function deskReasonWords(reason: string): { readonly what: string; readonly todo: string } | undefined {
	switch (reason) {
		case 'moved-on':
			return { what: m.desk_reason_moved_on(), todo: m.desk_reason_moved_on_todo() };
		case 'slug-taken':
			return { what: m.desk_reason_slug_taken(), todo: m.desk_reason_slug_taken_todo() };
		case 'stale-inbox':
		case 'rotation-due':
			return { what: m.desk_reason_stale_inbox(), todo: m.desk_reason_stale_inbox_todo() };
		case 'clock-unsure':
			return { what: m.desk_reason_clock_unsure(), todo: m.desk_reason_clock_unsure_todo() };
		case 'wrong-time':
			return { what: m.desk_reason_wrong_time(), todo: m.desk_reason_wrong_time_todo() };
		case 'too-early':
			return { what: m.desk_reason_too_early(), todo: m.desk_reason_too_early_todo() };
		case 'not-later':
		case 'already-over':
			return { what: m.desk_reason_not_later(), todo: m.desk_reason_not_later_todo() };
		case 'needs-another-person':
			return { what: m.desk_reason_another_person(), todo: m.desk_reason_another_person_todo() };
		case 'on-hold':
			return { what: m.desk_reason_on_hold(), todo: m.desk_reason_on_hold_todo() };
		case 'conflict':
			return { what: m.desk_reason_conflict(), todo: m.desk_reason_conflict_todo() };
		case 'renewed':
			return { what: m.desk_reason_renewed(), todo: m.desk_reason_renewed_todo() };
		case 'decided':
			return { what: m.desk_reason_decided(), todo: m.desk_reason_decided_todo() };
		case 'not-approved':
		case 'no-reference':
			return { what: m.desk_reason_not_approved(), todo: m.desk_reason_not_approved_todo() };
		case 'wrong-stage':
		case 'not-from-here':
		case 'not-by-you':
		case 'as-it-is':
			return { what: m.desk_reason_not_now(), todo: m.desk_reason_not_now_todo() };
		case 'not-as-proposed':
			return { what: m.desk_reason_not_as_proposed(), todo: m.desk_reason_not_as_proposed_todo() };
		case 'no-report':
			return { what: m.desk_reason_no_report(), todo: m.desk_reason_no_report_todo() };
		case 'decided-it':
			return { what: m.pay_reason_decided(), todo: m.pay_reason_decided_todo() };
		case 'approved-already':
			return { what: m.pay_reason_approved(), todo: m.pay_reason_approved_todo() };
		case 'payee-changed':
		case 'no-such-payee':
			return { what: m.pay_reason_payee(), todo: m.pay_reason_payee_todo() };
		case 'wrong-period':
		case 'too-few':
		case 'overlapping':
			return { what: m.publish_reason_period(), todo: m.publish_reason_period_todo() };
		default:
			return undefined;
	}
}

/** The same as circles say it; what they have no word for is `failed`. */
export function circlesReason(reason: string): Failed {
	switch (reason) {
		case 'removed':
		case 'not-found':
		case 'offline':
		case 'locked':
		case 'signed-out':
		case 'slow-down':
		case 'circle-full':
		case 'disk-full':
		case 'not-compared':
		case 'contacts-unread':
			return reason;
		default:
			return 'failed';
	}
}
