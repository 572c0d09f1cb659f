import type { OpenCircle, Opened, OpenedRecord, Outcome } from '#lib/circles/client/open-circle.ts';
import type { VaultTrouble } from '#lib/circles/client/trouble.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { shortLength } from '../ballot.ts';
import { bodyOf, mostPropositions, propositionShape, roundKinds, rulingShape, singleRecord, translationShape } from '../round.ts';
import { everyRecord, newestBy, saidIn, wasSteward, type OpenRound } from './rounds.ts';

/** A short sentence of a round, with what became of it. */
export interface Proposition {
	readonly id: string;
	/** The beginning of its id, by which ballots name it. */
	readonly short: string;
	readonly text: string;
	readonly language: Language;
	/** Of which workshop it came; null where somebody wrote it. */
	readonly workshop: string | null;
	/** Account id. Members of the circle can find it out; the page does not say it. */
	readonly author: string;
	readonly at: Date;
	/** Why it was taken out; undefined where it stands. */
	readonly takenOut: string | undefined;
	readonly translations: ReadonlyMap<Language, Translation>;
	readonly ruling: OpenedRecord | undefined;
}

export interface Translation {
	readonly text: string;
	readonly by: string;
	readonly record: OpenedRecord;
}

/** The text of a proposition in a language, or else as it was written. */
export function wordsIn({ text, language, translations }: Proposition, wanted: Language): { readonly text: string; readonly language: Language; readonly translated: boolean } {
	const translation = language === wanted ? undefined : translations.get(wanted);
	return translation ? { text: translation.text, language: wanted, translated: true } : { text, language, translated: false };
}

/** All propositions of a round, in the order in which they came; those after the first 300 are not among them. */
export async function propositionsOf(round: OpenRound): Promise<Outcome<{ readonly propositions: readonly Proposition[]; readonly troubles: readonly VaultTrouble[] }>> {
	const { circle, secret } = round;
	const all = await everyRecord(circle, [roundKinds.proposition, roundKinds.ruling, roundKinds.translation]);
	if (!all.ok) return all;
	const records = new Map(all.records.flatMap((opened) => (opened.ok ? [[opened.record, opened] as const] : [])));
	const propositions: Proposition[] = [];
	for (const opened of records.values()) {
		const said = opened.kind === roundKinds.proposition && opened.version === 1 ? saidIn(propositionShape, round, opened) : undefined;
		if (said === undefined || propositions.length >= mostPropositions || (round.proposals === 'stewards' && !wasSteward(circle, opened.author))) continue;
		const { record: id } = opened;
		const ruling = await newestBy(circle, records.get(await singleRecord(secret, 'ruling', id)), (author) => wasSteward(circle, author));
		const ruled = ruling && saidIn(rulingShape, round, ruling);
		const translations = new Map<Language, Translation>();
		for (const language of round.languages) {
			const record = records.get(await singleRecord(secret, 'translation', `${id} ${language}`));
			const translated = record && saidIn(translationShape, round, record);
			if (record && translated?.proposition === id && translated.language === language) translations.set(language, { text: translated.text, by: record.author, record });
		}
		const { text, language, workshop } = said;
		propositions.push({ id, short: id.slice(0, shortLength), text, language, workshop, author: opened.author, at: opened.at, takenOut: ruled?.stands === false ? ruled.reason : undefined, translations, ruling });
	}
	return { ok: true, propositions, troubles: all.records.flatMap((opened) => (opened.ok ? [] : [opened.trouble])) };
}

const isStewards = (circle: OpenCircle, opened: Opened): opened is OpenedRecord => opened.ok && wasSteward(circle, opened.author);

/** Adds a proposition: by somebody who writes it, or as a workshop's notes validated it. */
export async function propose(round: OpenRound, { text, language, workshop = null }: { readonly text: string; readonly language: Language; readonly workshop?: string | null }): Promise<Outcome<object>> {
	const written = await round.circle.write({ kind: roundKinds.proposition, body: bodyOf({ v: 1, round: round.id, text: text.trim(), language, workshop }), basedOn: undefined });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Takes a proposition out, or lets it in again, with a reason that everybody in the circle can read; stewards. */
export async function rule(round: OpenRound, { id, ruling }: Pick<Proposition, 'id' | 'ruling'>, { stands, reason }: { readonly stands: boolean; readonly reason: string }): Promise<Outcome<object>> {
	const body = bodyOf({ v: 1, round: round.id, proposition: id, stands, reason: reason.trim() });
	const written = await round.circle.write({ kind: roundKinds.ruling, record: await singleRecord(round.secret, 'ruling', id), body, basedOn: ruling });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Says a proposition in another language; the next version where somebody did before. */
export async function translate(round: OpenRound, { id, translations }: Pick<Proposition, 'id' | 'translations'>, { language, text }: { readonly language: Language; readonly text: string }): Promise<Outcome<object>> {
	const body = bodyOf({ v: 1, round: round.id, proposition: id, language, text: text.trim() });
	const written = await round.circle.write({ kind: roundKinds.translation, record: await singleRecord(round.secret, 'translation', `${id} ${language}`), body, basedOn: translations.get(language)?.record });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** One act of moderation. */
export interface Ruling {
	readonly proposition: string;
	readonly stands: boolean;
	readonly reason: string;
	readonly by: string;
	readonly at: Date;
}

/** What was taken out and let in again, by whom and why, the newest first. */
export async function rulingsOf(round: OpenRound, propositions: readonly Proposition[]): Promise<Outcome<{ readonly rulings: readonly Ruling[] }>> {
	const rulings: Ruling[] = [];
	for (const { ruling } of propositions) {
		if (ruling === undefined) continue;
		const found = ruling.version === 1 ? { ok: true as const, versions: [ruling] } : await round.circle.versions(ruling.record);
		if (!found.ok) return found;
		for (const opened of found.versions) {
			if (!isStewards(round.circle, opened)) continue;
			const said = saidIn(rulingShape, round, opened);
			if (said) rulings.push({ proposition: said.proposition, stands: said.stands, reason: said.reason, by: opened.author, at: opened.at });
		}
	}
	return { ok: true, rulings: rulings.toSorted((a, b) => b.at.getTime() - a.at.getTime()) };
}
