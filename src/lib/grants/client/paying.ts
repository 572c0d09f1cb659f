import { VaultFailure } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, Opened, OpenedRecord } from '#lib/circles/client/open-circle.ts';
import { at, VaultTrouble } from '#lib/circles/client/trouble.ts';
import { announcedEpochs } from '#lib/circles/circle-log.ts';
import type { Applicant, Manifest } from '../application.ts';
import type { Handed, Route } from '../award.ts';
import type { CallState } from '../call-log.ts';
import type { Answers } from '../form.ts';
import { afterDeed, paymentBody, readPayment, strangeVersion, takenIn, toldOf, type Payment, type PaymentDeed } from '../payment.ts';
import { openPart, type Found } from './application-opening.ts';
import { askShaped, believed, fetchApplication, fetchCallState, listedAs, type DeskOutcome, type UnbelievedCall } from './desk.ts';
import { handBack, lettersTo, openAward } from './handing.ts';
import { circleSecrets } from './part-keys.ts';

/** One payment as the list shows it: handed over and not taken in yet, or a record; or why neither opens. */
export interface PaymentLine {
	readonly payment: string;
	readonly call: CallState;
	readonly handed: Handed | undefined;
	readonly now: Payment | undefined;
	/** The day on which all of it is shredded, as the server says, YYYY-MM-DD; null while none is set. */
	readonly shreddedOn: string | null;
	readonly trouble: VaultTrouble | undefined;
}

export interface OpenPayment {
	readonly call: CallState;
	readonly now: Payment;
	readonly record: OpenedRecord;
	readonly shreddedOn: string | null;
	/** Each version, oldest first: who did what, and when. */
	readonly history: readonly { readonly now: Payment; readonly author: string; readonly at: Date }[];
}

const callsShape = v.object({ calls: v.array(v.object({ call: v.string(), slug: v.string(), circle: v.string() })) });

/** What a circle pays: the calls whose part `payee` it reads. */
export class PayDesk {
	readonly #link: Link;
	readonly #circle: OpenCircle;

	constructor(link: Link, circle: OpenCircle) {
		this.#link = link;
		this.#circle = circle;
	}

