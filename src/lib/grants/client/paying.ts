import { decodeText, openRecord, partRecords, steppedLength, VaultFailure } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, Opened, OpenedRecord } from '#lib/circles/client/open-circle.ts';
import { at, VaultTrouble } from '#lib/circles/client/trouble.ts';
import { announcedEpochs } from '#lib/circles/circle-log.ts';
import { fromCanonical, fromText, sha256, toText } from '#lib/vault/envelope.ts';
import { applicantKey, readManifest, type Manifest } from '../application.ts';
import type { Handed, Route } from '../award.ts';
import type { CallState } from '../call-log.ts';
import type { Answers } from '../form.ts';
import { afterDeed, paymentBody, readPayment, strangeVersion, takenIn, toldOf, type Payment, type PaymentDeed } from '../payment.ts';
import { askShaped, fetchCallState, type DeskOutcome } from './desk.ts';
import { handBack, lettersTo, openAward } from './handing.ts';
import { partPlace, readSecrets } from './sealing.ts';

/** One payment as the list shows it: handed over and not taken in yet, or a record; or why neither opens. */
export interface PaymentLine {
	readonly payment: string;
	readonly call: CallState;
	readonly handed: Handed | undefined;
	readonly now: Payment | undefined;
	readonly trouble: VaultTrouble | undefined;
}

export interface OpenPayment {
	readonly call: CallState;
	readonly now: Payment;
	readonly record: OpenedRecord;
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

