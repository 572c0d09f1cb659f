import * as v from 'valibot';
import { isId } from '#lib/vault/envelope.ts';
import { isCurrency, sumOf, type Money } from './money.ts';
import { regions, type Region } from '#lib/platform/text/region.ts';

/** How money reaches somebody. Each has its own risk, which pages say before one is chosen. */
export const routes = ['bank', 'money-transfer', 'mobile-money', 'cash-partner', 'vendor'] as const;

export type Route = (typeof routes)[number];

const instalmentStates = ['planned', 'approved', 'sent', 'confirmed', 'failed', 'rerouted', 'returned', 'cancelled'] as const;

export type InstalmentState = (typeof instalmentStates)[number];

/** What was exchanged, as a decimal text so that nothing is rounded: `rate` of `to` for one of `from`. */
export interface Rate {
	readonly from: string;
	readonly to: string;
	readonly rate: string;
	/** Who says so: a bank, an exchange office. */
	readonly source: string;
	/** YYYY-MM-DD */
	readonly on: string;
}

export interface Instalment {
	readonly id: string;
	/** In the award's currency. */
	readonly amount: Money;
	readonly state: InstalmentState;
	readonly route: Route;
	/** The version of the part `payee` that it goes to: a new one has to be approved anew. */
	readonly payee: number;
	/** YYYY-MM-DD, or null for as soon as possible. */
	readonly due: string | null;
	/** Account ids of who approved; two different people are needed. */
	readonly approvals: readonly string[];
	readonly sent: { readonly amount: Money; readonly rate: Rate | null; readonly on: string } | null;
	readonly received: { readonly amount: Money; readonly on: string } | null;
	/** Earlier tries that failed. */
	readonly failures: readonly { readonly route: Route; readonly on: string; readonly why: string }[];
}

export interface Award {
	/** What the applicant asked for, in whatever currency; null where nothing was asked. */
	readonly requested: Money | null;
	/** In the programme's currency. */
	readonly awarded: Money;
	/** Account ids of who determined it; none of them approves a payment. */
	readonly deciders: readonly string[];
	readonly instalments: readonly Instalment[];
}

/** A part of an award as it was decided, before anybody chose a way for it. */
export interface PlannedInstalment {
	readonly id: string;
	readonly amount: Money;
	/** YYYY-MM-DD, or null for as soon as possible. */
	readonly due: string | null;
}

/** What the deciders' case says of an award. How it is paid stands with the payers, and comes back as far as they tell. */
export interface Determination {
	readonly requested: Money | null;
	/** From the currency in which was asked to the award's; null where they are the same. */
	readonly rate: Rate | null;
	/** In the programme's currency. */
	readonly awarded: Money;
	/** Of the world, by the officer: for pooled figures, and nothing finer. */
	readonly region: Region;
	/** The day on which it counted, YYYY-MM-DD; null while one person proposes it. */
	readonly on: string | null;
	readonly deciders: readonly string[];
	readonly plan: readonly PlannedInstalment[];
	/** Once it was handed over: the payment's random id, and the secret of the key that signs what the payers hand back. */
	readonly payment: { readonly id: string; readonly secret: string } | null;
}

export type PaymentAct =
	| { readonly do: 'approve'; readonly by: string }
	| { readonly do: 'send'; readonly amount: Money; readonly rate: Rate | null; readonly on: string }
	| { readonly do: 'confirm'; readonly amount: Money; readonly on: string }
	| { readonly do: 'fail'; readonly on: string; readonly why: string }
	| { readonly do: 'reroute'; readonly route: Route; readonly payee: number }
	| { readonly do: 'give-back'; readonly on: string }
	| { readonly do: 'cancel' };

export type PaymentProblem =
	| 'not-from-here'
	/** Signed by somebody else than who is said to have done it. */
	| 'not-by-you'
	/** Somebody else has to confirm how somebody is paid. */
	| 'needs-another-person'
	| 'no-such-payee'
	/** Who determined the award does not approve its payment. */
	| 'decided-it'
	| 'approved-already'
	/** The way somebody is paid changed since it was approved. */
	| 'payee-changed'
	| 'no-such-instalment';

export type Paid = { readonly ok: true; readonly award: Award } | { readonly ok: false; readonly problem: PaymentProblem };

