// How long the browser's search over opened papers takes at 2,000 and 20,000, in Chromium, against a bare loop over the
// same texts.
import type { Searched } from './_circle-search-page.ts';
import { median, printTable } from './_figures.ts';
import { openModule } from './_module-page.ts';

const sizes = [2_000, 20_000];
const atMost = { bare: 2, growth: 6 };

await using module = await openModule('bench/_circle-search-page.ts');
// The clock of a page counts in steps of a tenth of a millisecond at best, so that a median of zero is none.
const rows: string[][] = [];
const medians: number[] = [];
for (const size of sizes) {
	const { filledMs, longestMs, found, bare } = await module.ask<Searched>(`search(${size})`);
	const [ours, loop] = [median(found), median(bare)];
	const ratio = ours / loop;
	const growth = ours / (medians[0] ?? ours);
	medians.push(ours);
	const isReached = ratio <= atMost.bare && growth <= atMost.growth;
	const p95 = found.toSorted((a, b) => a - b)[Math.floor(found.length * 0.95)] ?? Number.NaN;
	rows.push([size.toLocaleString('en'), (filledMs / 1000).toFixed(1), longestMs.toFixed(0), loop.toFixed(2), ours.toFixed(2), p95.toFixed(1), ratio.toFixed(2), growth.toFixed(1), size === sizes.at(-1) ? `<= ${atMost.bare} and <= ${atMost.growth}${isReached ? '' : '  NOT REACHED'}` : '']);
}
printTable(['papers', 'filled in s', 'longest pause ms', 'bare loop ms', 'search ms', 'p95 ms', 'search / bare', `median / at ${sizes[0]?.toLocaleString('en')}`, 'claimed'], rows);
