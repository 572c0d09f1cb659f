import { callKeyOf } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { idOfHash, toText } from '#lib/vault/envelope.ts';
import type { CallState } from '../call-log.ts';
import { exponentOf } from '../money.ts';
import { pool, quarterOf, type GrantRow, type Pooled } from '../pooling.ts';
import { readRelease, releaseBody, releaseHash, releaseMessage, releaseProblem, toldUpTo, type Release } from '../release.ts';
import { callSecret } from './calls.ts';
import { askShaped, type Desk, type DeskOutcome } from './desk.ts';
import { casesOf } from './handing.ts';

/**
 * A grant as it is counted. `grant` is the random id of its first instalment: which grants are in a release is kept for good, and
 * with the case nothing is left that says whose they were.
 */
export interface CountedGrant extends GrantRow {
	readonly grant: string;
	readonly currency: string;
}

/** What could be published next. */
export interface Publishable {
	readonly releases: readonly Release[];
	readonly head: string | null;
	/** The currency of every release; of the first, the one in which most was granted. */
	readonly currency: string;
	/** The last quarter that may be told: it has ended. */
	readonly upTo: string;
	readonly pooled: Pooled<CountedGrant>;
	/** Awarded in a quarter that has not ended. */
	readonly notYet: number;
	/** Granted in another currency: no release counts them. */
	readonly otherCurrency: number;
	/** Already in a release of this circle. */
	readonly told: number;
	/** Whose key would sign. */
	readonly calls: readonly CallState[];
}

const releasesShape = v.object({ releases: v.array(v.object({ body: v.string(), signature: v.string() })) });
const keptShape = v.strictObject({ v: v.literal(1), hash: v.string(), grants: v.array(v.string()) });

/** The chain of releases that the server shows, each following from the one before. Throws a `VaultTrouble`. */
async function releasesOf(link: Link): Promise<DeskOutcome<{ readonly releases: readonly Release[]; readonly hashes: readonly string[] }>> {
	const path = '/api/desk/releases';
	const asked = await askShaped(link, path, releasesShape);
	if (!asked.ok) return asked;
	const releases: Release[] = [];
	const hashes: string[] = [];
	for (const { body } of asked.value.releases) {
		const release = readRelease(body);
		const problem = release === undefined ? 'malformed' : releaseProblem(release, { before: releases, head: hashes.at(-1) ?? null });
		if (release === undefined || problem !== undefined) throw new VaultTrouble('against-the-rules', { part: 'answer', path }, { found: 'releases that do not follow each other', rule: problem });
		releases.push(release);
		hashes.push(await releaseHash(body));
	}
	return { ok: true, releases, hashes };
}

/** The grants that are in a release already: kept by the circle before it is sent, counted once the server shows it. */
async function toldGrants(circle: OpenCircle, hashes: readonly string[]): Promise<DeskOutcome<{ readonly told: ReadonlySet<string> }>> {
	const told = new Set<string>();
	for (let after: string | undefined; ; ) {
		const page = await circle.list('grant-release', { limit: 200, order: 'oldest', ...(after === undefined ? {} : { after }) });
		if (!page.ok) return page;
		for (const one of page.records) {
			if (!one.ok) throw one.trouble;
			const { success, output } = v.safeParse(keptShape, one.body);
			if (!success) throw new VaultTrouble('unknown-format', { part: 'record', circle: circle.id, record: one.record, version: one.version }, { found: 'a release that says something else than its kind' });
			if (hashes.includes(output.hash)) for (const grant of output.grants) told.add(grant);
		}
		if (page.next === undefined) return { ok: true, told };
		after = page.next;
	}
}