const mayFrom: Readonly<Record<PaymentAct['do'], readonly InstalmentState[]>> = {
	approve: ['planned', 'rerouted'],
	send: ['approved'],
	confirm: ['sent'],
	fail: ['sent'],
	reroute: ['planned', 'approved', 'failed', 'returned'],
	'give-back': ['sent', 'confirmed', 'failed'],
	cancel: ['planned', 'approved', 'failed', 'rerouted', 'returned']
};

/** What can be done to an instalment in a state, in the order in which a page offers it. */
export function paymentActsFrom(state: InstalmentState): PaymentAct['do'][] {
	// Its keys are those of the acts, in their order.
	return (Object.keys(mayFrom) as PaymentAct['do'][]).filter((act) => mayFrom[act].includes(state));
}

/** What one act does to one instalment. `payee` is the newest version of the part that says how somebody is paid. */
export function afterPayment(award: Award, { instalment: id, act, payee }: { readonly instalment: string; readonly act: PaymentAct; readonly payee: number }): Paid {
	const instalment = award.instalments.find((one) => one.id === id);
	if (instalment === undefined) return { ok: false, problem: 'no-such-instalment' };
	if (!mayFrom[act.do].includes(instalment.state)) return { ok: false, problem: 'not-from-here' };
	if ((act.do === 'approve' || act.do === 'send') && instalment.payee !== payee) return { ok: false, problem: 'payee-changed' };
	if (act.do === 'approve') {
		if (award.deciders.includes(act.by)) return { ok: false, problem: 'decided-it' };
		if (instalment.approvals.includes(act.by)) return { ok: false, problem: 'approved-already' };
	}
	const changed = changedBy(instalment, act);
	return { ok: true, award: { ...award, instalments: award.instalments.map((one) => (one.id === id ? changed : one)) } };
}

function changedBy(instalment: Instalment, act: PaymentAct): Instalment {
	switch (act.do) {
		case 'approve': {
			const approvals = [...instalment.approvals, act.by];
			return { ...instalment, approvals, state: approvals.length >= 2 ? 'approved' : instalment.state };
		}
		case 'send':
			return { ...instalment, state: 'sent', sent: { amount: act.amount, rate: act.rate, on: act.on } };
		case 'confirm':
			return { ...instalment, state: 'confirmed', received: { amount: act.amount, on: act.on } };
		case 'fail':
			return { ...instalment, state: 'failed', failures: [...instalment.failures, { route: instalment.route, on: act.on, why: act.why }] };
		case 'reroute':
			// Two people look at it again, whoever it was before.
			return { ...instalment, state: 'rerouted', route: act.route, payee: act.payee, approvals: [], sent: null, received: null };
		case 'give-back':
			return { ...instalment, state: 'returned' };
		case 'cancel':
			return { ...instalment, state: 'cancelled' };
	}
}

/** Money that left and did not come back. */
const gone: readonly InstalmentState[] = ['sent', 'confirmed'];

/** Whether nothing is to be paid any more, and nothing waits to be confirmed. */
export function isSettled(instalments: readonly Pick<Instalment, 'state'>[]): boolean {
	return instalments.every(({ state }) => state === 'confirmed' || state === 'returned' || state === 'cancelled');
}

export interface Totals {
	/** Everything awarded and neither cancelled nor returned. */
	readonly committed: Money;
	/** What was sent, in the award's currency. */
	readonly paid: Money;
	/** Null where the call has no budget. */
	readonly left: Money | null;
}

/**
 * What a call has spent: computed over opened awards, in a browser. All are in the programme's currency. `spent`: what was
 * counted of other awards before, by currency.
 */
export function totalsOf(awards: readonly { readonly instalments: readonly Pick<Instalment, 'amount' | 'state'>[] }[], { currency, budget, spent = [] }: { readonly currency: string; readonly budget: Money | null; readonly spent?: readonly { readonly currency: string; readonly committedMinor: number; readonly paidMinor: number }[] }): Totals {
	const instalments = awards.flatMap((award) => award.instalments);
	const before = spent.find((sum) => sum.currency === currency);
	const amountsOf = (states: (state: InstalmentState) => boolean, already = 0): Money => sumOf([{ amountMinor: already, currency }, ...instalments.filter(({ state }) => states(state)).map(({ amount }) => amount)], currency);
	const committed = amountsOf((state) => state !== 'cancelled' && state !== 'returned', before?.committedMinor);
	const left = budget === null ? null : { amountMinor: Math.max(0, budget.amountMinor - committed.amountMinor), currency };
	return { committed, paid: amountsOf((state) => gone.includes(state), before?.paidMinor), left };
}

