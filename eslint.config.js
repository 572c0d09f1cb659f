import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

export default ts.config(
	{ ignores: ['build/', '.svelte-kit/', 'data/', 'node_modules/', 'src/lib/platform/i18n/compiled/', 'tests/fixtures/hostile/'] },
	...ts.configs.recommendedTypeChecked,
	...svelte.configs.recommended,
	{
		languageOptions: {
			parserOptions: { projectService: { allowDefaultProject: ['*.js', '*.cjs', 'bin/*.mjs', 'docs/*.mjs'] }, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] }
		},
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
			// Methods here are functions in an object and never ask for `this`; classes keep their state in #private fields.
			'@typescript-eslint/unbound-method': 'off',
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/only-throw-error': ['error', { allow: [{ from: 'package', package: '@sveltejs/kit', name: ['Redirect', 'HttpError'] }] }],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			// Addresses carry the language first and are links of plain pages: there is no client router to resolve them.
			'svelte/no-navigation-without-resolve': 'off',
			// A space at the end of a branch is lost without them.
			'svelte/no-useless-mustaches': 'off',
			// A security rule: opened or imported text is never HTML.
			'svelte/no-at-html-tags': 'error'
		}
	},
	// `expect.any(...)`, and what JSON and other people's parsers give, is typed as any.
	{ files: ['**/*.test.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-return': 'off', '@typescript-eslint/no-unsafe-argument': 'off' } },
	// What a hostile server answers is made by altering an honest answer, whatever its shape.
	{ files: ['tests/attacks/*.test.ts'], rules: { '@typescript-eslint/no-unsafe-member-access': 'off', '@typescript-eslint/no-unsafe-call': 'off' } },
	{ files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
	{ files: ['*.js', '*.cjs', 'bin/*.mjs', 'docs/*.mjs'], ...ts.configs.disableTypeChecked }
);
