import { wordsOfRoute } from './areas.ts';
import type { Together } from './together.ts';

/**
 * Note: What a page needs is asked for at once.
 * The shell is one constant for all pages, and only SvelteKit's client finds out which page an address means. So that a
 * page's own files need not wait for the client, the script that starts it holds a list of all pages: which addresses are
 * theirs, which files and whose words they need. It asks for those first.
 */
export function startOf(script: string, { scripts }: Pick<Together, 'scripts'>): string {
	const files = [...new Set([...scripts.values()].flat())].sort();
	const pages = [...scripts]
		.map(([route, own]) => [routePattern(route), wordsOfRoute(route).slice(1), ...own.map((file) => files.indexOf(file))] as const)
		.sort(([a], [b]) => (literalFirst(a) < literalFirst(b) ? -1 : 1));
	return `{\nconst files = ${JSON.stringify(files)};\nconst pages = ${JSON.stringify(pages)};\n${ask}}\n${script}`;
}

const ask = `const ask = (href) => document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
const [, areas = [], ...own] = pages.find(([page]) => new RegExp("^/[a-z]{2}/" + page + "/?$").test(location.pathname)) ?? [];
for (const file of own) ask(files[file]);
for (const area of areas) ask(document.querySelector(\`link[data-words="\${area}-\${document.documentElement.lang}"]\`).href);
`;

function routePattern(route: string): string {
	return route.replace('/(vault)/[lang=language]/', '').replaceAll(/\[[^\]]+\]/g, '[^/]+');
}

/** A page with a fixed name comes before one whose name is a parameter: `papers/new` is no paper. */
function literalFirst(pattern: string): string {
	return pattern.replaceAll('[^/]+', '~');
}
