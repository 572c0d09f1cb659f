import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#lib/platform/db/database.ts';
import { fromText, isSignedBy } from '#lib/vault/envelope.ts';
import { isWithin, permitMessage, permitShape, type Permit } from '../consent.ts';
import type { ShownPerson } from '../released.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		forum_permit: { slug: string; person: string; key: string; version: number; was_shown: boolean; kept_until: string };
	}
}

/** What a guest's browser sends to be shown less, at once. */
export const narrowingShape = v.strictObject({ slug: v.pipe(v.string(), v.maxLength(80)), person: v.pipe(v.string(), v.maxLength(60)), permit: permitShape });
export type Narrowing = v.InferOutput<typeof narrowingShape>;

/** Whose permit it is, checked; the key is the one that it names. */
export async function isPermit(slug: string, person: string, { key, version, shown, signature }: Permit): Promise<boolean> {
	return isSignedBy(fromText(key) ?? new Uint8Array(), permitMessage({ slug, person, version, shown }), fromText(signature) ?? new Uint8Array());
}

/** Whether somebody may be shown so: what they signed allows it and was not taken back, or they never signed and convenors vouch. */
export async function isPermitted(tx: Tx, slug: string, { id: person, name, office, permit }: ShownPerson & { readonly permit?: Permit | undefined }): Promise<boolean> {
	const known = await tx.selectFrom('forum_permit').select(['key', 'version', 'was_shown']).where('slug', '=', slug).where('person', '=', person).execute();
	if (permit === undefined) return !known.some((one) => one.was_shown);
	const least = known.find((one) => one.key === permit.key)?.version ?? 0;
	return permit.version >= least && isWithin({ name, office }, permit.shown) && (await isPermit(slug, person, permit));
}

/** Remembers the numbers of the permits by which people are shown now. */
export async function notePermits(tx: Tx, slug: string, shown: readonly { readonly id: string; readonly permit?: Permit | undefined }[], now: Date): Promise<void> {
	for (const { id, permit } of shown) if (permit) await note(tx, { slug, person: id, permit, was_shown: true }, now);
}

/**
 * Note: For how long a permit's number is remembered.
 * Until the thirteenth month from now begins: by then the forum was held and its invitations are gone. A month, so that
 * the day on which somebody took something back is not in the database.
 */
export async function note(tx: Tx, { slug, person, permit: { key, version }, was_shown }: { readonly slug: string; readonly person: string; readonly permit: Pick<Permit, 'key' | 'version'>; readonly was_shown: boolean }, now: Date): Promise<void> {
	const kept_until = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 13, 1)).toISOString().slice(0, 10);
	await tx
		.insertInto('forum_permit')
		.values({ slug, person, key, version, was_shown, kept_until })
		.onConflict((conflict) => conflict.columns(['slug', 'person', 'key']).doUpdateSet((row) => ({ version: row.fn<number>('greatest', ['forum_permit.version', 'excluded.version']), was_shown: sql<boolean>`forum_permit.was_shown or excluded.was_shown`, kept_until: row.ref('excluded.kept_until') })))
		.execute();
}

