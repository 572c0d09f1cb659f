import * as v from 'valibot';
import { forumsWithAdoptions, keepAdoption, publicAdoptions, withdrawSignature, type PublicAdoption, type Withdrawal } from '#lib/statement/server/index.ts';
import { readCanonical } from '#lib/statement/draft.ts';
import type { Publication } from '#lib/statement/signature.ts';
import type { Convenor } from '#lib/forum/server/index.ts';
import type { Tx } from '#lib/platform/db/database.ts';
import { announcePublication } from '#lib/platform/db/publications.ts';
import type { House } from '#lib/platform/house.ts';
import type { JobKind } from '#lib/platform/jobs/jobs.ts';
import { statementFrom } from '../adopted.ts';
import type { Reading } from './reading.ts';
import { forumTag, publishDocument } from './records.ts';

/** `at`: its time of release, in milliseconds. */
const statementJob: JobKind<{ readonly slug: string; readonly at: number }> = {
	name: 'forum.statement',
	parse: (found) => {
		const { success, output } = v.safeParse(v.object({ slug: v.string(), at: v.optional(v.number(), 0) }), found);
		return success ? output : undefined;
	}
};

type Published = { readonly ok: true; readonly releaseAt: Date } | { readonly ok: false; readonly reason: 'not-found' | 'forged' | 'moved-on' | 'malformed' };

/** Takes an adopted statement: it is in the record, with its adoption, at its time of release, and at once where that is now. Others as `keepAdoption`; `malformed` also for one that is too long to be a page. */
export async function publishStatement({ db, jobs }: Pick<House, 'db' | 'jobs'>, actor: Convenor, request: { readonly slug: string; readonly publication: Publication }, now: Date): Promise<Published> {
	const [words, ...others] = [request.publication.text, ...request.publication.translations].map(readCanonical);
	const translations = others.flatMap((one) => (one ? [{ words: one }] : []));
	if (words === undefined || statementFrom(request.slug, { words, translations }, now) === undefined) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx): Promise<Published> => {
		const kept = await keepAdoption(tx, actor, request, now);
		if (!kept.ok) return kept;
		if (kept.releaseAt > now) await jobs.enqueue(tx, statementJob, { slug: request.slug, at: kept.releaseAt.getTime() }, kept.releaseAt);
		else await publishDueStatement(tx, request.slug, now);
		return kept;
	});
}

/**
 * Publishes statements whose time has come; before the jobs are started. The queue goes by the database's clock, which may be ahead of this
 * machine's: a job that comes too early waits on, instead of finding nothing and being over.
 */
export function registerStatements({ db, jobs }: Pick<House, 'db' | 'jobs'>, now = (): Date => new Date()): void {
	jobs.register(statementJob, async ({ slug, at }) => {
		await db.transaction().execute((tx) => (at > now().getTime() ? jobs.enqueue(tx, statementJob, { slug, at }, new Date(at)) : publishDueStatement(tx, slug, now())));
	});
}

/** Puts the newest version whose time has come into the record; nothing where there is none. */
async function publishDueStatement(tx: Tx, slug: string, now: Date): Promise<void> {
	const versions = await publicAdoptions(tx, slug, now);
	const document = versions[0] && statementFrom(slug, versions[0], versions.at(-1)?.releasedAt ?? now);
	if (document) await publishDocument(tx, document, now);
	// Its adoption is another page, also where the words are the same.
	await announcePublication(tx, ['record', forumTag(slug)]);
}

/** Takes a signature back, on the page in the same moment. Others as `withdrawSignature`. */
export async function withdrawFromStatement({ db }: Pick<House, 'db'>, request: { readonly slug: string; readonly withdrawal: Withdrawal }, now: Date): ReturnType<typeof withdrawSignature> {
	return db.transaction().execute(async (tx) => {
		const done = await withdrawSignature(tx, request, now);
		if (done.ok) await announcePublication(tx, [forumTag(request.slug)]);
		return done;
	});
}

/** The public versions of a forum's statement, the newest first; none where nothing was adopted here. */
export async function adoptionsOf({ db, recall }: Reading, slug: string): Promise<readonly PublicAdoption[]> {
	return recall.remember(`adoptions ${slug}`, [forumTag(slug)], async () => publicAdoptions(db, slug, new Date()));
}

/** Forums of which somebody can read how their statement was adopted. */
export async function adoptedForums({ db, recall }: Reading): Promise<readonly string[]> {
	return recall.remember('adoptedForums', ['record'], async () => forumsWithAdoptions(db, new Date()));
}
