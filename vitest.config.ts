import { defineConfig } from 'vitest/config';

// The server's own resolution: `#vault` is the stub that refuses, as it is in production.
export default defineConfig({
	test: {
		include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
		globalSetup: ['tests/setup.ts'],
		testTimeout: 60_000,
		hookTimeout: 120_000,
		pool: 'forks',
		maxWorkers: 2,
		restoreMocks: true
	}
});
