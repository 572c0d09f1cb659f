import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { directionOf, isLanguage, languages, type Language } from '#lib/platform/i18n/language.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { publishCalls, testCalls } from '../published-calls.ts';
import { startServer, type RunningServer } from '../server.ts';
import { tagsOf, wordsIn, type Tag } from './html.ts';
import { ask, sitemapAddresses, type Answer } from './http.ts';

interface Page {
	readonly address: string;
	/** Its path without the language, '' for the start page. */
	readonly path: string;
	readonly language: Language;
	readonly answer: Answer;
	readonly tags: readonly Tag[];
}

const names: Readonly<Record<Language, string>> = { en: 'Human Rights Defenders Forum', es: 'Foro de Personas Defensoras de Derechos Humanos', fr: 'Forum des défenseurs et défenseuses des droits humains', ar: 'منتدى المدافعين عن حقوق الإنسان' };

let server: RunningServer;
let pages: readonly Page[];

beforeAll(async () => {
	server = await startServer({ env: { CONTACT: 'mailto:security@forum.example.org', GRANTS_PUBLISHER: 'XM-DAC-00000', APPLY_ALTERNATIVES: 'tel:+41225550100 mailto:help@example.org' } });
	await publishCalls(databaseOf(server.dataDir), new Date());
	const addresses = await sitemapAddresses(server.origin);
	pages = await Promise.all(
		addresses.map(async (address) => {
			const [, first = '', path = ''] = /^\/([^/]*)(.*)$/.exec(new URL(address).pathname) ?? [];
			const answer = await ask(address, { headers: { 'accept-encoding': 'br' } });
			return { address, path, language: isLanguage(first) ? first : 'en', answer, tags: tagsOf(answer.text) };
		})
	);
});

afterAll(async () => {
	await server[Symbol.asyncDispose]();
});

/** Each page that has a problem, with it; the pages without one are not there. */
function problems(find: (page: Page) => unknown): [address: string, problem: unknown][] {
	expect(pages.length).toBeGreaterThan(100);
	return pages.map((page): [string, unknown] => [page.address, find(page)]).filter(([, problem]) => problem !== undefined && problem !== false);
}

test('every call, and every forum, agenda and document of the files, has its page in every language, and the sitemap names nothing else', () => {
	const files = globSync('archive/forums/**/*.md').filter((file) => !/\.[a-z]{2}\.md$/.test(file));
	const fixed = ['', '/forums', '/followup', '/followup/rights', '/grants', '/grants/open-data', '/people', '/figures', '/about', '/what-we-protect', '/get-involved', '/newsletter', '/search'];
	const ofFiles = files.flatMap((file) => {
		const [, , forum = '', documents, document = ''] = file.replace(/\.md$/, '').split('/');
		if (documents === 'followup') return [...readFileSync(file, 'utf8').matchAll(/^ {2}- clause: (\d+)$/gm)].map(([, clause = '']) => `/followup/${forum}/${document}/${clause}`);
		if (documents === 'documents') return [`/forums/${forum}/${document}`];
		return [`/forums/${forum}`, ...(/^agenda:/m.test(readFileSync(file, 'utf8')) ? [`/forums/${forum}/agenda`] : [])];
	});

	const expected = languages.flatMap((language) => [...fixed, ...testCalls.map((slug) => `/grants/${slug}`), ...ofFiles].map((path) => `${server.origin}/${language}${path}`));

	expect(pages.map(({ address }) => address).toSorted()).toEqual(expected.toSorted());
});

test('no address of the sitemap leads to an error, a redirect or something that is no page', () => {
	expect(problems(({ answer }) => (answer.status === 200 && /^text\/html\b/.test(answer.headers['content-type'] ?? '') ? undefined : answer.status))).toEqual([]);
});

test('no public page carries a script, sets a cookie, or has a style or a handler in an attribute', () => {
	const found = problems(({ answer, tags }) => {
		const attributes = tags.flatMap((tag) => Object.keys(tag.attributes).filter((name) => name === 'style' || name.startsWith('on')));
		const running = tags.filter(({ name, attributes: { href = '', src = '' } }) => name === 'script' || /^\s*javascript:/i.test(href) || /^\s*javascript:/i.test(src));
		const bad = { scripts: answer.text.match(/<script/gi) ?? [], cookies: answer.headers['set-cookie'] ?? [], attributes, running };
		return Object.values(bad).some(({ length }) => length > 0) ? bad : undefined;
	});

	expect(found).toEqual([]);
});

