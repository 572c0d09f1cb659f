import * as v from 'valibot';
import type { Actor } from '#lib/people/account.ts';
import { circlesOf, isAccepted } from '#lib/circles/server/index.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { fromText, isId, isLetter, toText } from '#lib/vault/envelope.ts';
import './tables.ts';

type Refused = { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'malformed' };

const readers = v.picklist(['payee', 'core']);
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));

export const paymentLetterShape = v.strictObject({ to: readers, version: count, epoch: count, letter: v.pipe(v.string(), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(isLetter)) });
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

/** The newest letters of a call's payments, to the circle that pays or to the one that decides, a page of them; for its members. */
export async function paymentLetters(db: Db, { account, call, to, payment, after }: v.InferOutput<typeof paymentLettersQuery> & { readonly account: string; readonly call: string }): Promise<{ readonly ok: true; readonly letters: readonly { readonly payment: string; readonly version: number; readonly epoch: number; readonly letter: string }[]; readonly more: boolean } | Refused> {
	const row = await db.selectFrom('grant_call').select(['core_circle', 'payee_circle']).where('id', '=', call).executeTakeFirst();
	const circle = to === 'core' ? row?.core_circle : row?.payee_circle;
	if (circle === undefined || !(await circlesNow(db, account)).includes(circle)) return { ok: false, reason: 'not-found' };
	let found = db.selectFrom('grant_payment_letter').select(['payment', 'version', 'epoch', 'sealed_letter']).where('call_id', '=', call).where('reader', '=', to);
	if (payment !== undefined) found = found.where('payment', '=', payment);
	if (after !== undefined) found = found.where('payment', '>', after);
	const rows = await found.orderBy('payment').limit(lettersAtOnce + 1).execute();
	return { ok: true, more: rows.length > lettersAtOnce, letters: rows.slice(0, lettersAtOnce).map(({ payment, version, epoch, sealed_letter }) => ({ payment, version, epoch, letter: toText(sealed_letter) })) };
}

/**
 * Keeps a letter of one circle for the other, in the place of an older one: to the payers by who decides, to the deciders by
 * who pays; members who have accepted. `moved-on`: a newer one is there. The same version again changes nothing.
 */
export async function sendPaymentLetter(db: Db, actor: Actor, { call, payment, to, version, epoch, letter }: v.InferOutput<typeof paymentLetterShape> & { readonly call: string; readonly payment: string }): Promise<{ readonly ok: true } | Refused> {
	if (!isId(payment)) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx) => {
		const row = await tx.selectFrom('grant_call').select(['core_circle', 'payee_circle']).where('id', '=', call).forUpdate().executeTakeFirst();
		const from = to === 'payee' ? row?.core_circle : row?.payee_circle;
		if (from === undefined || !(await isAccepted(tx, { account: actor.account, circle: from }))) return { ok: false, reason: 'not-found' };
		const there = await tx.selectFrom('grant_payment_letter').select(['call_id', 'version']).where('payment', '=', payment).where('reader', '=', to).executeTakeFirst();
		if (there && there.call_id !== call) return { ok: false, reason: 'not-found' };
		if (there && there.version >= version) return there.version === version ? { ok: true } : { ok: false, reason: 'moved-on' };
		if (!there) {
			const { known } = await tx.selectFrom('grant_payment_letter').select(({ fn }) => fn.countAll<number>().as('known')).where('call_id', '=', call).where('reader', '=', to).executeTakeFirstOrThrow();
			if (Number(known) >= mostPayments) return { ok: false, reason: 'malformed' };
		}
		const kept = { version, epoch, sealed_letter: Buffer.from(letter) };
		await tx.insertInto('grant_payment_letter').values({ call_id: call, payment, reader: to, ...kept }).onConflict((conflict) => conflict.columns(['payment', 'reader']).doUpdateSet(kept)).execute();
		return { ok: true };
	});
}

async function circlesNow(db: Db, account: string): Promise<string[]> {
	return (await circlesOf(db, account)).map(({ id }) => id);
}
