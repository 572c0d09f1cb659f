import type { House } from '#lib/platform/house.ts';
import type { SignedEntry } from '#lib/vault/envelope.ts';
import { foldCall, type CallState } from '../call-log.ts';
import { callsTag } from './calls.ts';
import './tables.ts';

/** A call as everybody may read it: the signed log, and what it comes to. */
export interface PublicCall {
	readonly entries: readonly SignedEntry[];
	readonly state: CallState;
}

/** Every call that was ever published, the one that changed last first; from memory until one changes. */
export async function publicCalls({ db, recall }: Pick<House, 'db' | 'recall'>): Promise<readonly PublicCall[]> {
	return recall.remember('publicCalls', [callsTag], async () => {
		const rows = await db.selectFrom('grant_call_entry').select(['call_id', 'body', 'signature']).orderBy('call_id').orderBy('seq').execute();
		const logs = [...Map.groupBy(rows, ({ call_id }) => call_id).values()].map((entries) => entries.map(({ body, signature }): SignedEntry => ({ body, signature })));
		const calls = await Promise.all(logs.map(readCall));
		return calls.toSorted((a, b) => b.state.changedAt.getTime() - a.state.changedAt.getTime() || (a.state.slug < b.state.slug ? -1 : 1));
	});
}

/** The call at an address; undefined where there never was one. */
export async function callBySlug(house: Pick<House, 'db' | 'recall'>, slug: string): Promise<PublicCall | undefined> {
	return (await publicCalls(house)).find(({ state }) => state.slug === slug);
}

async function readCall(entries: readonly SignedEntry[]): Promise<PublicCall> {
	const folded = await foldCall(entries);
	if (!folded.ok) throw new Error(`the log of a call does not hold together: entry ${folded.seq} is ${folded.problem}`);
	return { entries, state: folded.state };
}