test('a browser would run no script on a public page, even one that somebody smuggled in', () => {
	const expected: Readonly<Record<string, readonly string[]>> = {
		'default-src': ["'none'"],
		'script-src': ["'none'"],
		'form-action': ["'self'"],
		'base-uri': ["'none'"],
		'frame-ancestors': ["'none'"]
	};

	const found = problems(({ answer }) => {
		const policy = policyOf(answer);
		const whole = Object.entries(expected).every(([name, sources]) => JSON.stringify(policy[name]) === JSON.stringify(sources));
		const closed = Object.values(policy).flat().every((source) => /^'(?:none|self|sha256-[\w+/=]+)'$/.test(source));
		return whole && closed ? undefined : answer.headers['content-security-policy'];
	});

	expect(found).toEqual([]);
});

test('every page but a search, an agenda or a full document arrives within the first round trip of a connection', async () => {
	const limitBytes = 14_000;
	const mayBeLonger = /^\/search$|^\/forums\/[^/]+\/[^/]+$/;
	const short = pages.filter(({ path }) => !mayBeLonger.test(path));

	const tooHeavy = [];
	for (const { address, answer, tags } of short) {
		const sheets = tags.filter(({ name, attributes: { rel, disabled } }) => name === 'link' && rel === 'stylesheet' && disabled === undefined);
		const styles = await Promise.all(sheets.map(({ attributes: { href = '' } }) => ask(new URL(href, address).href, { headers: { 'accept-encoding': 'br' } })));
		const bytes = [answer, ...styles].reduce((sum, one) => sum + headerBytes(one) + one.wireBytes, 0);
		if (bytes > limitBytes) tooHeavy.push([address, bytes]);
	}

	expect(tooHeavy).toEqual([]);
	expect(pages.filter(({ answer }) => answer.headers['content-encoding'] !== 'br').map(({ address }) => address)).toEqual([]);
	expect(short.map(({ path }) => path)).toEqual(expect.arrayContaining(['', '/forums', '/grants', '/grants/travel-and-rest', '/newsletter', '/forums/2019-building-solidarity-toward-equality-for-all']));
});

test('a page read aloud has the voice and the direction of its language', () => {
	const found = problems(({ tags, language }) => {
		const [html] = tags.filter(({ name }) => name === 'html');
		return html?.attributes['lang'] === language && html.attributes['dir'] === directionOf(language) ? undefined : html;
	});

	expect(found).toEqual([]);
});

test('every page says in its title, its one heading and its description what it is', () => {
	const found = problems(({ answer, tags }) => {
		const description = tags.find(({ name, attributes }) => name === 'meta' && attributes['name'] === 'description')?.attributes['content'] ?? '';
		const said = { title: wordsIn(answer.text, 'title'), heading: wordsIn(answer.text, 'h1'), headings: tags.filter(({ name }) => name === 'h1').length, description };
		return said.title !== '' && said.heading !== '' && said.headings === 1 && said.description.length >= 20 ? undefined : said;
	});

	expect(found).toEqual([]);
});

test('no two open tabs of the record have the same title', () => {
	const titles = Map.groupBy(pages, ({ language, answer }) => `${language}: ${wordsIn(answer.text, 'title')}`);

	expect([...titles].filter(([, same]) => same.length > 1).map(([title, same]) => [title, same.map(({ path }) => path)])).toEqual([]);
});

test('a page that somebody passes on in a messenger is announced there by the words that it has itself', () => {
	const found = problems(({ address, answer, language, path, tags }) => {
		const said = Object.fromEntries(tags.filter(({ name, attributes }) => name === 'meta' && attributes['property']?.startsWith('og:')).map(({ attributes: { property, content } }) => [property, property === 'og:title' ? content?.replaceAll(/\s+/g, ' ') : content]));
		const description = tags.find(({ name, attributes }) => name === 'meta' && attributes['name'] === 'description')?.attributes['content'];
		const isArticle = /^\/(?:forums|grants|followup)\/./.test(path) && !/\/(?:agenda|open-data|rights)$/.test(path);
		const expected = { 'og:url': address, 'og:locale': language, 'og:title': wordsIn(answer.text, 'title'), 'og:description': description, 'og:site_name': names[language], 'og:type': isArticle ? 'article' : 'website' };
		return JSON.stringify(Object.entries(said).toSorted()) === JSON.stringify(Object.entries(expected).toSorted()) ? undefined : said;
	});

	expect(found).toEqual([]);
});

