import type { FailureKind } from '#vault';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Refused } from '../client/open-circle.ts';
import type { Place } from '../client/trouble.ts';
import type { CommonReason, FailureWords } from './failed.ts';

/** A sentence of its own for each way in which the server is not to be believed. */
export function troubleWords(kind: FailureKind): FailureWords {
	switch (kind) {
		case 'damaged':
			return { what: m.circles_trouble_damaged(), todo: m.circles_trouble_damaged_todo() };
		case 'not-for-you':
			return { what: m.circles_trouble_not_for_you(), todo: m.circles_trouble_not_for_you_todo() };
		case 'wrong-place':
			return { what: m.circles_trouble_wrong_place(), todo: m.circles_trouble_server_todo() };
		case 'forged':
			return { what: m.circles_trouble_forged(), todo: m.circles_trouble_server_todo() };
		case 'not-a-member':
			return { what: m.circles_trouble_not_a_member(), todo: m.circles_trouble_server_todo() };
		case 'rewound':
			return { what: m.circles_trouble_rewound(), todo: m.circles_trouble_history_todo() };
		case 'forked':
			return { what: m.circles_trouble_forked(), todo: m.circles_trouble_history_todo() };
		case 'foreign-key':
			return { what: m.circles_trouble_foreign_key(), todo: m.circles_trouble_server_todo() };
		case 'against-the-rules':
			return { what: m.circles_trouble_rules(), todo: m.circles_trouble_server_todo() };
		case 'unknown-format':
			return { what: m.circles_trouble_format(), todo: m.circles_trouble_format_todo() };
		case 'weak-recipient':
			return { what: m.circles_trouble_weak(), todo: m.circles_trouble_server_todo() };
		case 'too-large':
			return { what: m.circles_trouble_large(), todo: m.circles_trouble_large_todo() };
	}
}

export function placeWords(place: Place): string {
	switch (place.part) {
		case 'log':
			return place.seq === undefined ? m.circles_place_log() : m.circles_place_log_line({ line: place.seq + 1 });
		case 'keys':
			return m.circles_place_keys();
		case 'card':
			return m.circles_place_card();
		case 'record':
			return m.circles_place_record({ version: place.version });
		case 'file':
			return m.circles_place_file({ part: place.piece + 1 });
		case 'answer':
			return m.circles_place_answer();
	}
}

/** Why something did not come about, where a person can act on it. */
export function rareReasonWords(reason: Exclude<Refused, CommonReason>): FailureWords {
	switch (reason) {
		case 'circle-full':
			return { what: m.circles_reason_circle_full(), todo: m.circles_reason_circle_full_todo() };
		case 'disk-full':
			return { what: m.circles_reason_disk_full(), todo: m.circles_reason_operator_todo() };
		case 'too-large':
			return { what: m.circles_reason_too_large(), todo: m.circles_reason_too_large_todo() };
		case 'not-compared':
			return { what: m.circles_reason_not_compared(), todo: m.circles_reason_not_compared_todo() };
		case 'contacts-unread':
			return { what: m.circles_reason_contacts_unread(), todo: m.circles_reason_again_todo() };
		case 'closed':
			return { what: m.circles_reason_closed(), todo: m.circles_reason_closed_todo() };
		case 'not-a-member':
			return { what: m.circles_reason_not_a_member(), todo: m.circles_reason_reload_todo() };
		case 'not-accepted':
			return { what: m.circles_reason_not_accepted(), todo: m.circles_reason_not_accepted_todo() };
		case 'not-a-steward':
			return { what: m.circles_reason_not_a_steward(), todo: m.circles_reason_not_a_steward_todo() };
		case 'already-a-member':
			return { what: m.circles_reason_already_a_member(), todo: m.circles_reason_nothing_todo() };
		case 'already-accepted':
			return { what: m.circles_reason_already_accepted(), todo: m.circles_reason_nothing_todo() };
		case 'as-it-is':
			return { what: m.circles_reason_as_it_is(), todo: m.circles_reason_nothing_todo() };
		case 'last-steward':
			return { what: m.circles_reason_last_steward(), todo: m.circles_reason_last_steward_todo() };
		case 'last-member':
			return { what: m.circles_reason_last_member(), todo: m.circles_reason_last_member_todo() };
		case 'removes-oneself':
			return { what: m.circles_reason_removes_oneself(), todo: m.circles_reason_removes_oneself_todo() };
		case 'no-rotation-due':
			return { what: m.circles_reason_no_rotation_due(), todo: m.circles_reason_nothing_todo() };
		case 'rotation-due':
			return { what: m.circles_reason_rotation_due(), todo: m.circles_reason_rotation_due_todo() };
		case 'own-circle':
			return { what: m.circles_reason_own_circle(), todo: m.circles_reason_nothing_todo() };
		case 'too-many':
			return { what: m.circles_reason_too_many(), todo: m.circles_reason_too_many_todo() };
		case 'malformed':
		case 'wrong-log':
		case 'wrong-place':
		case 'wrong-epoch':
		case 'unknown-account':
		case 'forged':
			return { what: m.circles_reason_refused_entry({ rule: reason }), todo: m.circles_reason_reload_todo() };
	}
}
