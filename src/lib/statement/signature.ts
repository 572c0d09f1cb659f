import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import { cleanText } from '#lib/platform/text/clean.ts';
import { canonical, fromCanonical, fromText, isSignedBy, utf8, type Bytes } from '#lib/vault/envelope.ts';
import { hexHash, readCanonical, textHash } from './draft.ts';

/** How somebody puts their name to a statement: under their name, another one, that of an organisation, or as one more who is counted. */
export const signingKinds = ['named', 'pseudonym', 'organisation', 'counted'] as const;
export type SigningKind = (typeof signingKinds)[number];

const ofBytes = (bytes: number) => v.pipe(v.string(), v.check((text) => fromText(text)?.length === bytes));

/**
 * Note: A signature that a stranger can verify.
 * It is made by a key that follows from the account's root and the adoption, and stands for nothing else: no table, and nobody who does not have the
 * root, can tell whose account it is. It says the hash of the text, the kind and the name. One that is only counted is the same without a name, so that
 * nobody can add to the count by a number. What is published names each by the hash of its own text and is signed as a whole by the adoption's key: so a
 * signature that is taken back later can go, name, key and all, and everybody still sees that one is gone.
 */
export const signatureShape = v.pipe(
	v.strictObject({
		kind: v.picklist(signingKinds),
		/** As it is shown. Empty for one that is only counted. */
		name: v.pipe(v.string(), v.maxLength(120)),
		/** Raw Ed25519 key, base64url. */
		key: ofBytes(32),
		signature: ofBytes(64)
	}),
	v.check(({ kind, name }) => (kind === 'counted') === (name === '') && cleanText(name) === name)
);
export type Signature = v.InferOutput<typeof signatureShape>;

/** What is signed: four lines and a line feed after each. */
export function signatureMessage(hash: string, { kind, name }: Pick<Signature, 'kind' | 'name'>): Bytes {
	return utf8(`steadfast statement signature 1\n${hash}\n${kind}\n${name}\n`);
}

/** What the same key signs to take it back. */
export function withdrawalMessage(hash: string): Bytes {
	return utf8(`steadfast statement withdrawal 1\n${hash}\n`);
}

export async function isSignatureOf(hash: string, signature: Signature): Promise<boolean> {
	return isSignedBy(fromText(signature.key) ?? new Uint8Array(), signatureMessage(hash, signature), fromText(signature.signature) ?? new Uint8Array());
}

/** Names a signature in what is published. */
export async function signatureHash({ kind, name, key, signature }: Signature): Promise<string> {
	return textHash(canonical({ kind, name, key, signature }));
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000));
const percent = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100));
const slug = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), v.maxLength(80));

/** What is told to everybody of an adoption, and signed as a whole. */
const adoptionRecordShape = v.strictObject({
	v: v.literal(1),
	forum: slug,
	/** 1, and one more for each correction. */
	version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
	/** The hash of the record before, of a correction. */
	previous: v.nullable(hexHash),
	/** Why there is another version. */
	correction: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(1000))),
	/** Of the adopted text. */
	hash: hexHash,
	/** The full hour, `2026-12-09T14:00:00Z`. */
	adoptedAt: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:00:00Z$/), v.check((text) => !Number.isNaN(Date.parse(text)))),
	rule: v.strictObject({ quorumPercent: percent, thresholdPercent: percent }),
	counts: v.strictObject({ participants: count, consents: count, standsAside: count, objects: count, silent: count }),
	/** How many clauses were set aside. */
	setAside: count,
	translations: v.pipe(v.array(v.strictObject({ language: v.picklist(languages), hash: hexHash })), v.maxLength(languages.length)),
	/** In the order of these hashes. */
	signatures: v.pipe(v.array(hexHash), v.maxLength(1000), v.check((all) => all.every((one, at) => at === 0 || (all[at - 1] ?? '') < one))),
	/** The key that signs this record. */
	key: ofBytes(32)
});
export type AdoptionRecord = v.InferOutput<typeof adoptionRecordShape>;

export function recordBody(record: AdoptionRecord): string {
	return canonical(record);
}

/** What a text says; undefined for any that is no adoption record in its one form. */
export function readRecord(body: string): AdoptionRecord | undefined {
	const { success, output } = v.safeParse(adoptionRecordShape, fromCanonical(body));
	return success ? output : undefined;
}

export function recordMessage(body: string): Bytes {
	return utf8(`steadfast adoption record 1\n${body}\n`);
}

/** All that is sent to publish an adoption. */
export const publicationShape = v.strictObject({
	body: v.pipe(v.string(), v.maxLength(200_000)),
	signature: ofBytes(64),
	/** The adopted text. */
	text: v.pipe(v.string(), v.maxLength(500_000)),
	translations: v.pipe(v.array(v.pipe(v.string(), v.maxLength(500_000))), v.maxLength(languages.length)),
	signatures: v.pipe(v.array(signatureShape), v.maxLength(1000)),
	/** Null: now. */
	releaseAt: v.nullable(v.pipe(v.string(), v.isoTimestamp()))
});
export type Publication = v.InferOutput<typeof publicationShape>;

/** The record of a publication of which every part fits every other, each signature too; undefined where one does not. */
export async function verifiedPublication({ body, signature, text, translations, signatures }: Omit<Publication, 'releaseAt'>): Promise<AdoptionRecord | undefined> {
	const record = readRecord(body);
	const words = readCanonical(text);
	if (record === undefined || words === undefined || (await textHash(text)) !== record.hash) return undefined;
	if (!(await isSignedBy(fromText(record.key) ?? new Uint8Array(), recordMessage(body), fromText(signature) ?? new Uint8Array()))) return undefined;
	const { consents, standsAside, objects, silent, participants } = record.counts;
	if (consents + standsAside + objects + silent !== participants || record.counts.participants < signatures.length) return undefined;
	const others = await Promise.all(translations.map(async (one) => ({ read: readCanonical(one), hash: await textHash(one) })));
	const fits = others.length === record.translations.length && others.every(({ read, hash }, at) => {
		const named = record.translations[at];
		return read !== undefined && named?.hash === hash && named.language === read.language && read.language !== words.language && read.clauses.length === words.clauses.length && read.clauses.every(({ kind }, i) => kind === words.clauses[i]?.kind);
	});
	if (!fits || new Set(record.translations.map(({ language }) => language)).size !== others.length) return undefined;
	const hashes = await Promise.all(signatures.map(signatureHash));
	if (hashes.length !== record.signatures.length || new Set(signatures.map(({ key }) => key)).size !== signatures.length || !hashes.toSorted().every((hash, at) => hash === record.signatures[at])) return undefined;
	const signed = await Promise.all(signatures.map((one) => isSignatureOf(record.hash, one)));
	return signed.every(Boolean) ? record : undefined;
}
