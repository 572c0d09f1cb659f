import type { BrowserContext } from 'playwright-core';

/** What a page did that a reader on a bad network, or one who is watched, would pay for. */
export interface Watch {
	/** Complaints of the browser (violations of the policy are among them), failed requests, requests to others; in order. */
	readonly troubles: readonly string[];
	/** Cookies, and what pages left in the browser's storage. */
	leftBehind(): Promise<string[]>;
}

/** Watches every page of the context from now on. */
export function watch(context: BrowserContext, origin: string): Watch {
	const troubles: string[] = [];
	context.on('console', (message) => {
		if (message.type() === 'error' || message.type() === 'warning') troubles.push(`${message.page()?.url() ?? ''} says: ${message.text()}`);
	});
	context.on('weberror', (error) => troubles.push(`${error.page()?.url() ?? ''} failed: ${error.error().message}`));
	context.on('request', (request) => {
		if (new URL(request.url()).origin !== origin) troubles.push(`${request.frame().url()} asked ${request.url()}`);
	});
	context.on('requestfailed', (request) => troubles.push(`${request.url()} did not come: ${request.failure()?.errorText ?? ''}`));
	context.on('response', (response) => {
		if (response.status() >= 400) troubles.push(`${response.url()} answered ${response.status()}`);
	});
	return {
		troubles,
		async leftBehind() {
			const { cookies, origins } = await context.storageState({ indexedDB: true });
			return [...cookies.map(({ name }) => `cookie ${name}`), ...origins.map((one) => `storage ${JSON.stringify(one)}`)];
		}
	};
}
