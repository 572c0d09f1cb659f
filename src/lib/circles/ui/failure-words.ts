import { m } from '#lib/platform/i18n/compiled/messages.js';
import { LostConnection, type Refused } from '../client/open-circle.ts';
import { VaultTrouble } from '../client/trouble.ts';
import type { CommonReason, Failed, FailureWords } from './failed.ts';

/**
 * Note: Rare sentences are loaded when they are needed.
 * What happens every day (no network, a locked vault) has its words on every page. The others are many and long, and
 * come when something of their kind has happened: then the server was reached, if only to be caught lying. Where it
 * does not hand them out either, the general sentence stays, and it is true.
 */
export function firstWords(failed: Failed): FailureWords {
	if (failed instanceof VaultTrouble) return { what: m.circles_trouble_any(), todo: m.circles_trouble_server_todo() };
	return commonWords(reasonOf(failed)) ?? { what: m.circles_reason_failed(), todo: m.circles_reason_again_todo() };
}

/** The sentence of its own that each failure has. Rejects where it is a rare one and could not be loaded. */
export async function ownWords(failed: Failed): Promise<FailureWords> {
	const common = failed instanceof VaultTrouble ? undefined : commonWords(reasonOf(failed));
	if (common !== undefined) return common;
	const { placeWords, rareReasonWords, troubleWords } = await import('./rare-words.ts');
	if (!(failed instanceof VaultTrouble)) return rareReasonWords(reasonOf(failed) as Exclude<Refused, CommonReason>);
	return { ...troubleWords(failed.kind), place: placeWords(failed.place) };
}

function reasonOf(failed: Exclude<Failed, VaultTrouble>): Refused {
	return failed instanceof LostConnection ? failed.reason : failed;
}

function commonWords(reason: Refused): FailureWords | undefined {
	switch (reason) {
		case 'removed':
			return { what: m.circles_reason_removed(), todo: m.circles_reason_removed_todo() };
		case 'not-found':
			return { what: m.circles_reason_not_found(), todo: m.circles_reason_not_found_todo() };
		case 'offline':
			return { what: m.circles_reason_offline(), todo: m.circles_reason_offline_todo() };
		case 'locked':
			return { what: m.circles_reason_locked(), todo: m.circles_reason_unlock_todo() };
		case 'signed-out':
			return { what: m.circles_reason_signed_out(), todo: m.circles_reason_unlock_todo() };
		case 'slow-down':
			return { what: m.circles_reason_slow_down(), todo: m.circles_reason_slow_down_todo() };
		case 'moved-on':
			return { what: m.circles_reason_moved_on(), todo: m.circles_reason_again_todo() };
		case 'failed':
			return { what: m.circles_reason_failed(), todo: m.circles_reason_again_todo() };
		default:
			return undefined;
	}
}
