import { expect, test } from 'vitest';
import { newTypedAward, readTypedAward } from './award-editing.ts';

const typed = { ...newTypedAward('EUR'), amount: '1,200.50', region: 'asia' };

test('what was typed of an award is read exactly, in any digits, and is decided by nobody yet', () => {
	const read = readTypedAward({ ...typed, amount: '١٢٠٠٫٥', rate: '٠٫٠٠٦٧', rateSource: ' the bank ', rateOn: '2026-11-20' }, { amountMinor: 18_000_000, currency: 'KES' });

	expect(read).toMatchObject({ ok: true, award: { requested: { amountMinor: 18_000_000, currency: 'KES' }, rate: { from: 'KES', to: 'EUR', rate: '0.0067', source: 'the bank', on: '2026-11-20' }, awarded: { amountMinor: 120_050, currency: 'EUR' }, region: 'asia', on: null, deciders: [], plan: [{ amount: { amountMinor: 120_050, currency: 'EUR' }, due: null }], payment: null } });
});

test('an award without a region or a rate, of nothing, or whose instalments leave a cent over is not proposed', () => {
	const requested = { amountMinor: 18_000_000, currency: 'KES' };
	const lines = (...amounts: string[]) => ({ ...typed, lines: amounts.map((amount) => ({ amount, due: '' })) });

	expect(readTypedAward({ ...typed, amount: '0', region: '' }, requested)).toEqual({ ok: false, problems: ['amount', 'region', 'rate'] });
	expect(readTypedAward({ ...typed, rate: '1,2,3', rateSource: 'the bank', rateOn: '2026-11-20' }, requested)).toEqual({ ok: false, problems: ['rate'] });
	expect(readTypedAward(lines('1000', '200.49'), null)).toEqual({ ok: false, problems: ['sum'] });
	expect(readTypedAward(lines('1000', '0', '200.50'), null)).toEqual({ ok: false, problems: ['sum'] });
	expect(readTypedAward(lines('1000', '200.50'), null).ok).toBe(true);
});
