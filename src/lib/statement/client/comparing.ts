import * as v from 'valibot';
import type { Line } from '#lib/circles/client/line.ts';
import type { Outcome } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { isLanguage, type Language } from '#lib/platform/i18n/language.ts';
import { cleanText } from '#lib/platform/text/clean.ts';
import { fromText, isSignedBy, toText } from '#lib/vault/envelope.ts';
import type { Counts } from '../adoption.ts';
import { readCanonical, textHash, type StatementWords } from '../draft.ts';
import { isSignatureOf, readRecord, recordMessage, signatureHash, signatureShape, type AdoptionRecord } from '../signature.ts';
import { signaturesOf, type AdoptionAsItIs } from './adoptions.ts';
import { adoptionKey } from './publishing.ts';

const text = v.string();
/** What `adoption.json` gives to everybody, as far as it is compared. */
const publicShape = v.object({
	versions: v.array(v.object({ text, translations: v.array(text), record: v.object({ body: text, signature: text }), signatures: v.array(v.object({ hash: text, signature: v.nullable(signatureShape) })) })),
	document: v.array(v.object({ language: text, title: text, clauses: v.array(text) }))
});
type PublicVersion = v.InferOutput<typeof publicShape>['versions'][number];
type Document = v.InferOutput<typeof publicShape>['document'];

/** In what the public record is not what this browser counts. */
export type Difference =
	| { readonly figure: keyof Counts | 'setAside' | 'adoptedAt'; readonly ours: number; readonly theirs: number }
	| { readonly figure: 'signatures'; /** Of the circle, and not in public. */ readonly missing: number; /** In public, and nobody's of the circle. */ readonly foreign: number }
	| { readonly figure: 'document'; readonly language: Language }
	/** `key`: no version is signed by this adoption's key. `signed`: changed after it was signed. `newer`: another adoption has followed. */
	| { readonly figure: 'key' | 'signed' | 'text' | 'rule' | 'translations' | 'newer' };

/** `version`: which one was compared; 0 where there is none of this adoption's. */
export type Comparison = { readonly kind: 'not-public' } | { readonly kind: 'compared'; readonly version: number; readonly differences: readonly Difference[] };

/**
 * Note: Whether it is public as it was adopted.
 * A member's browser, which has counted again, asks for what a stranger who verifies asks for, at the same address and without a session, and compares every
 * figure, the text, the signatures, and the words that the record shows. So a server cannot tell it from a stranger by what it asks; by its
 * address it may, and could answer it alone truly. The hash is on both pages for whoever compares by eye.
 */
export async function comparePublished(line: Pick<Line, 'ask'>, asItIs: AdoptionAsItIs): Promise<Outcome<{ readonly comparison: Comparison }>> {
	const { adoption, ended, published } = asItIs;
	if (published === undefined || ended?.outcome.kind !== 'adopted') return { ok: false, reason: 'not-found' };
	const path = `/en/forums/${encodeURIComponent(published.forum)}/statement/adoption.json`;
	const answer = await line.ask({ method: 'GET', path });
	if (!answer.ok && answer.status === 404) return { ok: true, comparison: { kind: 'not-public' } };
	if (!answer.ok) return { ok: false, reason: answer.status === 429 ? 'slow-down' : answer.reason === 'offline' ? 'offline' : 'failed' };
	const { success, output } = v.safeParse(publicShape, answer.value);
	if (!success) throw new VaultTrouble('unknown-format', { part: 'answer', path });
	const key = toText((await adoptionKey(adoption)).publicKey);
	const read = output.versions.flatMap((version) => {
		const record = readRecord(version.record.body);
		return record ? [{ version, record }] : [];
	});
	const newest = (all: typeof read) => all.toSorted((one, other) => other.record.version - one.record.version)[0];
	const ours = newest(read.filter(({ record }) => record.key === key && record.forum === published.forum));
	if (ours === undefined) return { ok: true, comparison: { kind: 'compared', version: 0, differences: [{ figure: 'key' }] } };
	const isNewest = newest(read) === ours;
	const differences = [...figuresOf(asItIs, ours.record), ...(await partsOf(asItIs, ours)), ...(isNewest ? documentOf(ours.version, output.document) : [{ figure: 'newer' } as const])];
	return { ok: true, comparison: { kind: 'compared', version: ours.record.version, differences } };
}

function figuresOf({ adoption, ended }: AdoptionAsItIs, { counts, setAside, adoptedAt, rule }: AdoptionRecord): readonly Difference[] {
	if (ended === undefined) return [];
	const own: Readonly<Record<keyof Counts | 'setAside' | 'adoptedAt', number>> = { ...ended.outcome.counts, setAside: ended.setAside.length, adoptedAt: ended.at };
	const told: typeof own = { ...counts, setAside, adoptedAt: Date.parse(adoptedAt) };
	const figures = ['participants', 'consents', 'standsAside', 'objects', 'silent', 'setAside', 'adoptedAt'] as const;
	const isSameRule = rule.quorumPercent === adoption.rule.quorumPercent && rule.thresholdPercent === adoption.rule.thresholdPercent;
	return [...figures.flatMap((figure) => (own[figure] === told[figure] ? [] : [{ figure, ours: own[figure], theirs: told[figure] }])), ...(isSameRule ? [] : [{ figure: 'rule' } as const])];
}

async function partsOf(asItIs: AdoptionAsItIs, { version, record }: { readonly version: PublicVersion; readonly record: AdoptionRecord }): Promise<readonly Difference[]> {
	const { ended } = asItIs;
	const differences: Difference[] = [];
	if (!(await isSignedBy(fromText(record.key) ?? new Uint8Array(), recordMessage(version.record.body), fromText(version.record.signature) ?? new Uint8Array()))) differences.push({ figure: 'signed' });
	if (version.text !== ended?.text || record.hash !== ended.adoptedHash) differences.push({ figure: 'text' });
	const translated = await Promise.all(version.translations.map(textHash));
	if (translated.length !== record.translations.length || !record.translations.every(({ hash }) => translated.includes(hash))) differences.push({ figure: 'translations' });
	// One that was taken back in public, or in the circle alone, is missing nowhere: its hash stays in the record.
	const own = await Promise.all(signaturesOf(asItIs).map(signatureHash));
	const shown = await Promise.all(version.signatures.flatMap(({ signature }) => signature ?? []).map(async (one) => ((await isSignatureOf(record.hash, one)) ? signatureHash(one) : '')));
	const missing = own.filter((hash) => !record.signatures.includes(hash) || !version.signatures.some((one) => one.hash === hash)).length;
	const foreign = shown.filter((hash) => !own.includes(hash)).length;
	return missing + foreign === 0 ? differences : [...differences, { figure: 'signatures', missing, foreign }];
}

/** The words that the record shows beside those that were published, in each language that either of them has. */
function documentOf(version: PublicVersion, document: Document): readonly Difference[] {
	const adopted = [version.text, ...version.translations].flatMap((one) => readCanonical(one) ?? []);
	const shown = new Map(document.map((one) => [one.language, one]));
	const among = new Set([...adopted.map(({ language }) => language), ...[...shown.keys()].filter(isLanguage)]);
	return [...among].filter((language) => !isShown(adopted.find((one) => one.language === language), shown.get(language))).map((language) => ({ figure: 'document', language }));
}

function isShown(words: StatementWords | undefined, page: Document[number] | undefined): boolean {
	return words !== undefined && page !== undefined && words.title === cleanText(page.title) && words.clauses.length === page.clauses.length && words.clauses.every(({ text: clause }, at) => clause === cleanText(page.clauses[at] ?? ''));
}
