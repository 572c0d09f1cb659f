import * as v from 'valibot';
import type { Actor } from '#lib/people/account.ts';
import { circlesOf } from '#lib/circles/server/index.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import { fromText, isId, isRecord, toText } from '#lib/vault/envelope.ts';
import { coarseStates, mostAtOnce, mostPackedBytes, type Attested, type CoarseState } from '../application.ts';
import type { CallStage } from '../call-log.ts';
import type { SoonShredded } from '../keeping.ts';
import { changed, lockedFor } from './access.ts';
import { attestedOf } from './again.ts';
import type { lockedApplication } from './applications.ts';
import { publicCalls } from './call-reading.ts';
import { applicationsSoon } from './shredding.ts';
import './tables.ts';

/** Why the server refuses; `not-found` is also what who may not is told. */
type Refused = { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'malformed' };

export interface DeskCall {
	readonly call: string;
	readonly slug: string;
	readonly stage: CallStage;
	/** How many wait for us, and how many of those are overdue by the clock of their last move. */
	readonly waiting: number;
	readonly overdue: number;
	/** What is shredded soon because its time is over. */
	readonly shredded: SoonShredded | null;
}

/** The calls whose core an account reads. */
export async function deskCalls({ db, recall }: Pick<House, 'db' | 'recall'>, account: string, now: Date): Promise<DeskCall[]> {
	const mine = await circlesNow(db, account);
	if (mine.length === 0) return [];
	const rows = await db
		.selectFrom('grant_call')
		.leftJoin('grant_application', (join) => join.onRef('grant_application.call_id', '=', 'grant_call.id').on('state', '=', 'us').on('whole_at', 'is not', null))
		.select(({ fn }) => ['grant_call.id', 'slug', 'stage', fn.count<number>('grant_application.id').as('waiting'), fn.count<number>('grant_application.id').filterWhere('due_at', '<', now).as('overdue')])
		.where('core_circle', 'in', mine)
		.groupBy(['grant_call.id', 'slug', 'stage'])
		.orderBy('slug')
		.execute();
	const known = new Map((await publicCalls({ db, recall })).map((call) => [call.state.call, call]));
	return Promise.all(
		rows.map(async ({ id, waiting, overdue, ...row }) => {
			const call = known.get(id);
			return { call: id, ...row, waiting: Number(waiting), overdue: Number(overdue), shredded: call ? await applicationsSoon(db, call, now) : null };
		})
	);
}

export interface ListedApplication {
	readonly application: string;
	readonly state: CoarseState;
	readonly dueAt: string | null;
	readonly committedAt: string;
	readonly wholeAt: string | null;
	readonly inTime: boolean;
	readonly generation: number;
	/** Of the applicant's newest message, 0 without one. */
	readonly messages: number;
	readonly change: number;
}

/**
 * Applications of a call that changed after a number, the oldest change first: with the last one as `after` come the next.
 * Those in which the account has declared a conflict are left out.
 */
export async function deskApplications(db: Db, { account, call, after, limit }: { readonly account: string; readonly call: string; readonly after: number; readonly limit: number }): Promise<{ readonly ok: true; readonly applications: readonly ListedApplication[]; readonly more: boolean } | Refused> {
	const row = await db.selectFrom('grant_call').select('core_circle').where('id', '=', call).executeTakeFirst();
	if (!row || !(await circlesNow(db, account)).includes(row.core_circle)) return { ok: false, reason: 'not-found' };
	const rows = await db
		.selectFrom('grant_application')
		.select(({ selectFrom }) => [
			'id', 'state', 'due_at', 'committed_at', 'whole_at', 'in_time', 'generation', 'change',
			selectFrom('grant_message').whereRef('application_id', '=', 'grant_application.id').where('by_applicant', '=', true).select(({ fn }) => fn.max('seq').as('newest')).as('messages')
		])
		.where('call_id', '=', call)
		.where('change', '>', after)
		.where(({ not, exists, selectFrom }) => not(exists(selectFrom('grant_reviewer').select('state').whereRef('application_id', '=', 'grant_application.id').where('account_id', '=', account).where('grant_reviewer.state', '=', 'conflict'))))
		.orderBy('change')
		.limit(limit + 1)
		.execute();
	const applications = rows.slice(0, limit).map(({ id, state, due_at, committed_at, whole_at, in_time, generation, change, messages }) => ({
		application: id, state, dueAt: due_at?.toISOString() ?? null, committedAt: committed_at.toISOString(), wholeAt: whole_at?.toISOString() ?? null, inTime: in_time, generation, messages: messages ?? 0, change
	}));
	return { ok: true, applications, more: rows.length > limit };
}

