import type { Actor } from '#lib/people/account.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { announcePublication } from '#lib/platform/db/publications.ts';
import type { House } from '#lib/platform/house.ts';
import { frameTag } from '#lib/platform/http/page-cache.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { cleanText } from '#lib/platform/text/clean.ts';
import type { Consultation, ConsultationAct, ConsultationResult, NewConsultation, ProposalReason } from '../consultation.ts';
import { mostPropositions } from '../round.ts';
import { countKind } from './consultation-counting.ts';
import { consultationsTag } from './consultation-tables.ts';

type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: 'not-found' | 'malformed' | 'moved-on' };

const hourMs = 3_600_000;
const hourOf = (now: Date): Date => new Date(now.getTime() - (now.getTime() % hourMs));
const noRights = { ok: false, reason: 'not-found' } as const;
const movedOn = { ok: false, reason: 'moved-on' } as const;

/**
 * Begins a consultation; whoever is staff, or keeper. It is public from now on, also before it opens. `moved-on`: there is one of
 * this name.
 */
export async function beginConsultation({ db, jobs }: Pick<House, 'db' | 'jobs'>, actor: Actor, asked: NewConsultation, now: Date): Promise<Outcome> {
	if (actor.role === 'member') return noRights;
	const { slug, proposals, opensAt, closesAt } = asked;
	const question = cleaned(asked.question);
	const introduction = asked.introduction && cleaned(asked.introduction);
	const propositions = asked.propositions.map(cleaned);
	if (closesAt <= now.getTime() || question === undefined || introduction === undefined || propositions.includes(undefined)) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx): Promise<Outcome> => {
		const kept = await tx
			.insertInto('statement_consultation')
			.values({ slug, content: JSON.stringify({ question, introduction, proposals }), opens_at: new Date(opensAt), closes_at: new Date(closesAt), arrivals: propositions.length, changed_at: now })
			.onConflict((conflict) => conflict.doNothing())
			.returning('slug')
			.executeTakeFirst();
		if (!kept) return movedOn;
		await tx
			.insertInto('statement_consultation_proposition')
			.values(propositions.map((words, at) => ({ consultation: slug, number: at + 1, words: JSON.stringify(words), origin: 'staff', state: 'shown', reason: null })))
			.execute();
		await jobs.enqueue(tx, countKind, { slug }, new Date(closesAt));
		await recordDeed(tx, { actor: actor.account, action: 'consultation.begin', subject: slug }, hourOf(now));
		await announcePublication(tx, [consultationsTag, frameTag]);
		return { ok: true };
	});
}

/** A text as the record keeps it (*Characters that are taken out*); undefined where nothing is left of the original. */
function cleaned({ original, in: said }: Text): Text | undefined {
	const left = Object.fromEntries(Object.entries<string>(said).map(([language, words]) => [language, cleanText(words)] as const).filter(([, words]) => words !== ''));
	return left[original] === undefined ? undefined : { original, in: left };
}

/** One act of staff. `moved-on`: it is not, or not any more, so that this could be done. */
export async function actOnConsultation({ db, jobs }: Pick<House, 'db' | 'jobs'>, actor: Actor, { slug, act }: { readonly slug: string; readonly act: ConsultationAct }, now: Date): Promise<Outcome> {
	if (actor.role === 'member') return noRights;
	return db.transaction().execute(async (tx): Promise<Outcome> => {
		const row = await tx.selectFrom('statement_consultation').select(['opens_at', 'closes_at', 'arrivals']).where('slug', '=', slug).forUpdate().executeTakeFirst();
		if (!row) return noRights;
		const isOver = now >= row.closes_at;
		let done: Outcome;
		if (act.do === 'close') {
			// Before it opens it is withdrawn instead.
			if (isOver || now < row.opens_at) return movedOn;
			const minute = new Date(now.getTime() - (now.getTime() % 60_000));
			await tx.updateTable('statement_consultation').set({ closes_at: minute < row.opens_at ? row.opens_at : minute, changed_at: now }).where('slug', '=', slug).execute();
			await jobs.enqueue(tx, countKind, { slug });
			done = { ok: true };
		} else if (act.do === 'withdraw') {
			if (now >= row.opens_at) return movedOn;
			await tx.deleteFrom('statement_consultation').where('slug', '=', slug).execute();
			done = { ok: true };
		} else {
			// Words that endanger somebody are taken out whenever that is; after the end nothing is added.
			if (isOver && act.do !== 'refuse' && act.do !== 'translate') return movedOn;
			done = await changeProposition(tx, { slug, arrivals: row.arrivals }, act);
		}
		if (!done.ok) return done;
		await recordDeed(tx, { actor: actor.account, action: `consultation.${act.do}`, subject: 'number' in act ? `${slug}/${act.number}` : slug }, hourOf(now));
		await announcePublication(tx, [consultationsTag, ...(act.do === 'withdraw' ? [frameTag] : [])]);
		return done;
	});
}

type OnProposition = Exclude<ConsultationAct, { readonly do: 'close' | 'withdraw' }>;

