import { once } from 'node:events';
import { Worker as Thread } from 'node:worker_threads';
import * as v from 'valibot';
import { announcePublication } from '#lib/platform/db/publications.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import type { JobKind } from '#lib/platform/jobs/jobs.ts';
import type { ConsultationResult } from '../consultation.ts';
import { ballotsFrom, opinionMap, type Ballots, type Choice, type CommonGround, type Vote } from '../opinion/index.ts';
import { consultationsTag } from './consultation-tables.ts';

/** Counts a consultation that is over; each hour, without a name, all that should have been counted before: after a restore the queue is empty. */
export const countKind: JobKind<{ readonly slug?: string | undefined }> = {
	name: 'consultation.count',
	parse: (found) => {
		const { success, output } = v.safeParse(v.object({ slug: v.optional(v.string()) }), found);
		return success ? output : undefined;
	}
};

/** Counts the one that is named, or every one that is over and was not counted. */
export async function countConsultations(house: Pick<House, 'db' | 'jobs'>, slug: string | undefined, now: Date): Promise<void> {
	const due = slug === undefined ? (await house.db.selectFrom('statement_consultation').select('slug').where('result', 'is', null).where('closes_at', '<=', now).execute()).map((row) => row.slug) : [slug];
	for (const one of due) await countConsultation(house, one, now);
}

/**
 * Counts a consultation once it is over. First it is closed, which waits for answers on their way; then computed, while nobody
 * waits; then what came of it, which is aggregates, is kept, and who answered what is deleted, in one transaction. Asked too
 * early, by a clock that runs ahead, it comes again; asked twice it does nothing.
 */
async function countConsultation({ db, jobs }: Pick<House, 'db' | 'jobs'>, slug: string, now: Date): Promise<void> {
	const isDue = await db.transaction().execute(async (tx) => {
		const row = await tx.selectFrom('statement_consultation').select(['closes_at', 'result']).where('slug', '=', slug).forUpdate().executeTakeFirst();
		if (!row || row.result !== null) return false;
		if (row.closes_at > now) {
			await jobs.enqueue(tx, countKind, { slug }, row.closes_at);
			return false;
		}
		await tx.updateTable('statement_consultation').set({ is_closed: true }).where('slug', '=', slug).execute();
		return true;
	});
	if (!isDue) return;
	const shown = await db.selectFrom('statement_consultation_proposition').select('number').where('consultation', '=', slug).where('state', '=', 'shown').orderBy('number').execute();
	const ballots = ballotsFrom(await votesIn(db, slug), { propositions: shown.map(({ number }) => String(number)) });
	const result = resultOf(await foundInThread(ballots));
	await db.transaction().execute(async (tx) => {
		const kept = await tx.updateTable('statement_consultation').set({ result: JSON.stringify(result), changed_at: now }).where('slug', '=', slug).where('result', 'is', null).executeTakeFirst();
		// Somebody else counted the same meanwhile.
		if (kept.numUpdatedRows === 0n) return;
		await tx.deleteFrom('statement_consultation_vote').where('consultation', '=', slug).execute();
		// What nobody read in time is put to nobody any more.
		await tx.updateTable('statement_consultation_proposition').set({ state: 'refused', words: null }).where('consultation', '=', slug).where('state', '=', 'waiting').execute();
		await announcePublication(tx, [consultationsTag]);
	});
}

/** What was answered, by the hashes of names; at most so many votes, those of whole names where it is cut off. */
export async function votesIn(db: Db, slug: string, most?: number): Promise<Vote[]> {
	let query = db.selectFrom('statement_consultation_vote').select(['voter', 'proposition', 'choice']).where('consultation', '=', slug).orderBy('voter').orderBy('proposition');
	if (most !== undefined) query = query.limit(most);
	// By its check a choice is one of the three.
	return (await query.execute()).map(({ voter, proposition, choice }) => ({ person: voter.toString('base64url'), proposition: String(proposition), choice: choice as Choice }));
}

/** What of a result may be told: see *A public consultation*. */
export function resultOf(found: CommonGround): ConsultationResult {
	const { people, tooFewVotes, stability, groups, propositions } = found;
	const hundredths = (share: number): number => Math.round(share * 100) / 100;
	return { people, tooFewVotes, stability, groups, propositions, middles: opinionMap(found).groups.map(({ middle: { x, y } }) => ({ x: hundredths(x), y: hundredths(y) })) };
}

/** In a thread of its own, so that pages are served meanwhile: ten million votes take seconds. */
async function foundInThread(ballots: Ballots): Promise<CommonGround> {
	const thread = new Thread(new URL('./ground-thread.ts', import.meta.url), { workerData: ballots });
	try {
		// Our own file tells one thing; an error in it is thrown here.
		const [found] = (await once(thread, 'message')) as [CommonGround];
		return found;
	} finally {
		await thread.terminate();
	}
}
