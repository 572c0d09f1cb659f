import { withActs } from './rarely.ts';
import { dayField, flagField, idField, listField, refusedBy } from './answers.ts';
import { CircleCore, type Contacts, type Fellow } from './core.ts';
import type { Link } from './link.ts';
import type { About, ListedCircle, OpenCircle, Outcome, OwnCircle } from './open-circle.ts';
import { contactsOf, readOwn } from './own.ts';
import { snapshot } from './snapshot.ts';
import { VaultTrouble } from './trouble.ts';

/** So many circles are opened at once: more would only wait for each other in an old phone. */
const atOnce = 4;

/** All circles of one open account. `circles.ts` has the one of this tab. */
export class Circles {
	readonly #link: Link;
	#own: Promise<Outcome<{ readonly own: OwnCircle }>> | undefined;

	constructor(link: Link) {
		this.#link = link;
	}

	async openCircle(id: string): Promise<Outcome<{ readonly circle: OpenCircle }>> {
		const core = this.#core(id);
		const brought = await core.bring();
		if (!brought.ok) return brought;
		return this.#ready(core);
	}

	/** Begins the next epoch where one is due, and says our name where a steward could not. Both may wait for a better line. */
	async #ready(core: CircleCore): Promise<Outcome<{ readonly circle: OpenCircle }>> {
		if (core.state.rotationDue && !core.state.closed && core.state.members.get(core.me)?.accepted === true) {
			const rotated = await withActs((acts) => acts.bringRotation(core));
			if (!rotated.ok && rotated.reason !== 'offline') return rotated;
		}
		return { ok: true, circle: await snapshot(core) };
	}

	async openCircles(): Promise<Outcome<{ readonly circles: readonly ListedCircle[] }>> {
		const listed = await this.#listed();
		if (!listed.ok) return listed;
		const waiting = listed.circles.filter(({ own }) => !own).map(({ id }) => id);
		const circles: ListedCircle[] = [];
		const work = async (): Promise<void> => {
			for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) circles.push(await this.#listedCircle(id));
		};
		await Promise.all(Array.from({ length: atOnce }, work));
		return { ok: true, circles: circles.sort((a, b) => (a.id < b.id ? -1 : 1)) };
	}

	async #listedCircle(id: string): Promise<ListedCircle> {
		try {
			const outcome = await this.openCircle(id);
			return outcome.ok ? { ok: true, id, circle: outcome.circle } : { ok: false, id, reason: outcome.reason };
		} catch (error) {
			if (error instanceof VaultTrouble) return { ok: false, id, trouble: error };
			throw error;
		}
	}

	async foundCircle(about: About): Promise<Outcome<{ readonly circle: OpenCircle }>> {
		const founded = await this.#found(about);
		return founded.ok ? this.openCircle(founded.id) : founded;
	}

	/** Our own circle, founded where it is not there yet; as this tab read it before, if `known` will do. */
	async openOwnCircle({ known = false }: { readonly known?: boolean } = {}): Promise<Outcome<{ readonly own: OwnCircle }>> {
		const before = known ? await this.#own : undefined;
		if (before?.ok) return { ok: true, own: this.#renewing(before.own) };
		this.#own = this.#readOwn();
		const outcome = await this.#own;
		return outcome.ok ? { ok: true, own: this.#renewing(outcome.own) } : outcome;
	}

	/** What is saved is known to the circles that are opened after it. */
	#renewing(own: OwnCircle): OwnCircle {
		const renewed = async (saving: Promise<Outcome<{ readonly own: OwnCircle }>>): Promise<Outcome<{ readonly own: OwnCircle }>> => {
			const outcome = await saving;
			if (!outcome.ok) return outcome;
			this.#own = Promise.resolve({ ok: true, own: outcome.own });
			return { ok: true, own: this.#renewing(outcome.own) };
		};
		return {
			...own,
			saveContact: (contact) => renewed(own.saveContact(contact)),
			saveFellows: (circle, fellows) => renewed(own.saveFellows(circle, fellows)),
			saveInvitation: (invitation) => renewed(own.saveInvitation(invitation)),
			saveLabel: (id, label) => renewed(own.saveLabel(id, label))
		};
	}

	async #readOwn(): Promise<Outcome<{ readonly own: OwnCircle }>> {
		const id = await this.#ownId();
		if (!id.ok) return id;
		const core = this.#core(id.id);
		const brought = await core.bring();
		if (!brought.ok) return brought;
		const { own, founder } = core.state;
		if (!own || founder !== core.me) throw new VaultTrouble('foreign-key', { part: 'log', circle: id.id }, { found: 'the circle of somebody else as our own' });
		this.#link.memory.keepOwn(id.id);
		await this.#link.memory.save();
		return readOwn(await snapshot(core));
	}

	async #ownId(): Promise<Outcome<{ readonly id: string }>> {
		await this.#link.memory.load();
		const listed = await this.#listed();
		if (!listed.ok) return listed;
		const own = listed.circles.find((circle) => circle.own)?.id;
		const known = this.#link.memory.own;
		if (known !== undefined && known !== own) throw new VaultTrouble('rewound', { part: 'log', circle: known }, { found: 'our own circle is not there any more' });
		if (own !== undefined) return { ok: true, id: own };
		const founded = await this.#found(undefined);
		if (founded.ok || founded.reason !== 'moved-on') return founded;
		// Another device of ours was faster.
		const again = await this.#listed();
		const there = again.ok ? again.circles.find((circle) => circle.own) : undefined;
		return there ? { ok: true, id: there.id } : { ok: false, reason: 'failed' };
	}

	async #listed(): Promise<Outcome<{ readonly circles: readonly { readonly id: string; readonly own: boolean }[] }>> {
		const path = '/api/circles';
		const answer = await this.#link.ask(path);
		if (!answer.ok) return { ok: false, reason: refusedBy(answer) };
		return { ok: true, circles: listField({ path, value: answer.value }, 'circles').map((read) => ({ id: idField(read, 'id'), own: flagField(read, 'own'), closedOn: dayField(read, 'closedOn') })) };
	}

	#found(about: About | undefined): Promise<Outcome<{ readonly id: string }>> {
		return withActs((acts) => acts.found(this.#link, about));
	}

	#core(id: string): CircleCore {
		return new CircleCore({ link: this.#link, id, contacts: () => this.#contacts(), meet: (fellows) => this.#meet(id, fellows) });
	}

	/** Whom we know. What could not be read is asked for again the next time. */
	async #contacts(): Promise<Contacts> {
		const contacts = await this.#readContacts();
		if (contacts.failed !== undefined) this.#own = undefined;
		return contacts;
	}

	async #readContacts(): Promise<Contacts> {
		try {
			const outcome = await (this.#own ??= this.#readOwn());
			return outcome.ok ? contactsOf(outcome.own) : { known: new Map(), failed: outcome.reason };
		} catch (error) {
			// Shown with the circle, which can be read all the same; nothing is written in it.
			if (error instanceof VaultTrouble) return { known: new Map(), failed: error };
			throw error;
		}
	}

	/** Where it cannot be noted, for want of a line or room, they stay unknown until the next opening. */
	async #meet(circle: string, fellows: readonly Fellow[]): Promise<Contacts> {
		try {
			const outcome = await this.openOwnCircle({ known: true });
			if (outcome.ok) await outcome.own.saveFellows(circle, fellows);
			return await this.#contacts();
		} catch (error) {
			if (error instanceof VaultTrouble) return { known: new Map(), failed: error };
			throw error;
		}
	}
}
