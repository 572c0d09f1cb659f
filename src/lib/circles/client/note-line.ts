import * as Y from 'yjs';
import { openNotePiece, sealNotePiece, VaultFailure, type EpochKeys, type NotePlace } from '#vault';
import { toText, type Bytes, type Json } from '#lib/vault/envelope.ts';
import { firstHash, isSameHash, newNoteSession, nextHash, readSnapshot, readUpdate, snapshotBytes, updateBytes, type NoteUpdate } from '../note-piece.ts';
import { NoteText } from '../note-text.ts';
import { OwnChanges, type TakenChanges } from '../own-changes.ts';
import { bytesField, countField, flagField, listField, type Read } from './answers.ts';
import type { CircleCore } from './core.ts';
import type { OpenNote, Outcome } from './open-circle.ts';
import { seal } from './seal.ts';
import { VaultTrouble, type Place } from './trouble.ts';
import { readyToWrite } from './writing.ts';

/** A snapshot takes the place of so many updates. */
const compactedAfter = 200;
/** Hashes that are still compared; a writer who had read less than this behind us is believed. */
const mostHashes = 2000;
const mostTries = 6;

interface News {
	readonly last: number;
	readonly closed: boolean;
	readonly snapshot: { readonly at: number; readonly epoch: number; readonly envelope: Bytes } | undefined;
	readonly updates: readonly { readonly epoch: number; readonly envelope: Bytes }[];
}

type Left = NonNullable<Parameters<OpenNote['close']>[0]>;

/** An update that is on its way: the same bytes as long as the epoch lasts, so that one whose answer was lost is kept once. */
interface OnItsWay {
	readonly epoch: number;
	readonly envelope: Bytes;
	readonly count: number;
	readonly taken: TakenChanges | undefined;
	readonly broughtBack: number;
}

/** A note of a circle: its text, what of it was read, and what is to be sent. See *How a note's readers notice what a server leaves out*. */
class NoteLine implements OpenNote {
	readonly text = new NoteText();
	readonly #core: CircleCore;
	readonly #note: string;
	readonly #own: OwnChanges;
	readonly #session = newNoteSession();
	#sentCount = 0;
	#onItsWay: OnItsWay | undefined;
	/** Changes that this device had kept, to be sent before our own. */
	#broughtBack: Bytes[] = [];
	#seq = 0;
	#hash: Bytes;
	readonly #hashes = new Map<number, Bytes>();
	readonly #counts = new Map<string, number>();
	#epoch = 0;
	#snapshotAt = 0;
	#isClosed = false;
	#working: Promise<unknown> = Promise.resolve();

	/** `hash`: what comes out before the first update. */
	constructor(core: CircleCore, note: string, hash: Bytes) {
		this.#core = core;
		this.#note = note;
		this.#own = new OwnChanges(this.text.doc);
		this.#hash = hash;
		this.#hashes.set(0, hash);
	}

	get isClosed(): boolean {
		return this.#isClosed;
	}

	get hasUnsent(): boolean {
		return !this.#own.isEmpty || this.#onItsWay !== undefined || this.#broughtBack.length > 0;
	}

	unsent(): Bytes | undefined {
		const mine = this.#own.take()?.change;
		const all = [...this.#broughtBack, ...(mine ? [mine] : [])];
		return all.length === 0 ? undefined : new Uint8Array(all.length === 1 && all[0] ? all[0] : Y.mergeUpdates(all));
	}

	bringBack(change: Bytes): void {
		Y.applyUpdate(this.text.doc, change, 'kept');
		this.#broughtBack.push(change);
	}

	async bring({ wait = false }: { readonly wait?: boolean } = {}): Promise<Outcome<object>> {
		if (!wait) return this.#inTurn(() => this.#bring());
		const after = this.#seq;
		const path = `${this.#path}?after=${after}&wait=1`;
		const answer = await this.#core.link.ask(path);
		if (!answer.ok) return this.#core.refusal(answer);
		// Sending may have brought us further meanwhile.
		return this.#inTurn(() => this.#bring(after === this.#seq ? { path, value: answer.value } : undefined));
	}

	async send(): Promise<Outcome<object>> {
		return this.#inTurn(() => this.#send());
	}

	async close(left?: Left): Promise<Outcome<object>> {
		return this.#inTurn(() => this.#close(left));
	}

	/** One thing after the other: what is read and what is sent count on each other. */
	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const done = this.#working.then(work, work);
		this.#working = done.catch(() => undefined);
		return done;
	}

