/**
 * Note: What a page of the vault may do.
 * Only code of ours, from our own origin and from files, is run; nothing is sent or asked for elsewhere. Frames are for
 * opened attachments, which are blobs. No form is ever sent by the browser itself: what is written is sealed first.
 * Text becomes HTML or code through two named policies only: Svelte's, which makes its own templates, and
 * `steadfast-worker`, which lets through the addresses of our built workers. No page may compile WebAssembly; the
 * worker for passphrases may (see `workerPolicy`).
 */
export const vaultPolicy = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' blob:",
	"connect-src 'self'",
	"worker-src 'self'",
	'frame-src blob:',
	"form-action 'none'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
	'trusted-types svelte-trusted-html steadfast-worker'
].join('; ');

/** Where the build puts workers. */
const workersPath = '/_app/immutable/workers/';

/** Workers whose file name begins so may compile WebAssembly. */
const webAssemblyWorkers = `${workersPath}opaque`;

const plainWorkerPolicy = "default-src 'none'; script-src 'self'";
const webAssemblyPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

/** What an answer that is no page may do when somebody opens it as one: nothing. */
export const nothingPolicy = "default-src 'none'; frame-ancestors 'none'";

/** The policies of client files that have one other than `nothingPolicy`, by the beginning of their address; the longest counts. */
export const filePolicies: Readonly<Record<string, string>> = { [workersPath]: plainWorkerPolicy, [webAssemblyWorkers]: webAssemblyPolicy };

/** The headers of every page of the vault, the policy included. */
export const vaultHeaders: Readonly<Record<string, string>> = {
	'content-security-policy': vaultPolicy,
	'cache-control': 'no-store',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-embedder-policy': 'require-corp',
	'cross-origin-resource-policy': 'same-origin',
	'referrer-policy': 'same-origin',
	'permissions-policy': 'camera=(), geolocation=(), microphone=(), browsing-topics=(), publickey-credentials-create=(self), publickey-credentials-get=(self)',
	'x-content-type-options': 'nosniff',
	'x-robots-tag': 'noindex'
};

/** The headers of a built file of the client, by its address. */
export function fileHeaders(path: string): Record<string, string> {
	const longest = Object.keys(filePolicies)
		.filter((beginning) => path.startsWith(beginning))
		.sort((a, b) => b.length - a.length)[0];
	return {
		'content-security-policy': (longest === undefined ? undefined : filePolicies[longest]) ?? nothingPolicy,
		// A worker of a page that is isolated from others has to be isolated itself. For what is no worker it says nothing, in each file of a first page.
		...(longest === undefined && path.startsWith('/_app/immutable/') ? {} : { 'cross-origin-embedder-policy': 'require-corp' }),
		'cross-origin-resource-policy': 'same-origin',
		'x-content-type-options': 'nosniff',
		'cache-control': path.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache'
	};
}
