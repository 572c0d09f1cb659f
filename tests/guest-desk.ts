import type { GuestLink } from '#vault';
import type { DeviceStore } from '#lib/circles/client/device-store.ts';
import { lineTo, type Line } from '#lib/circles/client/line.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { Circles } from '#lib/circles/client/opening.ts';
import { permitsOf } from '#lib/forum/allowing.ts';
import { approveGuest, draftGuests, guestsOf, type Guest, type GuestDesk } from '#lib/forum/client/guests.ts';
import { lookAtLink, openLetterOnce, type Decision, type OpenInvitation } from '#lib/forum/client/invited.ts';
import { logisticsOf, noteInbox } from '#lib/forum/client/inboxes.ts';
import { handOver, makeLogistics, type LogisticsDesk } from '#lib/forum/client/logistics.ts';
import { keepNewPlan, keepPlan, nextRelease, openPlan, release, type KeptPlan } from '#lib/forum/client/plans.ts';
import { shownBy, type Consent, type Shown } from '#lib/forum/consent.ts';
import { someItem, somePlan } from '#lib/forum/fixtures.ts';
import type { Invitation } from '#lib/forum/guest.ts';
import { noNeeds, noOrigin } from '#lib/forum/needs.ts';
import type { ForumPlan } from '#lib/forum/plan.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { sure } from './desk-officers.ts';
import { somebody, type WrapLink } from './somebody.ts';

/** A device of a guest, which keeps what is put into it. */
export function guestDevice(): DeviceStore & { readonly slots: Map<string, unknown> } {
	const slots = new Map<string, unknown>();
	return {
		slots,
		get: (slot) => Promise.resolve(slots.get(slot)),
		put: (slot, value) => Promise.resolve(void slots.set(slot, value)),
		clear: () => Promise.resolve(slots.clear())
	};
}

export const someConsent = (of: Partial<Consent> = {}): Consent => ({ wording: 2, language: 'en', on: '2026-11-30', name: 'Rosa the Public', affiliation: 'A made-up office', country: 'Nowhere', media: ['sound'], ...of });
export const someDecision = (of: Partial<Decision> = {}): Decision => ({ says: 'accepted', roomName: 'Rosa', passportName: 'ROSA PASSPORT', needs: noNeeds(), consent: someConsent(), origin: noOrigin, reached: '', ...of });
/** Of somebody whom the public is not shown. */
export const nobodyShown: Consent = someConsent({ name: null, affiliation: null, country: null, media: [] });

/** A forum with one guest. */
export interface Stage {
	readonly kept: KeptPlan;
	/** As the convenors have the guest now. */
	guest(desk?: GuestDesk): Promise<Guest>;
	/** What stands behind the # of the newest link. */
	fragment(): Promise<string>;
}

/** Two convenors of one server and whom they invite, in Node with the vault's real code. */
export class TestGuests {
	readonly db: Db;
	readonly origin: string;
	readonly hers: GuestDesk;
	readonly his: GuestDesk;
	/** Dora's, a convenor who is in the logistics circles that Ana makes. */
	readonly third: GuestDesk;
	/** What signs a guest's request, by what it names: a link's id or a mailbox. */
	readonly signers = new Map<string, GuestLink['signing']>();
	readonly #wrapLine: (line: Line) => Line;
	/** To what guests who are drafted from now on seal what is for travel. */
	logistics: Invitation['logistics'] = null;
	/** The plan of that circle. */
	#received: KeptPlan | undefined;
	#count = 0;

	constructor(db: Db, origin: string, { hers, his, third, wrapLine = (line) => line }: { readonly hers: GuestDesk; readonly his: GuestDesk; readonly third: GuestDesk; readonly wrapLine?: ((line: Line) => Line) | undefined }) {
		this.db = db;
		this.origin = origin;
		this.hers = hers;
		this.his = his;
		this.third = third;
		this.#wrapLine = wrapLine;
	}

