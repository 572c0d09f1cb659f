import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

type Files = Readonly<Record<string, string>>;

/** The rules, fired against a small house that is built for the purpose; the real one is what `npm run check` looks at. */
const configFile = resolve('.dependency-cruiser.cjs');

const bare = "export const here = 'here';\n";
const from = (...paths: string[]) => paths.map((path) => `import '${path}';\n`).join('') + bare;
const component = (path: string) => `<script lang="ts">\n\timport { here } from '${path}';\n</script>\n\n<p>{here}</p>\n`;

/** A house in which everybody asks only whom they may. */
const house: Files = {
	'package.json': JSON.stringify({ type: 'module', imports: { '#lib/*': './src/lib/*', '#vault': { browser: './src/lib/vault/index.ts', default: './src/lib/vault/absent.ts' } } }),
	'tsconfig.json': JSON.stringify({ compilerOptions: { module: 'nodenext', target: 'esnext', allowImportingTsExtensions: true, noEmit: true } }),
	...Object.fromEntries(
		['kysely', 'pg', 'age-encryption', '@noble/hashes', '@serenity-kit/opaque'].flatMap((name) => [
			[`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js' })],
			[`node_modules/${name}/index.js`, bare]
		])
	),
	'src/lib/vault/index.ts': from('./envelope.ts', 'age-encryption', '@noble/hashes'),
	'src/lib/vault/absent.ts': bare,
	'src/lib/vault/envelope.ts': bare,
	'src/lib/vault/backup.ts': from('age-encryption'),
	'src/commands/backup.ts': from('#lib/vault/backup.ts'),
	'src/lib/platform/db/database.ts': from('kysely', 'pg'),
	...Object.fromEntries(
		['notices', 'people', 'circles', 'forum', 'grants', 'incidents', 'statement', 'followup', 'network', 'archive'].flatMap((domain) => [
			[`src/lib/${domain}/rules.ts`, bare],
			[`src/lib/${domain}/server/index.ts`, from('./inner.ts')],
			[`src/lib/${domain}/server/inner.ts`, from('../rules.ts', '#lib/platform/db/database.ts')]
		])
	),
	'src/lib/people/sign-in.ts': from('@serenity-kit/opaque'),
	'src/lib/people/asks.ts': from('#lib/notices/server/index.ts'),
	'src/lib/circles/asks.ts': from('../people/rules.ts', '#lib/people/server/index.ts', '../notices/rules.ts'),
	'src/lib/forum/asks.ts': from('../people/rules.ts', '../circles/rules.ts'),
	'src/lib/grants/asks.ts': from('../people/rules.ts', '../circles/rules.ts', '../notices/rules.ts'),
	'src/lib/incidents/asks.ts': from('../people/rules.ts', '../circles/rules.ts'),
	'src/lib/statement/asks.ts': from('../people/rules.ts', '../circles/rules.ts', '../forum/rules.ts'),
	'src/lib/followup/asks.ts': from('../people/rules.ts', '../statement/rules.ts'),
	'src/lib/network/asks.ts': from('../people/rules.ts', '../circles/rules.ts', '../forum/rules.ts'),
	'src/lib/archive/asks.ts': from('../forum/rules.ts', '../statement/rules.ts', '../followup/rules.ts', '../grants/rules.ts', '../incidents/rules.ts'),
	'src/lib/grants/server/sealed.ts': from('../../vault/envelope.ts'),
	'src/lib/grants/server/sealed.test.ts': from('#vault', './sealed.ts'),
	'src/lib/grants/Form.svelte': component('#vault'),
	'src/routes/(vault)/apply/+page.svelte': component('#lib/grants/Form.svelte'),
	'src/routes/(vault)/apply/+page.server.ts': from('#lib/grants/server/index.ts'),
	'src/routes/(public)/forums/+page.svelte': component('#lib/forum/rules.ts'),
	'src/routes/(public)/forums/+page.server.ts': from('#lib/archive/server/index.ts'),
	'src/routes/(public)/grants/+page.server.ts': from('#lib/grants/server/index.ts', '#lib/grants/log.ts'),
	'src/lib/grants/log.ts': from('../vault/envelope.ts'),
	'src/demo/said.ts': bare,
	'src/commands/demo.ts': from('../demo/said.ts'),
	'src/main.ts': from('#lib/archive/server/index.ts', '#lib/platform/db/database.ts')
};

/** What breaks each rule, by the rule's name: the files that are to be found out. */
const plants: Readonly<Record<string, Files>> = {
	'notices-asks-only-nobody': { 'src/lib/notices/plant.ts': from('../people/rules.ts') },
	'people-asks-only-notices': { 'src/lib/people/plant.ts': from('../circles/rules.ts') },
	'circles-asks-only-people-notices': { 'src/lib/circles/plant.ts': from('#lib/forum/rules.ts') },
	'forum-asks-only-people-circles': { 'src/lib/forum/plant.ts': from('../statement/server/index.ts') },
	'grants-asks-only-people-circles-notices': { 'src/lib/grants/plant.ts': from('../forum/rules.ts'), 'src/lib/grants/Plant.svelte': component('#lib/incidents/rules.ts') },
	'incidents-asks-only-people-circles': { 'src/lib/incidents/plant.ts': from('../network/rules.ts') },
	'statement-asks-only-people-circles-forum': { 'src/lib/statement/plant.ts': from('../followup/rules.ts') },
	'followup-asks-only-people-circles-statement': { 'src/lib/followup/plant.ts': from('../forum/rules.ts') },
	'network-asks-only-people-circles-forum': { 'src/lib/network/plant.ts': "import type { here } from '../grants/rules.ts';\nexport type There = typeof here;\n" },
	'archive-asks-only-forum-statement-followup-grants-incidents': { 'src/lib/archive/plant.ts': from('../people/server/index.ts') },
	'no-circular': { 'src/lib/forum/egg.ts': from('./hen.ts') },
	'vault-knows-nothing-of-us': { 'src/lib/vault/plant.ts': from('../platform/db/database.ts'), 'src/lib/vault/other.ts': from('../people/rules.ts') },
	'platform-knows-no-domain': { 'src/lib/platform/plant.ts': from('../grants/rules.ts'), 'src/lib/platform/other.ts': from('#vault') },
	'server-never-decrypts': {
		'src/lib/grants/server/plant.ts': from('#vault'),
		'src/lib/incidents/server/roundabout.ts': from('../step.ts'),
		'src/routes/(vault)/desk/+page.server.ts': from('#lib/incidents/step.ts'),
		'src/routes/(vault)/desk/file/+server.ts': "export const later = () => import('#vault');\n",
		'src/hooks.server.ts': from('./lib/vault/index.ts')
	},
	'only-commands-open-backups': {
		'src/hooks.ts': from('./lib/vault/backup.ts'),
		'src/lib/network/step.ts': from('../vault/backup.ts'),
		'src/routes/(vault)/desk/+page.ts': from('#lib/network/step.ts')
	},
	'other-domains-use-the-front-door': { 'src/lib/statement/round.ts': from('#lib/people/server/inner.ts') },
	'routes-use-the-front-door': {
		'src/routes/(vault)/plant/+page.server.ts': from('#lib/grants/server/inner.ts'),
		'src/commands/plant.ts': from('../lib/archive/server/inner.ts'),
		'src/main.ts': from('#lib/archive/server/inner.ts')
	},
	'lib-never-imports-routes': { 'src/lib/forum/lost.ts': from('../../routes/words.ts') },
	'routes-write-no-sql': {
		'src/routes/(vault)/sql/+page.server.ts': from('kysely'),
		'src/routes/(vault)/sql/+server.ts': from('pg'),
		'src/routes/(public)/sql/+page.server.ts': from('#lib/platform/db/database.ts')
	},
	'public-pages-carry-no-vault': {
		'src/routes/(public)/plant/+page.svelte': component('#vault'),
		'src/routes/(public)/round/+page.svelte': component('#lib/incidents/step.ts'),
		'src/routes/(public)/late/+page.ts': "export const later = () => import('#vault');\n"
	},
	'nothing-stands-on-the-demonstration': { 'src/lib/grants/borrowed.ts': from('../../demo/said.ts'), 'src/commands/other.ts': from('../demo/said.ts') },
	'age-only-in-vault': { 'src/lib/people/age.ts': from('age-encryption'), 'src/routes/(vault)/plant/+page.ts': from('@noble/hashes') },
	'opaque-only-in-people': { 'src/lib/circles/opaque.ts': from('@serenity-kit/opaque') }
};

/** Files that break nothing themselves, but that the plants go by. */
const steps: Files = { 'src/lib/incidents/step.ts': from('#vault'), 'src/lib/forum/hen.ts': from('./egg.ts'), 'src/routes/words.ts': bare };

test('a house in which everybody asks only whom they may passes', () => {
	expect(offences(house)).toEqual([]);
});

test('every wall stands: who goes through one is found out, under its name, and nobody else is', () => {
	const expected = Object.entries(plants).flatMap(([rule, files]) => Object.keys(files).map((file) => `${rule}: ${file}`));

	const found = offences({ ...house, ...steps, ...Object.assign({}, ...Object.values(plants)) as Files });

	expect(found).toEqual(expected.sort());
});

test('the walls look at the vault that browsers get, and not at the stub that takes its place on the server', () => {
	const found = violations({ ...house, ...plants['platform-knows-no-domain'] });

	expect(found.map(({ from, to }) => [from, to])).toContainEqual(['src/lib/platform/other.ts', 'src/lib/vault/index.ts']);
});

test('there is a plant for every wall', () => {
	const { forbidden } = createRequire(import.meta.url)(configFile) as { forbidden: readonly { readonly name: string; readonly severity: string }[] };

	expect(forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(plants).sort());
	expect(forbidden.filter(({ severity }) => severity !== 'error')).toEqual([]);
});

interface Report {
	readonly summary: { readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[] };
}

/** Which rules the files break, as `rule: file`, each once. */
function offences(files: Files): string[] {
	return [...new Set(violations(files).map(({ rule, from }) => `${rule.name}: ${from}`))].sort();
}

/** Builds the files in a folder of their own and has them looked at. */
function violations(files: Files): Report['summary']['violations'] {
	const root = mkdtempSync(join(tmpdir(), 'steadfast-walls-'));
	try {
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(dirname(join(root, path)), { recursive: true });
			writeFileSync(join(root, path), text);
		}
		const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
		const { stdout, stderr } = spawnSync(process.execPath, [program, '--config', configFile, '--output-type', 'json', 'src'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
		if (stdout === '') throw new Error(stderr);
		return (JSON.parse(stdout) as Report).summary.violations;
	} finally {
		rmSync(root, { recursive: true });
	}
}