/** What an account may have of an application: the parts and letters for its circles and for itself. Sealed, every one. */
export interface ShownApplication<Sealed = string> {
	readonly manifest: string;
	readonly signature: string;
	readonly state: CoarseState;
	readonly generation: number;
	readonly wholeAt: string | null;
	readonly inTime: boolean;
	/** Of the newest letter to anybody: the next secrets are one more. */
	readonly keysGeneration: number;
	/** Which receipts there are. */
	readonly receipts: readonly ('receipt' | 'second')[];
	/** New receipts that took the first one's place. */
	readonly cards: readonly Attested[];
	/** `written`: the generation in which it was signed. */
	readonly parts: readonly { readonly part: string; readonly version: number; readonly generation: number; readonly written: number; readonly byApplicant: boolean; readonly envelope: Sealed }[];
	readonly letters: readonly { readonly to: string; readonly generation: number; readonly letter: Sealed }[];
	readonly messages: readonly { readonly seq: number; readonly generation: number; readonly written: number; readonly byApplicant: boolean; readonly envelope: Sealed }[];
}

/** `conflict`: the account has declared one, and is handed nothing. */
export async function deskApplication(db: Db, { account, application }: { readonly account: string; readonly application: string }): Promise<({ readonly ok: true } & ShownApplication) | { readonly ok: false; readonly reason: 'not-found' | 'conflict' }> {
	const [shown] = await readApplications(db, { account, applications: [application] });
	if (shown !== undefined) return { ok: true, ...inText(shown.found) };
	const row = await db.selectFrom('grant_application').innerJoin('grant_call', 'grant_call.id', 'call_id').select(circleColumns).where('grant_application.id', '=', application).executeTakeFirst();
	return { ok: false, reason: row && partsFor(row, await circlesNow(db, account)).length > 0 ? 'conflict' : 'not-found' };
}

const circleColumns = ['core_circle', 'identity_circle', 'payee_circle'] as const;

/** The parts of an application that these circles read. */
function partsFor({ core_circle, identity_circle, payee_circle }: Readonly<Record<(typeof circleColumns)[number], string>>, mine: readonly string[]): string[] {
	return Object.entries({ core: core_circle, references: core_circle, identity: identity_circle, payee: payee_circle }).flatMap(([part, circle]) => (mine.includes(circle) ? [part] : []));
}

/** Several at once, as many as one answer may have: what one is not handed is left out. */
export async function someApplications(db: Db, asked: Asked): Promise<{ readonly applications: readonly ({ readonly application: string } & ShownApplication<Uint8Array>)[] }> {
	let bytes = 0;
	const applications = [];
	for (const { application, found } of await readApplications(db, asked)) {
		bytes += [...found.parts, ...found.messages].reduce((sum, { envelope }) => sum + envelope.length, 0);
		if (bytes <= mostPackedBytes) applications.push({ application, ...found });
	}
	return { applications };
}

interface Asked {
	readonly account: string;
	readonly applications: readonly string[];
}

