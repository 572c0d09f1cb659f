import { sumOf, type Money } from './money.ts';

/** How money reaches somebody. Each has its own risk, which pages say before one is chosen. */
export type Route = 'bank' | 'money-transfer' | 'mobile-money' | 'cash-partner' | 'vendor';

export type InstalmentState = 'planned' | 'approved' | 'sent' | 'confirmed' | 'failed' | 'rerouted' | 'returned' | 'cancelled';

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

export interface Totals {
	/** Everything awarded and neither cancelled nor returned. */
	readonly committed: Money;
	/** What was sent, in the award's currency. */
	readonly paid: Money;
	/** Null where the call has no budget. */
	readonly left: Money | null;
}

/** What a call has spent: computed over opened awards, in a browser. All are in the programme's currency. */
export function totalsOf(awards: readonly Award[], { currency, budget }: { readonly currency: string; readonly budget: Money | null }): Totals {
	const instalments = awards.flatMap((award) => award.instalments);
	const amountsOf = (states: (state: InstalmentState) => boolean): Money => sumOf(instalments.filter(({ state }) => states(state)).map(({ amount }) => amount), currency);
	const committed = amountsOf((state) => state !== 'cancelled' && state !== 'returned');
	const left = budget === null ? null : { amountMinor: Math.max(0, budget.amountMinor - committed.amountMinor), currency };
	return { committed, paid: amountsOf((state) => gone.includes(state)), left };
}

/** Whether instalments come to exactly the award: nothing forgotten, nothing twice. */
export function isWholeAward({ awarded, instalments }: Award): boolean {
	const living = instalments.filter(({ state }) => state !== 'cancelled');
	return living.every(({ amount }) => amount.currency === awarded.currency) && sumOf(living.map(({ amount }) => amount), awarded.currency).amountMinor === awarded.amountMinor;
}
