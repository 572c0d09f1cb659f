import { isLanguage, languages, type Language } from '#lib/platform/i18n/language.ts';
import { excerpt, slugForm, slugWords } from './fields.ts';

/** What a text of the record is about. */
export type Owner =
	| { readonly kind: 'programme' }
	| { readonly kind: 'forum'; readonly slug: string }
	| { readonly kind: 'document'; readonly forum: string; readonly slug: string }
	| { readonly kind: 'addressees' }
	| { readonly kind: 'followup'; readonly forum: string; readonly slug: string }
	/** The questions of an item, in files of a few each: `file` says nothing but their order. */
	| { readonly kind: 'questions'; readonly forum: string; readonly slug: string; readonly file: string };

/** A text of the record: the path of the file with its facts, and the paths of its translations. */
export type Group = Owner & { readonly path: string; readonly translations: ReadonlyMap<Language, string> };

/** Where everything of an owner lies: `forums/<slug>/forum`, to which `.md` or `.es.md` is added. */
export function stemOf(owner: Owner): string {
	switch (owner.kind) {
		case 'programme':
			return 'programme';
		case 'addressees':
			return 'addressees';
		case 'forum':
			return `forums/${owner.slug}/forum`;
		case 'document':
			return `forums/${owner.forum}/documents/${owner.slug}`;
		case 'followup':
			return `forums/${owner.forum}/followup/${owner.slug}`;
		case 'questions':
			return `forums/${owner.forum}/questions/${owner.slug}/${owner.file}`;
	}
}

/** Where a photo lies that the forum's own file names. */
export function photoPath(forum: string, file: string): string {
	return `forums/${forum}/${file}`;
}

/**
 * The texts among these paths, documents by forum and slug, forums by slug; and the pictures. A path that has no place
 * in the record is reported, except README.md and names that begin with a dot, which are nobody's business here.
 */
export function placed(paths: readonly string[], refuse: (path: string, message: string) => void): { readonly groups: readonly Group[]; readonly pictures: readonly string[] } {
	const known = paths.filter((path) => !isIgnored(path));
	const texts = known.flatMap((path) => textAt(path) ?? []);
	const groups = new Map<string, Group & { readonly translations: Map<Language, string> }>();
	for (const { path, owner, language } of texts) {
		const wrong = ['slug' in owner ? owner.slug : 'a', 'forum' in owner ? owner.forum : 'a', owner.kind === 'questions' ? owner.file : 'a'].find((slug) => !slugForm.test(slug));
		if (wrong !== undefined) refuse(path, `"${excerpt(wrong)}" must be ${slugWords}.`);
		else if (owner.kind === 'document' && (owner.slug === 'agenda' || owner.slug === 'changes')) refuse(path, `A document cannot be called "${owner.slug}": that is the address of another page of the forum. Choose another name.`);
		else if (factsAlone.has(owner.kind) && language !== undefined) refuse(path, 'This file has no translation in a file of its own: it stands beside each text in it.');
		else if ('forum' in owner && !paths.includes(`${stemOf({ kind: 'forum', slug: owner.forum })}.md`)) refuse(path, `Its forum is missing: forums/${owner.forum}/forum.md.`);
		else if (language === undefined) groups.set(path, { ...owner, path, translations: new Map() });
	}
	for (const { path, owner, language } of texts) {
		const base = `${stemOf(owner)}.md`;
		if (language === undefined) continue;
		if (!paths.includes(base)) refuse(path, `${excerpt(base)} is missing: this would be its translation.`);
		else if (isLanguage(language)) groups.get(base)?.translations.set(language, path);
		else refuse(path, `"${excerpt(language)}" is no language of the record; allowed are ${languages.join(', ')}.`);
	}
	const pictures = known.filter((path) => /^forums\/[^/]+\/[^/]+\.(?:jpe?g|png|webp)$/i.test(path));
	for (const path of known) {
		if (textAt(path) === undefined && !pictures.includes(path)) refuse(path, 'The record has no place for this file; it holds programme.md, forums/<slug>/forum.md with the photo that it names, forums/<slug>/documents/<slug>.md, forums/<slug>/followup/<slug>.md, forums/<slug>/questions/<item>/<number>.md, addressees.md, and their translations as forum.es.md.');
	}
	return { groups: [...groups.values()].sort((a, b) => compare(stemOf(a), stemOf(b))), pictures };
}

/** Files without a text below the facts. */
const factsAlone: ReadonlySet<Owner['kind']> = new Set(['addressees', 'followup', 'questions']);

function isIgnored(path: string): boolean {
	const names = path.split('/');
	if (names.includes('..') || names.includes('.')) return false;
	return names.at(-1) === 'README.md' || names.some((name) => name.startsWith('.'));
}

function textAt(path: string): { readonly path: string; readonly owner: Owner; readonly language?: string } | undefined {
	const [, stem, language] = /^([^.]+)(?:\.([^./]*))?\.md$/.exec(path) ?? [];
	const [, forum, slug, followed, item, file] = /^forums\/([^/]+)\/(?:forum|documents\/([^/]+)|followup\/([^/]+)|questions\/([^/]+)\/([^/]+))$/.exec(stem ?? '') ?? [];
	const given = language === undefined ? {} : { language };
	if (stem === 'programme') return { path, owner: { kind: 'programme' }, ...given };
	if (stem === 'addressees') return { path, owner: { kind: 'addressees' }, ...given };
	if (forum === undefined) return undefined;
	if (followed !== undefined) return { path, owner: { kind: 'followup', forum, slug: followed }, ...given };
	if (item !== undefined && file !== undefined) return { path, owner: { kind: 'questions', forum, slug: item, file }, ...given };
	return { path, owner: slug === undefined ? { kind: 'forum', slug: forum } : { kind: 'document', forum, slug }, ...given };
}

/** By slugs: `a` before `a-b`, although "-" comes before "/". */
function compare(a: string, b: string): number {
	const [left, right] = [a.replaceAll('/', '\0'), b.replaceAll('/', '\0')];
	return left < right ? -1 : left > right ? 1 : 0;
}
