import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { startOf } from './start.ts';

const page = (path: string): string => `/(vault)/[lang=language]/${path}`;
const script = startOf('', {
	scripts: new Map([
		[page('circles'), ['/list.js']],
		[page('circles/[circle]/papers/[paper]'), ['/circles.js', '/paper.js']],
		[page('circles/[circle]/papers/new'), ['/circles.js', '/new.js']],
		[page('desk/grants/[call=slug]'), ['/desk.js']]
	])
});

/** What the start asks for beforehand at this address, in a shell of this language. */
function askedAt(pathname: string, lang = 'en'): string[] {
	const asked: string[] = [];
	runInNewContext(script, {
		location: { pathname },
		document: {
			documentElement: { lang },
			createElement: () => ({}),
			querySelector: (selector: string) => ({ href: /data-words="([^"]+)"/.exec(selector)?.[1] }),
			head: { append: ({ rel, href }: { readonly rel: string; readonly href: string }) => asked.push(`${rel} ${href}`) }
		}
	});
	return asked;
}

test('a page’s own files and words are asked for before the client has found out which page it is', () => {
	expect(askedAt('/en/circles/AAAA/papers/BBBB')).toEqual(['modulepreload /circles.js', 'modulepreload /paper.js', 'modulepreload circles-en']);
	expect(askedAt('/ar/desk/grants/rapid-help', 'ar')).toEqual(['modulepreload /desk.js', 'modulepreload circles-ar', 'modulepreload rounds-ar', 'modulepreload desk-ar']);
});

test('a page with a fixed name is not taken for one whose name is a parameter', () => {
	expect(askedAt('/en/circles/AAAA/papers/new')).toContain('modulepreload /new.js');
	expect(askedAt('/en/circles/')).toContain('modulepreload /list.js');
});

test('an address that no page has asks for nothing and stops nothing', () => {
	expect(['/', '/en', '/en/nowhere', '/en/circles/AAAA/papers/BBBB/more', '/en/circles/papers\\'].map((path) => askedAt(path))).toEqual([[], [], [], [], []]);
});
