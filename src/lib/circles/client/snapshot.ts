import { openLetter } from '#vault';
import { takesAName } from '../acquaintance.ts';
import { lastDayOf, lastingKinds, mostListed } from '../limits.ts';
import { rarely, withActs } from './rarely.ts';
import type { CircleCore, Contacts, Fellow } from './core.ts';
import type { Changed, ListOptions, Member, OpenCircle, Opened, Outcome, Page, Refused } from './open-circle.ts';
import { listSealed } from './sealed-records.ts';
import { VaultTrouble } from './trouble.ts';
import { newestOf, write } from './writing.ts';

const withFiles = rarely(() => import('./files.ts'));
const withPapers = rarely(() => import('./papers.ts'));

/** The circle as it is now, for a page; what changes it gives the next one. */
export async function snapshot(core: CircleCore): Promise<OpenCircle> {
	const { state, log, id } = core;
	const contacts = state.own ? nobody : await met(core, await core.contacts());
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
		contactsFailed: contacts.failed,
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
		write: (record) => confided(core, () => write(core, record)),
		paper: (record) => withPapers((papers) => papers.openPaper(core, record)),
		openInbox: async ({ letter, epoch, ...expected }) => {
			const identity = core.keys.get(epoch)?.inbox;
			if (identity === undefined) throw new VaultTrouble('not-for-you', { part: 'keys', circle: id }, { found: 'no key of this epoch' });
			return openLetter({ letter, identity, expected: { circle: id, ...expected } });
		},
		writePaper: (paper) => confided(core, () => withPapers((papers) => papers.writePaper(core, paper))),
		upload: (options) => confided(core, () => withFiles((files) => files.upload(core, options))),
		download: (file) => withFiles((files) => files.download(core, file)),
		removeFile: (file) => withActs((acts) => acts.removeFile(core, file)),
		rename: (about) => confided(core, async () => changed(await withActs((acts) => acts.rename(core, about)))),
		add: (person) => confided(core, async () => changed(await withActs((acts) => acts.add(core, person))), [person]),
		accept: async () =>
			changed(
				await withActs(async (acts) => {
					const accepted = await acts.accept(core);
					return accepted.ok ? acts.sayName(core) : accepted;
				})
			),
		leave: () => withActs((acts) => acts.leave(core)),
		remove: async (account) => changed(await withActs((acts) => acts.remove(core, account))),
		makeSteward: (account, is) => confided(core, async () => changed(await withActs((acts) => acts.makeSteward(core, account, is))), is ? [{ account }] : 'nobody'),
		rotate: async () => changed(await withActs((acts) => acts.rotate(core))),
		close: async () => changed(await withActs((acts) => acts.close(core))),
		invite: (token) => confided(core, () => withActs((acts) => acts.invite(core, token)), [])
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
	return contacts.known.get(account)?.name || (found?.ok === true ? found.name : undefined);
}

/** How somebody is known. */
function acquaintanceOf(core: CircleCore, { account, name, contacts }: { account: string; name: string | undefined; contacts: Contacts }): Member['acquaintance'] {
	if (account === core.me) return 'me';
	const contact = contacts.known.get(account);
	if (contact !== undefined) return contact.acquaintance;
	return name !== undefined && takesAName({ account, name }, [{ account: core.me, name: core.link.name }, ...contacts.known.values()]) ? 'changed' : 'unknown';
}

const nobody: Contacts = { known: new Map(), failed: undefined };

/**
 * Notes the members whom we had not met as seen before, once we are one of them, by the name that they say themselves.
 * Of two who bear one name it is the one who came first; the other takes the name of somebody we know.
 */
