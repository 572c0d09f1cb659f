import * as v from 'valibot';
import type { Actor } from '#lib/people/account.ts';
import { inboxEpoch, isAccepted } from '#lib/circles/server/index.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { fromText, isId, isLetter, isRecord } from '#lib/vault/envelope.ts';
import { answerParts, type AnswerPart } from '../form.ts';
import { hasConflict } from './access.ts';
import { lockedApplication, nextChange } from './applications.ts';
import './tables.ts';

const bytes = (isOne: (found: Uint8Array) => boolean) => v.pipe(v.string(), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(isOne));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));

/** An application's parts of one circle, sealed again. */
export const rekeyShape = v.strictObject({
	/** Whose parts they are: the circle that reads them. */
	circle: v.pipe(v.string(), v.check(isId)),
	/** The generation of the new secrets: one more than that of any letter there is. */
	generation: count,
	/** The epoch of the circle's inbox to which the new letter is sealed. */
	epoch: count,
	parts: v.array(v.strictObject({ part: v.picklist(answerParts), version: count, envelope: bytes(isRecord) })),
	messages: v.array(v.strictObject({ seq: count, envelope: bytes(isRecord) })),
	letters: v.array(v.strictObject({ to: v.pipe(v.string(), v.maxLength(40)), letter: bytes(isLetter) }))
});

type Rekeyed = v.InferOutput<typeof rekeyShape>;
type Refused = { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'malformed' };

/** Which parts of a call's applications a circle reads. */
function partsOf({ core_circle, identity_circle, payee_circle }: Circles, circle: string): AnswerPart[] {
	const readers: readonly (readonly [AnswerPart, string])[] = [['core', core_circle], ['identity', identity_circle], ['payee', payee_circle], ['references', core_circle]];
	return readers.filter(([, reader]) => reader === circle).map(([part]) => part);
}

interface Circles {
	readonly core_circle: string;
	readonly identity_circle: string;
	readonly payee_circle: string;
}

/**
 * Which applications of a call are still under a key that an older epoch of a circle had, for a member of it: `behind`, of
 * `all` that have letters to it. `epoch` is the newest that the asker's own log says.
 */
export async function applicationsBehind(db: Db, { account, call, circle, epoch }: { readonly account: string; readonly call: string; readonly circle: string; readonly epoch: number }): Promise<{ readonly ok: true; readonly all: number; readonly behind: readonly string[] } | Refused> {
	const row = await db.selectFrom('grant_call').select(['core_circle', 'identity_circle', 'payee_circle']).where('id', '=', call).executeTakeFirst();
	if (!row || partsOf(row, circle).length === 0 || !(await isAccepted(db, { account, circle }))) return { ok: false, reason: 'not-found' };
	const rows = await db
		.selectFrom('grant_letter')
		.innerJoin('grant_application', 'grant_application.id', 'application_id')
		.select(({ fn }) => ['application_id', fn.max('epoch').as('epoch')])
		.where('call_id', '=', call)
		.where('addressee', '=', circle)
		.where('state', '!=', 'gone')
		.groupBy('application_id')
		.orderBy('application_id')
		.execute();
	return { ok: true, all: rows.length, behind: rows.filter((found) => (found.epoch ?? 0) < epoch).map(({ application_id }) => application_id) };
}

/**
 * Puts parts and thread that were sealed again in the place of those that there were, which are gone then, with the
 * letters. All of it or nothing: `moved-on` where somebody was faster, or a message came meanwhile. By an accepted member
 * of the circle that reads them. What is inside the server cannot know; readers find there what the applicant signed.
 */
