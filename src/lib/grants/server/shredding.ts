import { sql } from 'kysely';
import { forgetOutside, forgetRecords, isAccepted, oweMembers } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { BlobStore } from '#lib/platform/blobs/blob.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import { isToldToday, paymentShreddedOn, shreddedOn, soonShredded, type Keeping, type ShredReason, type SoonShredded } from '../keeping.ts';
import { lockedApplication } from './applications.ts';
import { publicCalls, type PublicCall } from './call-reading.ts';
import './tables.ts';

type Ground = Pick<House, 'db' | 'recall'>;
type Shredding = { readonly db: Db; readonly blobs: BlobStore };
type Refused = { readonly ok: false; readonly reason: 'not-found' | 'moved-on' };

/** An application that will be shredded, on which day and why. */
export interface ToShred {
	readonly application: string;
	readonly on: string;
	readonly why: ShredReason;
}

/** What of a call will be shredded, the next first, and how many were: for the desk. */
export async function callKeeping({ db, recall }: Ground, { account, call }: { readonly account: string; readonly call: string }): Promise<{ readonly ok: true; readonly applications: readonly ToShred[]; readonly shredded: number } | Refused> {
	const row = await db.selectFrom('grant_call').select(['core_circle', 'shredded']).where('id', '=', call).executeTakeFirst();
	const found = (await publicCalls({ db, recall })).find(({ state }) => state.call === call);
	if (!row || !found || !(await isAccepted(db, { account, circle: row.core_circle }))) return { ok: false, reason: 'not-found' };
	return { ok: true, applications: await toShred(db, found), shredded: row.shredded };
}

/** What of a call is shredded on one day: for the operator, who sees how many and not which. */
export interface ShreddingDay {
	readonly on: string;
	readonly applications: number;
	readonly payments: number;
}

/** The days on which something of each call is shredded, the next first, and how many applications were. */
export async function shreddingDays({ db, recall }: Ground): Promise<readonly { readonly slug: string; readonly shredded: number; readonly days: readonly ShreddingDay[] }[]> {
	const rows = await db.selectFrom('grant_call').select(['id', 'slug', 'shredded']).orderBy('slug').execute();
	const calls = await publicCalls({ db, recall });
	return Promise.all(
		rows.map(async ({ id, slug, shredded }) => {
			const call = calls.find(({ state }) => state.call === id);
			const [applications, payments] = call ? [await toShred(db, call), await paymentsToShred(db, call)] : [[], []];
			const days = [...new Set([...applications, ...payments].map(({ on }) => on))].toSorted();
			return { slug, shredded, days: days.map((day) => ({ on: day, applications: applications.filter(({ on }) => on === day).length, payments: payments.filter(({ on }) => on === day).length })) };
		})
	);
}

/**
 * Note: When its time is over.
 * A call promises for how long it keeps applications. Then this job, once an hour, deletes all that there is of each: parts, letters
 * and thread, files, its case in the circle's records, whatever else names it; of the call one number is kept. So goes what was
 * withdrawn, after thirty days or when officers say so; and so go payments, on a day of their own where the call has none
 * (`paymentShreddedOn`). Nothing is destroyed by a clock that nobody keeps right (*What a doubtful clock may do*). A month, a
 * week and a day before, those who read it are owed a notice.
 */
export async function shredDue({ db, recall, blobs, clock }: Ground & Pick<House, 'blobs' | 'clock'>, now: Date): Promise<number> {
	if ((await clock.state(now)) !== 'synchronised') return 0;
	const today = now.toISOString().slice(0, 10);
	let count = 0;
	for (const call of await publicCalls({ db, recall })) {
		const { core, payee } = call.state.inboxes;
		const [applications, payments] = [await toShred(db, call), await paymentsToShred(db, call)];
		if (applications.some(({ on, why }) => why === 'time' && isToldToday(on, today))) await db.transaction().execute((tx) => oweMembers(tx, { circle: core.circle, but: '' }));
		if (payments.some(({ on }) => isToldToday(on, today))) await db.transaction().execute((tx) => oweMembers(tx, { circle: payee.circle, but: '' }));
		for (const { application, on } of applications) if (on <= today && (await shred({ db, blobs }, { application, actor: 'server', now }))) count += 1;
		if (payments.some(({ on }) => on <= today)) await shredPayments(db, call, now);
	}
	return count;
}

/** Officers say at once what thirty days would: of what was withdrawn nothing is kept. Shredded already is shredded. */
export async function shredWithdrawn(ground: Shredding, actor: Actor, application: string, now: Date): Promise<{ readonly ok: true } | Refused> {
	const row = await ground.db.selectFrom('grant_application').innerJoin('grant_call', 'grant_call.id', 'call_id').select(['state', 'core_circle']).where('grant_application.id', '=', application).executeTakeFirst();
	if (!row || !(await isAccepted(ground.db, { account: actor.account, circle: row.core_circle }))) return { ok: false, reason: 'not-found' };
	if (row.state !== 'gone') return { ok: false, reason: 'moved-on' };
	await shred(ground, { application, actor: actor.account, now });
	return { ok: true };
}

