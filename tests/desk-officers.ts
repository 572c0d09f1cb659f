import { newReceipt, type Receipt } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import type { CallState } from '#lib/grants/call-log.ts';
import { fetchCall } from '#lib/grants/client/call.ts';
import { inboxOf, publishCall } from '#lib/grants/client/calls.ts';
import { Desk, type OpenApplication } from '#lib/grants/client/desk.ts';
import { lineTo, type Line } from '#lib/circles/client/line.ts';
import { openReceipt, type OpenedReceipt } from '#lib/grants/client/opening.ts';
import { sealApplication, type ChosenFile } from '#lib/grants/client/sealing.ts';
import { parcelOf, sendParcel } from '#lib/grants/client/sending.ts';
import type { Answers } from '#lib/grants/form.ts';
import type { Region } from '#lib/platform/text/region.ts';
import type { Role } from '#lib/people/account.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { randomId } from '#lib/vault/envelope.ts';
import { someContent } from './calls.ts';
import { somebody, type Somebody, type WrapLink } from './somebody.ts';

/** Somebody at a desk, as their tab has it. */
export interface DeskOfficer {
	readonly who: Somebody;
	readonly link: Link;
	readonly circle: OpenCircle;
	readonly desk: Desk;
}

/** The good outcome; throws for any other. */
export function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}

export const someAnswers: Answers = {
	situation: { kind: 'text', text: 'Made up: they came on Tuesday.' },
	kind: { kind: 'choices', chosen: ['legal'] },
	name: { kind: 'text', text: 'A made-up name' },
	account: { kind: 'text', text: 'By hand' },
	vouches: { kind: 'text', text: 'A lawyer' }
};

/** Officers and applicants of one server, in Node with the vault's real code. */
export class TestDesks {
	readonly db: Db;
	readonly origin: string;
	/** The receipts of whoever applied, the newest last. */
	readonly receipts: Receipt[] = [];
	readonly #wrap: { readonly link?: WrapLink; readonly line?: (line: Line) => Line };

	/** `wrap`: what stands between people and the server. */
	constructor(db: Db, origin: string, wrap: { readonly link?: WrapLink; readonly line?: (line: Line) => Line } = {}) {
		this.db = db;
		this.origin = origin;
		this.#wrap = wrap;
	}

	line(): Line {
		const line = lineTo(this.origin, { origin: this.origin });
		return this.#wrap.line?.(line) ?? line;
	}

	somebody(person: { readonly name: string; readonly role?: Role }): Promise<Somebody> {
		return somebody(this.db, { ...person, wrap: this.#wrap.link });
	}

	officer(who: Somebody, circle: OpenCircle): DeskOfficer {
		const link = who.link(this.origin);
		return { who, link, circle, desk: new Desk(link, circle) };
	}

	/** A circle of Ana, Ben and Cem, and a rapid call that it reads whole. */
	async three(): Promise<{ readonly ana: DeskOfficer; readonly ben: DeskOfficer; readonly cem: DeskOfficer; readonly slug: string; readonly call: CallState }> {
		const [ana, ben, cem] = await Promise.all(['Ana', 'Ben', 'Cem'].map((name) => this.somebody({ name })));
		if (!ana || !ben || !cem) throw new Error('nobody');
		const founded = await this.founded(ana, 'Grants desk', [ben, cem]);
		const [his, hers] = [await this.accepted(ben, founded.id), await this.accepted(cem, founded.id)];
		const circle = sure(await founded.refresh()).circle;
		const slug = `call-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
		const inbox = inboxOf(circle);
		const first = this.officer(ana, circle);
		sure(await publishCall(first.link, circle, { draft: { slug, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
		return { ana: first, ben: this.officer(ben, his), cem: this.officer(cem, hers), slug, call: sure(await first.desk.call(slug)).state };
	}

	/** A circle of somebody, who has let in these people: each has to accept. */
	async founded(by: Somebody, name: string, others: readonly { readonly account: string; readonly name: string }[]): Promise<OpenCircle> {
		let circle = sure(await by.circles(this.origin).foundCircle({ name, purpose: 'Made for a test.' })).circle;
		for (const other of others) circle = sure(await circle.add({ account: other.account, name: other.name })).circle;
		return circle;
	}

	async accepted(who: Somebody, circle: string): Promise<OpenCircle> {
		return sure(await sure(await who.circles(this.origin).openCircle(circle)).circle.accept()).circle;
	}

	/** The same officer in a new tab. */
	async again({ who, circle }: DeskOfficer): Promise<DeskOfficer> {
		return this.officer(who, sure(await who.circles(this.origin).openCircle(circle.id)).circle);
	}

	async applied(slug: string, { files = [], second = null, answers = someAnswers, language = 'ar' }: { readonly files?: readonly ChosenFile[]; readonly second?: Receipt | null; readonly answers?: Answers; readonly language?: Language } = {}): Promise<{ readonly receipt: Receipt; readonly application: string }> {
		const receipt = await newReceipt();
		this.receipts.push(receipt);
		const { state } = sure(await fetchCall(this.line(), slug, undefined)).call;
		const whole = await sealApplication({ call: state, language, role: 'self', answers, files: files.length === 0 ? {} : { papers: files }, receipt, second, now: new Date() });
		sure(await sendParcel(this.line(), await parcelOf(whole, { slug, late: undefined, receipt })));
		return { receipt, application: whole.application };
	}

	async receipt(receipt: Receipt): Promise<OpenedReceipt> {
		return sure(await openReceipt(this.line(), receipt)).opened;
	}

	async open({ desk }: DeskOfficer, call: CallState, application: string): Promise<OpenApplication> {
		return sure(await desk.open(call, application)).opened;
	}

	/** A grant of these two, from an application of somebody to the award on a day. */
	async awarded([first, second]: readonly [DeskOfficer, DeskOfficer], { call, answers, on, region, amountMinor }: { readonly call: CallState; readonly answers: Answers; readonly on: string; readonly region: Region; readonly amountMinor: number }): Promise<void> {
		const { application } = await this.applied(call.slug, { answers });
		const amount = { amountMinor, currency: 'EUR' };
		const award = { requested: null, rate: null, awarded: amount, region, on: null, deciders: [], plan: [{ id: randomId(), amount, due: null }], payment: null };
		let opened = await this.open(first, call, application);
		for (const move of ['acknowledge', 'conclude'] as const) ({ opened } = sure(await first.desk.move({ call, opened, move })));
		sure(await first.desk.move({ call, opened, move: 'award', mover: 'decider', change: { reason: 'fits', award } }));
		const deciders = [first.who.account, second.who.account];
		sure(await second.desk.move({ call, opened: await this.open(second, call, application), move: 'award', mover: 'decider', change: { award: { ...award, on, deciders } } }));
	}
}