export async function rekeyApplication(db: Db, { account }: Actor, { application, circle, generation, epoch, parts, messages, letters }: Rekeyed & { readonly application: string }): Promise<{ readonly ok: true } | Refused> {
	return db.transaction().execute(async (tx) => {
		const row = await lockedApplication(tx, application);
		if (!row || !(await isAccepted(tx, { account, circle })) || (await hasConflict(tx, { account, application }))) return { ok: false, reason: 'not-found' };
		const own = partsOf(row, circle);
		if (own.length === 0) return { ok: false, reason: 'not-found' };
		// What was withdrawn is shredded, and nothing of it is sealed to anybody.
		if (row.state === 'gone' || generation !== (await newestGeneration(tx, application)) + 1 || epoch !== (await inboxEpoch(tx, circle))) return { ok: false, reason: 'moved-on' };
		const readsThread = circle === row.core_circle;
		const [kept, thread, addressees] = await Promise.all([
			tx.selectFrom('grant_part').select(['part', 'version']).where('application_id', '=', application).where('part', 'in', own).execute(),
			readsThread ? tx.selectFrom('grant_message').select('seq').where('application_id', '=', application).execute() : [],
			tx.selectFrom('grant_letter').select('addressee').distinct().where('application_id', '=', application).execute()
		]);
		if (!isSame(kept.map(({ part, version }) => `${part} ${version}`), parts.map(({ part, version }) => `${part} ${version}`))) return { ok: false, reason: 'moved-on' };
		if (!isSame(thread.map(({ seq }) => String(seq)), messages.map(({ seq }) => String(seq)))) return { ok: false, reason: 'moved-on' };
		const receipts = [row.mailbox_hash === null ? '' : 'receipt', row.second_mailbox_hash === null ? '' : 'second'].filter((to) => to !== '');
		const circles: readonly string[] = [row.core_circle, row.identity_circle, row.payee_circle];
		const known = new Set(addressees.map(({ addressee }) => addressee).filter((to) => !circles.includes(to) && to !== 'receipt' && to !== 'second'));
		const to = letters.map((letter) => letter.to);
		if (![circle, ...receipts].every((one) => to.includes(one))) return { ok: false, reason: 'moved-on' };
		if (new Set(to).size !== to.length || !to.every((one) => one === circle || receipts.includes(one) || known.has(one))) return { ok: false, reason: 'malformed' };
		for (const { part, version, envelope } of parts) {
			await tx
				.updateTable('grant_part')
				.set((one) => ({ sealed_envelope: Buffer.from(envelope), generation, written: one.fn.coalesce('written', 'generation') }))
				.where('application_id', '=', application).where('part', '=', part).where('version', '=', version)
				.execute();
		}
		for (const { seq, envelope } of messages) {
			await tx
				.updateTable('grant_message')
				.set((one) => ({ sealed_envelope: Buffer.from(envelope), generation, written: one.fn.coalesce('written', 'generation') }))
				.where('application_id', '=', application).where('seq', '=', seq)
				.execute();
		}
		// Old letters open nothing any more. Those to the receipts hold other circles' secrets, too, unless this one reads everything.
		const over = [circle, ...(own.length === answerParts.length ? ['receipt', 'second'] : []), ...known];
		await tx.deleteFrom('grant_letter').where('application_id', '=', application).where('addressee', 'in', over).execute();
		await tx.insertInto('grant_letter').values(letters.map((one) => ({ application_id: application, addressee: one.to, generation, sealed_letter: Buffer.from(one.letter), epoch: one.to === circle ? epoch : null }))).execute();
		await tx.updateTable('grant_application').set({ ...(readsThread && { generation }), change: await nextChange(tx, row.call_id) }).where('id', '=', application).execute();
		return { ok: true };
	});
}

/** The generation of the newest letter of an application. */
async function newestGeneration(db: Db | Tx, application: string): Promise<number> {
	const { newest } = await db.selectFrom('grant_letter').select(({ fn }) => fn.max('generation').as('newest')).where('application_id', '=', application).executeTakeFirstOrThrow();
	return newest ?? 0;
}

function isSame(wanted: readonly string[], given: readonly string[]): boolean {
	return wanted.length === given.length && new Set(given).size === given.length && wanted.every((one) => given.includes(one));
}
