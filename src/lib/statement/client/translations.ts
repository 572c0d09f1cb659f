import * as v from 'valibot';
import type { OpenedRecord, Outcome } from '#lib/circles/client/open-circle.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { draftKinds } from '../draft.ts';
import { bodyOf, singleRecord } from '../round.ts';
import { translationShape, type StatementTranslation } from '../translation.ts';
import type { OpenDraft } from './drafts.ts';

/** A translation of a draft as it is kept; nothing of it is there where nobody has begun. */
export interface KeptTranslation {
	readonly translation: StatementTranslation;
	readonly record: OpenedRecord | undefined;
}

/** What there is of a draft in another language. What says something else than it should is taken for nothing, and can be written over. */
export async function translationOf({ circle, id, secret }: OpenDraft, language: Language): Promise<Outcome<KeptTranslation>> {
	const none: StatementTranslation = { v: 1, draft: id, language, title: '', clauses: [] };
	const found = await circle.read(await singleRecord(secret, 'translation', language));
	if (!found.ok) return found.reason === 'not-found' ? { ok: true, translation: none, record: undefined } : found;
	if (!found.opened.ok) throw found.opened.trouble;
	const { success, output } = v.safeParse(translationShape, found.opened.body);
	return { ok: true, translation: success && output.draft === id && output.language === language ? output : none, record: found.opened };
}

/** Keeps a translation as its next version. `moved-on`: somebody was faster. */
export async function keepTranslation({ circle, secret }: OpenDraft, before: KeptTranslation, translation: StatementTranslation): Promise<Outcome<KeptTranslation>> {
	const written = await circle.write({ kind: draftKinds.translation, record: await singleRecord(secret, 'translation', translation.language), body: bodyOf({ ...translation, clauses: translation.clauses.map((clause) => ({ ...clause })) }), basedOn: before.record });
	return written.ok ? { ok: true, translation, record: written.written } : { ok: false, reason: written.reason };
}