	/** Founds the circle of Ana, who drafts, Ben and Dora. `wrap`: what stands between people and the server. */
	static async begin(db: Db, origin: string, wrap: { readonly link?: WrapLink; readonly line?: (line: Line) => Line } = {}): Promise<TestGuests> {
		const [ana, ben, dora] = [await somebody(db, { name: 'Ana', wrap: wrap.link }), await somebody(db, { name: 'Ben', wrap: wrap.link }), await somebody(db, { name: 'Dora', wrap: wrap.link })];
		let circle: OpenCircle = sure(await ana.circles(origin).foundCircle({ name: 'Convenors', purpose: '' })).circle;
		circle = sure(await circle.add({ account: ben.account, name: 'Ben' })).circle;
		circle = sure(await circle.add({ account: dora.account, name: 'Dora' })).circle;
		const doras = sure(await sure(await dora.circles(origin).openCircle(circle.id)).circle.accept()).circle;
		const joined = sure(await sure(await ben.circles(origin).openCircle(circle.id)).circle.accept()).circle;
		const hers = { circle: sure(await circle.refresh()).circle, link: ana.link(origin) };
		// What publishes is large, and is read in by the first who asks for it.
		await fetch(`${origin}/api/invited/shown`, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: '{}' });
		return new TestGuests(db, origin, { hers, his: { circle: joined, link: ben.link(origin) }, third: { circle: doras, link: dora.link(origin) }, wrapLine: wrap.line });
	}

	line(): Line {
		return this.#wrapLine(lineTo(this.origin, { origin: this.origin }));
	}

	#plan(): ForumPlan {
		return somePlan({ slug: `guests-${++this.#count}`, people: [], items: [], startsOn: '2026-12-12', endsOn: '2026-12-15' });
	}

	/** A guest whom Ana drafted: of a plan of their own, or of the one whose journeys somebody sees to. */
	async drafted({ name = 'Canary-Rosa', reach = 'Canary-Through-The-Baker', words = 'Canary-Please-Come' } = {}): Promise<Stage> {
		const { hers } = this;
		const based = sure(this.#received ? await openPlan(hers.circle, this.#received.record.record) : await keepNewPlan(hers.circle, this.#plan()));
		const { kept } = sure(await draftGuests(hers, based, [{ person: undefined, name, role: 'speaker', reach }], { words, logistics: this.logistics }));
		const person = kept.plan.people.at(-1)?.id;
		const guest = async (desk = hers): Promise<Guest> => sure(await guestsOf(desk, kept.record.record)).guests.find(({ of }) => of.invitation.person === person)!;
		return { kept, guest, fragment: async () => (await guest()).of.links.at(-1)?.secret ?? '' };
	}

	/** A plan with a logistics circle, which Ana makes and Dora confirms: whoever is drafted from now on is of this plan, and seals their needs to it. */
	async receivedBy(name: string): Promise<LogisticsDesk> {
		const { circle: convenors, link } = this.hers;
		const kept = sure(await keepNewPlan(convenors, this.#plan()));
		const founder = new Circles(link);
		const made = sure(await makeLogistics({ convenors, plan: kept, name: () => name, language: 'en', found: (about) => founder.foundCircle(about) })).circle;
		const { of } = sure(await logisticsOf(made));
		if (of === undefined) throw new Error('It is no logistics circle.');
		const circle = sure(await made.add({ account: this.third.circle.me.account, name: 'Dora' })).circle;
		const doras = sure(await sure(await new Circles(this.third.link).openCircle(circle.id)).circle.accept()).circle;
		this.logistics = sure(await noteInbox(this.third.circle, kept.record.record, doras)).noted;
		this.#received = kept;
		return { circle: sure(await circle.refresh()).circle, link, of };
	}

	/** What Ana's browser does when she opens the list of who is invited. */
	async handed({ kept }: Stage, desk: LogisticsDesk): Promise<readonly Guest[]> {
		const all = sure(await guestsOf(this.hers, kept.record.record)).guests;
		return sure(await handOver(this.hers, desk, all)).guests;
	}

	async approved(of: Parameters<TestGuests['drafted']>[0] = {}): Promise<Stage> {
		const stage = await this.drafted(of);
		sure(await approveGuest(this.his, await stage.guest(this.his)));
		return stage;
	}

	async opened(stage: Stage, store = guestDevice()): Promise<OpenInvitation> {
		const looked = sure(await lookAtLink(this.line(), store, await stage.fragment()));
		if (looked.found !== 'letter') throw new Error('It was opened already.');
		this.signers.set(looked.link.id, looked.link.signing);
		const { opened } = sure(await openLetterOnce(this.line(), store, looked));
		this.signers.set(opened.keys.mailbox, opened.keys.signing);
		return opened;
	}

	/** Releases the forum with the guest in one item, as the plan and the guest's own permit have it. */
	async released({ kept, guest }: Stage, shownAs: Shown = shownBy(someConsent())): Promise<ForumPlan> {
		const { hers } = this;
		const { person } = (await guest()).of.invitation;
		const now = sure(await openPlan(hers.circle, kept.record.record));
		const plan = { ...now.plan, people: now.plan.people.map((one) => (one.id === person ? { ...one, shownAs } : one)), items: [someItem({ id: 'opening', day: '2026-12-12', people: [{ id: person, role: 'speaker' }] })] };
		sure(await keepPlan(hers.circle, { plan, based: now }));
		const { next } = sure(await nextRelease(hers.link, plan));
		sure(await release(hers.link, hers.circle, next, permitsOf([(await guest()).of])));
		return plan;
	}

	/** All that the public is told of a forum, or was. */
	async publicly(slug: string): Promise<string> {
		const rows = [await this.db.selectFrom('archive_forum').selectAll().where('slug', '=', slug).execute(), await this.db.selectFrom('forum_release').selectAll().where('slug', '=', slug).execute(), await this.db.selectFrom('forum_shown_person').selectAll().where('slug', '=', slug).execute()];
		return JSON.stringify(rows);
	}
}
