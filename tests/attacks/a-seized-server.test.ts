import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../browser.ts';
import { accept, inviteInto, joined, letIn, makeCircle, writePaper } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { databaseOf, seize } from './seizure.ts';
import type { Canary } from './traces.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** What people confide in this test, each text in no other place. */
const planted = {
	keeper: { what: 'the name of a keeper', text: 'Wadih-Canary-Keeper' },
	member: { what: 'the name of a member', text: 'Ines-Canary-Member' },
	circle: { what: 'the name of a circle', text: 'Canary-Circle-Of-Lawyers' },
	purpose: { what: 'the purpose of a circle', text: 'Canary-Purpose-Bail-Money' },
	title: { what: 'the title of a paper', text: 'Canary-Title-Hearing-On-Tuesday' },
	paper: { what: 'the words of a paper', text: 'Canary-Words-The-Safe-House-Is-Blue' }
} satisfies Record<string, Canary>;

test('whoever seizes the running server finds none of what two people told each other in a circle', { timeout: 300_000 }, async () => {
	const keeper = await joined(browser, firstLink(server), planted.keeper.text);
	const circle = await makeCircle(keeper.page, { name: planted.circle.text, purpose: planted.purpose.text });
	const member = await joined(browser, await inviteInto(keeper.page, circle), planted.member.text);
	await letIn(keeper.page, planted.member.text);
	await accept(member.page, circle);
	const paper = await writePaper(member.page, circle, { title: planted.title.text, text: planted.paper.text });

	const found = await seize(server, Object.values(planted), { address: databaseOf(server.dataDir) });

	expect(paper).toContain('/papers/');
	expect(found).toEqual([]);
});

test('the same search does find what the server is told on purpose: a newsletter address', { timeout: 300_000 }, async () => {
	const address = { what: 'an address that somebody signed up', text: 'canary-reader@example.org' };
	await fetch(`${server.origin}/en/newsletter`, {
		method: 'POST',
		headers: { origin: server.origin, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
		body: new URLSearchParams({ address: address.text, email: address.text })
	});

	const found = await seize(server, [address], { address: databaseOf(server.dataDir) });

	expect(found.map(({ place }) => place)).toContain('table public.newsletter_subscription');
});
