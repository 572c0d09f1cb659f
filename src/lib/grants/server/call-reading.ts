import { clockRememberedMs } from '#lib/platform/clock/clock.ts';
import type { House } from '#lib/platform/house.ts';
import type { SignedEntry } from '#lib/vault/envelope.ts';
import { foldCall, isOpenStage, readCallEntry, type CallState } from '../call-log.ts';
import { callStanding, type CallStanding } from '../call-standing.ts';
import { closesAt, isBefore } from '../deadline.ts';
import { callsTag } from './calls.ts';
import './tables.ts';

/** A call as everybody may read it: the signed log, and what it comes to. */
export interface PublicCall {
	readonly entries: readonly SignedEntry[];
	readonly state: CallState;
	/** The day on which it was decided, or archived without, YYYY-MM-DD; null before that. */
	readonly decidedOn: string | null;
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
	return { entries, state: folded.state, decidedOn: await decidedOn(entries) };
}

async function decidedOn(entries: readonly SignedEntry[]): Promise<string | null> {
	for (const entry of entries) {
		const read = await readCallEntry(entry);
		if (read?.act.do === 'decide' || read?.act.do === 'archive') return new Date(read.at).toISOString().slice(0, 10);
	}
	return null;
}

/** How a call stands at this moment, and until when that is so without anybody changing the call; undefined: for good. */
export async function callStandingNow({ clock }: Pick<House, 'clock'>, call: CallState, now: Date): Promise<{ readonly standing: CallStanding; readonly trueUntil: Date | undefined }> {
	const clockSays = await clock.state(now);
	const standing = callStanding(call, { now, clock: clockSays });
	if (call.deadline === null || !isOpenStage(call.stage)) return { standing, trueUntil: undefined };
	// After the deadline it depends on what the clock is said to be, which is asked anew every few minutes.
	return { standing, trueUntil: isBefore(call.deadline, now) ? closesAt(call.deadline) : new Date(now.getTime() + clockRememberedMs) };
}

export interface ListedCall {
	readonly call: CallState;
	readonly standing: CallStanding;
}

/** All calls as a list shows them: open ones without a deadline, then by their deadline, then the others, the latest first. */
export async function listedCalls(house: Pick<House, 'db' | 'recall' | 'clock'>, now: Date): Promise<{ readonly calls: readonly ListedCall[]; readonly trueUntil: Date | undefined }> {
	const all = await Promise.all((await publicCalls(house)).map(async ({ state }) => ({ call: state, ...(await callStandingNow(house, state, now)) })));
	const ends = all.flatMap(({ trueUntil }) => (trueUntil === undefined ? [] : [trueUntil.getTime()]));
	return {
		calls: all.map(({ call, standing }) => ({ call, standing })).toSorted((a, b) => rank(a) - rank(b) || (a.standing === 'open' ? closing(a) - closing(b) : closing(b) - closing(a))),
		trueUntil: ends.length === 0 ? undefined : new Date(Math.min(...ends))
	};
}

function rank({ standing, call }: ListedCall): number {
	return standing !== 'open' ? 2 : call.kind === 'rapid' ? 0 : 1;
}

function closing({ call }: ListedCall): number {
	return call.deadline === null ? call.changedAt.getTime() : Date.parse(call.deadline.at);
}