	get #path(): string {
		return `/api/circles/${this.#core.id}/notes/${this.#note}`;
	}

	/** Reads on to the end, beginning with an answer that is here already. */
	async #bring(first?: Read): Promise<Outcome<object>> {
		for (let told = first; ; told = undefined) {
			if (told === undefined) {
				const path = `${this.#path}?after=${this.#seq}`;
				const answer = await this.#core.link.ask(path);
				if (!answer.ok) return this.#core.refusal(answer);
				told = { path, value: answer.value };
			}
			const news = newsOf(told);
			if (news.last < this.#seq) throw this.#trouble('rewound', 'fewer updates than this page has read');
			if (news.closed) {
				this.#isClosed = true;
				return { ok: true };
			}
			if (news.snapshot && news.snapshot.at > this.#seq) await this.#takeSnapshot(news.snapshot);
			for (const update of news.updates) await this.#takeUpdate(update);
			if (this.#seq > news.last) throw this.#trouble('unknown-format', 'more updates than are counted');
			if (this.text.doc.store.pendingStructs !== null) throw this.#trouble('rewound', 'an update without what it stands on');
			if (this.#seq >= news.last) break;
			if (news.updates.length === 0) throw this.#trouble('rewound', 'updates that are counted and not shown');
		}
		await this.#remember();
		return { ok: true };
	}

	async #takeSnapshot({ at, epoch, envelope }: NonNullable<News['snapshot']>): Promise<void> {
		const bytes = await this.#open('note-snapshot', epoch, envelope);
		const snapshot = readSnapshot(bytes);
		if (snapshot?.at.seq !== at) throw this.#trouble('unknown-format', 'a snapshot that says something else');
		const known = this.#hashes.get(at);
		if (known && !isSameHash(known, snapshot.at.hash)) throw this.#trouble('forked', 'a snapshot of another history');
		for (const [session, count] of this.#counts) if ((snapshot.counts.get(session) ?? 0) < count) throw this.#trouble('rewound', 'a snapshot without an update that was read');
		// Ours may have come while we did not hear of it.
		if (this.#onItsWay && (snapshot.counts.get(this.#session) ?? 0) >= this.#onItsWay.count) this.#wasKept(this.#onItsWay);
		this.#apply(snapshot.whole);
		for (const [session, count] of snapshot.counts) this.#counts.set(session, count);
		[this.#seq, this.#hash, this.#snapshotAt] = [at, snapshot.at.hash, at];
		this.#hashes.set(at, snapshot.at.hash);
	}

	async #takeUpdate({ epoch, envelope }: News['updates'][number]): Promise<void> {
		const seq = this.#seq + 1;
		const bytes = await this.#open('note-update', epoch, envelope);
		const update = readUpdate(bytes);
		if (update === undefined) throw this.#trouble('unknown-format', 'an update of another shape');
		this.#judge(update, seq, epoch);
		this.#hash = await nextHash(this.#hash, envelope);
		this.#seq = seq;
		this.#epoch = epoch;
		this.#hashes.set(seq, this.#hash);
		this.#hashes.delete(seq - mostHashes);
		this.#counts.set(update.session, Math.max(update.count, this.#counts.get(update.session) ?? 0));
		if (update.session === this.#session && this.#onItsWay?.count === update.count) this.#wasKept(this.#onItsWay);
		this.#apply(update.change);
	}

	#judge({ session, count, seen }: NoteUpdate, seq: number, epoch: number): void {
		if (epoch < this.#epoch) throw this.#trouble('against-the-rules', 'an update under a key that was over');
		if (seen.seq >= seq) throw this.#trouble('rewound', 'its writer had read more than we are shown');
		const known = this.#hashes.get(seen.seq);
		if (known && !isSameHash(known, seen.hash)) throw this.#trouble('forked', 'its writer was shown other updates than we are');
		const counted = this.#counts.get(session) ?? 0;
		if (count > counted + 1) throw this.#trouble('rewound', 'an update of the same writer was left out');
		if (session === this.#session && count > this.#sentCount) throw this.#trouble('forged', 'an update of ours that we did not write');
	}

	/** What is no document of Yjs is left out: one broken program must not take the note from everybody. */
	#apply(change: Bytes): void {
		try {
			Y.decodeUpdate(change);
		} catch {
			return;
		}
		Y.applyUpdate(this.text.doc, change, 'line');
	}

	async #open(kind: NotePlace['kind'], epoch: number, envelope: Bytes): Promise<Bytes> {
		if (!this.#core.keys.has(epoch)) {
			const brought = await this.#core.bringLog();
			if (!brought.ok) throw this.#trouble('not-for-you', 'no key of this epoch');
		}
		const key = this.#core.keys.get(epoch)?.records;
		if (key === undefined) throw this.#trouble('rewound', 'a piece of an epoch that the log does not know');
		try {
			return await openNotePiece({ place: { kind, circle: this.#core.id, note: this.#note, epoch }, envelope, key });
		} catch (error) {
			throw error instanceof VaultFailure ? this.#trouble(error.kind, error.message) : error;
		}
	}

	async #send(): Promise<Outcome<object>> {
		for (let tries = 0; tries < mostTries; tries++) {
			if (!this.hasUnsent) return { ok: true };
			if (this.#isClosed) return { ok: false, reason: 'closed' };
			const ready = await readyToWrite(this.#core);
			if (!ready.ok) return ready;
			const sending = await this.#next();
			if (sending === undefined) return { ok: false, reason: 'too-large' };
			const answer = await this.#core.link.send('POST', `${this.#path}?epoch=${sending.epoch}`, sending.envelope);
			if (answer.ok) {
				const path = this.#path;
				const seq = countField({ path, value: answer.value }, 'seq');
				await this.#arrived(sending, seq);
				// Whoever sends every two-hundredth makes the snapshot: one, and not everybody at once.
				if (seq % compactedAfter === 0) await this.#compact();
				continue;
			}
			const { reason } = answer;
			if (reason === 'closed') {
				const brought = await this.#bring();
				return brought.ok ? { ok: false, reason } : brought;
			}
			if (reason !== 'new-epoch' && reason !== 'rotation-due') return this.#core.refusal(answer);
			// Ours may have arrived before the key changed: then it is among what is new.
			const [log, news] = [await this.#core.bringLog(), await this.#bring()];
			if (!log.ok) return log;
			if (!news.ok) return news;
			if (this.#onItsWay) this.#onItsWay = await this.#sealed(this.#onItsWay);
		}
		return { ok: false, reason: 'failed' };
	}

	/** What nobody else came before need not be read again. Where the server says a wrong number, the next one who writes was told another hash. */
	async #arrived(sent: OnItsWay, seq: number): Promise<void> {
		this.#wasKept(sent);
		if (seq !== this.#seq + 1) return;
		this.#hash = await nextHash(this.#hash, sent.envelope);
		this.#seq = seq;
		this.#epoch = sent.epoch;
		this.#hashes.set(seq, this.#hash);
		this.#counts.set(this.#session, sent.count);
	}

	/** What is on its way already, or the next batch. */
	async #next(): Promise<OnItsWay | undefined> {
		if (this.#onItsWay) return this.#onItsWay;
		const taken = this.#own.take();
		const broughtBack = this.#broughtBack.length;
		this.#sentCount += 1;
		try {
			return (this.#onItsWay = await this.#sealed({ count: this.#sentCount, taken, broughtBack }));
		} catch (error) {
			this.#sentCount -= 1;
			if (error instanceof VaultFailure && error.kind === 'too-large') return undefined;
			throw error;
		}
	}

	async #sealed({ count, taken, broughtBack }: Pick<OnItsWay, 'count' | 'taken' | 'broughtBack'>): Promise<OnItsWay> {
		const { epoch, records } = this.#keys();
		const changes = [...this.#broughtBack.slice(0, broughtBack), ...(taken ? [taken.change] : [])];
		const [only] = changes;
		const change = changes.length === 1 && only ? only : new Uint8Array(Y.mergeUpdates(changes));
		const bytes = updateBytes({ session: this.#session, count, seen: { seq: this.#seq, hash: this.#hash }, change });
		return { epoch, envelope: await sealNotePiece({ place: { kind: 'note-update', circle: this.#core.id, note: this.#note, epoch }, bytes, key: records }), count, taken, broughtBack };
	}

	#keys(): EpochKeys {
		const keys = this.#core.keys.get(this.#core.state.epochs.length);
		if (keys === undefined) throw new Error('A circle without its newest key.');
		return keys;
	}

	#wasKept({ taken, broughtBack }: OnItsWay): void {
		if (taken) this.#own.wereKept(taken);
		this.#broughtBack = this.#broughtBack.slice(broughtBack);
		this.#onItsWay = undefined;
	}

	/** Nobody waits for it, and somebody else may be faster: a snapshot that does not come about is made with a later update. */
	async #compact(): Promise<void> {
		if (!(await this.#bring()).ok || this.#isClosed) return;
		const { epoch, records } = this.#keys();
		const bytes = snapshotBytes({ at: { seq: this.#seq, hash: this.#hash }, counts: this.#counts, whole: new Uint8Array(Y.encodeStateAsUpdate(this.text.doc)) });
		const envelope = await sealNotePiece({ place: { kind: 'note-snapshot', circle: this.#core.id, note: this.#note, epoch }, bytes, key: records });
		const [at, instead] = [this.#seq, this.#snapshotAt];
		const answer = await this.#core.link.send('PUT', `${this.#path}?epoch=${epoch}&at=${at}&instead=${instead}`, envelope);
		if (answer.ok) this.#snapshotAt = at;
	}

	async #close(left: Left | undefined): Promise<Outcome<object>> {
		for (let tries = 0; tries < mostTries; tries++) {
			const sent = await this.#send();
			if (!sent.ok) return sent;
			const brought = await this.#bring();
			if (!brought.ok) return brought;
			if (this.#isClosed) return { ok: false, reason: 'closed' };
			// Somebody typed on meanwhile.
			if (this.hasUnsent) continue;
			const answer = await this.#core.link.send('POST', `${this.#path}/close`, { at: this.#seq, record: left ? [await this.#leftRecord(left)] : [] });
			if (answer.ok) {
				this.#isClosed = true;
				return { ok: true };
			}
			if (!['moved-on', 'new-epoch', 'rotation-due'].includes(answer.reason)) return this.#core.refusal(answer);
			const log = await this.#core.bringLog();
			if (!log.ok) return log;
		}
		return { ok: false, reason: 'moved-on' };
	}

	async #leftRecord({ kind, record, bodyOf }: Left): Promise<Json> {
		const { hash: _, ...sealed } = await seal({ circle: this.#core.id, record, kind, version: 1, previous: null, body: bodyOf(this.text), head: this.#core.state.head, epoch: this.#keys(), by: this.#core.link.keys, at: this.#core.link.now() });
		return { record, ...sealed };
	}

	/** What this browser has read of the note, so that the server cannot show it an older one tomorrow. */
	async #remember(): Promise<void> {
		const { memory } = this.#core.link;
		const before = memory.version(this.#core.id, this.#note);
		const known = before && this.#hashes.get(before.version);
		if (before && before.version > this.#seq) throw this.#trouble('rewound', 'fewer updates than this browser has read');
		if (before && known && toText(known) !== before.hash) throw this.#trouble('forked', 'other updates than this browser has read');
		if (this.#seq === 0 || before?.version === this.#seq) return;
		memory.keepVersion(this.#core.id, this.#note, { version: this.#seq, hash: toText(this.#hash) });
		await memory.save();
	}

	#trouble(kind: VaultFailure['kind'], found: string): VaultTrouble {
		const place: Place = { part: 'record', circle: this.#core.id, record: this.#note, version: this.#seq + 1 };
		return new VaultTrouble(kind, place, { found });
	}
}

/** A note of a circle, not yet read. */
export async function openNote(core: CircleCore, note: string): Promise<Outcome<{ readonly note: OpenNote }>> {
	await core.link.memory.load();
	return { ok: true, note: new NoteLine(core, note, await firstHash(core.id, note)) };
}

function newsOf(read: Read): News {
	const { value } = read;
	const inner = typeof value === 'object' && value !== null && 'snapshot' in value ? value.snapshot : undefined;
	const piece = (one: Read) => ({ epoch: countField(one, 'epoch'), envelope: bytesField(one, 'envelope') });
	const within = { path: read.path, value: inner };
	return { last: countField(read, 'last'), closed: flagField(read, 'closed'), snapshot: inner === null ? undefined : { at: countField(within, 'at'), ...piece(within) }, updates: listField(read, 'updates').map(piece) };
}