test('every page names its own address and its translations, and each of them is a page', () => {
	const known = new Set(pages.map(({ address }) => address));
	const found = problems(({ address, path, tags }) => {
		const links = tags.filter(({ name, attributes }) => name === 'link' && (attributes['rel'] === 'canonical' || attributes['hreflang'] !== undefined));
		const said = Object.fromEntries(links.map(({ attributes }) => [attributes['hreflang'] ?? 'canonical', attributes['href']]));
		const expected = {
			canonical: address,
			...Object.fromEntries(languages.map((language) => [language, `${server.origin}/${language}${path}`])),
			'x-default': `${server.origin}/en${path}`
		};
		const same = JSON.stringify(Object.entries(said).toSorted()) === JSON.stringify(Object.entries(expected).toSorted());
		return same && links.length === 6 && Object.values(expected).every((one) => known.has(one)) ? undefined : said;
	});

	expect(found).toEqual([]);
});

test('no link of the record is dead, and each leads to the place that it names', async () => {
	const linked = new Map<string, string>();
	for (const { address, tags } of pages) {
		for (const { attributes } of tags) {
			for (const name of ['href', 'src', 'action', 'srcset'] as const) {
				const url = attributes[name] === undefined ? undefined : new URL(attributes[name], address);
				// The form is a page of the vault, and what stands behind its # is for that page alone.
				if (url?.origin === server.origin && !/^\/[a-z]{2}\/apply\//.test(url.pathname)) linked.set(url.href, address);
			}
		}
	}
	for (const path of ['/robots.txt', '/sitemap.xml', '/.well-known/security.txt']) linked.set(`${server.origin}${path}`, 'itself');
	const targets = [...new Set([...linked.keys()].map((href) => href.split('#')[0] ?? ''))];
	const answers = new Map<string, Answer>();
	await Promise.all(targets.map(async (target) => answers.set(target, await ask(target, { headers: { 'accept-encoding': 'br' } }))));

	const dead = [...linked].filter(([href]) => {
		const [target = '', fragment = ''] = href.split('#');
		const answer = answers.get(target);
		if (answer?.status !== 200 || answer.body.length === 0) return true;
		return fragment !== '' && !tagsOf(answer.text).some(({ attributes }) => attributes['id'] === decodeURIComponent(fragment));
	});

	expect(dead.map(([href, from]) => `${href} from ${from}: ${answers.get(href.split('#')[0] ?? '')?.status ?? 'no answer'}`)).toEqual([]);
	const kinds = new Set(targets.map((target) => /\.(\w+)$/.exec(new URL(target).pathname)?.[1] ?? 'page'));
	expect(['page', 'xml', 'json', 'ics', 'jsonld', 'pdf', 'txt'].filter((kind) => !kinds.has(kind))).toEqual([]);
	expect([...linked.keys()].filter((href) => /#clause-\d+$/.test(href)).length).toBeGreaterThan(100);
});

test('no place of a page has the same name twice, so a link to it is never wrong', () => {
	const found = problems(({ tags }) => {
		const ids = tags.map(({ attributes }) => attributes['id']).filter((id) => id !== undefined);
		const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
		return twice.length > 0 ? twice : undefined;
	});

	expect(found).toEqual([]);
});

test('whoever comes back is told that nothing has changed instead of being sent the page again', async () => {
	const second = await Promise.all(
		pages.map(async ({ address, answer }) => {
			const { status, wireBytes, headers } = await ask(address, { headers: { 'accept-encoding': 'br', 'if-none-match': answer.headers.etag ?? '' } });
			return { address, status, wireBytes, etag: headers.etag === answer.headers.etag, policy: headers['content-security-policy'] !== undefined };
		})
	);
	const other = await ask(`${server.origin}/en`, { headers: { 'if-none-match': '"another"' } });

	expect(second.filter(({ status, wireBytes, etag, policy }) => !(status === 304 && wireBytes === 0 && etag && policy))).toEqual([]);
	expect(other.status).toBe(200);
});

test('to ask for the head of a page answers as the page does, without its body', async () => {
	const compared = ['content-type', 'content-security-policy', 'cache-control', 'referrer-policy', 'etag', 'vary', 'content-encoding'] as const;

	const found = await Promise.all(
		pages.map(async ({ address, answer }) => {
			const head = await ask(address, { method: 'HEAD', headers: { 'accept-encoding': 'br' } });
			const different = compared.filter((name) => head.headers[name] !== answer.headers[name]);
			return { address, status: head.status, wireBytes: head.wireBytes, different };
		})
	);

	expect(found.filter(({ status, wireBytes, different }) => status !== 200 || wireBytes > 0 || different.length > 0)).toEqual([]);
});

test('what somebody adds to an address is never in the page that the next visitor gets', async () => {
	// Under this name of the machine no page was asked for before: the first answer is the one that is kept.
	const fresh = server.origin.replace('localhost', '127.0.0.1');
	const differing = [];
	for (const { path } of pages.filter(({ language }) => language === 'fr')) {
		const added = await ask(`${fresh}/fr${path}?visitor=anna-7731`);
		const next = await ask(`${fresh}/fr${path}`);
		if (added.text !== next.text || added.text.includes('anna-7731') || next.status !== 200) differing.push(path);
	}
	const search = await ask(`${fresh}/fr/search?visitor=anna-7731&q=paix`);

	expect(differing).toEqual([]);
	expect(search.text).not.toContain('anna-7731');
	expect(search.text).toContain('href="/ar/search?q=paix"');
});

test('a reader whose program knows no compression, or only gzip, gets the same page', async () => {
	const address = `${server.origin}/ar/forums`;

	const [plain, gzip, refused] = await Promise.all([ask(address), ask(address, { headers: { 'accept-encoding': 'gzip' } }), ask(address, { headers: { 'accept-encoding': 'br;q=0' } })]);

	expect([plain.headers['content-encoding'], gzip.headers['content-encoding'], refused.headers['content-encoding']]).toEqual([undefined, 'gzip', undefined]);
	expect(new Set([plain.text, gzip.text, refused.text, pages.find((page) => page.address === address)?.answer.text]).size).toBe(1);
});

test('a page that is made for one visitor alone is the page that all others get, with the same headers', async () => {
	const address = `${server.origin}/fr/about`;
	const compared = ['content-type', 'content-security-policy', 'cache-control', 'referrer-policy', 'x-content-type-options', 'permissions-policy', 'vary', 'content-encoding'] as const;
	const all = await ask(address, { headers: { 'accept-encoding': 'br' } });

	// SvelteKit's own tag of a page without text is among these.
	const tags = ['"45h"', '"0"', '*', all.headers.etag ?? ''];
	const alone = await Promise.all(tags.map((tag) => ask(address, { headers: { 'accept-encoding': 'br', cookie: 'a=1', 'if-none-match': tag } })));

	expect(alone.map(({ status, text, headers }) => [status, text, compared.filter((name) => headers[name] !== all.headers[name])])).toEqual(tags.map(() => [200, all.text, []]));
});

test('what is no page, has moved or is not there is guarded as a page is', async () => {
	const guards = ['x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'permissions-policy', 'cache-control'] as const;
	const addresses = ['/', '/en/about/', '/en/nothing', '/en/feed.xml', '/sitemap.xml', '/robots.txt', '/icon.svg'];

	const answers = await Promise.all(addresses.flatMap((path) => ['', 'a=1'].map((cookie) => ask(server.origin + path, { headers: { cookie } }))));

	expect(answers.map(({ headers }) => guards.filter((name) => headers[name] === undefined))).toEqual(answers.map(() => []));
	expect(answers.map(({ status }) => status)).toEqual([302, 302, 308, 308, 404, 404, 200, 200, 200, 200, 200, 200, 200, 200]);
});

function policyOf({ headers }: Answer): Record<string, string[]> {
	const policy = headers['content-security-policy'];
	const directives = (Array.isArray(policy) ? policy.join(';') : (policy ?? '')).split(';');
	return Object.fromEntries(
		directives.map((directive): [string, string[]] => {
			const [name = '', ...sources] = directive.trim().split(/\s+/);
			return [name, sources];
		})
	);
}

/** The head of the answer, as it stands on the wire. */
function headerBytes({ rawHeaders }: Answer): number {
	return 'HTTP/1.1 200 OK\r\n\r\n'.length + rawHeaders.reduce((sum, part) => sum + part.length + 2, 0);
}
