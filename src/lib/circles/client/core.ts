import type { EpochKeys } from '#vault';
import { isId } from '#lib/vault/envelope.ts';
import { mayWrite } from '../circle-log.ts';
import { derivedRecord, personRecord } from '../limits.ts';
import { refusedBy } from './answers.ts';
import { aboutOf, personOf } from './bodies.ts';
import type { Answer, Link } from './link.ts';
import type { About, Contact, Opened, Outcome, Refused } from './open-circle.ts';
import { isAhead, listSealed, openSealed, type Sealed } from './sealed-records.ts';
import { VaultTrouble } from './trouble.ts';
import { readKeys, readLog, type CircleKeys, type VerifiedLog } from './verified-log.ts';

/** Whom we know, from our own circle. */
export interface Contacts {
	readonly known: ReadonlyMap<string, Contact>;
	/** Why somebody may be missing: then nobody can be told from who took their name, and nothing is confided. */
	readonly failed: VaultTrouble | Refused | undefined;
}

/** Somebody who said their name in a circle, whom we had not met. */
export interface Fellow {
	readonly account: string;
	readonly name: string;
}

/** Somebody's name in a circle, or why it cannot be told. */
export type Name = { readonly ok: true; readonly name: string; /** By themselves, and not by a steward. */ readonly isTheirs: boolean } | { readonly ok: false; readonly trouble: VaultTrouble };

/**
 * What is known of one circle while it is open. `bring` moves it forward; all else reads it. Never shown to pages, which
 * get snapshots.
 */
export class CircleCore {
	readonly link: Link;
	readonly id: string;
	readonly contacts: () => Promise<Contacts>;
	/** Notes people as seen before; gives back whom we know then. */
	readonly meet: (fellows: readonly Fellow[]) => Promise<Contacts>;
	/** Keys of epochs that we made ourselves: believed once the log announces them. */
	readonly made = new Map<string, EpochKeys>();
	readonly names = new Map<string, Name>();
	about: About | undefined;
	aboutTrouble: VaultTrouble | undefined;
	#log: VerifiedLog | undefined;
	#keys: CircleKeys = new Map();
	#namesAfter = 0;

	constructor({ link, id, contacts, meet }: Pick<CircleCore, 'link' | 'id' | 'contacts' | 'meet'>) {
		this.link = link;
		this.id = id;
		this.contacts = contacts;
		this.meet = meet;
	}

