import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applicationStates, moved, moveProblem, moves, type ApplicationState, type MoveName, type Mover, type Standing } from './application-state.ts';
import type { Determination } from './award.ts';
import { usualClocks } from './call.ts';
import { afterMove, dueOf, type Case } from './case.ts';

const at = (state: ApplicationState): Standing => ({ state, heldFrom: null, proposed: null });
const movers: readonly Mover[] = ['officer', 'decider', 'payer', 'applicant', 'clock'];

test('whatever is done, an application is always in a state that a move leads to, and what is shredded stays so', () => {
	fc.assert(
		fc.property(fc.array(fc.record({ move: fc.constantFrom(...(Object.keys(moves) as MoveName[]), 'release' as const), mover: fc.constantFrom(...movers), account: fc.constantFrom('a', 'b') }), { maxLength: 60 }), (steps) => {
			let standing = at('received');
			for (const step of steps) {
				const next = moved(standing, { ...step, two: true });
				if (!next.ok) {
					expect(next.problem).toBe(moveProblem(standing, step.move, step.mover) ?? 'needs-another-person');
					continue;
				}
				if (standing.state === 'shredded') throw new Error('moved on after shredding');
				({ standing } = next);
				expect(applicationStates).toContain(standing.state);
				expect(standing.heldFrom === null).toBe(standing.state !== 'on-hold');
			}
		})
	);
});

test('clocks stand still while we wait for the applicant or hold, and go on where they stood', () => {
	const hour = 3_600_000;
	const begin = Date.UTC(2026, 10, 1);
	const fresh: Case = {
		application: 'A'.repeat(22), call: 'A'.repeat(22), form: 1, standing: at('received'), move: { name: 'note', by: 'officer' }, receivedAt: begin, agreedAt: null, pauses: [], assigned: [],
		marks: { urgent: false, duplicateOf: null }, reason: null, note: '', summary: { language: 'en', begins: '', wanted: null, forOther: false }, secrets: { generation: 1, core: '', thread: '', references: '', identity: null }, readTo: 0, award: null, report: null, reviewers: [], counted: null, referees: []
	};
	const rapid = { clocks: usualClocks, kind: 'rapid' } as const;
	const move = (one: Case, name: MoveName, afterHours: number, mover: Mover = 'officer'): Case => {
		const next = afterMove(one, { move: name, mover, account: 'a', two: false, now: new Date(begin + afterHours * hour) });
		if (!next.ok) throw new Error(next.problem);
		return next.case;
	};
	const due = (one: Case): number | undefined => {
		const found = dueOf(one, rapid);
		return found ? (found.getTime() - begin) / hour : undefined;
	};

	expect(due(fresh)).toBe(24);
	const triage = move(fresh, 'acknowledge', 5);
	expect(due(triage)).toBe(72);
	const asked = move(triage, 'ask', 10);
	expect(due(asked)).toBeUndefined();
	// Asked at 10, answered at 40, held from 50 to 55: thirty-five hours longer.
	const again = move(move(move(asked, 'answer', 40, 'applicant'), 'hold', 50), 'release', 55);
	expect(due(again)).toBe(107);
	const agreed = move(move(move(again, 'verify', 60), 'conclude', 61), 'award', 62, 'decider');
	expect(due(agreed)).toBeUndefined();
	expect(due(move(agreed, 'agree', 70, 'applicant'))).toBe(70 + 168);
	expect(dueOf(triage, { clocks: usualClocks, kind: 'call' })).toBeNull();
});

test('what was awarded is closed only once it was reported, and what was only proposed and then declined as ever', () => {
	const award: Determination = { requested: null, rate: null, awarded: { amountMinor: 100, currency: 'EUR' }, region: 'asia', on: '2026-11-20', deciders: ['a', 'b'], plan: [{ id: 'A'.repeat(22), amount: { amountMinor: 100, currency: 'EUR' }, due: null }], payment: null };
	const active: Case = {
		application: 'A'.repeat(22), call: 'A'.repeat(22), form: 1, standing: at('active'), move: { name: 'begin', by: 'payer' }, receivedAt: 0, agreedAt: 0, pauses: [], assigned: [], marks: { urgent: false, duplicateOf: null }, reason: 'fits', note: '',
		summary: { language: 'en', begins: '', wanted: null, forOther: false }, secrets: { generation: 1, core: '', thread: '', references: '', identity: null }, readTo: 0, award, report: null, reviewers: [], counted: null, referees: []
	};
	const close = (one: Case): unknown => {
		const next = afterMove(one, { move: 'close', mover: 'officer', account: 'a', two: true, now: new Date(0) });
		return next.ok ? next.case.standing.state : next.problem;
	};

	expect(close(active)).toBe('no-report');
	expect(close({ ...active, report: { kind: 'waived', by: 'A'.repeat(22), on: '2026-12-01', words: 'Made up.' } })).toBe('closed');
	expect(close({ ...active, standing: at('declined'), award: { ...award, on: null } })).toBe('closed');
});