	/** The calls that this circle pays, and beside them each that is not believed. */
	async calls(): Promise<DeskOutcome<{ readonly calls: readonly CallState[]; readonly unbelieved: readonly UnbelievedCall[] }>> {
		const listed = await askShaped(this.#link, '/api/desk/payments', callsShape);
		if (!listed.ok) return listed;
		const calls: CallState[] = [];
		const unbelieved: UnbelievedCall[] = [];
		for (const { call, slug, circle } of listed.value.calls) {
			if (circle !== this.#circle.id) continue;
			const found = await believed(slug, async () => this.#ours(listedAs({ call, slug }, await fetchCallState(this.#link, slug))));
			if ('trouble' in found) unbelieved.push(found);
			else if (!found.ok) return found;
			else calls.push(found.state);
		}
		return { ok: true, calls, unbelieved };
	}

	/** Throws `foreign-key` for a call that is sealed to an inbox that the circle's log does not know. */
	#ours(found: DeskOutcome<{ readonly state: CallState }>): DeskOutcome<{ readonly state: CallState }> {
		if (!found.ok) return found;
		const { inboxes: { payee }, slug } = found.state;
		if (payee.circle !== this.#circle.id || announcedEpochs(this.#circle.state).get(payee.epoch)?.inbox !== payee.recipient) {
			throw new VaultTrouble('foreign-key', { part: 'answer', path: `/api/calls/${slug}` }, { found: 'a call that is sealed to a key that our circle does not know' });
		}
		return found;
	}

	/** Everything that was handed over, with its record where somebody took it in; and the calls that are not believed, whose payments are not in it. */
	async list(): Promise<DeskOutcome<{ readonly lines: readonly PaymentLine[]; readonly calls: readonly CallState[]; readonly unbelieved: readonly UnbelievedCall[] }>> {
		const found = await this.calls();
		if (!found.ok) return found;
		const records = await this.#records();
		if (!records.ok) return records;
		const lines: PaymentLine[] = [];
		for (const call of found.calls) {
			const asked = await lettersTo(this.#link, { call, to: 'payee' });
			if (!asked.ok) return asked;
			const arrived = new Set(asked.letters.map(({ payment }) => payment));
			for (const letter of asked.letters) {
				const { payment, shreddedOn } = letter;
				const known = records.byId.get(payment);
				if (known !== undefined) {
					lines.push({ payment, call, handed: undefined, shreddedOn, ...this.#lineOf(known) });
					continue;
				}
				try {
					lines.push({ payment, call, handed: await openAward(this.#circle, call, letter), now: undefined, shreddedOn, trouble: undefined });
				} catch (error) {
					if (!(error instanceof VaultTrouble)) throw error;
					lines.push({ payment, call, handed: undefined, now: undefined, shreddedOn, trouble: error });
				}
			}
			// A record whose letter the server does not show any more is not left out.
			for (const [payment, known] of records.byId) {
				const line = this.#lineOf(known);
				if (!arrived.has(payment) && line.now?.call === call.call) lines.push({ payment, call, handed: undefined, shreddedOn: null, ...line });
			}
		}
		return { ok: true, lines, calls: found.calls, unbelieved: found.unbelieved };
	}

	#lineOf(known: Opened): Pick<PaymentLine, 'now' | 'trouble'> {
		if (!known.ok) return { now: undefined, trouble: known.trouble };
		const now = readPayment(known.body);
		return { now, trouble: now ? undefined : this.#strange(known) };
	}

	async #records(): Promise<DeskOutcome<{ readonly byId: ReadonlyMap<string, Opened> }>> {
		const byId = new Map<string, Opened>();
		for (let after: string | undefined; ; ) {
			const page = await this.#circle.list('grant-payment', { limit: 200, order: 'oldest', ...(after === undefined ? {} : { after }) });
			if (!page.ok) return page;
			for (const one of page.records) byId.set(one.record, one);
			if (page.next === undefined) return { ok: true, byId };
			after = page.next;
		}
	}

	/** Takes in what was handed over, and says by which way it is to go. `not-found`: it was shredded since the list was read. */
	async takeIn({ call, handed, route }: { readonly call: CallState; readonly handed: Handed; readonly route: Route }): Promise<DeskOutcome<object>> {
		const asked = await lettersTo(this.#link, { call, to: 'payee', payment: handed.payment });
		if (!asked.ok) return asked;
		if (asked.letters.length === 0) return { ok: false, reason: 'not-found' };
		const payment = takenIn(handed, { call: call.call, route });
		const written = await this.#circle.write({ kind: 'grant-payment', record: payment.payment, body: paymentBody(payment) });
		if (!written.ok) return { ok: false, reason: written.reason };
		return this.#tell(call, payment, written.written.version);
	}

	/**
	 * A payment with all that was done, each deed done again from the award as it was handed over. Rejects with
	 * `against-the-rules` where somebody wrote what they may not, and with what an award that is not believed says.
	 */
	async open(payment: string): Promise<DeskOutcome<{ readonly opened: OpenPayment }>> {
		const found = await this.#circle.versions(payment);
		if (!found.ok) return found;
		const history: OpenPayment['history'][number][] = [];
		let record: OpenedRecord | undefined;
		for (const version of found.versions) {
			if (!version.ok) throw version.trouble;
			const now = readPayment(version.body);
			if (now?.payment !== payment) throw this.#strange(version);
			history.push({ now, author: version.author, at: version.at });
			record = version;
		}
		const now = history.at(-1)?.now;
		if (now === undefined || record === undefined) return { ok: false, reason: 'not-found' };
		const calls = await this.calls();
		if (!calls.ok) return calls;
		const call = calls.calls.find((one) => one.call === now.call);
		if (call === undefined) throw calls.unbelieved[0]?.trouble ?? this.#strange(record);
		const asked = await lettersTo(this.#link, { call, to: 'payee', payment });
		if (!asked.ok) return asked;
		const letter = asked.letters.find((one) => one.payment === payment);
		if (letter === undefined) throw new VaultTrouble('foreign-key', { part: 'record', circle: this.#circle.id, record: payment, version: 1 }, { found: 'a payment of an award that nobody handed over' });
		const strange = strangeVersion(history, await openAward(this.#circle, call, letter));
		if (strange !== undefined) throw new VaultTrouble('against-the-rules', { part: 'record', circle: this.#circle.id, record: payment, version: strange }, { found: 'a version that its author could not have made' });
		return { ok: true, opened: { call, now, record, shreddedOn: letter.shreddedOn, history } };
	}

	/** Does one thing to a payment and tells the deciders how it stands. `moved-on`: somebody else was faster. */
	async act({ call, now, record }: OpenPayment, did: PaymentDeed): Promise<DeskOutcome<object>> {
		const next = afterDeed(now, { did, by: this.#link.keys.account });
		if (!next.ok) return { ok: false, reason: next.problem };
		const written = await this.#circle.write({ kind: 'grant-payment', record: now.payment, body: paymentBody(next.payment), basedOn: record });
		if (!written.ok) return { ok: false, reason: written.reason };
		return this.#tell(call, next.payment, written.written.version);
	}

	/** Tells the deciders again how it stands: where something is still to be paid, all of it is kept for longer by that. */
	async keepLonger({ call, now, record }: OpenPayment): Promise<DeskOutcome<object>> {
		return this.#tell(call, now, record.version);
	}

	/** Says again to the deciders how it stands; what counts is kept already, so a lost line is no failure. */
	async #tell(call: CallState, payment: Payment, version: number): Promise<DeskOutcome<object>> {
		const told = await handBack(this.#link, { call, payment: payment.payment, secret: payment.secret, version, instalments: toldOf(payment) });
		return told.ok || told.reason === 'offline' ? { ok: true } : told;
	}

	/** How the applicant wrote that money can arrive. Rejects with a `VaultTrouble`. */
	async payeeOf({ call, now }: Pick<OpenPayment, 'call' | 'now'>): Promise<DeskOutcome<{ readonly form: number; readonly answers: Answers }>> {
		const asked = await fetchApplication(this.#link, { call, application: now.application });
		return asked.ok ? at({ part: 'keys', circle: this.#circle.id }, () => this.#openPayee(asked, call)) : asked;
	}

	async #openPayee({ found, manifest, applicant }: { readonly found: Found; readonly manifest: Manifest; readonly applicant: Applicant }, call: CallState): Promise<DeskOutcome<{ readonly form: number; readonly answers: Answers }>> {
		const { secrets } = await circleSecrets(this.#circle, found, { manifest, call });
		if (secrets.payee === undefined) throw new VaultFailure('not-for-you', 'a letter without the secret of how money arrives');
		const opened = await openPart(found, { part: 'payee', secret: secrets.payee, manifest, applicant, call });
		if (opened === undefined) throw new VaultFailure('not-for-you', 'no part that says how money arrives');
		return { ok: true, form: opened.form, answers: opened.answers };
	}

	#strange({ record, version }: Pick<OpenedRecord, 'record' | 'version'>): VaultTrouble {
		return new VaultTrouble('unknown-format', { part: 'record', circle: this.#circle.id, record, version }, { found: 'a payment that says something else than its kind' });
	}
}