async function met(core: CircleCore, contacts: Contacts): Promise<Contacts> {
	if (contacts.failed !== undefined || core.state.closed || core.state.members.get(core.me)?.accepted !== true) return contacts;
	const known = [{ account: core.me, name: core.link.name }, ...contacts.known.values()];
	const fellows: Fellow[] = [];
	for (const account of core.state.members.keys()) {
		const said = core.names.get(account);
		if (account === core.me || contacts.known.get(account)?.name || !said?.ok || !said.isTheirs) continue;
		const fellow = { account, name: said.name };
		if (takesAName(fellow, [...known, ...fellows])) continue;
		fellows.push(fellow);
	}
	return fellows.length === 0 ? contacts : core.meet(fellows);
}

/**
 * Does it, unless somebody would read along who has to be compared first (each of `whom`, every member if not told), or
 * our contacts could not be read whole, so that nobody can tell. What was compared meanwhile counts.
 */
async function confided<T>(core: CircleCore, work: () => Promise<T>, whom: readonly Partial<Fellow>[] | 'nobody' = [...core.state.members.keys()].map((account) => ({ account }))): Promise<T | { readonly ok: false; readonly reason: Refused }> {
	if (core.state.own || whom === 'nobody') return work();
	const contacts = await core.contacts();
	const { failed } = contacts;
	// These are about this moment and not about our contacts, and say themselves what to do.
	if (failed === 'offline' || failed === 'locked' || failed === 'signed-out') return { ok: false, reason: failed };
	if (failed !== undefined) return { ok: false, reason: 'contacts-unread' };
	const isChanged = ({ account = '', name = nameIn(core, account, contacts) }: Partial<Fellow>): boolean => acquaintanceOf(core, { account, name, contacts }) === 'changed';
	return whom.some(isChanged) ? { ok: false, reason: 'not-compared' } : work();
}

async function list(core: CircleCore, kinds: readonly string[], { limit = 50, after, order = 'newest' }: ListOptions = {}): Promise<Outcome<Page>> {
	const from = after === undefined ? undefined : Number(after);
	const range = order === 'oldest' ? { after: from ?? 0 } : { before: from };
	const seen = core.link.memory.seen(core.id, kinds.filter((kind) => lastingKinds.includes(kind)));
	const page = await listSealed(core.link, core.id, { kinds, limit: Math.min(limit, mostListed), ...range });
	if (!page.ok) return core.refusal({ ...page, status: 0 });
	const outcome = await core.open(page.sealed);
	if (!outcome.ok) return outcome;
	const last = page.more ? page.sealed.at(-1)?.change : undefined;
	for (const { record } of page.sealed) seen.delete(record);
	// On the way through a whole circle from the oldest on many have moved, and come later.
	const isOnTheWay = order === 'oldest' && last !== undefined && !core.state.own;
	const missing = isOnTheWay ? [] : await leftOut(core, seen, order === 'oldest' ? { over: from ?? -1, under: last === undefined ? undefined : last + 1 } : { over: last ?? -1, under: from });
	await core.link.memory.save();
	return { ok: true, records: [...outcome.opened, ...missing], next: last === undefined ? undefined : String(last) };
}

/**
 * Note: What a list must show.
 * The order of a circle's records goes by their last change, and a change only ever moves one to its newest end. So what
 * this browser has seen must stand in every stretch of the list that reaches from before its place to the newest end.
 * In any other stretch it may have moved on since; the server is asked, and has to show it where it is now.
 */
async function leftOut(core: CircleCore, seen: ReturnType<CircleCore['link']['memory']['seen']>, { over, under }: { readonly over: number; readonly under: number | undefined }): Promise<Opened[]> {
	const missing: Opened[] = [];
	for (const [record, { kind, version, change }] of seen) {
		const isHere = (at: number): boolean => at > over && (under === undefined || at < under);
		if (!isHere(change)) continue;
		if (under !== undefined && (await newestOf(core, record)).ok && !isHere(core.link.memory.seen(core.id, [kind]).get(record)?.change ?? change)) continue;
		missing.push({ ok: false, record, kind, version, trouble: new VaultTrouble('rewound', { part: 'record', circle: core.id, record, version }, { found: 'a list without a record that this browser has seen' }) });
	}
	return missing;
}
