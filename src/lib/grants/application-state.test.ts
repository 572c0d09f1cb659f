import { expect, test } from 'vitest';
import { coarseStates } from './application.ts';
import { applicationStates, clockOf, coarseOf, dueAt, moveProblem, moved, moves, movesFrom, type ApplicationState, type Move, type Standing } from './application-state.ts';
import { usualClocks } from './call.ts';

const at = (state: ApplicationState, more: Partial<Standing> = {}): Standing => ({ state, heldFrom: null, proposed: null, ...more });
const alone = { account: 'a', two: false } as const;

test('every state but the first is reached by some move, and every state but the last can be left', () => {
	const reached = new Set(Object.values(moves).map(({ to }): ApplicationState => to));
	const left = new Set(Object.values(moves).flatMap(({ from }): readonly ApplicationState[] => from));

	expect(applicationStates.filter((state) => !reached.has(state))).toEqual(['received']);
	// A hold is left by a release, which is no row of the table.
	expect(applicationStates.filter((state) => !left.has(state))).toEqual(['shredded']);
});

test('each move is made from its states, by its movers, and by nobody and from nowhere else', () => {
	const movers = ['officer', 'decider', 'payer', 'applicant', 'clock'] as const;
	for (const [name, move] of Object.entries(moves) as [keyof typeof moves, Move][]) {
		for (const state of applicationStates) {
			for (const mover of movers) {
				const expected = !move.from.includes(state) ? 'not-from-here' : move.by.includes(mover) ? undefined : 'not-by-you';
				expect([name, state, mover, moveProblem(at(state), name, mover)]).toEqual([name, state, mover, expected]);
			}
		}
	}
});

test('who pays cannot decide, who decides cannot pay, and an applicant can answer, agree and withdraw', () => {
	expect(movesFrom(at('determination'), 'payer')).toEqual([]);
	expect(movesFrom(at('agreed'), 'decider')).toEqual([]);
	expect(movesFrom(at('more-information'), 'applicant')).toEqual(['answer', 'withdraw']);
	expect(movesFrom(at('awarded'), 'applicant')).toEqual(['agree', 'withdraw']);
});

test('an award needs two people: the first proposes, the same again is refused, another makes it', () => {
	const award = (standing: Standing, account: string, two = true) => moved(standing, { move: 'award', mover: 'decider', account, two });
	const proposed = award(at('determination'), 'ana');
	const standing = proposed.ok ? proposed.standing : at('received');

	expect(standing).toEqual(at('determination', { proposed: { move: 'award', by: 'ana' } }));
	expect(award(standing, 'ana')).toEqual({ ok: false, problem: 'needs-another-person' });
	expect(award(standing, 'ben')).toEqual({ ok: true, standing: at('awarded') });
	expect(award(at('determination'), 'ana', false)).toEqual({ ok: true, standing: at('awarded') });
	// Two people who want different things agree on neither.
	expect(moved(standing, { move: 'decline', mover: 'decider', account: 'ben', two: true })).toEqual({ ok: true, standing: at('determination', { proposed: { move: 'decline', by: 'ben' } }) });
});

test('a hold remembers where it came from, and only a hold is released', () => {
	const held = moved(at('review'), { ...alone, move: 'hold', mover: 'officer' });

	expect(held).toEqual({ ok: true, standing: at('on-hold', { heldFrom: 'review' }) });
	expect(held.ok && moved(held.standing, { ...alone, move: 'release', mover: 'officer' })).toEqual({ ok: true, standing: at('review') });
	expect(moveProblem(at('review'), 'release', 'officer')).toBe('nothing-to-release');
	expect(moveProblem(at('on-hold', { heldFrom: 'review' }), 'release', 'applicant')).toBe('not-by-you');
});

test('the server is told five words, and a refusal is not told from waiting', () => {
	expect(new Set(applicationStates.map(coarseOf))).toEqual(new Set(coarseStates));
	expect(new Set((['declined', 'waiting-list', 'referred', 'closed'] as const).map(coarseOf))).toEqual(new Set(['done']));
});

test('clocks run from arrival or agreement, and stand still while the applicant is asked or it is on hold', () => {
	const receivedAt = new Date('2026-11-01T00:00:00Z');
	const day = (days: number): Date => new Date(receivedAt.getTime() + days * 86_400_000);
	const due = (state: ApplicationState, more: Partial<Parameters<typeof dueAt>[0]> = {}) => dueAt({ state, clocks: usualClocks, kind: 'rapid', receivedAt, agreedAt: null, pauses: [], ...more });

	expect([due('received'), due('triage'), due('determination'), due('agreed', { agreedAt: day(2) })]).toEqual([day(1), day(3), day(3), day(9)]);
	expect([due('more-information'), due('on-hold'), due('agreed'), due('closed')]).toEqual([null, null, null, null]);
	expect(due('review', { pauses: [{ from: day(1), to: day(3) }, { from: day(3.5), to: day(4) }, { from: day(4), to: null }] })).toEqual(day(5.5));
	// What was paused before the agreement does not lengthen the paying.
	expect(due('agreed', { agreedAt: day(4), pauses: [{ from: day(1), to: day(5) }] })).toEqual(day(12));
	// All of a call is decided on one day.
	expect([due('review', { kind: 'call' }), due('received', { kind: 'call' })]).toEqual([null, day(1)]);
	expect(clockOf('waiting-list')).toBeNull();
});
