import * as v from 'valibot';
import type { OpenCircle, Opened, OpenedRecord, Outcome } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Json } from '#lib/vault/envelope.ts';

const kind = 'followup-letter';

const letterShape = v.strictObject({
	v: v.literal(1),
	forum: v.string(),
	document: v.string(),
	/** An addressee's id. */
	addressee: v.string(),
	clauses: v.array(v.pipe(v.number(), v.integer())),
	language: v.picklist(languages),
	text: v.pipe(v.string(), v.maxLength(50_000)),
	/** The entry of the delivery, once there is one. */
	delivery: v.nullable(v.string())
});

/** A letter to an addressee, in the words in which it is to be sent. */
export type Letter = Omit<v.InferOutput<typeof letterShape>, 'v'>;

/** A letter that a circle keeps, sealed. */
export interface KeptLetter extends Letter {
	readonly record: OpenedRecord;
}

function letterOf(circle: OpenCircle, opened: Opened): KeptLetter {
	if (!opened.ok) throw opened.trouble;
	const { success, output } = v.safeParse(letterShape, opened.body);
	if (opened.kind !== kind || !success) throw new VaultTrouble('unknown-format', { part: 'record', circle: circle.id, record: opened.record, version: opened.version }, { found: 'a record that is no letter' });
	const { v: _, ...letter } = output;
	return { ...letter, record: opened };
}

/** The letters of a statement that a circle keeps, the one that was changed last first; and why others could not be opened. */
export async function lettersIn(circle: OpenCircle, { forum, document }: Pick<Letter, 'forum' | 'document'>): Promise<Outcome<{ readonly letters: readonly KeptLetter[]; readonly troubles: readonly VaultTrouble[] }>> {
	const [letters, troubles]: [KeptLetter[], VaultTrouble[]] = [[], []];
	for (let after: string | undefined; ; ) {
		const page = await circle.list(kind, { limit: 200, after });
		if (!page.ok) return page;
		for (const opened of page.records) {
			try {
				letters.push(letterOf(circle, opened));
			} catch (error) {
				if (!(error instanceof VaultTrouble)) throw error;
				troubles.push(error);
			}
		}
		if (page.next === undefined) return { ok: true, letters: letters.filter((one) => one.forum === forum && one.document === document), troubles };
		after = page.next;
	}
}

/** Keeps a letter in its circle; `based`: the one of which it is the next version. `moved-on`: somebody else changed that meanwhile. */
export async function keepLetter(circle: OpenCircle, letter: Letter, based?: KeptLetter): Promise<Outcome<{ readonly kept: KeptLetter }>> {
	// Plain JSON by its shape.
	const body = { v: 1, ...letter, clauses: [...letter.clauses] } as unknown as Json;
	const written = await circle.write({ kind, body, ...(based === undefined ? {} : { record: based.record.record, basedOn: based.record }) });
	return written.ok ? { ok: true, kept: letterOf(circle, written.written) } : { ok: false, reason: written.reason };
}