async function changeProposition(tx: Tx, { slug, arrivals }: { readonly slug: string; readonly arrivals: number }, act: OnProposition): Promise<Outcome> {
	const table = 'statement_consultation_proposition';
	if (act.do === 'add') {
		const words = cleaned(act.words);
		if (words === undefined) return { ok: false, reason: 'malformed' };
		if (!(await hasRoom(tx, slug))) return movedOn;
		await tx.insertInto(table).values({ consultation: slug, number: arrivals + 1, words: JSON.stringify(words), origin: 'staff', state: 'shown', reason: null }).execute();
		await tx.updateTable('statement_consultation').set({ arrivals: arrivals + 1 }).where('slug', '=', slug).execute();
		return { ok: true };
	}
	const row = await tx.selectFrom(table).select(['state', 'words']).where('consultation', '=', slug).where('number', '=', act.number).executeTakeFirst();
	if (!row || row.words === null || row.state === 'refused') return movedOn;
	const of = tx.updateTable(table).where('consultation', '=', slug).where('number', '=', act.number);
	if (act.do === 'refuse') await of.set({ state: 'refused', reason: act.reason, words: null }).execute();
	else if (act.do === 'show') {
		if (row.state !== 'waiting' || !(await hasRoom(tx, slug))) return movedOn;
		await of.set({ state: 'shown' }).execute();
	} else {
		const words = cleaned({ ...row.words, in: { ...row.words.in, [act.language]: act.words } });
		// What somebody wrote stays as they wrote it.
		if (words?.in[act.language] === undefined || act.language === row.words.original) return { ok: false, reason: 'malformed' };
		await of.set({ words: JSON.stringify(words) }).execute();
	}
	return { ok: true };
}

async function hasRoom(tx: Tx, slug: string): Promise<boolean> {
	const { count } = await tx.selectFrom('statement_consultation_proposition').select(({ fn }) => fn.countAll<number>().as('count')).where('consultation', '=', slug).where('state', '=', 'shown').executeTakeFirstOrThrow();
	return count < mostPropositions;
}

/** Every consultation, what opens last first; from memory until something changes. */
export async function consultations({ db, recall }: Pick<House, 'db' | 'recall'>): Promise<readonly (Consultation & { readonly changedAt: Date })[]> {
	return recall.remember('consultations', [consultationsTag], async () => {
		const rows = await db.selectFrom('statement_consultation').select(['slug', 'content', 'opens_at', 'closes_at', 'changed_at']).orderBy('opens_at', 'desc').orderBy('slug').execute();
		return rows.map(({ slug, content, opens_at: opensAt, closes_at: closesAt, changed_at: changedAt }) => ({ slug, ...content, opensAt, closesAt, changedAt }));
	});
}

/** A consultation as everybody sees it. */
export interface PublicConsultation extends Consultation {
	/** What is put, in the order of coming. */
	readonly propositions: readonly { readonly number: number; readonly words: Text }[];
	/** Of what participants proposed, how much was not put, or was taken out, by reason; also of what staff took out. */
	readonly refused: readonly { readonly reason: ProposalReason; readonly count: number }[];
	/** Once it is over and counted. */
	readonly result: ConsultationResult | null;
}

/** The consultation of an address; undefined where there is none. */
export async function publicConsultation({ db, recall }: Pick<House, 'db' | 'recall'>, slug: string): Promise<PublicConsultation | undefined> {
	// Made-up addresses must not fill the memory.
	if (!(await consultations({ db, recall })).some((one) => one.slug === slug)) return undefined;
	return recall.remember(`publicConsultation ${slug}`, [consultationsTag], () => readConsultation(db, slug));
}

async function readConsultation(db: Db, slug: string): Promise<PublicConsultation | undefined> {
	const row = await db.selectFrom('statement_consultation').selectAll().where('slug', '=', slug).executeTakeFirst();
	if (!row) return undefined;
	const rows = await db.selectFrom('statement_consultation_proposition').selectAll().where('consultation', '=', slug).where('state', '!=', 'waiting').orderBy('number').execute();
	const reasons = Map.groupBy(rows.flatMap(({ reason }) => (reason === null ? [] : [reason])), (reason) => reason);
	return {
		slug,
		...row.content,
		opensAt: row.opens_at,
		closesAt: row.closes_at,
		propositions: rows.flatMap(({ number, words, state }) => (state === 'shown' && words !== null ? [{ number, words }] : [])),
		refused: [...reasons].map(([reason, all]) => ({ reason, count: all.length })),
		result: row.result
	};
}

/** A proposition as staff see it: nothing of its author. */
export interface DeskProposition {
	readonly number: number;
	readonly words: Text | null;
	readonly origin: 'staff' | 'participant';
	readonly state: 'waiting' | 'shown' | 'refused';
	readonly reason: ProposalReason | null;
}

export interface ConsultationDesk extends Consultation {
	/** In the order of coming. */
	readonly propositions: readonly DeskProposition[];
	readonly isCounted: boolean;
}

/** What staff work with; undefined for everybody else, and where there is none. */
export async function consultationDesk(db: Db, actor: Actor, slug: string): Promise<ConsultationDesk | undefined> {
	if (actor.role === 'member') return undefined;
	const row = await db.selectFrom('statement_consultation').selectAll().where('slug', '=', slug).executeTakeFirst();
	if (!row) return undefined;
	const propositions = await db.selectFrom('statement_consultation_proposition').select(['number', 'words', 'origin', 'state', 'reason']).where('consultation', '=', slug).orderBy('number').execute();
	return { slug, ...row.content, opensAt: row.opens_at, closesAt: row.closes_at, propositions, isCounted: row.result !== null };
}