/** Pools every award of the circle's calls that was not told yet. A call that is not believed stops it, and a case that does not open: its grants would be missing. */
export async function publishable({ link, circle, desk }: { readonly link: Link; readonly circle: OpenCircle; readonly desk: Desk }): Promise<DeskOutcome<Publishable>> {
	const [found, chain] = [await desk.calls(), await releasesOf(link)];
	if (!found.ok) return found;
	for (const { trouble } of found.unbelieved) throw trouble;
	if (!chain.ok) return chain;
	const kept = await toldGrants(circle, chain.hashes);
	if (!kept.ok) return kept;
	const grants: CountedGrant[] = [];
	const calls = found.calls.map(({ state }) => state);
	for (const call of calls) {
		const listed = await desk.list(call);
		if (!listed.ok) return listed;
		for (const { trouble } of listed.lines) if (trouble) throw trouble;
		for (const { award } of casesOf(listed.lines)) {
			const grant = award?.plan[0]?.id;
			if (award?.on == null || grant === undefined) continue;
			grants.push({ grant, region: award.region, awardedOn: award.on, amountMinor: award.awarded.amountMinor, currency: award.awarded.currency });
		}
	}
	const currency = chain.releases[0]?.currency ?? mostOf(grants) ?? 'EUR';
	const open = grants.filter((grant) => grant.currency === currency && !kept.told.has(grant.grant));
	const upTo = quarterBefore(link.now());
	const pooled = pool(open, { after: toldUpTo(chain.releases), upTo, minorPerMajor: 10 ** exponentOf(currency) });
	return {
		ok: true,
		releases: chain.releases,
		head: chain.hashes.at(-1) ?? null,
		currency,
		upTo,
		pooled,
		notYet: open.length - pooled.told.length - pooled.heldBack.length,
		otherCurrency: grants.filter((grant) => grant.currency !== currency).length,
		told: grants.filter(({ grant }) => kept.told.has(grant)).length,
		calls
	};
}

function mostOf(grants: readonly CountedGrant[]): string | undefined {
	const counts = [...Map.groupBy(grants, ({ currency }) => currency)].map(([currency, some]) => ({ currency, count: some.length }));
	return counts.toSorted((a, b) => b.count - a.count || (a.currency < b.currency ? -1 : 1))[0]?.currency;
}

/** The quarter before the one that a moment is in. */
function quarterBefore(now: Date): string {
	return quarterOf(new Date(Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3, 0)).toISOString().slice(0, 10));
}

const mostLooks = 20;

/**
 * Publishes what is publishable, signed by the first call's key. What is in it is kept in the circle first, so that no grant
 * can be told twice. `moved-on`: another release came in between.
 */
export async function release({ link, circle }: { readonly link: Link; readonly circle: OpenCircle }, { releases, head, currency, pooled, calls }: Publishable): Promise<DeskOutcome<object>> {
	const [call] = calls;
	if (call === undefined || pooled.cells.length === 0) return { ok: false, reason: 'too-few' };
	const secret = await callSecret(circle, call);
	if (!secret.ok) return secret;
	const body = releaseBody({ release: releases.length, previous: head, call: call.call, on: link.now().toISOString().slice(0, 10), currency, cells: pooled.cells });
	const hash = await releaseHash(body);
	const record = idOfHash(hash);
	const known = await circle.read(record);
	if (!known.ok && known.reason !== 'not-found') return known;
	if (!known.ok) {
		const kept = await circle.write({ kind: 'grant-release', record, body: { v: 1, hash, grants: pooled.told.map(({ grant }) => grant) } });
		if (!kept.ok) return { ok: false, reason: kept.reason };
	}
	const key = await callKeyOf(secret.secret);
	const answer = await link.send('POST', '/api/desk/releases', { body, signature: toText(await key.sign(releaseMessage(body))) });
	if (!answer.ok) return { ok: false, reason: answer.reason };
	// The server shows it a moment later: until then the next one would begin in the wrong place.
	for (let looks = 0; looks < mostLooks; looks++) {
		const shown = await releasesOf(link);
		if (shown.ok && shown.hashes.includes(hash)) break;
		await link.pause(100);
	}
	return { ok: true };
}
