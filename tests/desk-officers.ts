import { newReceipt, type Receipt } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import type { CallState } from '#lib/grants/call-log.ts';
import { fetchCall } from '#lib/grants/client/call.ts';
import { inboxOf, publishCall } from '#lib/grants/client/calls.ts';
import { Desk, type OpenApplication } from '#lib/grants/client/desk.ts';
import { lineTo, type Line } from '#lib/grants/client/line.ts';
import { openReceipt, type OpenedReceipt } from '#lib/grants/client/opening.ts';
import { sealApplication, type ChosenFile } from '#lib/grants/client/sealing.ts';
import { parcelOf, sendParcel } from '#lib/grants/client/sending.ts';
import type { Answers } from '#lib/grants/form.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { randomId } from '#lib/vault/envelope.ts';
import { someContent } from './calls.ts';
import { somebody, type Somebody } from './somebody.ts';

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

	constructor(db: Db, origin: string) {
		this.db = db;
		this.origin = origin;
	}

	line(): Line {
		return lineTo(this.origin, { origin: this.origin });
	}

	officer(who: Somebody, circle: OpenCircle): DeskOfficer {
		const link = who.link(this.origin);
		return { who, link, circle, desk: new Desk(link, circle) };
	}

	/** A circle of Ana, Ben and Cem, and a rapid call that it reads whole. */
	async three(): Promise<{ readonly ana: DeskOfficer; readonly ben: DeskOfficer; readonly cem: DeskOfficer; readonly slug: string; readonly call: CallState }> {
		const [ana, ben, cem] = await Promise.all(['Ana', 'Ben', 'Cem'].map((name) => somebody(this.db, { name })));
		if (!ana || !ben || !cem) throw new Error('nobody');
		let circle = sure(await ana.circles(this.origin).foundCircle({ name: 'Grants desk', purpose: '' })).circle;
		for (const one of [ben, cem]) circle = sure(await circle.add({ account: one.account, name: one.name })).circle;
		const [his, hers] = [await this.#accepted(ben, circle.id), await this.#accepted(cem, circle.id)];
		circle = sure(await circle.refresh()).circle;
		const slug = `call-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
		const inbox = inboxOf(circle);
		const first = this.officer(ana, circle);
		sure(await publishCall(first.link, circle, { draft: { slug, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
		return { ana: first, ben: this.officer(ben, his), cem: this.officer(cem, hers), slug, call: sure(await first.desk.call(slug)).state };
	}

	async #accepted(who: Somebody, circle: string): Promise<OpenCircle> {
		return sure(await sure(await who.circles(this.origin).openCircle(circle)).circle.accept()).circle;
	}

	/** The same officer in a new tab. */
	async again({ who, circle }: DeskOfficer): Promise<DeskOfficer> {
		return this.officer(who, sure(await who.circles(this.origin).openCircle(circle.id)).circle);
	}

	async applied(slug: string, { files = [], second = null }: { readonly files?: readonly ChosenFile[]; readonly second?: Receipt | null } = {}): Promise<{ readonly receipt: Receipt; readonly application: string }> {
		const receipt = await newReceipt();
		const { state } = sure(await fetchCall(this.line(), slug, undefined)).call;
		const whole = await sealApplication({ call: state, language: 'ar', role: 'self', answers: someAnswers, files: files.length === 0 ? {} : { papers: files }, receipt, second, now: new Date() });
		sure(await sendParcel(this.line(), await parcelOf(whole, { slug, late: undefined, receipt })));
		return { receipt, application: whole.application };
	}

	async receipt(receipt: Receipt): Promise<OpenedReceipt> {
		return sure(await openReceipt(this.line(), receipt)).opened;
	}

	async open({ desk }: DeskOfficer, call: CallState, application: string): Promise<OpenApplication> {
		return sure(await desk.open(call, application)).opened;
	}
}