/** Whether instalments come to exactly the award: nothing forgotten, nothing twice. */
export function isWholeAward({ awarded, instalments }: { readonly awarded: Money; readonly instalments: readonly { readonly amount: Money; readonly state?: InstalmentState }[] }): boolean {
	const living = instalments.filter(({ state }) => state !== 'cancelled');
	return living.every(({ amount }) => amount.currency === awarded.currency) && sumOf(living.map(({ amount }) => amount), awarded.currency).amountMinor === awarded.amountMinor;
}

const id = v.pipe(v.string(), v.check(isId));
const account = v.pipe(v.string(), v.minLength(1), v.maxLength(60));
const day = v.pipe(v.string(), v.isoDate());
const words = v.pipe(v.string(), v.maxLength(4000));
export const moneyShape = v.strictObject({ amountMinor: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER)), currency: v.pipe(v.string(), v.check(isCurrency)) });
const rateShape = v.strictObject({ from: v.pipe(v.string(), v.check(isCurrency)), to: v.pipe(v.string(), v.check(isCurrency)), rate: v.pipe(v.string(), v.regex(/^\d{1,12}(?:\.\d{1,12})?$/)), source: words, on: day });
const planShape = v.pipe(v.array(v.strictObject({ id, amount: moneyShape, due: v.nullable(day) })), v.minLength(1), v.maxLength(24));

export const determinationShape = v.strictObject({
	requested: v.nullable(moneyShape),
	rate: v.nullable(rateShape),
	awarded: moneyShape,
	region: v.picklist(regions),
	on: v.nullable(day),
	deciders: v.pipe(v.array(account), v.maxLength(10)),
	plan: planShape,
	payment: v.nullable(v.strictObject({ id, secret: v.string() }))
});

const sentShape = v.nullable(v.strictObject({ amount: moneyShape, rate: v.nullable(rateShape), on: day }));
const receivedShape = v.nullable(v.strictObject({ amount: moneyShape, on: day }));
const toldEntries = { id, amount: moneyShape, state: v.picklist(instalmentStates), due: v.nullable(day), sent: sentShape, received: receivedShape };

/** What the payers hand back of an instalment: not the way it went, nor why it failed. */
export const toldShape = v.strictObject(toldEntries);

export type ToldInstalment = v.InferOutput<typeof toldShape>;

const instalmentShape = v.strictObject({
	...toldEntries,
	route: v.picklist(routes),
	payee: v.pipe(v.number(), v.integer(), v.minValue(1)),
	approvals: v.pipe(v.array(account), v.maxLength(10)),
	failures: v.pipe(v.array(v.strictObject({ route: v.picklist(routes), on: day, why: words })), v.maxLength(100))
});

export const awardShape = v.strictObject({ requested: v.nullable(moneyShape), awarded: moneyShape, deciders: v.pipe(v.array(account), v.maxLength(10)), instalments: v.pipe(v.array(instalmentShape), v.minLength(1), v.maxLength(24)) });

/** What is handed to the payers: amounts, days and who decided. Nothing of the situation. */
export const handedShape = v.strictObject({ v: v.literal(1), payment: id, application: id, secret: v.string(), awarded: moneyShape, deciders: v.pipe(v.array(account), v.minLength(1), v.maxLength(10)), plan: planShape });

export type Handed = v.InferOutput<typeof handedShape>;

export const actShape = v.variant('do', [
	v.strictObject({ do: v.literal('approve'), by: account }),
	v.strictObject({ do: v.literal('send'), amount: moneyShape, rate: v.nullable(rateShape), on: day }),
	v.strictObject({ do: v.literal('confirm'), amount: moneyShape, on: day }),
	v.strictObject({ do: v.literal('fail'), on: day, why: words }),
	v.strictObject({ do: v.literal('reroute'), route: v.picklist(routes), payee: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
	v.strictObject({ do: v.literal('give-back'), on: day }),
	v.strictObject({ do: v.literal('cancel') })
]);
