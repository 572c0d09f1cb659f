import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { ApplicationState } from '../../application-state.ts';
import type { OpenedReceipt } from '../../client/opening.ts';

/** Where it stands in plain words: what the team said last, or what the server knows where they have said nothing. */
export function standingWords({ state, status, wholeAt }: Pick<OpenedReceipt, 'state' | 'status' | 'wholeAt'>): string {
	if (state === 'gone') return m.apply_state_withdrawn();
	if (wholeAt === null) return m.apply_state_arriving();
	if (status !== null && fits(status.state, state)) return stateWords(status.state);
	switch (state) {
		case 'us':
			return m.apply_coarse_us();
		case 'them':
			return m.apply_coarse_them();
		case 'held':
			return m.apply_state_on_hold();
		case 'done':
			return m.apply_coarse_done();
	}
}

/** After the team asked, an answer makes it theirs again: what they said before is over then. */
function fits(said: ApplicationState, coarse: OpenedReceipt['state']): boolean {
	return !(said === 'more-information' && coarse !== 'them');
}

function stateWords(state: ApplicationState): string {
	switch (state) {
		case 'received':
			return m.apply_state_received();
		case 'triage':
			return m.apply_state_triage();
		case 'more-information':
			return m.apply_state_more_information();
		case 'verification':
			return m.apply_state_verification();
		case 'review':
			return m.apply_state_review();
		case 'determination':
			return m.apply_state_determination();
		case 'awarded':
			return m.apply_state_awarded();
		case 'declined':
			return m.apply_state_declined();
		case 'waiting-list':
			return m.apply_state_waiting_list();
		case 'referred':
			return m.apply_state_referred();
		case 'agreed':
			return m.apply_state_agreed();
		case 'active':
			return m.apply_state_active();
		case 'report-due':
			return m.apply_state_report_due();
		case 'closed':
			return m.apply_state_closed();
		case 'withdrawn':
			return m.apply_state_withdrawn();
		case 'on-hold':
			return m.apply_state_on_hold();
		case 'shredded':
			return m.apply_state_shredded();
	}
}
