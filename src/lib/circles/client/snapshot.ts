import { openLetter } from '#vault';
import { takesAName } from '../acquaintance.ts';
import { mostListed, derivedRecord, lastDayOf } from '../limits.ts';
import { rarely, withActs } from './rarely.ts';
import type { Contacts, CircleCore } from './core.ts';
import type { About, Changed, ListOptions, Member, OpenCircle, OpenedRecord, Outcome, Page } from './open-circle.ts';
import { refusedBy } from './answers.ts';
import { listSealed } from './sealed-records.ts';
import { VaultTrouble } from './trouble.ts';
import { newestOf, write } from './writing.ts';

const withFiles = rarely(() => import('./files.ts'));
const withPapers = rarely(() => import('./papers.ts'));

/** The circle as it is now, for a page; what changes it gives the next one. */
export async function snapshot(core: CircleCore): Promise<OpenCircle> {
	const { state, log, link, id } = core;
	const contacts = state.own ? new Map() : await core.contacts();
	const members = [...state.members.keys()].map((account) => memberOf(core, account, contacts));
	const me = members.find(({ account }) => account === core.me);
	if (me === undefined) throw new Error('A circle that we are not in.');
	const nameOf = (account: string): string | undefined => nameIn(core, account, contacts);

	async function changed(outcome: Outcome<object>): Promise<Changed> {
		return outcome.ok ? { ok: true, circle: await snapshot(core) } : outcome;
	}

	return {
		id,
		own: state.own,
		state,
		about: core.about,
		aboutTrouble: core.aboutTrouble,
		members,
		me,
		readers: members,
		deletedAfter: log.closedOn === undefined ? undefined : lastDayOf(log.closedOn),
		usedBytes: log.usedBytes,
		quotaBytes: log.quotaBytes,
		nameOf,
		refresh: async () => changed(await core.bring()),
		list: (kind, options) => list(core, typeof kind === 'string' ? [kind] : kind, options),
		read: (record) => newestOf(core, record),
		versions: (record) => withPapers((papers) => papers.versionsOf(core, record)),
		write: async (record) => ((await isReadByChanged(core)) ? notCompared : write(core, record)),
		paper: (record) => withPapers((papers) => papers.openPaper(core, record)),
		openInbox: async ({ letter, epoch, ...expected }) => {
			const identity = core.keys.get(epoch)?.inbox;
			if (identity === undefined) throw new VaultTrouble('not-for-you', { part: 'keys', circle: id }, { found: 'no key of this epoch' });
			return openLetter({ letter, identity, expected: { circle: id, ...expected } });
		},
		writePaper: async (paper) => ((await isReadByChanged(core)) ? notCompared : withPapers((papers) => papers.writePaper(core, paper))),
		upload: async (options) => ((await isReadByChanged(core)) ? notCompared : withFiles((files) => files.upload(core, options))),
		download: (file) => withFiles((files) => files.download(core, file)),
		removeFile: (file) => removeFile(core, file),
		rename: async (about) => ((await isReadByChanged(core)) ? notCompared : changed(await rename(core, about))),
		add: async (person) => ((await isChanged(core, person.account, person.name)) ? notCompared : changed(await withActs((acts) => acts.add(core, person)))),
		accept: async () => {
			const outcome = await withActs((acts) => acts.accept(core));
			return changed(outcome.ok ? await sayName(core) : outcome);
		},
		leave: () => withActs((acts) => acts.leave(core)),
		remove: async (account) => changed(await withActs((acts) => acts.remove(core, account))),
		makeSteward: async (account, is) => (is && (await isChanged(core, account)) ? notCompared : changed(await withActs((acts) => acts.makeSteward(core, account, is)))),
		rotate: async () => changed(await withActs((acts) => acts.rotate(core))),
		close: async () => changed(await withActs((acts) => acts.close(core))),
		invite: async (token) => {
			const answer = await link.send('POST', `/api/circles/${id}/invitations`, { token });
			if (!answer.ok) return { ok: false, reason: refusedBy(answer) };
			const { value } = answer;
			return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? { ok: true, invitation: value.id } : { ok: false, reason: 'failed' };
		}
	};
}