async function toShred(db: Db, call: PublicCall): Promise<ToShred[]> {
	const keeping = keepingOf(call);
	const rows = await db.selectFrom('grant_application').select(['id', 'state', 'ended_on']).where('call_id', '=', call.state.call).execute();
	const all = rows.flatMap(({ id, state, ended_on }): ToShred[] => {
		const day = shreddedOn(keeping, { state, endedOn: ended_on });
		return day ? [{ application: id, ...day }] : [];
	});
	return all.toSorted((a, b) => (a.on === b.on ? (a.application < b.application ? -1 : 1) : a.on < b.on ? -1 : 1));
}

/** The applications of a call that are shredded soon because their time is over. */
export async function applicationsSoon(db: Db, call: PublicCall, now: Date): Promise<SoonShredded | null> {
	const all = await toShred(db, call);
	return soonShredded(all.flatMap(({ on, why }) => (why === 'time' ? [on] : [])), now.toISOString().slice(0, 10));
}

/** A payment of which everything will be shredded, and on which day. */
interface PaymentToShred {
	readonly payment: string;
	readonly on: string;
}

async function paymentsToShred(db: Db | Tx, call: PublicCall): Promise<PaymentToShred[]> {
	const keeping = keepingOf(call);
	const rows = await db.selectFrom('grant_payment_letter').select(({ fn, ref }) => ['payment', fn.max('month').as('month'), sql<boolean>`bool_or(${ref('settled')})`.as('settled')]).where('call_id', '=', call.state.call).where('sealed_letter', 'is not', null).groupBy('payment').execute();
	return rows.flatMap(({ payment, month, settled }) => {
		const on = paymentShreddedOn(keeping, { month, settled });
		return on === undefined ? [] : [{ payment, on }];
	});
}

/** When each payment of a call is shredded, for those who pay. */
export async function paymentDays(db: Db, call: PublicCall): Promise<ReadonlyMap<string, string>> {
	return new Map((await paymentsToShred(db, call)).map(({ payment, on }) => [payment, on]));
}

/** How long a call promises to keep what it got, and since when that runs. */
function keepingOf({ state, decidedOn }: PublicCall): Keeping {
	return { kind: state.kind, keepMonths: state.content.keepMonths, decidedOn };
}

/** Files first, then everything else in one transaction: cut off in between, the next hour finds what is left. */
async function shred({ db, blobs }: Shredding, { application, actor, now }: { readonly application: string; readonly actor: string; readonly now: Date }): Promise<boolean> {
	const files = await db.selectFrom('grant_file').select('blob_id').where('application_id', '=', application).execute();
	await forgetOutside({ db, blobs }, files.map(({ blob_id }) => blob_id), { unfinished: false });
	return db.transaction().execute(async (tx) => {
		const row = await lockedApplication(tx, application);
		if (!row) return false;
		for (const { table, column } of await namingApplications(tx)) await sql`delete from ${sql.table(table)} where ${sql.ref(column)} = ${application}`.execute(tx);
		await tx.deleteFrom('grant_application').where('id', '=', application).execute();
		await tx.updateTable('grant_call').set((call) => ({ shredded: call('shredded', '+', 1) })).where('id', '=', row.call_id).execute();
		// The case has the application's id, and the secrets of its parts.
		await forgetRecords(tx, { circle: row.core_circle, kind: 'grant-case', records: [application] });
		await recordDeed(tx, { actor, action: 'grants.shred', subject: row.call_id }, hourOf(now));
		return true;
	});
}

/** Letters both ways, and the payers' records. Of a call that is over no row stays; of another that it was handed over, lest it be paid twice. */
async function shredPayments(db: Db, call: PublicCall, now: Date): Promise<void> {
	const { call: id, inboxes } = call.state;
	await db.transaction().execute(async (tx) => {
		// A letter that comes now waits for this, and one that came just before counts.
		await tx.selectFrom('grant_call').select('id').where('id', '=', id).forUpdate().execute();
		const payments = (await paymentsToShred(tx, call)).flatMap(({ payment, on }) => (on <= now.toISOString().slice(0, 10) ? [payment] : []));
		if (payments.length === 0) return;
		await forgetRecords(tx, { circle: inboxes.payee.circle, kind: 'grant-payment', records: payments });
		if (call.decidedOn === null) await tx.updateTable('grant_payment_letter').set({ sealed_letter: null }).where('call_id', '=', id).where('payment', 'in', payments).execute();
		else await tx.deleteFrom('grant_payment_letter').where('call_id', '=', id).execute();
		await recordDeed(tx, { actor: 'server', action: 'grants.shred', subject: id }, hourOf(now));
	});
}

/** Every table with rows of applications, by the database's own word: so that none is forgotten when there is another. */
async function namingApplications(tx: Tx): Promise<readonly { readonly table: string; readonly column: string }[]> {
	const found = await sql<{ table: string; column: string }>`
		select con.conrelid::regclass::text as "table", att.attname as "column"
		from pg_constraint con join pg_attribute att on att.attrelid = con.conrelid and att.attnum = con.conkey[1]
		where con.contype = 'f' and con.confrelid = 'grant_application'::regclass
		order by 1`.execute(tx);
	return found.rows;
}
