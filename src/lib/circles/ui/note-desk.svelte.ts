import type { OpenNote, Outcome } from '../client/open-circle.ts';
import type { Paragraph } from '../note-text.ts';
import { batchMs, pauseMs } from '../note-pace.ts';
import { shownError, type Failed } from './failed.ts';

/** An answer that does not come for so long will not come. */
const longestMs = 45_000;
const againMs = [1000, 2000, 4000, 8000, 15_000] as const;

/**
 * A note while somebody has it open: shows what is there, reads what others write as it comes, sends what is written here in batches,
 * and goes on by itself after a lost line, however long that takes.
 */
export class NoteDesk {
	readonly note: OpenNote;
	paragraphs = $state.raw<readonly Paragraph[]>([]);
	isRead = $state(false);
	isOffline = $state(false);
	hasUnsent = $state(false);
	isClosed = $state(false);
	/** Others have changed something: counts on. */
	heard = $state(0);
	failed = $state.raw<Failed | undefined>();
	#isOver = false;
	/** Counts beginnings: what an earlier one still waits for is not gone on with. */
	#round = 0;
	#batch: ReturnType<typeof setTimeout> | undefined;
	#pause: ReturnType<typeof setTimeout> | undefined;
	#wake: () => void = () => undefined;
	#forget: () => void = () => undefined;

	constructor(note: OpenNote) {
		this.note = note;
		this.#begin();
	}

	#begin(): void {
		const { text } = this.note;
		this.paragraphs = text.paragraphs;
		this.#forget = text.onChange((byOthers) => {
			this.paragraphs = text.paragraphs;
			if (byOthers && this.isRead) this.heard += 1;
			if (!byOthers) this.#written();
		});
		this.#round += 1;
		void this.#follow(this.#round);
	}

	/** Reads and sends no more. */
	end(): void {
		this.#isOver = true;
		clearTimeout(this.#batch);
		clearTimeout(this.#pause);
		this.#forget();
		this.#wake();
	}

	/** Sends now what was written, without waiting for more. */
	async sendNow(): Promise<void> {
		clearTimeout(this.#batch);
		clearTimeout(this.#pause);
		this.#batch = undefined;
		if (this.#isOver || !this.note.hasUnsent) return;
		const sent = await this.#do(() => this.note.send());
		this.#show();
		if (sent?.ok === false && sent.reason === 'offline') this.isOffline = true;
		else if (sent?.ok === false && sent.reason !== 'closed') this.failed = sent.reason;
		else if (sent?.ok) this.isOffline = false;
	}

	/** Looks again after something went wrong. */
	again(): void {
		this.failed = undefined;
		this.end();
		this.#isOver = false;
		this.#begin();
	}

	#written(): void {
		this.hasUnsent = true;
		clearTimeout(this.#pause);
		this.#pause = setTimeout(() => void this.sendNow(), pauseMs);
		this.#batch ??= setTimeout(() => void this.sendNow(), batchMs);
	}

	async #follow(round: number): Promise<void> {
		const isOver = (): boolean => this.#isOver || round !== this.#round;
		for (let failures = 0; !isOver() && !this.isClosed; ) {
			const brought = await this.#do(() => (this.isRead && !this.isOffline ? within(longestMs, this.note.bring({ wait: true })) : this.note.bring()));
			if (isOver() || brought === undefined) return;
			if (brought.ok) {
				failures = 0;
				this.isRead = true;
				this.isOffline = false;
				this.#show();
				if (this.note.hasUnsent && this.#batch === undefined) void this.sendNow();
				continue;
			}
			if (brought.reason !== 'offline' && brought.reason !== 'slow-down') {
				this.failed = brought.reason;
				return;
			}
			this.isOffline = true;
			await this.#wait(againMs[failures++] ?? 15_000);
		}
	}

	#show(): void {
		this.hasUnsent = this.note.hasUnsent;
		this.isClosed = this.note.isClosed;
	}

	/** A server that lies ends it: what was written stays on the screen, and nothing more is sent to it. */
	async #do(work: () => Promise<Outcome<object>>): Promise<Outcome<object> | undefined> {
		try {
			return await work();
		} catch (error) {
			this.failed = shownError(error);
			this.end();
			return undefined;
		}
	}

	/** Sooner when the line is back. */
	async #wait(ms: number): Promise<void> {
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, ms);
			this.#wake = () => {
				clearTimeout(timer);
				resolve();
			};
			addEventListener('online', this.#wake, { once: true });
		});
		removeEventListener('online', this.#wake);
	}
}

function within(ms: number, work: Promise<Outcome<object>>): Promise<Outcome<object>> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<Outcome<object>>((resolve) => {
		timer = setTimeout(() => resolve({ ok: false, reason: 'offline' }), ms);
	});
	return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
