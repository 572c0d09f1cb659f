import type { Plugin } from 'vite';

interface Change {
	/** The end of the address of a file of the age library, or of one that it uses. */
	readonly file: string;
	readonly from: string;
	readonly to: string;
	readonly times: number;
}

/**
 * Note: Nothing is sealed to a token or with a password in browsers.
 * The age library can seal to keys on tokens (`age1tag1…`) and with passwords, and for that brings along the arithmetic of
 * another curve, combinations of it that nobody asks for, and scrypt: eight kilobytes of each first page. No browser does
 * either: letters go to accounts and circles (`isHybridRecipient`), exports to the two kinds that `isExportRecipient` lets
 * through, and a passphrase becomes a key by OPAQUE. In what browsers get, the library refuses a token as it refuses what
 * is no recipient, a password by that name, and the bundler is told that combinations which nobody uses need not be made.
 * The server's own, with which backups are sealed, stays whole.
 */
const changes: readonly Change[] = [
	{
		file: '/age-encryption/dist/index.js',
		from: 'import { TagRecipient, HybridTagRecipient } from "./recipients.js";',
		to: 'class TagRecipient { constructor() { throw new Error("unrecognized recipient type"); } }\nconst HybridTagRecipient = TagRecipient;',
		times: 1
	},
	{
		file: '/age-encryption/dist/index.js',
		from: 'import { ScryptIdentity, ScryptRecipient } from "./recipients.js";',
		to: 'class ScryptRecipient { constructor() { throw new Error("no passwords here"); } }\nconst ScryptIdentity = ScryptRecipient;',
		times: 1
	},
	{ file: '/@noble/post-quantum/hybrid.js', from: ' = QSF(', to: ' = /* @__PURE__ */ QSF(', times: 2 },
	{ file: '/@noble/post-quantum/hybrid.js', from: ', ecdhKem(', to: ', /* @__PURE__ */ ecdhKem(', times: 2 },
	{ file: '/@noble/post-quantum/hybrid.js', from: ' = createKitchenSink(', to: ' = /* @__PURE__ */ createKitchenSink(', times: 1 }
];

/** The build's step that leaves them out. Throws where the libraries' files are no longer as they were. */
export function ageForBrowsers(): Plugin {
	return {
		name: 'steadfast-age-for-browsers',
		enforce: 'pre',
		apply: 'build',
		applyToEnvironment: ({ name }) => name === 'client',
		transform: { filter: { id: /\/(?:age-encryption\/dist\/index|@noble\/post-quantum\/hybrid)\.js$/ }, handler: (code, id) => ({ code: ageForBrowsersIn(code, id), map: null }) }
	};
}

/** The text of one of the libraries' files without them. */
export function ageForBrowsersIn(code: string, id: string): string {
	return changes
		.filter(({ file }) => id.endsWith(file))
		.reduce((text, { file, from, to, times }) => {
			if (text.split(from).length !== times + 1) throw new Error(`The file ${file} should have this ${times === 1 ? 'once' : `${times} times`}: ${from.trim()}`);
			return text.replaceAll(from, () => to);
		}, code);
}
