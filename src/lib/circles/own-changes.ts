import * as Y from 'yjs';
import { joined, type Bytes } from '#lib/vault/envelope.ts';
import { whole } from './note-piece.ts';

/** Stretches of what was deleted: the writer's number, and from which of its signs on how many. */
type Deleted = ReadonlyMap<number, readonly { readonly clock: number; readonly len: number }[]>;

/** What was changed here and not yet sent. */
export interface TakenChanges {
	/** As an update of Yjs (its first format). */
	readonly change: Bytes;
	/** Up to where our own signs go with it. */
	readonly until: number;
	readonly deletions: number;
}

/**
 * What somebody changes in a document here, to be sent in batches. A batch is the difference to what was sent: signs typed one after the other
 * are one stretch in it, however many keys they were. Yjs itself would add everything that was ever deleted in the document; here go along
 * only our own deletions since.
 */
export class OwnChanges {
	readonly #doc: Y.Doc;
	#sent = 0;
	#deleted: Deleted[] = [];

	/** From now on; what is in the document already was somebody else's. */
	constructor(doc: Y.Doc) {
		this.#doc = doc;
		this.#sent = clockOf(doc);
		doc.on('afterTransaction', ({ local, deleteSet }: Y.Transaction) => {
			if (local && deleteSet.clients.size > 0) this.#deleted.push(deleteSet.clients);
		});
	}

	get isEmpty(): boolean {
		return clockOf(this.#doc) === this.#sent && this.#deleted.length === 0;
	}

	/** All of it; undefined where there is nothing. Stays here until `wereKept`. */
	take(): TakenChanges | undefined {
		if (this.isEmpty) return undefined;
		const known = Y.decodeStateVector(Y.encodeStateVector(this.#doc)).set(this.#doc.clientID, this.#sent);
		const all = Y.encodeStateAsUpdate(this.#doc, numbers([known.size, ...[...known].flat()]));
		const typed = all.subarray(0, all.length - deletedBytes(Y.decodeUpdate(all).ds.clients).length);
		return { change: joined(typed, deletedBytes(together(this.#deleted))), until: clockOf(this.#doc), deletions: this.#deleted.length };
	}

	wereKept({ until, deletions }: TakenChanges): void {
		this.#sent = until;
		this.#deleted = this.#deleted.slice(deletions);
	}
}

function clockOf(doc: Y.Doc): number {
	return Y.getState(doc.store, doc.clientID);
}

/** Stretches that touch are one. */
function together(all: readonly Deleted[]): Deleted {
	const found = new Map<number, { clock: number; len: number }[]>();
	for (const one of all) for (const [client, stretches] of one) found.set(client, [...(found.get(client) ?? []), ...stretches]);
	return new Map(
		[...found].map(([client, stretches]) => {
			const joinedUp: { clock: number; len: number }[] = [];
			for (const { clock, len } of stretches.toSorted((a, b) => a.clock - b.clock)) {
				const last = joinedUp.at(-1);
				if (last !== undefined && clock <= last.clock + last.len) last.len = Math.max(last.len, clock + len - last.clock);
				else joinedUp.push({ clock, len });
			}
			return [client, joinedUp];
		})
	);
}

/** As Yjs writes it behind what was typed. */
function deletedBytes(deleted: Deleted): Bytes {
	return numbers([deleted.size, ...[...deleted].flatMap(([client, stretches]) => [client, stretches.length, ...stretches.flatMap(({ clock, len }) => [clock, len])])]);
}

function numbers(all: readonly number[]): Bytes {
	return joined(...all.map(whole));
}
