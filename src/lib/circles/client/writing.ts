import { VaultFailure } from '#vault';
import { randomId } from '#lib/vault/envelope.ts';
import { lastingKinds } from '../limits.ts';
import { withActs } from './rarely.ts';
import type { CircleCore } from './core.ts';
import type { OpenedRecord, Outcome, WriteRecord, Written } from './open-circle.ts';
import { newestOf } from './newest.ts';
import { seal } from './seal.ts';

const mostTries = 6;
const offlinePausesMs = [500, 2000];

/**
 * Writes the next version of a record. Goes on by itself where only the log moved on (a new epoch, a rotation that is
 * due), and where an answer was lost: then the server has our version already. `moved-on` with the newest version when
 * somebody else's came first.
 */
export async function write(core: CircleCore, record: WriteRecord): Promise<Written> {
	const outcome = await writeIn(core, record, undefined);
	return outcome === 'another-epoch' ? { ok: false, reason: 'failed' } : outcome;
}

/**
 * The same for what belongs to one epoch, like a file that is sealed to its inbox: `another-epoch` where that is over, also
 * when it ends in the very moment of writing; the server takes nothing for an epoch that is over.
 */
export async function writeIn(core: CircleCore, { kind, record = randomId(), body, basedOn }: WriteRecord, only: number | undefined): Promise<Written | 'another-epoch'> {
	const version = (basedOn?.version ?? 0) + 1;
	const sent = new Set<string>();
	let offline = 0;
	for (let tries = 0; tries < mostTries; tries++) {
		const ready = await readyToWrite(core);
		if (!ready.ok) return ready;
		if (only !== undefined && core.state.epochs.length !== only) return 'another-epoch';
		const epoch = core.keys.get(core.state.epochs.length);
		if (epoch === undefined) return { ok: false, reason: 'failed' };
		const now = core.link.now();
		const sealed = await sealOrRefuse(() => seal({ circle: core.id, record, kind, version, previous: basedOn?.hash ?? null, body, head: core.state.head, epoch, by: core.link.keys, at: now }));
		if (sealed === undefined) return { ok: false, reason: 'too-large' };
		const { hash, ...request } = sealed;
		sent.add(hash);
		const answer = await core.link.send('PUT', `/api/circles/${core.id}/records/${record}`, request);
		const written: OpenedRecord = { ok: true, record, kind, version, epoch: epoch.epoch, author: core.me, at: now, body, hash, previous: basedOn?.hash ?? null };
		if (answer.ok) return done(core, written);
		if (answer.reason === 'moved-on') {
			const newest = await newestOf(core, record);
			if (!newest.ok) return newest;
			if (newest.opened.ok && newest.opened.version === version && sent.has(newest.opened.hash)) return done(core, newest.opened);
			return { ok: false, reason: 'moved-on', newest: newest.opened };
		}
		if (answer.reason === 'offline') {
			const pauseMs = offlinePausesMs[offline++];
			if (pauseMs === undefined) return { ok: false, reason: 'offline' };
			await core.link.pause(pauseMs);
			continue;
		}
		if (answer.reason !== 'new-epoch' && answer.reason !== 'rotation-due') return core.refusal(answer);
		const brought = await core.bringLog();
		if (!brought.ok) return brought;
	}
	return { ok: false, reason: 'failed' };
}

async function done(core: CircleCore, written: OpenedRecord): Promise<Written> {
	const { record, version, hash, kind } = written;
	core.link.memory.keepVersion(core.id, record, { version, hash, ...(lastingKinds.includes(kind) ? { kind } : {}) });
	await core.link.memory.save();
	return { ok: true, written };
}

/** Whether something may be written now; begins the next epoch where that is due. */
export async function readyToWrite(core: CircleCore): Promise<Outcome<object>> {
	const problem = core.mayWrite();
	if (problem === undefined) return { ok: true };
	return problem === 'rotation-due' ? withActs((acts) => acts.bringRotation(core)) : { ok: false, reason: problem };
}

async function sealOrRefuse<T>(work: () => Promise<T>): Promise<T | undefined> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof VaultFailure && error.kind === 'too-large') return undefined;
		throw error;
	}
}
