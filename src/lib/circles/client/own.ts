import type { Json } from '#lib/vault/envelope.ts';
import { derivedRecord } from '../limits.ts';
import type { Contacts } from './core.ts';
import type { Contact, KeptInvitation, OpenCircle, OpenedRecord, Outcome, OwnCircle } from './open-circle.ts';
import { VaultTrouble } from './trouble.ts';

const kinds = ['contact', 'fellows', 'invitation', 'label'] as const;

interface Notes {
	readonly contacts: Map<string, Contact>;
	/** Who was met in a circle, by circle. */
	readonly fellows: Map<string, readonly Contact[]>;
	readonly invitations: Map<string, KeptInvitation>;
	readonly labels: Map<string, string>;
	/** Newest versions by record: what the next change is based on. */
	readonly newest: Map<string, OpenedRecord>;
	readonly troubles: VaultTrouble[];
}

/** Everything that the person noted for herself, read from the own circle. */
export async function readOwn(circle: OpenCircle): Promise<Outcome<{ readonly own: OwnCircle }>> {
	const notes: Notes = { contacts: new Map(), fellows: new Map(), invitations: new Map(), labels: new Map(), newest: new Map(), troubles: [] };
	let after: string | undefined;
	do {
		const page = await circle.list(kinds, { limit: 200, order: 'oldest', after });
		if (!page.ok) return page;
		for (const opened of page.records) {
			if (opened.ok) note(notes, opened, circle.id);
			else notes.troubles.push(opened.trouble);
		}
		after = page.next;
	} while (after !== undefined);
	return { ok: true, own: ownOf(circle, notes) };
}

/** Whom we know, and whether that can be told. */
export function contactsOf({ contacts, troubles }: OwnCircle): Contacts {
	return { known: new Map(contacts.map((contact) => [contact.account, contact])), failed: troubles[0] };
}

function note(notes: Notes, opened: OpenedRecord, circle: string): void {
	const { kind, body, record, version } = opened;
	notes.newest.set(record, opened);
	const contact = kind === 'contact' ? contactOf(body) : undefined;
	const fellows = kind === 'fellows' ? fellowsOf(body) : undefined;
	const invitation = kind === 'invitation' ? invitationOf(body) : undefined;
	const label = kind === 'label' ? labelOf(body) : undefined;
	if (contact) notes.contacts.set(contact.account, contact);
	else if (fellows) notes.fellows.set(fellows.circle, fellows.people);
	else if (invitation) notes.invitations.set(invitation.id, invitation);
	else if (label) notes.labels.set(label.id, label.label);
	else notes.troubles.push(new VaultTrouble('unknown-format', { part: 'record', circle, record, version }));
}

function ownOf(circle: OpenCircle, notes: Notes): OwnCircle {
	/** One record for each thing: written again it is a new version. What another device wrote meanwhile is replaced. */
	async function save(kind: (typeof kinds)[number], id: string, body: Json): Promise<Outcome<{ readonly own: OwnCircle }>> {
		const record = await derivedRecord(kind, id);
		let basedOn = notes.newest.get(record);
		for (let tries = 0; tries < 5; tries++) {
			const written = await circle.write({ kind, record, body, basedOn });
			if (written.ok) {
				note(notes, written.written, circle.id);
				return { ok: true, own: ownOf(circle, notes) };
			}
			if (!('newest' in written)) return written;
			if (!written.newest.ok) throw written.newest.trouble;
			basedOn = written.newest;
		}
		return { ok: false, reason: 'moved-on' };
	}

	const contacts = allContacts(notes);
	return {
		circle,
		contacts,
		invitations: [...notes.invitations.values()],
		labels: new Map(notes.labels),
		troubles: [...notes.troubles],
		saveContact: async (contact) => (notes.troubles.length > 0 ? { ok: false, reason: 'contacts-unread' } : save('contact', contact.account, { ...contact })),
		saveFellows: (id, fellows) => {
			const people = new Map([...(notes.fellows.get(id) ?? []), ...fellows].map(({ account, name }) => [account, name]));
			return save('fellows', id, { circle: id, people: Object.fromEntries(people) });
		},
		saveInvitation: (invitation) => save('invitation', invitation.id, { ...invitation }),
		saveLabel: (id, label) => save('label', id, { id, label })
	};
}

/** What was noted of one person goes before what was noted of all who were in a circle; but for a name that was not known. */
function allContacts({ contacts, fellows }: Notes): Contact[] {
	const all = new Map(contacts);
	for (const fellow of [...fellows.values()].flat()) {
		const noted = all.get(fellow.account);
		if (noted === undefined) all.set(fellow.account, fellow);
		else if (noted.name === '') all.set(fellow.account, { ...noted, name: fellow.name });
	}
	return [...all.values()];
}

type Fields = Readonly<Record<string, Json>>;

function fieldsOf(body: Json): Fields | undefined {
	return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : undefined;
}

function contactOf(body: Json): Contact | undefined {
	const { account, name, acquaintance, met, invitation, circle } = fieldsOf(body) ?? {};
	if (typeof account !== 'string' || typeof name !== 'string' || (acquaintance !== 'verified' && acquaintance !== 'seen' && acquaintance !== 'changed')) return undefined;
	if ((met !== 'introduction' && met !== 'circle' && met !== 'inviter') || !isTextOrNull(invitation) || !isTextOrNull(circle)) return undefined;
	return { account, name, acquaintance, met, invitation, circle };
}

function fellowsOf(body: Json): { readonly circle: string; readonly people: readonly Contact[] } | undefined {
	const { circle, people } = fieldsOf(body) ?? {};
	const named = Object.entries(fieldsOf(people ?? null) ?? {});
	if (typeof circle !== 'string') return undefined;
	return { circle, people: named.flatMap(([account, name]) => (typeof name === 'string' ? [{ account, name, acquaintance: 'seen', met: 'circle', invitation: null, circle }] : [])) };
}

function invitationOf(body: Json): KeptInvitation | undefined {
	const { id, secret, role, circle, note: words, expires } = fieldsOf(body) ?? {};
	if (typeof id !== 'string' || typeof secret !== 'string' || typeof role !== 'string' || !isTextOrNull(circle) || typeof words !== 'string' || typeof expires !== 'string') return undefined;
	return { id, secret, role, circle, note: words, expires };
}

function labelOf(body: Json): { readonly id: string; readonly label: string } | undefined {
	const { id, label } = fieldsOf(body) ?? {};
	return typeof id === 'string' && typeof label === 'string' ? { id, label } : undefined;
}

function isTextOrNull(found: Json | undefined): found is string | null {
	return found === null || typeof found === 'string';
}