async function readApplications(db: Db, { account, applications }: Asked): Promise<{ readonly application: string; readonly found: ShownApplication<Uint8Array> }[]> {
	const [mine, rows] = await Promise.all([
		circlesNow(db, account),
		applications.length === 0
			? []
			: db
					.selectFrom('grant_application')
					.innerJoin('grant_call', 'grant_call.id', 'grant_application.call_id')
					.selectAll('grant_application')
					.select(circleColumns)
					.where('grant_application.id', 'in', applications)
					.where(({ not, exists, selectFrom }) => not(exists(selectFrom('grant_reviewer').select('state').whereRef('application_id', '=', 'grant_application.id').where('account_id', '=', account).where('grant_reviewer.state', '=', 'conflict'))))
					.execute()
	]);
	// What may be read of an application depends on its call alone.
	const calls = Map.groupBy(rows, ({ call_id }) => call_id);
	const shown = await Promise.all(
		[...calls.values()].map(async (ofCall) => {
			const [call] = ofCall;
			const parts = call ? partsFor(call, mine) : [];
			if (!call || parts.length === 0) return new Map<string, ShownApplication<Uint8Array>>();
			return sealedOf(db, ofCall, { parts, addressees: [...mine, account], thread: mine.includes(call.core_circle) });
		})
	);
	const all = new Map(shown.flatMap((ofCall) => [...ofCall]));
	return applications.flatMap((application) => {
		const found = all.get(application);
		return found === undefined ? [] : [{ application, found }];
	});
}

/** The same as JSON has it. */
export function inText({ parts, letters, messages, ...found }: ShownApplication<Uint8Array>): ShownApplication {
	return {
		...found,
		parts: parts.map((one) => ({ ...one, envelope: toText(one.envelope) })),
		letters: letters.map((one) => ({ ...one, letter: toText(one.letter) })),
		messages: messages.map((one) => ({ ...one, envelope: toText(one.envelope) }))
	};
}

export const someQuery = v.strictObject({ ids: v.pipe(v.string(), v.transform((text) => text.split(',')), v.array(v.pipe(v.string(), v.check(isId))), v.maxLength(mostAtOnce)) });

type SealedRow = Pick<Awaited<ReturnType<typeof lockedApplication>> & object, 'id' | 'mailbox_hash' | 'second_mailbox_hash' | 'manifest' | 'manifest_signature' | 'state' | 'generation' | 'whole_at' | 'in_time'>;

/** These parts of applications, the letters to these addressees, and the threads where they are wanted, by the application's id: as they lie there. */
export async function sealedOf(db: Db, rows: readonly SealedRow[], { parts, addressees, thread }: { readonly parts: readonly string[]; readonly addressees: readonly string[]; readonly thread: boolean }): Promise<ReadonlyMap<string, ShownApplication<Uint8Array>>> {
	const ids = rows.map(({ id }) => id);
	const [sealed, letters, messages, generations, cards] = await Promise.all([
		byApplication(db.selectFrom('grant_part').selectAll().where('application_id', 'in', ids).where('part', 'in', parts).orderBy('version').execute()),
		byApplication(addressees.length === 0 ? [] : db.selectFrom('grant_letter').selectAll().where('application_id', 'in', ids).where('addressee', 'in', addressees).execute()),
		byApplication(thread ? db.selectFrom('grant_message').selectAll().where('application_id', 'in', ids).orderBy('seq').execute() : []),
		byApplication(db.selectFrom('grant_letter').select(({ fn }) => ['application_id', fn.max('generation').as('newest')]).where('application_id', 'in', ids).groupBy('application_id').execute()),
		attestedOf(db, ids)
	]);
	return new Map(
		rows.map((row) => [
			row.id,
			{
				keysGeneration: generations(row.id)[0]?.newest ?? 0,
				cards: cards.get(row.id) ?? [],
				receipts: [...(row.mailbox_hash === null ? [] : (['receipt'] as const)), ...(row.second_mailbox_hash === null ? [] : (['second'] as const))],
				manifest: row.manifest,
				signature: row.manifest_signature,
				state: row.state,
				generation: row.generation,
				wholeAt: row.whole_at?.toISOString() ?? null,
				inTime: row.in_time,
				parts: sealed(row.id).map(({ part, version, generation, written, by_applicant, sealed_envelope }) => ({ part, version, generation, written: written ?? generation, byApplicant: by_applicant, envelope: viewOf(sealed_envelope) })),
				letters: letters(row.id).map(({ addressee, generation, sealed_letter }) => ({ to: addressee, generation, letter: viewOf(sealed_letter) })),
				messages: messages(row.id).map(({ seq, generation, written, by_applicant, sealed_envelope }) => ({ seq, generation, written: written ?? generation, byApplicant: by_applicant, envelope: viewOf(sealed_envelope) }))
			}
		])
	);
}