	get log(): VerifiedLog {
		if (this.#log === undefined) throw new Error('A circle that was not brought.');
		return this.#log;
	}

	get state(): VerifiedLog['state'] {
		return this.log.state;
	}

	get keys(): CircleKeys {
		return this.#keys;
	}

	get me(): string {
		return this.link.keys.account;
	}

	/** The record that holds our own name here. */
	myRecord(): Promise<string> {
		return personRecord(this.me);
	}

	/** Fetches and verifies what is new: log, keys, name, purpose and names of members. */
	async bring(): Promise<Outcome<object>> {
		if (!isId(this.id)) return { ok: false, reason: 'not-found' };
		const log = await this.bringLog();
		if (!log.ok) return log;
		const names = await this.#bringNames();
		if (names.ok) await this.link.memory.save();
		return names;
	}

	/** Log and keys alone. `removed`: the log, verified, says that we are not a member any more. */
	async bringLog(): Promise<Outcome<object>> {
		const read = await readLog(this.link, this.id, this.#log);
		if (!read.ok) return read;
		this.#log = read.log;
		if (!this.state.members.has(this.me)) {
			await this.link.memory.save();
			return { ok: false, reason: 'removed' };
		}
		return this.#bringKeys();
	}

	/** Why the server refused something of this circle; where it says that there is none, whether that is so: `removed`. */
	async refusal(answer: Extract<Answer, { readonly ok: false }>): Promise<{ readonly ok: false; readonly reason: Refused }> {
		const reason = refusedBy(answer);
		if (reason !== 'not-found') return { ok: false, reason };
		const brought = await this.bringLog();
		return brought.ok ? { ok: false, reason } : brought;
	}

	async #bringKeys(): Promise<Outcome<object>> {
		for (const { announced } of this.state.epochs) {
			const made = this.made.get(announced.check);
			if (made !== undefined && !this.#keys.has(announced.epoch)) this.#keys = new Map([...this.#keys, [announced.epoch, made]]);
		}
		if (this.#keys.has(this.state.epochs.length)) return { ok: true };
		const read = await readKeys(this.link, this.log);
		if (!read.ok) return read;
		if (read.upTo <= this.state.epochs.length) {
			this.#keys = read.keys;
			return { ok: true };
		}
		// Somebody rotated between the two questions; asked again, the log must know of it.
		const again = await readLog(this.link, this.id, this.#log);
		if (!again.ok) return again;
		this.#log = again.log;
		if (this.state.epochs.length < read.upTo) throw new VaultTrouble('rewound', { part: 'log', circle: this.id }, { found: 'a log that is older than our letter of keys' });
		return this.state.members.has(this.me) ? this.#bringKeys() : { ok: false, reason: 'removed' };
	}

	/**
	 * Opens what the server hands out. When an author had seen more of the log than we have, it is fetched anew; if the
	 * author is still ahead then, the server holds something back: `rewound`.
	 */
	async open(sealed: readonly Sealed[], options: { readonly older?: boolean } = {}): Promise<Outcome<{ readonly opened: readonly Opened[] }>> {
		let opened = await Promise.all(sealed.map((one) => openSealed(this, one, options)));
		if (opened.some(isAhead)) {
			const brought = await this.bringLog();
			if (!brought.ok) return brought;
			opened = await Promise.all(sealed.map((one) => openSealed(this, one, options)));
		}
		const believed = opened.map((one) => {
			if (!isAhead(one)) return one;
			throw new VaultTrouble('rewound', { part: 'log', circle: this.id, seq: one.ahead }, { found: 'a member has seen more of the log than the server shows' });
		});
		return { ok: true, opened: believed };
	}

	async #bringNames(): Promise<Outcome<object>> {
		for (let more = !this.state.own; more; ) {
			const page = await listSealed(this.link, this.id, { kinds: ['circle', 'person'], limit: 200, after: this.#namesAfter });
			if (!page.ok) return page;
			const outcome = await this.open(page.sealed);
			if (!outcome.ok) return outcome;
			for (const one of outcome.opened) await this.#noteName(one);
			this.#namesAfter = page.sealed.at(-1)?.change ?? this.#namesAfter;
			more = page.more;
		}
		if (!this.state.own && this.about === undefined && this.aboutTrouble === undefined) {
			this.aboutTrouble = new VaultTrouble('rewound', { part: 'record', circle: this.id, record: await derivedRecord('circle', this.id), version: 1 }, { found: 'the server has no name of the circle' });
		}
		return { ok: true };
	}

	async #noteName(opened: Opened): Promise<void> {
		if (opened.kind === 'circle') {
			const about = opened.ok ? aboutOf(opened.body) : undefined;
			this.about = about;
			this.aboutTrouble = about === undefined ? (opened.ok ? this.strange(opened) : opened.trouble) : undefined;
			return;
		}
		const account = opened.ok ? personOf(opened.body)?.account : await this.#accountOf(opened.record);
		if (account === undefined) return;
		const name = opened.ok ? personOf(opened.body)?.name : undefined;
		this.names.set(account, opened.ok ? (name === undefined ? { ok: false, trouble: this.strange(opened) } : { ok: true, name, isTheirs: opened.author === account }) : { ok: false, trouble: opened.trouble });
	}

	async #accountOf(record: string): Promise<string | undefined> {
		for (const account of this.log.cards.keys()) if ((await personRecord(account)) === record) return account;
		return undefined;
	}

	/** A record that opened and says something else than its kind does. */
	strange({ record, version }: Pick<Opened, 'record' | 'version'>): VaultTrouble {
		return new VaultTrouble('unknown-format', { part: 'record', circle: this.id, record, version }, { found: 'a record that says something else than its kind' });
	}

	/** Why we may not write now; undefined if we may. */
	mayWrite(): Refused | undefined {
		const problem = mayWrite(this.state, this.me);
		return problem === 'not-a-member' ? 'removed' : problem;
	}
}
