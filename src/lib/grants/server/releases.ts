import * as v from 'valibot';
import { isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import { announcePublication } from '#lib/platform/db/publications.ts';
import type { House } from '#lib/platform/house.ts';
import { fromText, isSignedBy } from '#lib/vault/envelope.ts';
import type { PooledCell } from '../pooling.ts';
import { readRelease, releaseHash, releaseMessage, releaseProblem, type Release, type ReleaseProblem, type SignedRelease } from '../release.ts';
import { keptState } from './calls.ts';
import './tables.ts';

export const releaseShape = v.strictObject({ body: v.pipe(v.string(), v.maxLength(64 * 1024)), signature: v.pipe(v.string(), v.length(86)) });

/** What pages that show pooled grants are dropped by. */
export const releasesTag = 'open-data';

/** Every release, the first one first, and all that they tell; from memory until there is another. */
export async function publicReleases({ db, recall }: Pick<House, 'db' | 'recall'>): Promise<{ readonly releases: readonly (SignedRelease & { readonly read: Release })[]; readonly cells: readonly PooledCell[]; readonly currency: string | undefined }> {
	return recall.remember('publicReleases', [releasesTag], async () => {
		const rows = await db.selectFrom('grant_release').select(['body', 'signature']).orderBy('seq').execute();
		const releases = rows.map((row) => ({ ...row, read: kept(row) }));
		return { releases, cells: releases.flatMap(({ read }) => read.cells), currency: releases[0]?.read.currency };
	});
}

function kept({ body }: SignedRelease): Release {
	const read = readRelease(body);
	if (read === undefined) throw new Error('a release that was kept and does not read');
	return read;
}

type Published = { readonly ok: true } | { readonly ok: false; readonly reason: 'not-found' | 'malformed' | 'moved-on' | 'forged' | ReleaseProblem };

/**
 * Publishes pooled sums: by a keeper or somebody of the staff who is in the circle of the call whose key signs. Too small a
 * cell, an open quarter and one that was told before are refused here as well. The same again changes nothing.
 */
export async function publishRelease({ db }: Pick<House, 'db'>, actor: Actor, { body, signature }: SignedRelease, now: Date): Promise<Published> {
	const release = readRelease(body);
	if (release === undefined) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx): Promise<Published> => {
		const row = await tx.selectFrom('grant_call').select(['id', 'core_circle']).where('id', '=', release.call).forUpdate().executeTakeFirst();
		if (!row || actor.role === 'member' || !(await isAccepted(tx, { account: actor.account, circle: row.core_circle }))) return { ok: false, reason: 'not-found' };
		const rows = await tx.selectFrom('grant_release').selectAll().orderBy('seq').execute();
		const hash = await releaseHash(body);
		if (rows.some((one) => one.hash === hash)) return { ok: true };
		const problem = releaseProblem(release, { before: rows.map(kept), head: rows.at(-1)?.hash ?? null });
		if (problem !== undefined) return { ok: false, reason: problem === 'wrong-place' ? 'moved-on' : problem };
		// A day ahead or behind is a wrong clock; more could open a quarter that has not ended.
		if (Math.abs(Date.parse(release.on) - now.getTime()) > 2 * 24 * 60 * 60 * 1000) return { ok: false, reason: 'wrong-period' };
		const { signing } = await keptState(tx, row.id);
		if (!(await isSignedBy(fromText(signing) ?? new Uint8Array(), releaseMessage(body), fromText(signature) ?? new Uint8Array()))) return { ok: false, reason: 'forged' };
		const made = await tx.insertInto('grant_release').values({ seq: release.release, body, signature, hash }).onConflict((conflict) => conflict.doNothing()).returning('seq').executeTakeFirst();
		if (!made) return { ok: false, reason: 'moved-on' };
		await recordDeed(tx, { actor: actor.account, action: 'grants.release', subject: release.call }, hourOf(now));
		await announcePublication(tx, [releasesTag]);
		return { ok: true };
	});
}
