import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTools } from './test-tools.ts';

/** The parts of vitest's JSON report that the last line is made from. */
interface Report {
	readonly numPassedTests: number;
	readonly numFailedTests: number;
	readonly numPendingTests: number;
	readonly numFailedTestSuites: number;
	readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

if (!installTools()) {
	console.error('The tests walk through the pages in a real browser and found none: install Chromium, or set CHROMIUM to the program of one.');
	console.log('0 passed, 1 failed');
	process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'steadfast-report-'));
const reportFile = join(folder, 'report.json');
const { status } = spawnSync(
	process.execPath,
	['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...process.argv.slice(2)],
	{ stdio: 'inherit', env: { ...process.env, NODE_NO_WARNINGS: '1' } }
);
const { passed, failed, skipped } = counts();
rmSync(folder, { recursive: true, force: true });
if (skipped > 0) console.log(`${skipped} tests were skipped; their names say what is missing on this machine.`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** A file that could not even be read counts as one failure, and so does a run that ended badly without any. */
function counts(): { passed: number; failed: number; skipped: number } {
	try {
		const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
		const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
		const failedTests = report.numFailedTests + broken;
		return { passed: report.numPassedTests, failed: failedTests === 0 && status !== 0 ? 1 : failedTests, skipped: report.numPendingTests };
	} catch {
		return { passed: 0, failed: 1, skipped: 0 };
	}
}
