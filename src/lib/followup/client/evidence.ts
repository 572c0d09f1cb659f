import * as v from 'valibot';
import type { OpenCircle, OpenedRecord, Outcome } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import type { Json } from '#lib/vault/envelope.ts';

const kind = 'followup-evidence';

const evidenceShape = v.strictObject({
	v: v.literal(1),
	/** The id of the public entry that says that there is some. */
	entry: v.string(),
	name: v.pipe(v.string(), v.maxLength(300)),
	/** Where it is, in words or as an address. */
	place: v.pipe(v.string(), v.maxLength(1000)),
	words: v.pipe(v.string(), v.maxLength(20_000))
});

/** Evidence that is kept back: see the note of that name. */
export type SealedEvidence = Omit<v.InferOutput<typeof evidenceShape>, 'v'>;

export interface KeptEvidence extends SealedEvidence {
	readonly record: OpenedRecord;
}

function evidenceOf(circle: OpenCircle, opened: OpenedRecord): KeptEvidence {
	const { success, output } = v.safeParse(evidenceShape, opened.body);
	if (opened.kind !== kind || !success) throw new VaultTrouble('unknown-format', { part: 'record', circle: circle.id, record: opened.record, version: opened.version }, { found: 'a record that is no evidence' });
	const { v: _, ...says } = output;
	return { ...says, record: opened };
}

/** The evidence that a circle keeps of these entries; and why other could not be opened: of which entry it is stands inside. */
export async function evidenceIn(circle: OpenCircle, entries: ReadonlySet<string>): Promise<Outcome<{ readonly evidence: readonly KeptEvidence[]; readonly troubles: readonly VaultTrouble[] }>> {
	const [evidence, troubles]: [KeptEvidence[], VaultTrouble[]] = [[], []];
	for (let after: string | undefined; ; ) {
		const page = await circle.list(kind, { limit: 200, after });
		if (!page.ok) return page;
		for (const opened of page.records) {
			try {
				if (!opened.ok) throw opened.trouble;
				evidence.push(evidenceOf(circle, opened));
			} catch (error) {
				if (!(error instanceof VaultTrouble)) throw error;
				troubles.push(error);
			}
		}
		if (page.next === undefined) return { ok: true, evidence: evidence.filter(({ entry }) => entries.has(entry)), troubles };
		after = page.next;
	}
}

/**
 * Keeps evidence in its circle, before the entry is public that says that there is some; `based`: what an attempt before kept. The
 * record's id is random: whoever has the database cannot tell of which entry it is.
 */
export async function keepEvidence(circle: OpenCircle, evidence: SealedEvidence, based?: KeptEvidence): Promise<Outcome<{ readonly kept: KeptEvidence }>> {
	// Plain JSON by its shape.
	const body = { v: 1, ...evidence } as unknown as Json;
	const written = await circle.write({ kind, body, ...(based === undefined ? {} : { record: based.record.record, basedOn: based.record }) });
	return written.ok ? { ok: true, kept: evidenceOf(circle, written.written) } : { ok: false, reason: written.reason };
}
