import * as v from 'valibot';
import { canonical, isId, type Json } from '#lib/vault/envelope.ts';
import { actShape, afterPayment, awardShape, routes, type Award, type Handed, type PaymentAct, type PaymentProblem, type Route, type ToldInstalment } from './award.ts';

/**
 * Note: A payment.
 * One record of the payers' circle for each award, under a random id, so that the server cannot tell which application was
 * granted anything. Each version is one act, signed by who did it. Whoever opens it does every act again from the award as
 * it was handed over, signed by the call: an approval in somebody else's name, or an award that nobody made, is found.
 */
export interface Payment {
	readonly payment: string;
	readonly call: string;
	readonly application: string;
	/** Of the key that signs what is handed back. */
	readonly secret: string;
	readonly award: Award;
	/** How somebody is paid: the first is what the applicant wrote, a later one counts when a second person confirmed it. */
	readonly payees: readonly Payee[];
	/** What this version of the record did. */
	readonly did: PaymentDeed;
}

export interface Payee {
	/** Null: the application's own part. */
	readonly words: string | null;
	/** How it was made sure that the change comes from the applicant. */
	readonly checked: string;
	readonly by: string | null;
	readonly confirmedBy: string | null;
}

export type PaymentDeed =
	| { readonly what: 'take-in'; readonly route: Route }
	| { readonly what: 'act'; readonly instalment: string; readonly act: PaymentAct }
	| { readonly what: 'change-payee'; readonly words: string; readonly checked: string }
	| { readonly what: 'confirm-payee' }
	| { readonly what: 'refuse-payee' };

const words = v.pipe(v.string(), v.maxLength(4000));
const written = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4000));
const account = v.nullable(v.string());
const id = v.pipe(v.string(), v.check(isId));
const deedShape = v.variant('what', [
	v.strictObject({ what: v.literal('take-in'), route: v.picklist(routes) }),
	v.strictObject({ what: v.literal('act'), instalment: id, act: actShape }),
	v.strictObject({ what: v.literal('change-payee'), words: written, checked: written }),
	v.strictObject({ what: v.literal('confirm-payee') }),
	v.strictObject({ what: v.literal('refuse-payee') })
]);
const paymentShape = v.strictObject({
	v: v.literal(1),
	payment: id,
	call: id,
	application: id,
	secret: v.string(),
	award: awardShape,
	payees: v.pipe(v.array(v.strictObject({ words: v.nullable(words), checked: words, by: account, confirmedBy: account })), v.minLength(1), v.maxLength(50)),
	did: deedShape
});

/** The payment that a record's body says; undefined for any other body. */
export function readPayment(body: Json): Payment | undefined {
	const { success, output } = v.safeParse(paymentShape, body);
	if (!success) return undefined;
	const { v: _, ...found } = output;
	return found;
}

export function paymentBody(one: Payment): Json {
	// Only strings, numbers, null, lists and plain objects are in it.
	return { v: 1, ...one } as unknown as Json;
}

/** The first version: what was handed over, and by which way it is to go. */
export function takenIn({ payment, application, secret, awarded, deciders, plan }: Handed, { call, route }: { readonly call: string; readonly route: Route }): Payment {
	return {
		payment, call, application, secret,
		award: { requested: null, awarded, deciders, instalments: plan.map((one) => ({ ...one, state: 'planned', route, payee: 1, approvals: [], sent: null, received: null, failures: [] })) },
		payees: [{ words: null, checked: '', by: null, confirmedBy: null }],
		did: { what: 'take-in', route }
	};
}

/** The number of the newest way to be paid that counts, from 1. */
export function payeeNow({ payees }: Pick<Payment, 'payees'>): number {
	return payees.findLastIndex(({ confirmedBy }, at) => at === 0 || confirmedBy !== null) + 1;
}

/** A change that waits for a second person; undefined where none does. */
export function payeeProposed({ payees }: Pick<Payment, 'payees'>): Payee | undefined {
	const last = payees.at(-1);
	return payees.length > 1 && last?.confirmedBy === null ? last : undefined;
}

export type PaymentDone = { readonly ok: true; readonly payment: Payment } | { readonly ok: false; readonly problem: PaymentProblem };

/** What a deed of `by` makes of a payment. */
export function afterDeed(one: Payment, { did, by }: { readonly did: PaymentDeed; readonly by: string }): PaymentDone {
	const done = (change: Partial<Payment>): PaymentDone => ({ ok: true, payment: { ...one, ...change, did } });
	const proposed = payeeProposed(one);
	switch (did.what) {
		case 'take-in':
			return { ok: false, problem: 'not-from-here' };
		case 'act': {
			if (did.act.do === 'approve' && did.act.by !== by) return { ok: false, problem: 'not-by-you' };
			// Whoever asks for another way to be paid has to be answered before anything is sent the old way.
			if (proposed !== undefined && (did.act.do === 'approve' || did.act.do === 'send')) return { ok: false, problem: 'payee-changed' };
			const payee = payeeNow(one);
			if (did.act.do === 'reroute' && did.act.payee !== payee) return { ok: false, problem: 'payee-changed' };
			const next = afterPayment(one.award, { instalment: did.instalment, act: did.act, payee });
			return next.ok ? done({ award: next.award }) : next;
		}
		case 'change-payee':
			return proposed === undefined ? done({ payees: [...one.payees, { words: did.words, checked: did.checked, by, confirmedBy: null }] }) : { ok: false, problem: 'not-from-here' };
		case 'confirm-payee':
			if (proposed === undefined) return { ok: false, problem: 'no-such-payee' };
			if (proposed.by === by) return { ok: false, problem: 'needs-another-person' };
			return done({ payees: [...one.payees.slice(0, -1), { ...proposed, confirmedBy: by }] });
		case 'refuse-payee':
			return proposed === undefined ? { ok: false, problem: 'no-such-payee' } : done({ payees: one.payees.slice(0, -1) });
	}
}

/** The number of the first version that does not follow from the one before by what its author did; undefined where all do. */
export function strangeVersion(versions: readonly { readonly now: Payment; readonly author: string }[], handed: Handed): number | undefined {
	let before: Payment | undefined;
	for (const [at, { now, author }] of versions.entries()) {
		const next: PaymentDone = before === undefined ? begun(now, handed) : afterDeed(before, { did: now.did, by: author });
		if (!next.ok || canonical(paymentBody(next.payment)) !== canonical(paymentBody(now))) return at + 1;
		before = now;
	}
	return undefined;
}

function begun({ did, call }: Payment, handed: Handed): PaymentDone {
	return did.what === 'take-in' ? { ok: true, payment: takenIn(handed, { call, route: did.route }) } : { ok: false, problem: 'not-from-here' };
}

/** What the deciders are told. */
export function toldOf({ award }: Payment): ToldInstalment[] {
	return award.instalments.map(({ id, amount, state, due, sent, received }) => ({ id, amount, state, due, sent, received }));
}

/** What waits most for the payers comes first: what failed, then what is to be sent, approved, confirmed. */
export function urgencyOf({ award, payees }: Payment): number {
	const states = new Set(award.instalments.map(({ state }) => state));
	if (states.has('failed')) return 0;
	if (payeeProposed({ payees })) return 1;
	if (states.has('approved')) return 2;
	if (states.has('planned') || states.has('rerouted')) return 3;
	return states.has('sent') ? 4 : 5;
}