function memberOf(core: CircleCore, account: string, contacts: Contacts): Member {
	const membership = core.state.members.get(account);
	if (membership === undefined) throw new Error('Not a member.');
	const { steward, accepted, addedBy, sinceSeq } = membership;
	const found = core.names.get(account);
	const name = nameIn(core, account, contacts);
	return { account, name, acquaintance: acquaintanceOf(core, { account, name, contacts }), steward, accepted, addedBy, sinceSeq, trouble: found?.ok === false ? found.trouble : undefined };
}

/** Our own word for somebody goes before theirs: a contact cannot take another's name here. */
function nameIn(core: CircleCore, account: string, contacts: Contacts): string | undefined {
	if (account === core.me) return core.link.name;
	const found = core.names.get(account);
	return contacts.get(account)?.name ?? (found?.ok === true ? found.name : undefined);
}

/** How somebody is known. */
function acquaintanceOf(core: CircleCore, { account, name, contacts }: { account: string; name: string | undefined; contacts: Contacts }): Member['acquaintance'] {
	if (account === core.me) return 'me';
	const contact = contacts.get(account);
	if (contact !== undefined) return contact.acquaintance;
	return name !== undefined && takesAName({ account, name }, [{ account: core.me, name: core.link.name }, ...contacts.values()]) ? 'changed' : 'unknown';
}

const notCompared = { ok: false, reason: 'not-compared' } as const;

/** Whether somebody would read along who has to be compared first. What was compared meanwhile counts. */
async function isReadByChanged(core: CircleCore): Promise<boolean> {
	if (core.state.own) return false;
	const contacts = await core.contacts();
	return [...core.state.members.keys()].some((account) => acquaintanceOf(core, { account, name: nameIn(core, account, contacts), contacts }) === 'changed');
}

async function isChanged(core: CircleCore, account: string, calledNow?: string): Promise<boolean> {
	const contacts = await core.contacts();
	return acquaintanceOf(core, { account, name: calledNow ?? nameIn(core, account, contacts), contacts }) === 'changed';
}

async function list(core: CircleCore, kinds: readonly string[], { limit = 50, after, order = 'newest' }: ListOptions = {}): Promise<Outcome<Page>> {
	const from = after === undefined ? undefined : Number(after);
	const range = order === 'oldest' ? { after: from ?? 0 } : { before: from };
	const page = await listSealed(core.link, core.id, { kinds, limit: Math.min(limit, mostListed), ...range });
	if (!page.ok) return core.refusal({ ...page, status: 0 });
	const outcome = await core.open(page.sealed);
	if (!outcome.ok) return outcome;
	await core.link.memory.save();
	const last = page.sealed.at(-1);
	return { ok: true, records: outcome.opened, next: page.more && last ? String(last.change) : undefined };
}

/** Writes our own name where only a steward has told it so far, or nobody. */
async function sayName(core: CircleCore): Promise<Outcome<object>> {
	const { me, link } = core;
	const record = await core.myRecord();
	const newest = await newestOf(core, record);
	if (!newest.ok && newest.reason !== 'not-found') return newest;
	if (newest.ok && !newest.opened.ok) throw newest.opened.trouble;
	if (newest.ok && newest.opened.ok && newest.opened.author === me) return { ok: true };
	const written = await write(core, { kind: 'person', record, body: { account: me, name: link.name }, basedOn: newest.ok && newest.opened.ok ? newest.opened : undefined });
	return written.ok ? core.bring() : { ok: false, reason: written.reason };
}

const mostTries = 5;

async function rename(core: CircleCore, { name, purpose }: About): Promise<Outcome<object>> {
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

async function removeFile(core: CircleCore, file: OpenedRecord): Promise<Outcome<object>> {
	const { body } = file;
	const blob = typeof body === 'object' && body !== null && 'blob' in body ? body.blob : undefined;
	if (file.kind !== 'file' || typeof blob !== 'string') throw new VaultTrouble('unknown-format', { part: 'record', circle: core.id, record: file.record, version: file.version });
	const answer = await core.link.send('DELETE', `/api/blobs/${blob}`, {});
	return answer.ok ? { ok: true } : { ok: false, reason: refusedBy(answer) };
}
