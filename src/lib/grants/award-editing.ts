import { randomId } from '#lib/vault/envelope.ts';
import { isWholeAward, type Determination, type PlannedInstalment, type Rate } from './award.ts';
import { latinDigits, readAmount, type Money } from './money.ts';
import { regions, type Region } from '#lib/platform/text/region.ts';

/** What stands in the fields of an award, as it was typed. */
export interface TypedAward {
	amount: string;
	currency: string;
	region: string;
	rate: string;
	rateSource: string;
	rateOn: string;
	lines: { amount: string; due: string }[];
}

export type AwardProblem = 'amount' | 'region' | 'rate' | 'sum';

export function newTypedAward(currency: string): TypedAward {
	return { amount: '', currency, region: '', rate: '', rateSource: '', rateOn: '', lines: [] };
}

/** The award that was typed, not decided by anybody yet; or everything that is wrong with it. */
export function readTypedAward(typed: TypedAward, requested: Money | null): { readonly ok: true; readonly award: Determination } | { readonly ok: false; readonly problems: readonly AwardProblem[] } {
	const awarded = readAmount(typed.amount, typed.currency);
	const region = regions.find((one): one is Region => one === typed.region);
	const rate = readRate(typed, { from: requested?.currency ?? typed.currency, to: typed.currency });
	const plan = awarded && planOf(typed, awarded);
	const problems: AwardProblem[] = [];
	if (awarded === undefined || awarded.amountMinor === 0) problems.push('amount');
	if (region === undefined) problems.push('region');
	if (rate === undefined) problems.push('rate');
	if (awarded !== undefined && plan === undefined) problems.push('sum');
	if (problems.length > 0 || awarded === undefined || region === undefined || rate === undefined || plan === undefined) return { ok: false, problems };
	return { ok: true, award: { requested, rate, awarded, region, on: null, deciders: [], plan, payment: null } };
}

/** Null where nothing is exchanged; undefined for what is no rate. */
export function readRate({ rate, rateSource, rateOn }: Pick<TypedAward, 'rate' | 'rateSource' | 'rateOn'>, { from, to }: { readonly from: string; readonly to: string }): Rate | null | undefined {
	if (from === to) return null;
	const number = latinDigits(rate).trim().replace('٫', '.').replace(',', '.');
	const isRate = /^\d{1,12}(?:\.\d{1,12})?$/.test(number) && Number(number) > 0;
	return isRate && rateSource.trim() !== '' && /^\d{4}-\d\d-\d\d$/.test(rateOn) ? { from, to, rate: number, source: rateSource.trim(), on: rateOn } : undefined;
}

function planOf({ lines, currency }: TypedAward, awarded: Money): readonly PlannedInstalment[] | undefined {
	if (lines.length === 0) return [{ id: randomId(), amount: awarded, due: null }];
	const plan: PlannedInstalment[] = [];
	for (const { amount: text, due } of lines) {
		const amount = readAmount(text, currency);
		if (amount === undefined || amount.amountMinor === 0) return undefined;
		plan.push({ id: randomId(), amount, due: due === '' ? null : due });
	}
	return isWholeAward({ awarded, instalments: plan }) ? plan : undefined;
}
