import { m } from '#lib/platform/i18n/compiled/messages.js';
import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import type { AddresseeKind, Answer, Assessor, Channel, Entry, Verdict } from './recommendation.ts';
import type { Step } from './story.ts';

// What the interface calls things of follow-up.

export function stepName(step: Step): string {
	switch (step) {
		case 'made':
			return m.followup_step_made();
		case 'delivered':
			return m.followup_step_delivered();
		case 'answered':
			return m.followup_step_answered();
		case 'acted':
			return m.followup_step_acted();
	}
}

export function assessorName(assessor: Assessor): string {
	switch (assessor) {
		case 'government':
			return m.followup_assessor_government();
		case 'programme':
			return m.followup_assessor_programme();
		case 'others':
			return m.followup_assessor_others();
	}
}

/** `none`: they have said nothing. */
export function verdictName(verdict: Verdict | 'none'): string {
	switch (verdict) {
		case 'no-progress':
			return m.followup_verdict_no_progress();
		case 'partial':
			return m.followup_verdict_partial();
		case 'full':
			return m.followup_verdict_full();
		case 'regression':
			return m.followup_verdict_regression();
		case 'not-assessed':
			return m.followup_verdict_not_assessed();
		case 'none':
			return m.followup_verdict_none();
	}
}

export function answerName(answer: Answer): string {
	switch (answer) {
		case 'no-reply':
			return m.followup_answer_no_reply();
		case 'noted':
			return m.followup_answer_noted();
		case 'supported-in-part':
			return m.followup_answer_part();
		case 'supported':
			return m.followup_answer_supported();
		case 'rejected':
			return m.followup_answer_rejected();
	}
}

export function channelName(channel: Channel): string {
	switch (channel) {
		case 'by-hand':
			return m.followup_channel_by_hand();
		case 'session':
			return m.followup_channel_session();
		case 'post':
			return m.followup_channel_post();
		case 'electronic':
			return m.followup_channel_electronic();
		case 'mission':
			return m.followup_channel_mission();
	}
}

export function addresseeKindName(kind: AddresseeKind): string {
	switch (kind) {
		case 'state':
			return m.followup_kind_state();
		case 'ministry':
			return m.followup_kind_ministry();
		case 'parliament':
			return m.followup_kind_parliament();
		case 'court':
			return m.followup_kind_court();
		case 'united-nations':
			return m.followup_kind_united_nations();
		case 'regional-body':
			return m.followup_kind_regional_body();
		case 'company':
			return m.followup_kind_company();
		case 'donor':
			return m.followup_kind_donor();
		case 'movement':
			return m.followup_kind_movement();
	}
}

/** A country by its two letters, as this language calls it. */
export function stateName(state: string, language: Language): string {
	return new Intl.DisplayNames(intlTag(language), { type: 'region' }).of(state) ?? state;
}

/** A language by its tag, as this language calls it. */
export function languageName(tag: string, language: Language): string {
	return new Intl.DisplayNames(intlTag(language), { type: 'language' }).of(tag) ?? tag;
}

/** What an entry of a history says, in one line; `nameOf` gives the name of an addressee. */
export function entryTitle(entry: Entry, nameOf: (id: string) => string): string {
	switch (entry.kind) {
		case 'planned':
			return m.followup_planned({ addressee: nameOf(entry.to) });
		case 'sent':
			return m.followup_sent({ addressee: nameOf(entry.to), by: entry.by, channel: channelName(entry.channel) });
		case 'response':
			return m.followup_response({ addressee: nameOf(entry.from), answer: answerName(entry.answer) });
		case 'action':
			return entry.by === undefined ? m.followup_action() : m.followup_action_by({ addressee: nameOf(entry.by) });
		case 'assessment':
			return m.followup_assessment({ assessor: entry.name ?? assessorName(entry.by), verdict: verdictName(entry.verdict) });
		case 'coverage':
			return m.followup_press();
		case 'taken-back':
		case 'blanked':
			return m.followup_blanked();
	}
}
