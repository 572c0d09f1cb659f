import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { questionWords } from '#lib/forum/question.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { Limit } from '#lib/platform/limits/limits.ts';
import { fold } from '#lib/platform/text/fold.ts';
import { consultationStanding } from '../consultation.ts';
import { ballotsFrom, commonGround, knownOf, nextProposition, wholeOf, type Choice, type Known } from '../opinion/index.ts';
import { longestProposition } from '../round.ts';
import { votesIn } from './consultation-counting.ts';
import './consultation-tables.ts';
import { publicConsultation, type PublicConsultation } from './consultations.ts';

/**
 * Note: How often somebody may answer.
 * As with questions that come without a script (*How many questions somebody may ask*) nothing was worked for, and a hall or
 * everybody behind the onion service comes by one address. What is limited is how many new names begin from one network, how
 * many answers come from it, and how many names begin in all; who is refused keeps what was sent and can send it again.
 */
const namesOfNetwork = { name: 'consultation.names', most: 60, perMs: 600_000 } as const satisfies Limit;
const answersOfNetwork = { name: 'consultation.answers', most: 3000, perMs: 600_000 } as const satisfies Limit;
const namesOfAll = { name: 'consultation.names-of-all', most: 10_000, perMs: 600_000 } as const satisfies Limit;
const proposalsOfNetwork = { name: 'consultation.proposals', most: 10, perMs: 600_000 } as const satisfies Limit;
const proposalsOfAll = { name: 'consultation.proposals-of-all', most: 200, perMs: 600_000 } as const satisfies Limit;
const sameAgain = { name: 'consultation.same', most: 1, perMs: 600_000 } as const satisfies Limit;
/** Counted in seconds, and no disk ends by it. */
const mostVotes = 2_000_000;
/** Nobody reads more. */
const mostArrivals = 5000;

type Parts = Pick<House, 'db' | 'recall' | 'limiter'>;

/** A new name, drawn by chance. Nothing is kept of it before its first answer. */
export function newName(): string {
	return randomBytes(16).toString('base64url');
}

function voterOf(slug: string, token: string): Buffer {
	return createHash('sha256').update(`steadfast consultation ${slug} ${token}`).digest();
}

export type Answered = { readonly ok: true } | { readonly ok: false; readonly reason: 'closed' | 'too-often' | 'gone' };

/**
 * Takes an answer in place of an earlier one of the same name to the same proposition. `gone`: it is not put, or not any more.
 * Kept: the hash of the name, the proposition, the choice.
 */
export async function answer({ db, recall, limiter }: Parts, { slug, token, proposition, choice, address }: { readonly slug: string; readonly token: string; readonly proposition: number; readonly choice: Choice; /** For limits only. */ readonly address: string }, now: Date): Promise<Answered> {
	const found = await publicConsultation({ db, recall }, slug);
	if (!found || found.result !== null || consultationStanding(found, now) !== 'open') return { ok: false, reason: 'closed' };
	if (!found.propositions.some(({ number }) => number === proposition)) return { ok: false, reason: 'gone' };
	if (!limiter.allows(answersOfNetwork, address, now)) return { ok: false, reason: 'too-often' };
	const voter = voterOf(slug, token);
	const known = await db.selectFrom('statement_consultation_vote').select('choice').where('consultation', '=', slug).where('voter', '=', voter).limit(1).executeTakeFirst();
	if (!known && !(limiter.allows(namesOfNetwork, address, now) && limiter.allows(namesOfAll, slug, now) && (await knownFor({ db, recall }, found, now)).votes < mostVotes)) return { ok: false, reason: 'too-often' };
	// Held against the moment in which it is closed; other answers hold the row with us.
	const kept = await sql`
		with open as (
			select slug from statement_consultation
			where slug = ${slug} and not is_closed and opens_at <= ${now} and closes_at > ${now}
			for key share
		)
		insert into statement_consultation_vote (consultation, voter, proposition, choice)
		select slug, ${voter}::bytea, ${proposition}::integer, ${choice}::smallint from open
		on conflict (consultation, voter, proposition) do update set choice = excluded.choice`.execute(db);
	return (kept.numAffectedRows ?? 0n) > 0n ? { ok: true } : { ok: false, reason: 'closed' };
}

/** Where a name stands in a consultation. */
export interface Standing {
	/** By proposition, as far as it is still put. */
	readonly answers: ReadonlyMap<number, Choice>;
	/** The number of what is asked next; null where all of it was answered. */
	readonly next: number | null;
}

