import { Counter } from 'prom-client';
import * as v from 'valibot';
import { isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import { fromText, toText } from '#lib/vault/envelope.ts';
import './tables.ts';

type Refused = { readonly ok: false; readonly reason: 'not-found' | 'moved-on' };

/** Sealed as the form seals: a manifest with its signature, parts and letters, as JSON in bytes. */
export const canaryShape = v.strictObject({ sealed: v.pipe(v.string(), v.maxLength(700_000), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(({ length }) => length > 0)) });
export const canaryFailureShape = v.strictObject({ failures: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)) });

/** The newest canary of a call, for its officers, and whether it is of today by this server's clock; null where there is none. */
export async function readCanary(db: Db, { account, call }: { readonly account: string; readonly call: string }, now: Date): Promise<{ readonly ok: true; readonly canary: { readonly sealed: string; readonly today: boolean } | null } | Refused> {
	if (!(await isOfficer(db, account, call))) return { ok: false, reason: 'not-found' };
	const row = await db.selectFrom('grant_canary').selectAll().where('call_id', '=', call).executeTakeFirst();
	return { ok: true, canary: row ? { sealed: toText(row.sealed_application), today: row.made_on >= dayOf(now) } : null };
}

/** Keeps the canary of the day in the place of an older one; `moved-on` where there is one of today. It is in no list and no count. */
export async function putCanary(db: Db, { account }: Actor, { call, sealed }: v.InferOutput<typeof canaryShape> & { readonly call: string }, now: Date): Promise<{ readonly ok: true } | Refused> {
	if (!(await isOfficer(db, account, call))) return { ok: false, reason: 'not-found' };
	const row = { made_on: dayOf(now), sealed_application: Buffer.from(sealed) };
	const kept = await db
		.insertInto('grant_canary')
		.values({ call_id: call, ...row })
		.onConflict((conflict) => conflict.column('call_id').doUpdateSet(row).where('grant_canary.made_on', '<', row.made_on))
		.returning('call_id')
		.executeTakeFirst();
	return kept ? { ok: true } : { ok: false, reason: 'moved-on' };
}

/** An officer's browser could not open a canary: a bare number and a line for the operator. Of which call, the officers know. */
export function noteCanaryFailure({ metrics: { registry }, log }: Pick<House, 'metrics' | 'log'>, { failures }: v.InferOutput<typeof canaryFailureShape>): { readonly ok: true } {
	const name = 'grants_canary_failures_total';
	const counter = registry.getSingleMetric(name) ?? new Counter({ name, help: 'Canary applications that an officer’s browser could not open', registers: [registry] });
	if (counter instanceof Counter) counter.inc(failures);
	log.trouble('a canary application did not open: ask the officers', new CanaryFailure());
	return { ok: true };
}

class CanaryFailure extends Error {}

async function isOfficer(db: Db, account: string, call: string): Promise<boolean> {
	const row = await db.selectFrom('grant_call').select('core_circle').where('id', '=', call).executeTakeFirst();
	return row !== undefined && (await isAccepted(db, { account, circle: row.core_circle }));
}

function dayOf(now: Date): string {
	return now.toISOString().slice(0, 10);
}
