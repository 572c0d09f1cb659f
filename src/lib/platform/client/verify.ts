import { fileHeaders, vaultHeaders } from '../http/policies.ts';
import { languages } from '../i18n/language.ts';
import { manifestPath, sha256Hex, type ClientManifest } from './manifest.ts';

/** What a server answered: the bytes after decompression, and its headers. */
export interface Fetched {
	readonly status: number;
	readonly headers: Headers;
	readonly body: Uint8Array;
}

export type Fetch = (path: string) => Promise<Fetched>;

/**
 * What a server gives browsers for the vault and `manifest` does not say: one line for each difference, in the
 * manifest's order; empty where all is the same. Asks for every file, for every page in every language, and for the
 * server's own manifest, which may name files that ours lacks. Throws where the server cannot be reached.
 *
 * It sees what the server gave to whoever runs it, at that moment. A server that tells people apart can give others
 * something else.
 */
export async function differences(manifest: ClientManifest, fetch: Fetch): Promise<string[]> {
	const found: string[] = [];
	for (const [path, hash] of Object.entries(manifest.files)) found.push(...differencesOf({ path, hash, headers: headersOf(manifest, path) }, await fetch(path)));
	for (const page of manifest.pages) {
		for (const language of languages) {
			const hash = manifest.page_shells[page]?.[language] ?? manifest.shells[language];
			const paths = page.endsWith('/') ? anyParameter.map((parameter) => `/${language}${page}${parameter}`) : [`/${language}${page}`];
			const answers = await Promise.all(paths.map(async (path) => ({ path, answer: await fetch(path) })));
			// What a page's parameter may be is the page's own matter; where neither is one, there is no page.
			const [there = answers[0]] = answers.filter(({ answer }) => answer.status !== 404);
			if (there === undefined || (there.answer.status === 404 && page.endsWith('/'))) continue;
			const { path, answer } = there;
			found.push(...differencesOf({ path, hash, headers: { ...vaultHeaders, 'content-security-policy': manifest.default_csp } }, answer));
		}
	}
	found.push(...unknownFiles(manifest, await fetch(manifestPath)));
	return found;
}

/** An identifier as the program makes them, 16 bytes in base64url; and a word of an address. */
const anyParameter = ['A'.repeat(22), 'any'];

interface Wanted {
	readonly path: string;
	readonly hash: string;
	readonly headers: Readonly<Record<string, string>>;
}

function differencesOf({ path, hash, headers }: Wanted, { status, headers: given, body }: Fetched): string[] {
	if (status !== 200) return [`${path}: answered with status ${status}`];
	const found: string[] = [];
	const own = sha256Hex(body);
	if (own !== hash) found.push(`${path}: content differs (SHA-256 ${own}, expected ${hash})`);
	for (const [name, value] of Object.entries(headers)) {
		const other = given.get(name);
		if (other !== value) found.push(`${path}: header ${name} is ${other === null ? 'missing' : JSON.stringify(other)}, expected ${JSON.stringify(value)}`);
	}
	for (const name of loosening) if (given.has(name)) found.push(`${path}: header ${name} is ${JSON.stringify(given.get(name))}, expected none`);
	return found;
}

/** What no answer of ours carries: reports to elsewhere, another site's right to read, code that stays behind, other code to come. */
const loosening = ['content-security-policy-report-only', 'reporting-endpoints', 'report-to', 'nel', 'access-control-allow-origin', 'service-worker-allowed', 'link', 'refresh', 'sourcemap'];

/** By the manifest's own list, so that a manifest of another version is compared by its own policies. */
function headersOf(manifest: ClientManifest, path: string): Record<string, string> {
	const [policy] = Object.entries(manifest.extra_csp)
		.filter(([beginning]) => path.startsWith(beginning))
		.sort(([a], [b]) => b.length - a.length)
		.map(([, value]) => value);
	return { ...fileHeaders(path), ...(policy === undefined ? {} : { 'content-security-policy': policy }) };
}

function unknownFiles(manifest: ClientManifest, { status, body }: Fetched): string[] {
	if (status !== 200) return [`${manifestPath}: answered with status ${status}`];
	const files = filesIn(Buffer.from(body).toString('utf8'));
	if (files === undefined) return [`${manifestPath}: is no manifest`];
	return Object.keys(files)
		.filter((path) => !Object.hasOwn(manifest.files, path))
		.map((path) => `${path}: stands in the server's manifest and not in ours`);
}

function filesIn(text: string): object | undefined {
	try {
		const parsed: unknown = JSON.parse(text);
		if (typeof parsed !== 'object' || parsed === null || !('files' in parsed)) return undefined;
		return typeof parsed.files === 'object' && parsed.files !== null ? parsed.files : undefined;
	} catch {
		return undefined;
	}
}
