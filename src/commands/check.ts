import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { languages } from '#lib/platform/i18n/language.ts';
import { messageProblems, type Messages } from './messages.ts';

const bin = (name: string) => `node_modules/.bin/${name}`;

const checks: [name: string, command: string, args: string[]][] = [
	['types', bin('svelte-check'), ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human']],
	['lint, quick', bin('oxlint'), ['--quiet']],
	['lint, with types', bin('eslint'), ['.', '--max-warnings', '0']],
	['walls', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src', 'tests']],
	['dead code', bin('knip'), []]
];

let failed = 0;
for (const [name, command, args] of checks) {
	const begun = performance.now();
	const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
	report(name, status === 0, `${stdout}${stderr}`, begun);
}
const begun = performance.now();
const problems = messageProblems(readMessages(), sources());
report('messages complete', problems.length === 0, problems.join('\n'), begun);
console.log(failed === 0 ? 'Everything holds.' : `${failed} of ${checks.length + 1} checks found something.`);
process.exitCode = failed === 0 ? 0 : 1;

function report(name: string, ok: boolean, output: string, since: number): void {
	console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name} (${((performance.now() - since) / 1000).toFixed(1)} s)`);
	if (ok) return;
	failed += 1;
	console.log(output.trim());
}

function readMessages(): Map<string, Messages> {
	// The file's own shape is what messageProblems checks next.
	return new Map(languages.map((language) => [language, JSON.parse(readFileSync(`messages/${language}.json`, 'utf8')) as Messages]));
}

function sources(): string[] {
	return globSync('src/**/*.{ts,svelte}', { exclude: ['src/lib/platform/i18n/compiled/**', 'src/**/*.test.ts'] }).map((file) => readFileSync(file, 'utf8'));
}
