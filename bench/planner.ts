// How long a convenor waits after moving an item of a plan with 30, 100 and 300 items by a key: in Chromium through the
// real page, until conflicts are derived, what changed is drawn and laid out. Beside it the least that a move can be: one
// of as many absolutely placed blocks of the same page, put elsewhere and laid out.
import { openDatabase } from '../src/lib/platform/db/database.ts';
import { keepNewPlan } from '../src/lib/forum/client/plans.ts';
import { someItem, somePerson, somePlan } from '../src/lib/forum/fixtures.ts';
import type { ForumPlan } from '../src/lib/forum/plan.ts';
import { openBrowser } from '../tests/browser.ts';
import { accept, go, joined } from '../tests/circle-steps.ts';
import { sure } from '../tests/desk-officers.ts';
import { firstLink } from '../tests/joining.ts';
import { startServer } from '../tests/server.ts';
import { somebody } from '../tests/somebody.ts';
import { median, printTable } from './_figures.ts';

const sizes = [30, 100, 300];
const moves = 40;
const atMostMs = 50;

const server = await startServer();
const db = openDatabase({ host: `${server.dataDir}/socket`, user: 'steadfast', database: 'steadfast' }, { connections: 2 });
const browser = await openBrowser();
try {
	const { page } = await joined(browser, firstLink(server), 'Reader');
	await page.setViewportSize({ width: 1440, height: 900 });
	// What was moved is not kept, and the page asks before it is left.
	page.on('dialog', (dialog) => void dialog.accept());
	const { id: reader } = await db.selectFrom('account').select('id').executeTakeFirstOrThrow();
	const writer = await somebody(db, { name: 'Writer' });
	const { circle } = sure(await writer.circles(server.origin).foundCircle({ name: 'Convenors', purpose: '' }));
	sure(await circle.add({ account: reader, name: 'Reader' }));
	await accept(page, `/en/circles/${circle.id}`);
	const rows: { readonly size: number; readonly ms: number; readonly slowest: number; readonly bare: number }[] = [];
	for (const size of sizes) {
		const kept = sure(await keepNewPlan(circle, planOf(size)));
		await go(page, `/en/desk/forums/${circle.id}/${kept.record.record}`);
		await page.locator('[data-item]').nth(size - 1).waitFor();
		const times = await page.evaluate(moved, { id: 'block-item-7', moves });
		rows.push({ size, ms: median(times), slowest: Math.max(...times), bare: await page.evaluate(movedBare, { size: 300, moves: 200 }) });
	}
	const first = rows[0]?.ms ?? Number.NaN;
	printTable(
		['items in the plan', 'a move, ms', 'slowest, ms', 'bare move among 300, ms', 'ratio to bare', 'ratio to 30 items', 'claimed'],
		rows.map(({ size, ms, slowest, bare }) => [String(size), ms.toFixed(1), slowest.toFixed(1), bare.toFixed(3), (ms / bare).toFixed(0), (ms / first).toFixed(2), size === 300 ? `< ${atMostMs} ms${ms < atMostMs ? '' : '  NOT REACHED'}` : ''])
	);
} finally {
	await browser.close();
	await db.destroy();
	await server[Symbol.asyncDispose]();
}

/** Four days, six rooms, sixty people, each item with two of them: some are in two at once, as in a plan on its way. */
function planOf(size: number): ForumPlan {
	const rooms = Array.from({ length: 6 }, (_, at) => ({ id: `room-${at}`, name: { original: 'en' as const, in: { en: `Room ${at}` } }, capacity: 30, access: null }));
	const people = Array.from({ length: 60 }, (_, at) => somePerson(`p${at}`, { person: String(at).padStart(22, 'p') }));
	const items = Array.from({ length: size }, (_, at) => {
		const minutes = 8 * 60 + (Math.floor(at / 24) % 13) * 50;
		const clock = (all: number): string => `${String(Math.floor(all / 60)).padStart(2, '0')}:${String(all % 60).padStart(2, '0')}`;
		return someItem({
			id: `item-${at}`,
			day: `2019-10-${12 + (at % 4)}`,
			room: `room-${Math.floor(at / 4) % 6}`,
			starts: clock(minutes),
			ends: clock(minutes + 45),
			expected: 20,
			people: [0, 1].map((nth) => ({ id: `p${(at * 7 + nth * 31) % 60}`, role: 'speaker' as const }))
		});
	});
	return somePlan({ slug: `with-${size}`, rooms, people, items });
}

/** Runs in the page: presses an arrow on a block, down and up in turn; each time until what is drawn has been laid out. */
async function moved({ id, moves: times }: { id: string; moves: number }): Promise<number[]> {
	const taken: number[] = [];
	for (let at = -2; at < times; at++) {
		const block = document.getElementById(id);
		block?.focus({ preventScroll: true });
		await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
		const drawn = new Promise<void>((resolve) => {
			const watch = new MutationObserver(() => {
				watch.disconnect();
				resolve();
			});
			watch.observe(document.querySelector('.days') ?? document.body, { attributes: true, childList: true, subtree: true });
		});
		const begun = performance.now();
		block?.dispatchEvent(new KeyboardEvent('keydown', { key: at % 2 === 0 ? 'ArrowDown' : 'ArrowUp', bubbles: true, cancelable: true }));
		await drawn;
		document.body.getBoundingClientRect();
		// The first two warm up.
		if (at >= 0) taken.push(performance.now() - begun);
	}
	return taken;
}

/** Runs in the page: milliseconds for one block among so many, put elsewhere and laid out. */
function movedBare({ size, moves: times }: { size: number; moves: number }): number {
	const field = document.createElement('div');
	field.style.position = 'relative';
	field.style.height = '1000px';
	const blocks = Array.from({ length: size }, (_, at) => {
		const block = document.createElement('div');
		Object.assign(block.style, { position: 'absolute', top: `${(at * 3) % 900}px`, left: `${(at % 30) * 3}%`, width: '3%', height: '40px' });
		block.textContent = 'A block';
		field.append(block);
		return block;
	});
	document.querySelector('main')?.append(field);
	document.body.getBoundingClientRect();
	const begun = performance.now();
	for (let at = 0; at < times; at++) {
		const block = blocks[at % size];
		if (block) block.style.top = `${at % 900}px`;
		document.body.getBoundingClientRect();
	}
	const taken = (performance.now() - begun) / times;
	field.remove();
	return taken;
}
