import type { CoarseState } from './application.ts';
import type { CallKind, Clocks } from './call.ts';

/** Where an application stands: what officers see, and what the applicant is told in plain words. */
export const applicationStates = [
	'received', 'triage', 'more-information', 'verification', 'review', 'determination', 'awarded', 'declined', 'waiting-list',
	'referred', 'agreed', 'active', 'report-due', 'closed', 'withdrawn', 'on-hold', 'shredded'
] as const;

export type ApplicationState = (typeof applicationStates)[number];

/** Who makes a move. `clock` is the server's, which knows nothing but dates. */
export type Mover = 'officer' | 'decider' | 'payer' | 'applicant' | 'clock';

export interface Move {
	readonly from: readonly ApplicationState[];
	readonly to: ApplicationState;
	readonly by: readonly Mover[];
	/** A second person has to agree before it counts. */
	readonly second?: true;
}

const working = ['received', 'triage', 'more-information', 'verification', 'review', 'determination', 'waiting-list'] as const;
const granted = ['awarded', 'agreed', 'active', 'report-due'] as const;

/** Every move there is, by its name. */
export const moves = {
	acknowledge: { from: ['received'], to: 'triage', by: ['officer'] },
	ask: { from: ['triage', 'verification', 'review', 'determination'], to: 'more-information', by: ['officer'] },
	answer: { from: ['more-information'], to: 'triage', by: ['applicant', 'officer'] },
	verify: { from: ['triage', 'review', 'more-information'], to: 'verification', by: ['officer'] },
	review: { from: ['triage', 'verification', 'more-information'], to: 'review', by: ['officer'] },
	conclude: { from: ['verification', 'review', 'triage'], to: 'determination', by: ['officer'] },
	award: { from: ['determination', 'waiting-list'], to: 'awarded', by: ['decider'], second: true },
	decline: { from: ['triage', 'more-information', 'determination', 'waiting-list'], to: 'declined', by: ['decider'], second: true },
	wait: { from: ['determination'], to: 'waiting-list', by: ['decider'], second: true },
	refer: { from: ['triage', 'verification', 'determination', 'declined'], to: 'referred', by: ['officer'] },
	agree: { from: ['awarded'], to: 'agreed', by: ['applicant', 'officer'] },
	begin: { from: ['agreed'], to: 'active', by: ['payer'] },
	'ask-report': { from: ['active'], to: 'report-due', by: ['officer', 'clock'] },
	close: { from: ['active', 'report-due', 'declined', 'referred'], to: 'closed', by: ['officer'] },
	appeal: { from: ['declined'], to: 'determination', by: ['officer'] },
	hold: { from: [...working, ...granted], to: 'on-hold', by: ['officer'] },
	withdraw: { from: [...working, 'awarded', 'agreed', 'on-hold'], to: 'withdrawn', by: ['applicant', 'officer'] },
	shred: { from: ['closed', 'declined', 'referred', 'withdrawn'], to: 'shredded', by: ['clock', 'officer'] }
} as const satisfies Readonly<Record<string, Move>>;

export type MoveName = keyof typeof moves | 'release';

/** What of an application its moves come to; each version of its record in the desk's circle is one move. */
export interface Standing {
	readonly state: ApplicationState;
	/** Where it goes back to when a hold is released; null unless it is on hold. */
	readonly heldFrom: ApplicationState | null;
	/** A move that waits for a second person, and who asked for it. */
	readonly proposed: { readonly move: MoveName; readonly by: string } | null;
}

export type MoveProblem = 'not-from-here' | 'not-by-you' | 'needs-another-person' | 'nothing-to-release';

/** Whether a mover may make this move from here; undefined if so. */
export function moveProblem({ state, heldFrom }: Standing, name: MoveName, mover: Mover): MoveProblem | undefined {
	if (name === 'release') {
		if (state !== 'on-hold' || heldFrom === null) return 'nothing-to-release';
		return mover === 'officer' ? undefined : 'not-by-you';
	}
	const move: Move = moves[name];
	if (!move.from.includes(state)) return 'not-from-here';
	return move.by.includes(mover) ? undefined : 'not-by-you';
}

