import { mkdirSync } from 'node:fs';
import { openBrowser } from './browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, writePaper } from './circle-steps.ts';
import { firstLink } from './joining.ts';
import { startServer } from './server.ts';
mkdirSync('/tmp/shots-circles', { recursive: true });
const server = await startServer();
const browser = await openBrowser();
try {
	const t = Date.now();
	const log = (s: string) => console.log(((Date.now() - t) / 1000).toFixed(1), s);
	const amina = await joined(browser, firstLink(server), 'Amina');
	for (const p of [amina]) { p.page.on('console', (m) => m.type() === 'error' && console.log('CONSOLE', m.text())); p.page.on('pageerror', (e) => console.log('PAGEERROR', e.message)); p.page.setDefaultTimeout(30000); }
	log('joined');
	try {
		const circle = await makeCircle(amina.page, { name: 'Grants desk', purpose: 'Decides on urgent grants.' });
		log('circle');
		const paper = await writePaper(amina.page, circle, { title: 'Plan', text: '# One\n\n- a\n- b https://example.org/x' });
		log('paper ' + paper);
		const link = await inviteInto(amina.page, circle);
		log('link');
		const luis = await joined(browser, link, 'Luis');
		luis.page.setDefaultTimeout(30000);
		log('luis joined');
		await letIn(amina.page, 'Luis');
		log('let in');
		await accept(luis.page, circle);
		log('accepted');
		await luis.page.screenshot({ path: '/tmp/shots-circles/x.png', fullPage: true });
	} catch (e) { console.log(e); }
	await amina.page.screenshot({ path: '/tmp/shots-circles/first.png', fullPage: true });
	console.log(server.output().slice(-1500));
} finally {
	await browser.close();
	await server[Symbol.asyncDispose]();
}
