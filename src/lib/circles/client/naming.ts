import { derivedRecord } from '../limits.ts';
import type { CircleCore } from './core.ts';
import { newestOf } from './newest.ts';
import type { About, Outcome } from './open-circle.ts';
import { write } from './writing.ts';

const mostTries = 5;

/** Writes our own name where only a steward has told it so far, or nobody. */
export async function sayName(core: CircleCore): Promise<Outcome<object>> {
	const { me, link } = core;
	const record = await core.myRecord();
	const newest = await newestOf(core, record);
	if (!newest.ok && newest.reason !== 'not-found') return newest;
	if (newest.ok && !newest.opened.ok) throw newest.opened.trouble;
	if (newest.ok && newest.opened.ok && newest.opened.author === me) return { ok: true };
	const written = await write(core, { kind: 'person', record, body: { account: me, name: link.name }, basedOn: newest.ok && newest.opened.ok ? newest.opened : undefined });
	return written.ok ? core.bring() : { ok: false, reason: written.reason };
}

/** Gives the circle another name and purpose; goes on by itself after losing a race. */
export async function rename(core: CircleCore, { name, purpose }: About): Promise<Outcome<object>> {
	const record = await derivedRecord('circle', core.id);
	for (let tries = 0; tries < mostTries; tries++) {
		const newest = await newestOf(core, record);
		if (!newest.ok) return newest;
		if (!newest.opened.ok) throw newest.opened.trouble;
		if (!core.state.members.get(core.me)?.steward) return { ok: false, reason: 'not-a-steward' };
		const written = await write(core, { kind: 'circle', record, body: { name, purpose }, basedOn: newest.opened });
		if (written.ok) return core.bring();
		if (written.reason !== 'moved-on') return { ok: false, reason: written.reason };
	}
	return { ok: false, reason: 'moved-on' };
}