/**
 * What a move comes to. A move that needs two is proposed by the first (`account`) and made when another person asks for
 * the same; the same person again changes nothing and is told so. `two` is the installation's or call's choice.
 */
export function moved(standing: Standing, { move: name, mover, account, two }: { readonly move: MoveName; readonly mover: Mover; readonly account: string; readonly two: boolean }): { readonly ok: true; readonly standing: Standing } | { readonly ok: false; readonly problem: MoveProblem } {
	const problem = moveProblem(standing, name, mover);
	if (problem !== undefined) return { ok: false, problem };
	if (name === 'release') return { ok: true, standing: { state: standing.heldFrom ?? standing.state, heldFrom: null, proposed: null } };
	const move: Move = moves[name];
	if (move.second === true && two) {
		const { proposed } = standing;
		if (proposed?.move !== name) return { ok: true, standing: { ...standing, proposed: { move: name, by: account } } };
		if (proposed.by === account) return { ok: false, problem: 'needs-another-person' };
	}
	return { ok: true, standing: { state: move.to, heldFrom: move.to === 'on-hold' ? standing.state : null, proposed: null } };
}

/** The moves that this mover may make from here, in their order: what a page offers. */
export function movesFrom(standing: Standing, mover: Mover): MoveName[] {
	return ([...Object.keys(moves), 'release'] as MoveName[]).filter((name) => moveProblem(standing, name, mover) === undefined);
}

/** What the server is told of a state. */
export function coarseOf(state: ApplicationState): CoarseState {
	switch (state) {
		case 'more-information':
		case 'awarded':
		case 'report-due':
			return 'them';
		case 'on-hold':
			return 'held';
		case 'waiting-list':
		case 'declined':
		case 'referred':
		case 'closed':
			return 'done';
		case 'withdrawn':
		case 'shredded':
			return 'gone';
		default:
			return 'us';
	}
}

/** A stretch in which no clock ran: waiting for the applicant, or a hold. `to` is null while it lasts. */
export interface Pause {
	readonly from: Date;
	readonly to: Date | null;
}

export type ClockName = 'acknowledge' | 'decide' | 'pay';

/** The clock that runs in a state; null where none does. Holds and questions to the applicant stop every clock. */
export function clockOf(state: ApplicationState): ClockName | null {
	if (state === 'received') return 'acknowledge';
	if (state === 'triage' || state === 'verification' || state === 'review' || state === 'determination') return 'decide';
	return state === 'agreed' ? 'pay' : null;
}

/**
 * When what is due now is due; null while nothing is. Counted from when the application was whole (`acknowledge`,
 * `decide`) or from the agreement (`pay`), longer by every pause since. Of a call what is to be decided is due when the
 * call says so, not application by application.
 */
export function dueAt({ state, clocks, kind, receivedAt, agreedAt, pauses }: { readonly state: ApplicationState; readonly clocks: Clocks; readonly kind: CallKind; readonly receivedAt: Date; readonly agreedAt: Date | null; readonly pauses: readonly Pause[] }): Date | null {
	const clock = clockOf(state);
	if (clock === null || (kind === 'call' && clock === 'decide')) return null;
	const from = clock === 'pay' ? agreedAt : receivedAt;
	if (from === null) return null;
	const hours = { acknowledge: clocks.acknowledgeHours, decide: clocks.decideHours, pay: clocks.payHours }[clock];
	const paused = pauses.reduce((sum, pause) => sum + pausedMs(pause, from), 0);
	return new Date(from.getTime() + hours * 3_600_000 + paused);
}

function pausedMs({ from, to }: Pause, since: Date): number {
	if (to === null) return 0;
	return Math.max(0, to.getTime() - Math.max(from.getTime(), since.getTime()));
}