	/** Rejects with `foreign-key` for a call that is sealed to an inbox that the circle's log does not know. */
	async calls(): Promise<DeskOutcome<{ readonly calls: readonly CallState[] }>> {
		const listed = await askShaped(this.#link, '/api/desk/payments', callsShape);
		if (!listed.ok) return listed;
		const calls: CallState[] = [];
		for (const { call, slug, circle } of listed.value.calls) {
			if (circle !== this.#circle.id) continue;
			const found = await fetchCallState(this.#link, slug);
			if (!found.ok) return found;
			const { payee } = found.state.inboxes;
			if (found.state.call !== call || payee.circle !== circle || announcedEpochs(this.#circle.state).get(payee.epoch)?.inbox !== payee.recipient) {
				throw new VaultTrouble('foreign-key', { part: 'answer', path: `/api/calls/${slug}` }, { found: 'a call that is sealed to a key that our circle does not know' });
			}
			calls.push(found.state);
		}
		return { ok: true, calls };
	}

	/** Everything that was handed over, with its record where somebody took it in. */
	async list(): Promise<DeskOutcome<{ readonly lines: readonly PaymentLine[] }>> {
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
				const { payment } = letter;
				const known = records.byId.get(payment);
				if (known !== undefined) {
					lines.push({ payment, call, handed: undefined, ...this.#lineOf(known) });
					continue;
				}
				try {
					lines.push({ payment, call, handed: await openAward(this.#circle, call, letter), now: undefined, trouble: undefined });
				} catch (error) {
					if (!(error instanceof VaultTrouble)) throw error;
					lines.push({ payment, call, handed: undefined, now: undefined, trouble: error });
				}
			}
			// A record whose letter the server does not show any more is not left out.
			for (const [payment, known] of records.byId) {
				const line = this.#lineOf(known);
				if (!arrived.has(payment) && line.now?.call === call.call) lines.push({ payment, call, handed: undefined, ...line });
			}
		}
		return { ok: true, lines };
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

	/** Takes in what was handed over, and says by which way it is to go. */
	async takeIn({ call, handed, route }: { readonly call: CallState; readonly handed: Handed; readonly route: Route }): Promise<DeskOutcome<object>> {
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
		if (call === undefined) throw this.#strange(record);
		const asked = await lettersTo(this.#link, { call, to: 'payee', payment });
		if (!asked.ok) return asked;
		const letter = asked.letters.find((one) => one.payment === payment);
		if (letter === undefined) throw new VaultTrouble('foreign-key', { part: 'record', circle: this.#circle.id, record: payment, version: 1 }, { found: 'a payment of an award that nobody handed over' });
		const strange = strangeVersion(history, await openAward(this.#circle, call, letter));
		if (strange !== undefined) throw new VaultTrouble('against-the-rules', { part: 'record', circle: this.#circle.id, record: payment, version: strange }, { found: 'a version that its author could not have made' });
		return { ok: true, opened: { call, now, record, history } };
	}

	/** Does one thing to a payment and tells the deciders how it stands. `moved-on`: somebody else was faster. */
	async act({ call, now, record }: OpenPayment, did: PaymentDeed): Promise<DeskOutcome<object>> {
		const next = afterDeed(now, { did, by: this.#link.keys.account });
		if (!next.ok) return { ok: false, reason: next.problem };
		const written = await this.#circle.write({ kind: 'grant-payment', record: now.payment, body: paymentBody(next.payment), basedOn: record });
		if (!written.ok) return { ok: false, reason: written.reason };
		return this.#tell(call, next.payment, written.written.version);
	}

	/** Says again to the deciders how it stands; what counts is kept already, so a lost line is no failure. */
	async #tell(call: CallState, payment: Payment, version: number): Promise<DeskOutcome<object>> {
		const told = await handBack(this.#link, { call, payment: payment.payment, secret: payment.secret, version, instalments: toldOf(payment) });
		return told.ok || told.reason === 'offline' ? { ok: true } : told;
	}

	/** How the applicant wrote that money can arrive. Rejects with a `VaultTrouble`. */
	async payeeOf({ call, now }: Pick<OpenPayment, 'call' | 'now'>): Promise<DeskOutcome<{ readonly form: number; readonly answers: Answers }>> {
		const path = `/api/desk/applications/${now.application}`;
		const asked = await askShaped(this.#link, path, applicationShape);
		if (!asked.ok) return asked;
		const manifest = await readManifest(asked.value);
		if (manifest?.application !== now.application || manifest.call !== call.call) throw new VaultTrouble('foreign-key', { part: 'answer', path }, { found: 'an application that is not the one that was asked for' });
		return at({ part: 'keys', circle: this.#circle.id }, () => this.#openPayee(asked.value, manifest, call));
	}

	async #openPayee({ letters, parts }: v.InferOutput<typeof applicationShape>, manifest: Manifest, call: CallState): Promise<DeskOutcome<{ readonly form: number; readonly answers: Answers }>> {
		const sealed = parts.findLast(({ part }) => part === 'payee');
		const letter = letters.findLast(({ to, generation }) => to === this.#circle.id && generation === sealed?.generation);
		const inbox = call.history[manifest.head.seq]?.inboxes.payee;
		if (sealed === undefined || letter === undefined || inbox === undefined) throw new VaultFailure('not-for-you', 'no letter with the secret of how money arrives');
		const authorKey = (author: string) => applicantKey(manifest, author);
		const { body } = await this.#circle.openInbox({ letter: letter.letter, epoch: inbox.epoch, kind: 'part-keys', about: manifest.application, authorKey });
		const secret = readSecrets(fromCanonical(decodeText(body)))?.secrets.payee;
		if (secret === undefined) throw new VaultFailure('unknown-format', 'a letter of secrets of another shape');
		if (sealed.version === 1 && toText(await sha256(sealed.envelope)) !== manifest.parts.find(({ part }) => part === 'payee')?.hash) throw new VaultFailure('damaged', 'a part that is not the one that the applicant sent');
		const then = { inboxes: { ...call.inboxes, payee: inbox }, application: manifest.application, generation: sealed.generation, version: sealed.version };
		const opened = await openRecord({ envelope: sealed.envelope, place: partPlace('payee', then), key: await partRecords(secret), authorKey, lengths: steppedLength });
		const read = v.safeParse(partShape, fromCanonical(decodeText(opened.body)));
		if (!read.success) throw new VaultFailure('unknown-format', 'a part that says something else than its kind');
		return { ok: true, form: read.output.form, answers: read.output.answers };
	}

	#strange({ record, version }: Pick<OpenedRecord, 'record' | 'version'>): VaultTrouble {
		return new VaultTrouble('unknown-format', { part: 'record', circle: this.#circle.id, record, version }, { found: 'a payment that says something else than its kind' });
	}
}

const bytes = v.pipe(v.string(), v.transform((text) => fromText(text) ?? new Uint8Array()));
const applicationShape = v.object({
	manifest: v.string(),
	signature: v.string(),
	parts: v.array(v.object({ part: v.string(), version: v.number(), generation: v.number(), envelope: bytes })),
	letters: v.array(v.object({ to: v.string(), generation: v.number(), letter: bytes }))
});
const partShape = v.looseObject({ v: v.literal(1), form: v.number(), answers: v.record(v.string(), v.any()) });
