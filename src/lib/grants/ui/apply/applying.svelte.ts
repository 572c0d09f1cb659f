import type { Receipt } from '#vault';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { Json } from '#lib/vault/envelope.ts';
import type { SeenCall } from '../../client/call.ts';
import { lineTo, persist } from '#lib/circles/client/line.ts';
import { deviceStore, keepNothing, keepParcel } from '../../client/kept.ts';
import type { ApplicantRole, ChosenFile } from '../../client/sealing.ts';
import type { Parcel, SendingState, SendOutcome } from '../../client/sending.ts';
import { isAsked, type Form, type Question } from '../../form.ts';
import { readTyped, typedFrom, type TypedAnswers, type TypedProblem } from '../../typed.ts';
import { leftMs, serverNow } from '../say.ts';

export type ApplyStep = 'before' | 'words-first' | 'form' | 'review' | 'words' | 'second' | 'check' | 'sending' | 'done';

/** A promise is made before the words are shown when so little is left. */
const hurryMs = 60 * 60 * 1000;
const draftPauseMs = 2000;

type Later = (typeof import('./later.ts'))['later'];

/**
 * Note: The first question comes before what seals.
 * Whoever opens the form reads first who will read it, and answers whether it is meant for them; on a slow line that would
 * wait for the vault and for the steps after it, which are two thirds of the page. They are in a file of their own
 * (`later.ts`), fetched as soon as the first page stands. What is asked for at *begin* and has not come is told, and asked for again.
 */
