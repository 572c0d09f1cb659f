import { expect, test } from 'vitest';
import { afterPayment, isWholeAward, totalsOf, type Award, type Instalment, type PaymentAct } from './award.ts';

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const instalment = (id: string, amountMinor: number): Instalment => ({ id, amount: eur(amountMinor), state: 'planned', route: 'bank', payee: 1, due: null, approvals: [], sent: null, received: null, failures: [] });
const award: Award = { requested: { amountMinor: 3_000_000, currency: 'KES' }, awarded: eur(200_000), deciders: ['decider'], instalments: [instalment('first', 120_000), instalment('second', 80_000)] };

/** What comes of acts on one instalment, each with the newest version of how somebody is paid. */
function after(start: Award, id: string, acts: readonly (PaymentAct | readonly [PaymentAct, number])[]): Award | string {
	let now = start;
	for (const one of acts) {
		const [act, payee] = Array.isArray(one) ? (one as readonly [PaymentAct, number]) : [one as PaymentAct, 1];
		const next = afterPayment(now, { instalment: id, act, payee });
		if (!next.ok) return next.problem;
		now = next.award;
	}
	return now;
}

const approve = (by: string): PaymentAct => ({ do: 'approve', by });
const send: PaymentAct = { do: 'send', amount: { amountMinor: 1_730_000, currency: 'KES' }, rate: { from: 'EUR', to: 'KES', rate: '144.17', source: 'the bank', on: '2026-11-20' }, on: '2026-11-20' };
const fail: PaymentAct = { do: 'fail', on: '2026-11-22', why: 'The bank sent it back.' };

test('an instalment is paid when two people who did not decide it have approved it', () => {
	const paid = after(award, 'first', [approve('one'), approve('other'), send, { do: 'confirm', amount: { amountMinor: 1_725_000, currency: 'KES' }, on: '2026-11-23' }]);

	expect(paid).toMatchObject({ instalments: [{ state: 'confirmed', sent: { amount: { currency: 'KES' } }, received: { amount: { amountMinor: 1_725_000 } } }, { state: 'planned' }] });
	expect(after(award, 'first', [approve('one'), send])).toBe('not-from-here');
	expect(after(award, 'first', [approve('one'), approve('one')])).toBe('approved-already');
	expect(after(award, 'first', [approve('decider')])).toBe('decided-it');
	expect(after(award, 'third', [approve('one')])).toBe('no-such-instalment');
});

test('a payment that failed goes another way only after two have looked at it again', () => {
	const failed = [approve('one'), approve('other'), send, fail];
	const rerouted = after(award, 'first', [...failed, { do: 'reroute', route: 'mobile-money', payee: 2 }]) as Award;

	expect(rerouted.instalments[0]).toMatchObject({ state: 'rerouted', route: 'mobile-money', approvals: [], failures: [{ route: 'bank' }] });
	expect(after(rerouted, 'first', [[send, 2]])).toBe('not-from-here');
	expect(after(rerouted, 'first', [[approve('one'), 2], [approve('other'), 2], [send, 2]])).toMatchObject({ instalments: [{ state: 'sent' }, {}] });
});

test('who changes how somebody is paid after the approval sends nothing', () => {
	expect(after(award, 'first', [approve('one'), [approve('other'), 2]])).toBe('payee-changed');
	expect(after(award, 'first', [approve('one'), approve('other'), [send, 2]])).toBe('payee-changed');
});

test('what was sent is paid, what came back is not, and what is cancelled is free again', () => {
	const sent = after(award, 'first', [approve('one'), approve('other'), send]) as Award;
	const back = after(sent, 'first', [{ do: 'give-back', on: '2026-12-01' }]) as Award;
	const cancelled = after(back, 'second', [{ do: 'cancel' }]) as Award;
	const budget = { currency: 'EUR', budget: eur(1_000_000) };

	expect(totalsOf([sent], budget)).toEqual({ committed: eur(200_000), paid: eur(120_000), left: eur(800_000) });
	expect(totalsOf([back, sent], budget)).toEqual({ committed: eur(280_000), paid: eur(120_000), left: eur(720_000) });
	expect(totalsOf([cancelled], { currency: 'EUR', budget: null })).toEqual({ committed: eur(0), paid: eur(0), left: null });
	expect([award, { ...award, instalments: [instalment('one', 200_001)] }, { ...award, instalments: [instalment('one', 100_000)] }].map(isWholeAward)).toEqual([true, false, false]);
});
