import * as v from 'valibot';
import { statementKeyOf } from '#vault/blind';
import { jsonBytes, type Line } from '#lib/circles/client/line.ts';
import type { Link } from '#lib/circles/client/link.ts';
import type { Outcome, Refused } from '#lib/circles/client/open-circle.ts';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { fromText, toText } from '#lib/vault/envelope.ts';
import { canonicalText, textHash } from '../draft.ts';
import { readRecord, recordBody, recordMessage, signatureHash, withdrawalMessage, type AdoptionRecord, type Publication } from '../signature.ts';
import { clauseTranslations, currentTranslation, type ClauseTranslation } from '../translation.ts';
import { signaturesOf, type AdoptionAsItIs } from './adoptions.ts';
import { openDraft } from './drafts.ts';
import { translationOf } from './translations.ts';

/** What is public of a forum's statement, as it was signed. */
export interface PublishedVersion {
	readonly record: AdoptionRecord;
	readonly body: string;
}

const answerShape = v.object({ versions: v.array(v.object({ body: v.string() })) });

/** What the server has of a forum's statement, the newest version first; none where there is none yet. For a steward who publishes. */
export async function publishedOf(link: Pick<Link, 'ask'>, forum: string): Promise<Outcome<{ readonly versions: readonly PublishedVersion[] }>> {
	const answer = await link.ask(`/api/forums/${encodeURIComponent(forum)}/statement`);
	if (!answer.ok) return answer.status === 404 ? { ok: false, reason: 'not-found' } : { ok: false, reason: answer.reason as Refused };
	const { success, output } = v.safeParse(answerShape, answer.value);
	const versions = success ? output.versions.flatMap(({ body }) => {
		const record = readRecord(body);
		return record ? [{ record, body }] : [];
	}) : [];
	return { ok: true, versions };
}

/** A language of an adopted text: each clause as it stands, and the whole where it can be shown as current. */
export interface TranslationToPublish {
	readonly language: Language;
	readonly clauses: readonly ClauseTranslation[];
	readonly text: string | undefined;
}

/** The translations of the draft against the clauses that were adopted. Where the draft is another circle's they are not here. */
export async function translationsToPublish({ adoption, ended }: AdoptionAsItIs): Promise<Outcome<{ readonly translations: readonly TranslationToPublish[] }>> {
	const draft = await openDraft(adoption.circle, adoption.draft);
	if (!draft.ok) return draft.reason === 'not-found' ? { ok: true, translations: [] } : draft;
	const setAside = new Set(ended?.setAside);
	const left = adoption.clauses.filter(({ id }) => !setAside.has(id));
	const translations: TranslationToPublish[] = [];
	for (const language of languages) {
		if (language === adoption.language) continue;
		const kept = await translationOf(draft.draft, language);
		if (!kept.ok) return kept;
		const words = await currentTranslation(left, kept.translation);
		translations.push({ language, clauses: await clauseTranslations(left, kept.translation), text: words && canonicalText(words) });
	}
	return { ok: true, translations };
}

interface Publishing {
	readonly forum: string;
	/** The newest version that is public; undefined for the first. */
	readonly before: PublishedVersion | undefined;
	/** Why there is another version; empty for the first. */
	readonly correction: string;
	readonly translations: readonly TranslationToPublish[];
	readonly releaseAt: Date | undefined;
}

/** What would be published, signed by the adoption's key: to be looked at before it is sent. */
export async function publicationOf({ adoption, ended, answers }: AdoptionAsItIs, { forum, before, correction, translations, releaseAt }: Publishing): Promise<Publication | undefined> {
	if (ended?.outcome.kind !== 'adopted') return undefined;
	const key = await adoptionKey(adoption);
	const signatures = signaturesOf({ answers });
	const texts = translations.flatMap(({ language, text }) => (text === undefined ? [] : [{ language, text }]));
	const record: AdoptionRecord = {
		v: 1,
		forum,
		version: (before?.record.version ?? 0) + 1,
		previous: before === undefined ? null : await textHash(before.body),
		correction: before === undefined ? null : correction.trim(),
		hash: ended.adoptedHash,
		adoptedAt: new Date(ended.at).toISOString().replace('.000', ''),
		rule: adoption.rule,
		counts: ended.outcome.counts,
		setAside: ended.setAside.length,
		translations: await Promise.all(texts.map(async ({ language, text }) => ({ language, hash: await textHash(text) }))),
		signatures: (await Promise.all(signatures.map(signatureHash))).toSorted(),
		key: toText(key.publicKey)
	};
	const body = recordBody(record);
	// In an order that says nothing of who signed first.
	const ordered = (await Promise.all(signatures.map(async (one) => ({ one, hash: await signatureHash(one) })))).toSorted((a, b) => (a.hash < b.hash ? -1 : 1)).map(({ one }) => one);
	return { body, signature: toText(await key.sign(recordMessage(body))), text: ended.text, translations: texts.map(({ text }) => text), signatures: ordered, releaseAt: releaseAt?.toISOString() ?? null };
}

/** The key that signs what is published of an adoption: every member has it. */
export async function adoptionKey({ secret, id }: AdoptionAsItIs['adoption']) {
	const bytes = fromText(secret);
	if (bytes?.length !== 16) throw new Error('An adoption without its secret.');
	return statementKeyOf(bytes, id);
}

/** Publishes; until when it is public. `not-found` where the forum was not released by a circle of ours. */
export async function publish(link: Pick<Link, 'send'>, forum: string, publication: Publication): Promise<Outcome<{ readonly releasedAt: Date }>> {
	// Plain JSON by its shape.
	const answer = await link.send('POST', `/api/forums/${encodeURIComponent(forum)}/statement`, { ...publication, translations: [...publication.translations], signatures: publication.signatures.map((one) => ({ ...one })) });
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused };
	const { value } = answer;
	const told = typeof value === 'object' && value !== null && 'releaseAt' in value ? new Date(String(value.releaseAt)) : new Date(NaN);
	return Number.isNaN(told.getTime()) ? { ok: false, reason: 'failed' } : { ok: true, releasedAt: told };
}

/**
 * Takes a signature out of what is public, at once and without asking anybody. The line has no session: the server is not told whose
 * account it is, and only that whoever holds the key wants it so. Takes it back in the circle as well, first, so that no correction brings it again.
 */
export async function withdrawPublished(line: Line, { keys }: Pick<Link, 'keys'>, { adoption, ended }: AdoptionAsItIs, forum: string): Promise<Outcome<{ readonly wasThere: boolean }>> {
	if (ended === undefined) return { ok: false, reason: 'not-found' };
	const key = await statementKeyOf(keys.root, adoption.id);
	const body = { hash: ended.adoptedHash, key: toText(key.publicKey), signature: toText(await key.sign(withdrawalMessage(ended.adoptedHash))) };
	const answer = await line.ask({ method: 'POST', path: `/api/forums/${encodeURIComponent(forum)}/statement/withdrawals`, body: jsonBytes(body), headers: { 'content-type': 'application/json' } });
	if (answer.ok) return { ok: true, wasThere: true };
	if (answer.status === 404) return { ok: true, wasThere: false };
	return { ok: false, reason: answer.status === 429 ? 'slow-down' : answer.reason === 'offline' ? 'offline' : 'failed' };
}