/** One application while it is written: all of it in this page's memory, and gone with it. */
export class Applying {
	readonly line = lineTo();
	call = $state.raw<SeenCall>() as SeenCall;
	readonly late: string | undefined;
	step = $state<ApplyStep>('before');
	role = $state<ApplicantRole>('self');
	keeps = $state(false);
	/** The words were shown at the beginning, because a draft is sealed with them. */
	hasWords = $state(false);
	/** The language in which the words were shown first, and what was shown. */
	wordLanguage: Language | undefined;
	shownWords: readonly string[] = [];
	typed = $state<TypedAnswers>({});
	/** By the question's id. */
	files = $state.raw<Readonly<Record<string, readonly ChosenFile[]>>>({});
	/** Of the last time that somebody wanted to go on. */
	problems = $state.raw<readonly TypedProblem[]>([]);
	wantsSecond = $state(false);
	receipt = $state.raw<Receipt | undefined>();
	second = $state.raw<Receipt | undefined>();
	/** Its promise was taken: at a deadline, this is what counts. */
	promised = $state(false);
	/** Something was changed after the promise, and too late: what was promised stays as it was. */
	changeLost = $state(false);
	sending = $state.raw<SendingState | undefined>();
	outcome = $state.raw<SendOutcome | undefined>();
	/** What is needed after the first page, once it is there. */
	later = $state.raw<Later | undefined>();
	#parcel: Parcel | undefined;
	#draftTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(call: SeenCall, late: string | undefined) {
		this.call = call;
		this.late = late;
		this.typed = typedFrom(undefined, this.form, this.currency);
	}

	get form(): Form {
		return this.call.state.content.form;
	}

	get currency(): string {
		return this.call.state.content.ceiling?.currency ?? 'EUR';
	}

	get isDirty(): boolean {
		if (this.step === 'before' || this.step === 'done') return false;
		return Object.values(this.files).some((some) => some.length > 0) || Object.values(this.typed).some(({ text, chosen, lines }) => text !== '' || chosen.length > 0 || lines.some(({ what, amount }) => what + amount !== ''));
	}

	read(): ReturnType<typeof readTyped> {
		return readTyped(this.form, this.typed, Object.fromEntries(Object.entries(this.files).map(([id, some]) => [id, some.length])));
	}

	/** The questions of the form that are asked now, by their parts. */
	asked(answers: ReturnType<typeof readTyped>['answers']): Question[] {
		return this.form.questions.filter((question) => isAsked(question, answers, this.form));
	}

	/** Fetches what is needed later; false without a line. */
	async bring(): Promise<boolean> {
		this.later ??= await import('./later.ts').then(
			({ later }) => later,
			() => undefined
		);
		return this.later !== undefined;
	}

	get #fetched(): Later {
		if (this.later === undefined) throw new Error('A step is shown that has not been fetched.');
		return this.later;
	}

	/** False where what comes next could not be fetched. */
	async begin(): Promise<boolean> {
		if (!(await this.bring())) return false;
		if (this.keeps && !this.hasWords) {
			this.receipt = await this.#fetched.newReceipt();
			this.step = 'words-first';
		} else this.step = 'form';
		return true;
	}

	/** Takes up a draft that these words opened. */
	resume(receipt: Receipt, written: Json): void {
		const found = typeof written === 'object' && written !== null ? (written as Readonly<Record<string, Json>>) : {};
		Object.assign(this, { receipt, keeps: true, hasWords: true, role: found['role'] === 'other' ? 'other' : 'self', step: 'form' });
		this.typed = typedFrom(found['typed'], this.form, this.currency);
	}

	/** Seals what was written so far under the words, a moment after the last letter. */
	noteDraft(): void {
		clearTimeout(this.#draftTimer);
		const { receipt } = this;
		if (!this.keeps || receipt === undefined || this.step === 'done') return;
		const written = { role: this.role, typed: $state.snapshot(this.typed) } as unknown as Json;
		this.#draftTimer = setTimeout(() => void this.#fetched.keepDraft(deviceStore, { at: Date.now(), call: this.call.state.call, written }, receipt.secret), draftPauseMs);
	}

	toReview(): boolean {
		this.problems = this.read().problems;
		if (this.problems.length > 0) return false;
		this.step = 'review';
		return true;
	}

	/**
	 * Seals, proves that it opens, and at a near deadline has the promise taken before anything else. What was promised
	 * cannot be changed: whoever goes back and changes something gets another receipt, and if that comes too late keeps the
	 * promise there is.
	 */
	async seal(language: Language, onProgress: (share: number) => void): Promise<SendOutcome> {
		const before = this.promised ? { receipt: this.receipt, second: this.second, parcel: this.#parcel, hasWords: this.hasWords, wordLanguage: this.wordLanguage } : undefined;
		const outcome = await this.#sealAnew(language, onProgress).catch((error: unknown) => {
			if (before !== undefined) this.#restore(before);
			throw error;
		});
		if (outcome.ok || before === undefined) return outcome;
		this.#restore(before);
		this.changeLost = true;
		return { ok: true };
	}

	#restore({ receipt, second, parcel, hasWords, wordLanguage }: { receipt: Receipt | undefined; second: Receipt | undefined; parcel: Parcel | undefined; hasWords: boolean; wordLanguage: Language | undefined }): void {
		this.#parcel = parcel;
		Object.assign(this, { receipt, second, hasWords, wordLanguage, promised: true });
	}

	async #sealAnew(language: Language, onProgress: (share: number) => void): Promise<SendOutcome> {
		this.changeLost = false;
		if (this.promised) {
			this.promised = false;
			this.receipt = undefined;
			this.hasWords = false;
			this.wordLanguage = undefined;
		}
		const { newReceipt, parcelOf, sealApplication } = this.#fetched;
		this.receipt ??= await newReceipt();
		this.second = this.wantsSecond ? (this.second ?? (await newReceipt())) : undefined;
		const { receipt, late } = this;
		const { state } = this.call;
		const sealed = await sealApplication({ call: state, language, role: this.role, answers: this.read().answers, files: this.files, receipt, second: this.second ?? null, now: serverNow(this.call), onProgress });
		this.#parcel = await parcelOf(sealed, { slug: state.slug, late, receipt });
		if (state.deadline === null || leftMs(state.deadline, serverNow(this.call)) > hurryMs) return { ok: true };
		const asking = { method: 'POST', path: `/api/calls/${state.slug}/applications`, body: this.#parcel.commit, headers: { 'content-type': 'application/json' } } as const;
		const answer = await persist(this.line, asking, () => (this.sending = { step: 'commit', sentBytes: 0, waiting: true }));
		this.sending = undefined;
		this.promised = answer.ok;
		return answer.ok ? { ok: true } : { ok: false, reason: answer.reason === 'renewed' || answer.reason === 'too-late' || answer.reason === 'closed' || answer.reason === 'moved-on' ? answer.reason : 'refused' };
	}

	/** Sends until it has arrived. `keep`: the sealed parcel waits on this device meanwhile. */
	async send(keep: boolean, signal: AbortSignal): Promise<void> {
		const parcel = this.#parcel;
		if (parcel === undefined) return;
		this.step = 'sending';
		this.outcome = undefined;
		if (keep) await keepParcel(deviceStore, parcel);
		const outcome = await this.#fetched.sendParcel(this.line, parcel, { signal, onState: (state) => (this.sending = state) });
		this.outcome = outcome;
		if (outcome.ok || outcome.reason === 'no-room') await this.arrived();
	}

	/** A parcel that waited on this device. */
	async sendKept(parcel: Parcel, signal: AbortSignal): Promise<void> {
		this.#parcel = parcel;
		await this.send(true, signal);
	}

	get sizeBytes(): number {
		return this.#parcel?.sizeBytes ?? 0;
	}

	/** Nothing of it is needed here any more. */
	async arrived(): Promise<void> {
		clearTimeout(this.#draftTimer);
		this.keeps = false;
		await keepNothing(deviceStore);
		this.forget();
		this.step = 'done';
	}

	/** Takes the words and keys out of the page's memory. */
	forget(): void {
		clearTimeout(this.#draftTimer);
		this.typed = typedFrom(undefined, this.form, this.currency);
		this.files = {};
		this.receipt = undefined;
		this.second = undefined;
		this.shownWords = [];
		this.#parcel = undefined;
	}
}

