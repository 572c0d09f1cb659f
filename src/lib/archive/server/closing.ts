import { actOnQuestion, heldForum, isClosed, keepClosing, keepCoverage, steerPublicItem, withdrawQuestion, type Closed, type Convenor, type ForumClosing, type ForumCoverage, type HeldForum } from '#lib/forum/server/index.ts';
import type { Tx } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import { cleanLines, cleanText } from '#lib/platform/text/clean.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Forum, KeptQuestion, QuestionCount } from '../forum.ts';
import { safeHref } from '../markdown.ts';
import { forumFrom, quotationsOfShown, type Afterwards } from '../releasing.ts';
import { lockRecord } from './records-lock.ts';
import { publishForum } from './records.ts';

/**
 * Closes a forum: what is public of it is in the record's pages and files from this transaction on, at the same addresses,
 * and what its retention says is destroyed when its time has come. Others as `keepClosing`.
 */
export async function closeForum({ db }: Pick<House, 'db'>, actor: Convenor, closing: ForumClosing, now: Date): Promise<Closed> {
	return db.transaction().execute(async (tx) => {
		const kept = await keepClosing(tx, actor, closing, now);
		if (kept.ok) await publishHeld(tx, closing.slug, now);
		return kept;
	});
}

/** Says anew what the press has said of a forum, on its page too. Others as `keepCoverage`. */
export async function coverForum({ db }: Pick<House, 'db'>, actor: Convenor, coverage: ForumCoverage, now: Date): Promise<Closed> {
	return db.transaction().execute(async (tx) => {
		const kept = await keepCoverage(tx, actor, coverage, now);
		if (kept.ok) await publishHeld(tx, coverage.slug, now);
		return kept;
	});
}

// Each of these is the forum's own act; where the forum is closed already, the record follows in the same transaction.

/** As `actOnQuestion`. */
export async function moderateQuestion({ db }: Pick<House, 'db'>, ...[actor, request, now]: Rest<typeof actOnQuestion>): ReturnType<typeof actOnQuestion> {
	return db.transaction().execute(async (tx) => followed(tx, request.place.forum, now, await actOnQuestion(tx, actor, request, now)));
}

/** As `steerPublicItem`. */
export async function steerItem({ db }: Pick<House, 'db'>, ...[actor, request, now]: Rest<typeof steerPublicItem>): ReturnType<typeof steerPublicItem> {
	return db.transaction().execute(async (tx) => followed(tx, request.place.forum, now, await steerPublicItem(tx, actor, request, now)));
}

/** As `withdrawQuestion`. */
export async function takeQuestionBack({ db }: Pick<House, 'db'>, ...[place, token, now]: Rest<typeof withdrawQuestion>): ReturnType<typeof withdrawQuestion> {
	return db.transaction().execute(async (tx) => followed(tx, place.forum, now, await withdrawQuestion(tx, place, token, now)));
}

type Rest<Act extends (tx: Tx, ...rest: never[]) => unknown> = Parameters<Act> extends [Tx, ...infer Others] ? Others : never;

async function followed<Outcome>(tx: Tx, slug: string, now: Date, outcome: Outcome): Promise<Outcome> {
	if (await isClosed(tx, slug)) await publishHeld(tx, slug, now, { quietly: true });
	return outcome;
}

/**
 * Puts a released forum into the record as everybody may know it at this moment. Of a closed one what editors added to
 * its files stays: hosts, photograph, figures, quotations, but for those of somebody who is not shown any more.
 */
export async function publishHeld(tx: Tx, slug: string, now: Date, { quietly = false } = {}): Promise<void> {
	await lockRecord(tx);
	const held = await heldForum(tx, slug, now);
	if (!held) return;
	const before = (await tx.selectFrom('archive_forum').select('content').where('slug', '=', slug).executeTakeFirst())?.content;
	const forum = forumFrom(held.released, held.shown, { ...held, kept: keptOf(held, before) });
	const all = held.items.flatMap(({ item, questions }) => questions.flatMap((question) => keptQuestion({ forum: slug, item, question })));
	await publishForum(tx, held.isClosed && before ? withEditorsFacts(forum, before, held) : forum, now, { questions: { of: held.items.map(({ item }) => item), all }, quietly });
}

/** Of items whose questions lie no longer with the forum the record keeps what it has. */
function keptOf({ items, isClosed: closed }: HeldForum, before: Forum | undefined): Afterwards['kept'] {
	const earlier = closed ? (before?.agenda ?? []).flatMap(({ id, documents, counts }) => (documents === undefined && counts === undefined ? [] : [[id, { ...(documents && { documents }), ...(counts && { counts }) }] as const])) : [];
	return new Map([
		...earlier,
		...items.map(({ item, documents, counts }) => {
			const linked = documents.flatMap(({ title, url }) => {
				const href = safeHref(url);
				return href === undefined ? [] : [{ title: cleanText(title), url: href }];
			});
			return [item, { ...(linked.length > 0 && { documents: linked }), counts: counts.map(({ lane, state, reason, count }): QuestionCount => ({ lane, state, ...(reason && { reason }), count: Number(count) })) }] as const;
		})
	]);
}

/** Words of which nothing can be seen are no question. */
function keptQuestion({ forum, item, question }: { readonly forum: string; readonly item: string; readonly question: HeldForum['items'][number]['questions'][number] }): KeptQuestion[] {
	const { number, lane, language, state, turn, votes, answer } = question;
	const words = cleanText(question.words);
	if (!isVisible(words)) return [];
	const inEach = (found: Readonly<Partial<Record<string, string>>>, clean: (said: string) => string) => Object.fromEntries(languages.flatMap((one) => {
		const said = clean(found[one] ?? '');
		return isVisible(said) ? [[one, said]] : [];
	}));
	const translations = inEach(question.translations, cleanText);
	const answered = answer && inEach(answer.in, (said) => cleanLines(said).trim());
	return [
		{
			forum,
			item,
			number,
			lane,
			language,
			words,
			...(Object.keys(translations).length > 0 && { translations }),
			state,
			...(turn !== null && { turn }),
			...(votes > 0 && { votes }),
			...(answer && answered?.[answer.original] !== undefined && { answer: { original: answer.original, in: answered } })
		}
	];
}

function isVisible(words: string): boolean {
	return /[^\s\p{Cf}]/u.test(words);
}

function withEditorsFacts(forum: Forum, before: Forum, { withoutPhotograph }: HeldForum): Forum {
	const { hosts, countries, hashtag, photo, figures } = before;
	const quotations = quotationsOfShown(before, new Set(forum.people.map(({ name }) => name)));
	return { ...forum, hosts, figures, quotations, ...(countries !== undefined && { countries }), ...(hashtag !== undefined && { hashtag }), ...(photo && !withoutPhotograph && { photo }) };
}
