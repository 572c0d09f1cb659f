import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applicationStates, moved, moveProblem, moves, type ApplicationState, type MoveName, type Mover, type Standing } from './application-state.ts';
import type { Determination } from './award.ts';
import { usualClocks } from './call.ts';
import { afterMove, dueOf, isAsProposed, strangeCase, type Case } from './case.ts';

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

const begun: Case = {
	application: 'A'.repeat(22), call: 'A'.repeat(22), form: 1, standing: at('received'), move: { name: 'note', by: 'officer' }, receivedAt: Date.UTC(2026, 10, 1), agreedAt: null, pauses: [], assigned: [],
	marks: { urgent: false, duplicateOf: null }, reason: null, note: '', summary: { language: 'en', begins: '', wanted: null, forOther: false }, secrets: { generation: 1, core: '', thread: '', references: '', identity: null }, readTo: 0, award: null, report: null, reviewers: [], counted: null, referees: []
};

const offered: Determination = {
	requested: null, rate: { from: 'KES', to: 'EUR', rate: '0.0067', source: 'the bank', on: '2026-11-20' }, awarded: { amountMinor: 50_000, currency: 'EUR' }, region: 'africa', on: null, deciders: [],
	plan: [{ id: 'B'.repeat(22), amount: { amountMinor: 30_000, currency: 'EUR' }, due: null }, { id: 'C'.repeat(22), amount: { amountMinor: 20_000, currency: 'EUR' }, due: '2027-02-01' }], payment: null
};
const agreed: Determination = { ...offered, on: '2026-11-30', deciders: ['ana', 'ben'] };

interface Step {
	readonly by: string;
	readonly move?: MoveName;
	readonly change?: Partial<Case>;
}

/** Each version of a case, made by whoever; what cannot be a move is one of the name all the same. */
function written(steps: readonly Step[]): { now: Case; author: string }[] {
	let now = begun;
	return steps.map(({ by, move, change = {} }) => {
		const mover = move === 'award' || move === 'decline' || move === 'wait' ? 'decider' : move === 'begin' ? 'payer' : 'officer';
		const next = move && afterMove(now, { move, mover, account: by, two: true, now: new Date(now.receivedAt) });
		now = { ...now, move: { name: move ?? 'note', by: mover }, ...(next?.ok && next.case), ...change };
		return { now, author: by };
	});
}

const before: readonly Step[] = [{ by: 'ana', change: { note: 'Read it' } }, { by: 'ana', move: 'acknowledge' }, { by: 'ben', move: 'conclude' }];
const proposing: Step = { by: 'ana', move: 'award', change: { reason: 'fits', award: offered } };
const agreeing: Step = { by: 'ben', move: 'award', change: { award: agreed } };

test('an award that two agreed to, with all that is usual around it, is believed', () => {
	const paid = { ...agreed, payment: { id: 'D'.repeat(22), secret: 'secret' } };
	const steps: readonly Step[] = [
		...before, { by: 'cem', move: 'decline', change: { reason: 'outside' } }, proposing, { by: 'cem', change: { note: 'Seen', assigned: ['cem'] } }, agreeing,
		{ by: 'cem', move: 'hold' }, { by: 'cem', move: 'release' }, { by: 'ana', move: 'agree' }, { by: 'ana', change: { award: paid } }, { by: 'ana', move: 'begin' }
	];

	expect(strangeCase(written(steps))).toBeUndefined();
});

test('nobody agrees to another amount, currency, rate, region, plan or reason than was proposed', () => {
	const others: Record<string, Partial<Case>> = {
		amount: { award: { ...agreed, awarded: { amountMinor: 90_000, currency: 'EUR' } } },
		currency: { award: { ...agreed, awarded: { amountMinor: 50_000, currency: 'USD' } } },
		rate: { award: { ...agreed, rate: null } },
		region: { award: { ...agreed, region: 'asia' } },
		instalments: { award: { ...agreed, plan: agreed.plan.slice(0, 1) } },
		'instalment’s day': { award: { ...agreed, plan: agreed.plan.map((one) => ({ ...one, due: '2027-01-01' })) } },
		reason: { award: agreed, reason: 'outside' },
		'no award': { award: null },
		'no day': { award: { ...agreed, on: null } },
		deciders: { award: { ...agreed, deciders: ['ana', 'cem'] } },
		'a payment at once': { award: { ...agreed, payment: { id: 'D'.repeat(22), secret: 'secret' } } }
	};

	const found = Object.entries(others).map(([what, change]) => {
		const versions = written([...before, proposing, { by: 'ben', move: 'award', change }]);
		return [what, strangeCase(versions), isAsProposed(versions[3]!.now, versions[4]!.now, 'ben')];
	});

	expect(found).toEqual(Object.keys(others).map((what) => [what, 5, false]));
});

test('what waits for a second person, or was agreed, is not changed behind a note, nor put in somebody else’s name', () => {
	const waits = { move: 'award', by: 'ana' } as const;
	const histories: Record<string, readonly Step[]> = {
		'a note changes what waits': [...before, proposing, { by: 'cem', change: { award: { ...offered, awarded: { amountMinor: 90_000, currency: 'EUR' } } } }, agreeing],
		'a note changes the reason': [...before, proposing, { by: 'cem', change: { reason: 'outside' } }],
		'a note proposes in another name': [...before, { by: 'cem', change: { award: offered, standing: { ...at('determination'), proposed: waits } } }],
		'a move proposes in another name': [...before, { ...proposing, by: 'cem', change: { award: offered, standing: { ...at('determination'), proposed: waits } } }],
		'one person determines alone': [...before, { by: 'ana', move: 'award', change: { award: agreed, standing: at('awarded') } }],
		'the same person agrees': [...before, proposing, { by: 'ana', move: 'award', change: { award: agreed, standing: at('awarded') } }],
		'a note determines': [...before, proposing, { by: 'ben', change: { award: agreed, standing: at('awarded') } }],
		'a first version is determined already': [{ by: 'ana', move: 'agree', change: { award: agreed, standing: at('agreed') } }],
		'what was agreed grows': [...before, proposing, agreeing, { by: 'ana', change: { award: { ...agreed, awarded: { amountMinor: 90_000, currency: 'EUR' } } } }],
		'it is handed over to a second payment': [...before, proposing, agreeing, ...['D', 'E'].map((letter) => ({ by: 'ana', change: { award: { ...agreed, payment: { id: letter.repeat(22), secret: 'secret' } } } }))],
		'a hold remembers another state': [...before, { by: 'ana', move: 'hold', change: { standing: { state: 'on-hold', heldFrom: 'awarded', proposed: null } } }, { by: 'ana', move: 'release' }]
	};

	const found = Object.entries(histories).map(([what, steps]) => [what, strangeCase(written(steps))]);

	expect(found).toEqual([
		['a note changes what waits', 5], ['a note changes the reason', 5], ['a note proposes in another name', 4], ['a move proposes in another name', 4], ['one person determines alone', 4], ['the same person agrees', 5],
		['a note determines', 5], ['a first version is determined already', 1], ['what was agreed grows', 6], ['it is handed over to a second payment', 7], ['a hold remembers another state', 4]
	]);
});

test('clocks stand still while we wait for the applicant or hold, and go on where they stood', () => {
	const hour = 3_600_000;
	const begin = Date.UTC(2026, 10, 1);
	const fresh: Case = { ...begun, receivedAt: begin };
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
