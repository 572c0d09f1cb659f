import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

// One process for each benchmark: none warms up or burdens the next. Names given on the command line choose some. As in
// browsers, `#vault` is the vault there; the server that a benchmark starts is a process of its own, without it.
const wanted = process.argv.slice(2);
const files = readdirSync('bench').filter((file) => file.endsWith('.ts') && !file.startsWith('_'));
for (const file of files) {
	if (wanted.length > 0 && !wanted.includes(file.replace('.ts', ''))) continue;
	console.log(`\n## ${file.replace('.ts', '')}`);
	const { status } = spawnSync(process.execPath, ['--conditions=browser', `bench/${file}`], { stdio: 'inherit', env: { ...process.env, NODE_NO_WARNINGS: '1' } });
	if (status !== 0) process.exitCode = 1;
}
