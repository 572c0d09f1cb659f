import { expect, test } from 'vitest';
import { languages } from '../i18n/language.ts';
import { leanShellsOf, shellsOf, takeApart, type ShellOptions } from './shell.ts';

const fallback = `<!doctype html>
<html lang="%steadfast.lang%" dir="%steadfast.dir%">
	<head>
		<link href="/_app/start.js" rel="modulepreload">
	</head>
	<body>
			<script>
				{
					const element = document.currentScript.parentElement;
					import("/_app/start.js").then(async (kit) => {
						const app = await import("/_app/app.js");
						kit.start(app, element);
					});
				}
			</script>
	</body>
</html>`;

const words = (title: string) => ({ title, sentences: ['Because <b> & so on.'], path: '', link: 'Record' });
const wordFiles = (area: string) => ({ en: `/${area}-en.js`, es: `/${area}-es.js`, fr: `/${area}-fr.js`, ar: `/${area}-ar.js` });
const options: ShellOptions = { scriptPath: '/_app/shell.js', style: '/_app/a.css', module: '/_app/vault.js', words: new Map([['vault', wordFiles('vault')], ['desk', wordFiles('desk')]]), withoutScript: { en: words('en'), es: words('es'), fr: words('fr'), ar: words('ar') } };

test('the start becomes a file of its own, in the place in which it stood, and begins with what the vault’s files were put together to', () => {
	const parts = takeApart(fallback, '/_app/vault.js');
	const { en } = shellsOf(parts, options);

	expect(parts.script).toBe('{\nconst element = document.currentScript.parentElement;\nimport("/_app/vault.js").then(async (kit) => {\nconst app = await import("/_app/vault.js");\nkit.start(app, element);\n});\n}\n');
	expect(en).not.toContain('start.js');
	expect(en).not.toContain('currentScript');
	expect(en.match(/<script.*/g)).toEqual(['<script src="/_app/shell.js"></script>']);
	expect(en.indexOf('<script')).toBeGreaterThan(en.indexOf('<body>'));
});

test('each language has its own shell, with direction and words, and is asked for nothing twice', () => {
	const shells = shellsOf(takeApart(fallback, '/_app/vault.js'), options);

	expect(languages.map((language) => /<html [^>]*>/.exec(shells[language])?.[0])).toEqual(['<html lang="en" dir="ltr">', '<html lang="es" dir="ltr">', '<html lang="fr" dir="ltr">', '<html lang="ar" dir="rtl">']);
	expect(shells.fr).toContain('<h1>fr</h1><p>Because &lt;b&gt; &amp; so on.</p><p><a href="/fr">Record</a></p>');
	expect(shells.ar.match(/<link rel="(?:stylesheet|modulepreload)"[^>]*>/g)).toEqual([
		'<link rel="stylesheet" href="/_app/a.css" />',
		'<link rel="modulepreload" href="/_app/vault.js" />',
		'<link rel="modulepreload" data-words="vault-ar" href="/vault-ar.js" />'
	]);
	expect(shells.ar.match(/<link rel="alternate"[^>]*>/g)).toHaveLength(7);
});

test('a lean page asks for one language’s words, and says where the others are', () => {
	const files = { ahead: '/_app/ahead.js', script: '/_app/apply.js', modules: ['/_app/common.js'], style: '/_app/a.css', words: { en: '/w-en.js', es: '/w-es.js', fr: '/w-fr.js', ar: '/w-ar.js' } };
	const { ar } = leanShellsOf(files, options.withoutScript);

	expect(ar).toContain('<html lang="ar" dir="rtl">');
	expect(ar.match(/<link rel="modulepreload"[^>]*>/g)).toEqual(['<link rel="modulepreload" href="/_app/apply.js" />', '<link rel="modulepreload" href="/_app/common.js" />', '<link rel="modulepreload" data-words="ar" href="/w-ar.js" />']);
	expect(ar.match(/<link rel="alternate"[^>]*>/g)).toHaveLength(3);
	expect(ar.match(/<script.*/g)).toEqual(['<script src="/_app/ahead.js"></script>', '<script type="module" src="/_app/apply.js"></script>']);
	expect(ar).toContain('<noscript><main class="without-script"><h1>ar</h1>');
});

test.each([
	['without a script', fallback.replace(/<script>[^]*<\/script>/, '')],
	['with two scripts', fallback.replace('</body>', '<script>more()</script></body>')],
	['with a script that is a module besides', fallback.replace('</head>', '<script type="module" src="x.js"></script></head>')],
	['that begins with more than two files', fallback.replace('kit.start', 'import("/_app/third.js"); kit.start')],
	['with an inlined style sheet', fallback.replace('</head>', '<style>p { color: red }</style></head>')],
	['with a style attribute', fallback.replace('<body>', '<body style="color: red">')],
	['with a handler', fallback.replace('<body>', '<body onload="more()">')]
])('a fallback page %s stops the build', (_, changed) => {
	expect(() => takeApart(changed, '/_app/vault.js')).toThrow("SvelteKit's fallback page");
});
