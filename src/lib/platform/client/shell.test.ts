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
				}
			</script>
	</body>
</html>`;

const words = (title: string) => ({ title, sentences: ['Because <b> & so on.'], path: '', link: 'Record' });
const options: ShellOptions = { scriptPath: '/_app/shell.js', styles: ['/_app/a.css'], modules: ['/_app/start.js', '/_app/b.js'], withoutScript: { en: words('en'), es: words('es'), fr: words('fr'), ar: words('ar') } };

test('the start becomes a file of its own, in the place in which it stood', () => {
	const parts = takeApart(fallback);
	const { en } = shellsOf(parts, options);

	expect(parts.script).toBe('{\nconst element = document.currentScript.parentElement;\n}\n');
	expect(en).not.toContain('currentScript');
	expect(en.match(/<script.*/g)).toEqual(['<script src="/_app/shell.js"></script>']);
	expect(en.indexOf('<script')).toBeGreaterThan(en.indexOf('<body>'));
});

test('each language has its own shell, with direction and words, and is asked for nothing twice', () => {
	const shells = shellsOf(takeApart(fallback), options);

	expect(languages.map((language) => /<html [^>]*>/.exec(shells[language])?.[0])).toEqual(['<html lang="en" dir="ltr">', '<html lang="es" dir="ltr">', '<html lang="fr" dir="ltr">', '<html lang="ar" dir="rtl">']);
	expect(shells.fr).toContain('<h1>fr</h1><p>Because &lt;b&gt; &amp; so on.</p><p><a href="/fr">Record</a></p>');
	expect(shells.en.match(/href="\/_app\/[^"]+"/g)).toEqual(['href="/_app/start.js"', 'href="/_app/a.css"', 'href="/_app/b.js"']);
});

test('a lean page asks for one language’s words, and says where the others are', () => {
	const files = { script: '/_app/apply.js', modules: ['/_app/common.js'], styles: ['/_app/a.css'], words: { en: '/w-en.js', es: '/w-es.js', fr: '/w-fr.js', ar: '/w-ar.js' } };
	const { ar } = leanShellsOf(files, options.withoutScript);

	expect(ar).toContain('<html lang="ar" dir="rtl">');
	expect(ar.match(/<link rel="modulepreload"[^>]*>/g)).toEqual(['<link rel="modulepreload" href="/_app/apply.js" />', '<link rel="modulepreload" href="/_app/common.js" />', '<link rel="modulepreload" data-words="ar" href="/w-ar.js" />']);
	expect(ar.match(/<link rel="alternate"[^>]*>/g)).toHaveLength(3);
	expect(ar.match(/<script.*/g)).toEqual(['<script type="module" src="/_app/apply.js"></script>']);
	expect(ar).toContain('<noscript><main class="without-script"><h1>ar</h1>');
});

test.each([
	['without a script', fallback.replace(/<script>[^]*<\/script>/, '')],
	['with two scripts', fallback.replace('</body>', '<script>more()</script></body>')],
	['with a script that is a module besides', fallback.replace('</head>', '<script type="module" src="x.js"></script></head>')],
	['with an inlined style sheet', fallback.replace('</head>', '<style>p { color: red }</style></head>')],
	['with a style attribute', fallback.replace('<body>', '<body style="color: red">')],
	['with a handler', fallback.replace('<body>', '<body onload="more()">')]
])('a fallback page %s stops the build', (_, changed) => {
	expect(() => takeApart(changed)).toThrow("SvelteKit's fallback page");
});
