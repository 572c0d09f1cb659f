import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { ProposalReason } from '../consultation.ts';

/** Why a proposition was not put, in words. */
export function reasonName(reason: ProposalReason): string {
	return { 'off-topic': m.consult_reason_off_topic, repeated: m.consult_reason_repeated, abusive: m.consult_reason_abusive, endangers: m.consult_reason_endangers, unclear: m.consult_reason_unclear }[reason]();
}
