import * as v from 'valibot';
import type { Actor } from '#lib/people/account.ts';
import { circlesOf, isAccepted } from '#lib/circles/server/index.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import { fromText, isId, isLetter, toText } from '#lib/vault/envelope.ts';
import { publicCalls } from './call-reading.ts';
import { paymentDays } from './shredding.ts';
import './tables.ts';

type Refused = { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'malformed' };

const readers = v.picklist(['payee', 'core']);
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));

/** `settled`: no instalment is open any more. Of a letter to the deciders, from who pays. */
export const paymentLetterShape = v.strictObject({ to: readers, version: count, epoch: count, settled: v.optional(v.boolean(), false), letter: v.pipe(v.string(), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(isLetter)) });
/** Of one payment, or of those after a payment in the order of their ids. */
export const paymentLettersQuery = v.strictObject({ to: readers, payment: v.optional(v.pipe(v.string(), v.check(isId))), after: v.optional(v.pipe(v.string(), v.check(isId))) });

const lettersAtOnce = 200;

/** More payments than a call ever has: so no member fills the disk. */
const mostPayments = 20_000;

/** The calls whose payments an account makes. */
export async function payingCalls(db: Db, account: string): Promise<{ readonly call: string; readonly slug: string; readonly circle: string }[]> {
	const mine = await circlesNow(db, account);
	if (mine.length === 0) return [];
	return db.selectFrom('grant_call').select(['id as call', 'slug', 'payee_circle as circle']).where('payee_circle', 'in', mine).orderBy('slug').execute();
}

/** A letter, and the day on which all of its payment is shredded; null where that is done: then the letter is null, too. */
interface ShownLetter {
	readonly payment: string;
	readonly version: number;
	readonly epoch: number;
	readonly letter: string | null;
	readonly shreddedOn: string | null;
}

/** The newest letters of a call's payments, to the circle that pays or to the one that decides, a page of them; for its members. */
export async function paymentLetters({ db, recall }: Pick<House, 'db' | 'recall'>, { account, call, to, payment, after }: v.InferOutput<typeof paymentLettersQuery> & { readonly account: string; readonly call: string }): Promise<{ readonly ok: true; readonly letters: readonly ShownLetter[]; readonly more: boolean } | Refused> {
	const row = await db.selectFrom('grant_call').select(['core_circle', 'payee_circle']).where('id', '=', call).executeTakeFirst();
	const circle = to === 'core' ? row?.core_circle : row?.payee_circle;
	if (circle === undefined || !(await circlesNow(db, account)).includes(circle)) return { ok: false, reason: 'not-found' };
	let found = db.selectFrom('grant_payment_letter').select(['payment', 'version', 'epoch', 'sealed_letter']).where('call_id', '=', call).where('reader', '=', to);
	if (payment !== undefined) found = found.where('payment', '=', payment);
	if (after !== undefined) found = found.where('payment', '>', after);
	const rows = await found.orderBy('payment').limit(lettersAtOnce + 1).execute();
	const known = (await publicCalls({ db, recall })).find(({ state }) => state.call === call);
	const days = known && (await paymentDays(db, known));
	return { ok: true, more: rows.length > lettersAtOnce, letters: rows.slice(0, lettersAtOnce).map(({ payment, version, epoch, sealed_letter }) => ({ payment, version, epoch, letter: sealed_letter && toText(sealed_letter), shreddedOn: days?.get(payment) ?? null })) };
}

/**
 * Keeps a letter of one circle for the other, in the place of an older one: to the payers by who decides, to the deciders by
 * who pays; members who have accepted. `moved-on`: a newer one is there, or the payment was shredded. The same version again
 * changes nothing but how long it is kept.
 */
export async function sendPaymentLetter(db: Db, actor: Actor, { call, payment, to, version, epoch, settled, letter }: v.InferOutput<typeof paymentLetterShape> & { readonly call: string; readonly payment: string }, now: Date): Promise<{ readonly ok: true } | Refused> {
	if (!isId(payment)) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx) => {
		const row = await tx.selectFrom('grant_call').select(['core_circle', 'payee_circle']).where('id', '=', call).forUpdate().executeTakeFirst();
		const from = to === 'payee' ? row?.core_circle : row?.payee_circle;
		if (from === undefined || !(await isAccepted(tx, { account: actor.account, circle: from }))) return { ok: false, reason: 'not-found' };
		const there = await tx.selectFrom('grant_payment_letter').select(['call_id', 'version']).where('payment', '=', payment).where('reader', '=', to).executeTakeFirst();
		if (there && there.call_id !== call) return { ok: false, reason: 'not-found' };
		if (await tx.selectFrom('grant_payment_letter').select('reader').where('payment', '=', payment).where('sealed_letter', 'is', null).executeTakeFirst()) return { ok: false, reason: 'moved-on' };
		const kept = { version, epoch, sealed_letter: Buffer.from(letter), settled: to === 'core' && settled, month: `${now.toISOString().slice(0, 7)}-01` };
		if (there && there.version >= version) {
			if (there.version > version) return { ok: false, reason: 'moved-on' };
			await tx.updateTable('grant_payment_letter').set({ month: kept.month }).where('payment', '=', payment).where('reader', '=', to).execute();
			return { ok: true };
		}
		if (!there) {
			const { known } = await tx.selectFrom('grant_payment_letter').select(({ fn }) => fn.countAll<number>().as('known')).where('call_id', '=', call).where('reader', '=', to).executeTakeFirstOrThrow();
			if (Number(known) >= mostPayments) return { ok: false, reason: 'malformed' };
		}
		await tx.insertInto('grant_payment_letter').values({ call_id: call, payment, reader: to, ...kept }).onConflict((conflict) => conflict.columns(['payment', 'reader']).doUpdateSet(kept)).execute();
		return { ok: true };
	});
}

async function circlesNow(db: Db, account: string): Promise<string[]> {
	return (await circlesOf(db, account)).map(({ id }) => id);
}
