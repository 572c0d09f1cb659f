import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const shared = {
	// There to end what hangs, and for nothing else: no test is a matter of seconds on a machine with much else to do.
	testTimeout: 600_000,
	hookTimeout: 900_000,
	// What comes by itself comes later on a slow machine.
	expect: { poll: { timeout: 60_000 } },
	restoreMocks: true
};

/** Journeys and attacks take minutes each, rules milliseconds: what is long comes first, so that no worker waits for it at the end. */
class LongFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const isLong = ({ moduleId }: TestSpecification): number => Number(moduleId.includes('/tests/'));
		return (await super.sort(files)).toSorted((one, other) => isLong(other) - isLong(one));
	}
}

/** Tests of what runs in browsers: only there `#vault` is the vault. Everywhere else it is the stub that refuses, as in production. */
const inBrowsers = ['src/**/*.client.test.ts', 'tests/**/*.client.test.ts'];

export default defineConfig({
	test: {
		globalSetup: ['tests/setup.ts'],
		pool: 'forks',
		maxWorkers: 2,
		sequence: { sequencer: LongFirst },
		projects: [
			{ test: { ...shared, name: 'server', include: ['src/**/*.test.ts', 'tests/**/*.test.ts'], exclude: inBrowsers } },
			{
				resolve: { alias: [
					{ find: /^#vault$/, replacement: resolve('src/lib/vault/index.ts') },
					{ find: '#vault/blind', replacement: resolve('src/lib/vault/blind.ts') }
				] },
				test: { ...shared, name: 'client', include: inBrowsers }
			}
		]
	}
});
