// How long the tracker takes over 5,000 recommendations: its first page, filtered lists and one recommendation, as the server makes
// them for whoever comes first after a publication (`cold`, everything forgotten) and afterwards (`warm`: lines in memory, the page
// itself made anew), beside one row fetched by its key. Made-up data.
import { rmSync } from 'node:fs';
import { sql } from 'kysely';
import { madeUpStates } from '../src/lib/followup/fixtures.ts';
import { answers, verdicts, type Entry, type Recommendation } from '../src/lib/followup/recommendation.ts';
import { rights } from '../src/lib/followup/rights.ts';
import { keepAddressees, keepFollowup, toldRecommendation, trackerFor } from '../src/lib/followup/server/index.ts';
import { goalsAndTargets } from '../src/lib/followup/targets.ts';
import { openDatabase } from '../src/lib/platform/db/database.ts';
import { startEmbedded } from '../src/lib/platform/db/embedded.ts';
import { migrate } from '../src/lib/platform/db/migrate.ts';
import { Recall } from '../src/lib/platform/http/recall.ts';
import { temporaryFolder } from '../tests/temporary.ts';
import { median, printTable } from './_figures.ts';

const [statements, clausesEach, rounds] = [100, 50, 60];
const atMostMs = 50;

const dataDir = temporaryFolder('bench-followup');
const postgres = await startEmbedded({ dataDir, options: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] });
try {
	await migrate(postgres.address, 'migrations');
	const db = openDatabase(postgres.address);
	await db.transaction().execute((tx) => keepAddressees(tx, madeUpStates));
	for (let nth = 0; nth < statements; nth++) await plant(nth);
	await sql`analyze`.execute(db);

	const recall = new Recall();
	const house = { db, recall };
	const one = { forum: 'made-up-40', document: 'statement', clause: 7 };
	const asked = {
		'first page': { page: 1 },
		'by right, page 3': { right: 'ICCPR-19', page: 3 },
		'by state, goal and step': { state: 'AQ', goal: '16', step: 'answered', page: 1 }
	} as const;
	const bare = await times(() => db.selectFrom('followup_recommendation').selectAll().where('forum_slug', '=', one.forum).where('document_slug', '=', one.document).where('clause', '=', one.clause).executeTakeFirstOrThrow());
	const rows: string[][] = [];
	const add = (name: string, taken: readonly number[], claimed: boolean): void => {
		const p95 = percentile(taken, 0.95);
		rows.push([name, median(taken).toFixed(2), p95.toFixed(2), (p95 / percentile(bare, 0.95)).toFixed(1), claimed ? `< ${atMostMs} ms${p95 < atMostMs ? '' : '  NOT REACHED'}` : '']);
	};
	add('a bare row by its key', bare, false);
	for (const [name, request] of Object.entries(asked)) {
		add(`${name}, cold`, await times(() => (recall.drop(['followup']), trackerFor(house, request, 2026))), false);
		add(`${name}, warm`, await times(() => trackerFor(house, request, 2026)), true);
	}
	add('one recommendation with its story', await times(() => toldRecommendation(house, one)), true);
	printTable([`${statements * clausesEach} recommendations`, 'median ms', 'p95 ms', 'p95 / bare p95', 'claimed'], rows);
	await db.destroy();

	async function plant(nth: number): Promise<void> {
		const [forum, document] = [`made-up-${nth}`, 'statement'];
		const madeOn = String(2003 + (nth % 23));
		const clauses = new Map(Array.from({ length: clausesEach }, (_, at) => [at + 1, { original: 'en' as const, in: { en: `A made-up recommendation ${nth}.${at} which asks a made-up state for something that takes a sentence to say.`, ar: 'توصية متخيلة تطلب من دولة متخيلة شيئًا ما.' } }]));
		const some = <T>(all: readonly T[], seed: number, count: number): T[] => Array.from({ length: count }, (_, at) => all[(seed * 7 + at * 31) % all.length]!);
		const recommendations = [...clauses.keys()].map((clause): Recommendation => ({ clause, addressees: some(madeUpStates.map(({ id }) => id), clause, 1), rights: [...some(rights(), clause + nth, 3), ...(clause % 10 === 0 ? (['ICCPR-19'] as const) : [])], targets: some(goalsAndTargets(), clause + nth, 2), themes: [], affected: ['defenders'] }));
		const history = [...clauses.keys()].flatMap((clause): Entry[] => {
			const base = { clauses: [clause], recordedOn: '2026-11-30' };
			const year = String(Number(madeOn) + 1);
			return [
				{ ...base, id: `${nth}-${clause}-sent`, kind: 'sent', to: 'made-up-north', on: year, channel: 'post', by: 'An office' },
				{ ...base, id: `${nth}-${clause}-response`, kind: 'response', from: 'made-up-north', on: year, answer: answers[clause % answers.length]! },
				{ ...base, id: `${nth}-${clause}-assessment`, kind: 'assessment', by: 'programme', on: year, verdict: verdicts[clause % verdicts.length]!, evidence: [] }
			];
		});
		await db.transaction().execute(async (tx) => {
			await sql`insert into archive_forum (slug, starts_on, content, changed_at) values (${forum}, ${`${madeOn}-01-01`}, '{}', now())`.execute(tx);
			await sql`insert into archive_document (forum_slug, slug, content, changed_at) values (${forum}, ${document}, '{}', now())`.execute(tx);
			const kept = await keepFollowup(tx, { forum, document, madeOn, clauses }, { recommendations, history }, new Date());
			if (!kept.ok) throw new Error(kept.problem.reason);
		});
	}
} finally {
	await postgres.stop();
	rmSync(dataDir, { recursive: true, force: true });
}

/** Milliseconds of each of so many rounds, after three that warm up. */
async function times(run: () => Promise<unknown>): Promise<number[]> {
	const taken: number[] = [];
	for (let at = -3; at < rounds; at++) {
		const begun = performance.now();
		await run();
		if (at >= 0) taken.push(performance.now() - begun);
	}
	return taken;
}

function percentile(taken: readonly number[], share: number): number {
	return taken.toSorted((a, b) => a - b)[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? Number.NaN;
}
