import { openLetter } from '#vault';
import { takesAName } from '../acquaintance.ts';
import { lastDayOf, lastingKinds, mostListed } from '../limits.ts';
import { rarely, withActs } from './rarely.ts';
import type { CircleCore, Contacts, Fellow } from './core.ts';
import type { Changed, ListOptions, Member, OpenCircle, Outcome, Page, Refused } from './open-circle.ts';
import { newestOf } from './newest.ts';
import { listSealed } from './sealed-records.ts';
import { VaultTrouble } from './trouble.ts';
import { write } from './writing.ts';

const withNaming = rarely(() => import('./naming.ts'));
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
		cards: log.cards,
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
		note: (note) => withPapers((papers) => papers.openNote(core, note)),
		upload: (options) => confided(core, () => withFiles((files) => files.upload(core, options))),
		download: (file, options) => withFiles((files) => files.download(core, file, options)),
		removeFile: (file) => withActs((acts) => acts.removeFile(core, file)),
		rename: (about) => confided(core, async () => changed(await withNaming((naming) => naming.rename(core, about)))),
		add: (person) => confided(core, async () => changed(await withActs((acts) => acts.add(core, person))), [person]),
		accept: async () => {
			const accepted = await withActs((acts) => acts.accept(core));
			return changed(accepted.ok ? await withNaming((naming) => naming.sayName(core)) : accepted);
		},
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

/** Notes who says a name here and was not met yet as seen before, once we are a member. */
async function met(core: CircleCore, contacts: Contacts): Promise<Contacts> {
	const { state, names, me } = core;
	const isNew = (account: string): boolean => account !== me && !contacts.known.get(account)?.name && names.get(account)?.ok === true;
	if (contacts.failed !== undefined || state.closed || !state.members.get(me)?.accepted || ![...state.members.keys()].some(isNew)) return contacts;
	const outcome = await withActs(async (acts) => ({ ok: true as const, contacts: await acts.meet(core, contacts) }));
	return outcome.ok ? outcome.contacts : contacts;
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

async function list(core: CircleCore, kinds: readonly string[], { limit = 50, after, order = 'newest', onNext }: ListOptions = {}): Promise<Outcome<Page>> {
	const from = after === undefined ? undefined : Number(after);
	const range = order === 'oldest' ? { after: from ?? 0 } : { before: from };
	const seen = core.link.memory.seen(core.id, kinds.filter((kind) => lastingKinds.includes(kind)));
	const page = await listSealed(core.link, core.id, { kinds, limit: Math.min(limit, mostListed), ...range });
	if (!page.ok) return core.refusal({ ...page, status: 0 });
	const last = page.more ? page.sealed.at(-1)?.change : undefined;
	if (last !== undefined) onNext?.(String(last));
	const outcome = await core.open(page.sealed);
	if (!outcome.ok) return outcome;
	for (const { record } of page.sealed) seen.delete(record);
	const [over, under] = order === 'oldest' ? [from ?? -1, last === undefined ? Infinity : last + 1] : [last ?? -1, from ?? Infinity];
	const isHere = (change: number): boolean => change > over && change < under;
	const missed = [...seen].filter(([, { change }]) => isHere(change));
	// On the way through a whole circle from the oldest on many have moved, and come later.
	const isOnTheWay = order === 'oldest' && last !== undefined && !core.state.own;
	const missing = missed.length === 0 || isOnTheWay ? { ok: true as const, records: [] } : await withActs(async (acts) => ({ ok: true as const, records: await acts.leftOut(core, { missed, isHere, mayHaveMoved: under < Infinity }) }));
	if (!missing.ok) return missing;
	await core.link.memory.save();
	return { ok: true, records: [...outcome.opened, ...missing.records], next: last === undefined ? undefined : String(last) };
}
