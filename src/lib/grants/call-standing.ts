import { isOpenStage, type CallAct, type CallStage, type CallState } from './call-log.ts';
import { isBefore } from './deadline.ts';

/** What a machine says of its clock: `ClockState` of the platform, for both sides. */
export type ClockWord = 'synchronised' | 'adrift' | 'unknown';

/** How a call stands at a moment. `over`: the deadline has passed, and officers have not closed it yet. */
export type CallStanding = 'open' | 'over' | Exclude<CallStage, 'published' | 'extended'>;

/**
 * Note: What a doubtful clock may do.
 * Officers close a call by a signed entry; between the deadline and that entry the server's clock alone says that it is
 * over. A clock that is known to be adrift may say neither: then nothing is over, because a refusal cannot be made good
 * by the person refused. Of a clock of which nothing is known, deadlines hold as it shows them, because a late link or an
 * extension makes good what it spoils; but nothing is closed by it for ever.
 */
export function callStanding({ stage, deadline }: Pick<CallState, 'stage' | 'deadline'>, { now, clock }: { readonly now: Date; readonly clock: ClockWord }): CallStanding {
	if (!isOpenStage(stage)) return stage as CallStanding;
	return deadline === null || clock === 'adrift' || isBefore(deadline, now) ? 'open' : 'over';
}

export type TimeProblem =
	/** The deadline would have passed before anybody hears of it. */
	| 'already-over'
	/** A deadline is a promise: until it has passed, the call stays open. */
	| 'too-early'
	/** The server does not know whether its clock is right. */
	| 'clock-unsure'
	/** Signed at a time that is not now. */
	| 'wrong-time';

/** How far a signer's clock may be from the server's; the log shows everybody when an entry was signed. */
const mostApartMs = 24 * 60 * 60 * 1000;

/** Why the server's clock refuses an entry that the log's rules allow; undefined if it does not. `state` is from before it. */
export function timeProblem(state: Pick<CallState, 'deadline'> | undefined, { act, at }: { readonly act: CallAct; readonly at: number }, { now, clock }: { readonly now: Date; readonly clock: ClockWord }): TimeProblem | undefined {
	if (Math.abs(at - now.getTime()) > mostApartMs) return 'wrong-time';
	if ((act.do === 'publish' || act.do === 'extend') && act.deadline !== null && !isBefore(act.deadline, now)) return 'already-over';
	if (act.do !== 'close' || !state?.deadline) return undefined;
	if (clock !== 'synchronised') return 'clock-unsure';
	return isBefore(state.deadline, now) ? 'too-early' : undefined;
}