/** A `Buffer` says itself in JSON before anybody can ask for its bytes. */
function viewOf({ buffer, byteOffset, length }: Buffer): Uint8Array {
	return new Uint8Array(buffer, byteOffset, length);
}

async function byApplication<Row extends { readonly application_id: string }>(asked: Promise<readonly Row[]> | readonly Row[]): Promise<(application: string) => readonly Row[]> {
	const found = Map.groupBy(await asked, ({ application_id }) => application_id);
	return (application) => found.get(application) ?? [];
}

const bytes = (isOne: (found: Uint8Array) => boolean) => v.pipe(v.string(), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(isOne));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));

export const standingShape = v.strictObject({ state: v.picklist(coarseStates), dueAt: v.nullable(v.pipe(v.string(), v.isoTimestamp())) });
export const deskMessageShape = v.strictObject({ seq: count, generation: count, envelope: bytes(isRecord) });

const quarterDayMs = 6 * 60 * 60 * 1000;

/**
 * What the server is told after a move: one of five states, and until when it is our turn, up to a quarter of a day. What
 * the move was stands in the case, which is sealed. Said again it changes nothing.
 */
export async function tellStanding(db: Db, actor: Actor, { application, state, dueAt }: v.InferOutput<typeof standingShape> & { readonly application: string }, now: Date): Promise<{ readonly ok: true } | Refused> {
	const due = dueAt === null ? null : new Date(Math.ceil(Date.parse(dueAt) / quarterDayMs) * quarterDayMs);
	return db.transaction().execute(async (tx) => {
		const row = await lockedFor(tx, actor, application);
		if (!row) return { ok: false, reason: 'not-found' };
		if (row.state === 'gone' && state !== 'gone') return { ok: false, reason: 'moved-on' };
		if (row.state === state && row.due_at?.getTime() === due?.getTime()) return { ok: true };
		const ended_on = state !== 'done' && state !== 'gone' ? null : state === row.state ? row.ended_on : now.toISOString().slice(0, 10);
		await changed(tx, row, { state, due_at: due, ended_on });
		return { ok: true };
	});
}

/** A message to the applicant, if it is the next of the thread. */
export async function sendDeskMessage(db: Db, actor: Actor, { application, seq, generation, envelope }: v.InferOutput<typeof deskMessageShape> & { readonly application: string }): Promise<{ readonly ok: true } | Refused> {
	return db.transaction().execute(async (tx) => {
		const row = await lockedFor(tx, actor, application);
		if (!row) return { ok: false, reason: 'not-found' };
		// Nobody is there any more to read it.
		if (row.state === 'gone') return { ok: false, reason: 'moved-on' };
		// On safety hold nothing is sent out, also not by somebody whose page does not know of the hold yet.
		if (row.state === 'held') return { ok: false, reason: 'moved-on' };
		const newest = await tx.selectFrom('grant_message').select(({ fn }) => fn.max('seq').as('seq')).where('application_id', '=', application).executeTakeFirst();
		if (seq !== (newest?.seq ?? 0) + 1 || generation !== row.generation) return { ok: false, reason: 'moved-on' };
		await tx.insertInto('grant_message').values({ application_id: application, seq, generation, by_applicant: false, sealed_envelope: Buffer.from(envelope) }).execute();
		await changed(tx, row, {});
		return { ok: true };
	});
}

async function circlesNow(db: Db, account: string): Promise<string[]> {
	return (await circlesOf(db, account)).map(({ id }) => id);
}