export async function standingOf({ db, recall }: Pick<House, 'db' | 'recall'>, consultation: PublicConsultation, token: string, now: Date): Promise<Standing> {
	const voter = voterOf(consultation.slug, token);
	const rows = await db.selectFrom('statement_consultation_vote').select(['proposition', 'choice']).where('consultation', '=', consultation.slug).where('voter', '=', voter).orderBy('proposition').execute();
	const put = new Set(consultation.propositions.map(({ number }) => number));
	// By its check a choice is one of the three.
	const answers = new Map(rows.flatMap(({ proposition, choice }) => (put.has(proposition) ? [[proposition, choice as Choice] as const] : [])));
	const { known } = await knownFor({ db, recall }, consultation, now);
	const next = nextProposition(known, new Set([...answers.keys()].map(String)), voter.readUInt32BE(0));
	return { answers, next: next === null ? null : Number(next) };
}

interface Looked {
	readonly at: number;
	/** What was put then. */
	readonly put: string;
	readonly looking: Promise<{ readonly known: Known; readonly votes: number }>;
}

/** By database, and in it by consultation. */
const looks = new WeakMap<Db, Map<string, Looked>>();
const lookMs = 30_000;
/** So many votes tell which proposition is least known, and take milliseconds. They are a fair sample: names are drawn by chance. */
const sampled = 20_000;

/** What is known of each proposition, at most half a minute old. */
function knownFor({ db }: Pick<House, 'db' | 'recall'>, of: PublicConsultation, now: Date): Looked['looking'] {
	const all = looks.get(db) ?? new Map<string, Looked>();
	looks.set(db, all);
	const last = all.get(of.slug);
	const put = of.propositions.map(({ number }) => number).join();
	if (last?.put === put && now.getTime() - last.at < lookMs) return last.looking;
	const looking = look(db, of);
	all.set(of.slug, { at: now.getTime(), put, looking });
	looking.catch(() => all.delete(of.slug));
	return looking;
}

async function look(db: Db, { slug, propositions }: PublicConsultation): Promise<{ readonly known: Known; readonly votes: number }> {
	const [votes, { count }] = await Promise.all([votesIn(db, slug, sampled), db.selectFrom('statement_consultation_vote').select(({ fn }) => fn.countAll<number>().as('count')).where('consultation', '=', slug).executeTakeFirstOrThrow()]);
	const ballots = ballotsFrom(votes, { propositions: propositions.map(({ number }) => String(number)) });
	// Which propositions draw people apart follows from the plane alone; how firm groups are is not asked here.
	const { telling } = wholeOf(commonGround(ballots, { rounds: 0 }));
	return { known: knownOf(ballots, telling), votes: count };
}

type Proposed = { readonly ok: true } | { readonly ok: false; readonly reason: 'words' | 'closed' | 'too-often' | 'same-again' };

/** Takes a proposition of a participant, which staff read before it is put. Nothing of who proposed it is kept. */
export async function proposeTo({ db, recall, limiter }: Parts, { slug, written, language, address }: { readonly slug: string; readonly written: string; readonly language: Language; readonly address: string }, now: Date): Promise<Proposed> {
	const words = questionWords(written);
	if (words === undefined || [...words].length > longestProposition) return { ok: false, reason: 'words' };
	const found = await publicConsultation({ db, recall }, slug);
	if (!found?.proposals || consultationStanding(found, now) !== 'open') return { ok: false, reason: 'closed' };
	if (!limiter.allows(proposalsOfNetwork, address, now) || !limiter.allows(proposalsOfAll, slug, now)) return { ok: false, reason: 'too-often' };
	const same = createHash('sha256').update(fold(words)).digest('base64url').slice(0, 16);
	if (!limiter.allows({ ...sameAgain, name: `${sameAgain.name} ${slug} ${same}` }, address, now)) return { ok: false, reason: 'same-again' };
	const kept = await sql`
		with counted as (
			update statement_consultation set arrivals = arrivals + 1
			where slug = ${slug} and not is_closed and closes_at > ${now} and arrivals < ${mostArrivals}
			returning slug, arrivals
		)
		insert into statement_consultation_proposition (consultation, number, words, origin, state)
		select slug, arrivals, ${JSON.stringify({ original: language, in: { [language]: words } })}::jsonb, 'participant', 'waiting' from counted`.execute(db);
	return (kept.numAffectedRows ?? 0n) > 0n ? { ok: true } : { ok: false, reason: 'closed' };
}
