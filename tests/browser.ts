import { chromium, type Browser } from 'playwright-core';
import { findBrowser, findEngine } from '../src/commands/test-tools.ts';

const patienceMs = 90_000;

/** Chromium without anything that would ask the network on its own. `whole`: with all that people have of it, web push among it. */
export async function openBrowser({ whole = false } = {}): Promise<Browser> {
	const executablePath = whole ? findBrowser() : findEngine();
	if (executablePath === undefined) throw new Error('There is no browser here: install Chromium, or set CHROMIUM to the program of one.');
	const browser = await chromium.launch({
		executablePath,
		args: [
			...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync'
		]
	});
	// Of each page: on a machine with much else to do, half a minute is soon over where keys are derived.
	const newContext = browser.newContext.bind(browser);
	browser.newContext = async (options) => {
		const context = await newContext(options);
		context.setDefaultTimeout(patienceMs);
		return context;
	};
	return browser;
}
