import type { Json } from '#lib/vault/envelope.ts';
import { derivedRecord } from '../limits.ts';
import type { Contact, KeptInvitation, OpenCircle, OpenedRecord, Outcome, OwnCircle } from './open-circle.ts';
import { VaultTrouble } from './trouble.ts';

const kinds = ['contact', 'invitation', 'label'] as const;

interface Notes {
	readonly contacts: Map<string, Contact>;
	readonly invitations: Map<string, KeptInvitation>;
	readonly labels: Map<string, string>;
	/** Newest versions by record: what the next change is based on. */
	readonly newest: Map<string, OpenedRecord>;
	readonly troubles: VaultTrouble[];
}

/** Everything that the person noted for herself, read from the own circle. */
export async function readOwn(circle: OpenCircle): Promise<Outcome<{ readonly own: OwnCircle; readonly notes: ReadonlyMap<string, Contact> }>> {
	const notes: Notes = { contacts: new Map(), invitations: new Map(), labels: new Map(), newest: new Map(), troubles: [] };
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
	return { ok: true, own: ownOf(circle, notes), notes: notes.contacts };
}

function note(notes: Notes, opened: OpenedRecord, circle: string): void {
	const { kind, body, record, version } = opened;
	notes.newest.set(record, opened);
	const contact = kind === 'contact' ? contactOf(body) : undefined;
	const invitation = kind === 'invitation' ? invitationOf(body) : undefined;
	const label = kind === 'label' ? labelOf(body) : undefined;
	if (contact) notes.contacts.set(contact.account, contact);
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

	return {
		circle,
		contacts: [...notes.contacts.values()],
		invitations: [...notes.invitations.values()],
		labels: new Map(notes.labels),
		troubles: [...notes.troubles],
		saveContact: (contact) => save('contact', contact.account, { ...contact }),
		saveInvitation: (invitation) => save('invitation', invitation.id, { ...invitation }),
		saveLabel: (id, label) => save('label', id, { id, label })
	};
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
