import { expect, test } from 'vitest';
import { groundOf, madeBallots, twoCamps } from '#lib/statement/opinion/fixtures.ts';
import { foundCommonGround } from './opinion.ts';
import { workerInNode } from './worker-in-node.ts';

const ballots = madeBallots({ people: 60, propositions: 30, seen: 0.8, agrees: twoCamps });

test('a worker comes to what the page would have come to, tells how far it is, and ends', async () => {
	const shares: number[] = [];
	const worker = workerInNode();

	const found = await foundCommonGround(ballots, { onProgress: (share) => shares.push(share), open: () => worker });

	expect(found).toEqual({ ok: true, ground: groundOf(ballots) });
	expect(shares).toEqual(shares.toSorted((a, b) => a - b));
	expect([shares.length, shares.at(-1)]).toEqual([31, 1]);
	await expect.poll(() => worker.hasEnded()).toBe(true);
});

test('whoever leaves is told so at once, and nothing goes on behind their back', async () => {
	const leaving = new AbortController();
	const worker = workerInNode();
	const large = madeBallots({ people: 2000, propositions: 300, seen: 0.5, agrees: twoCamps });

	const found = await foundCommonGround(large, { onProgress: () => leaving.abort(), signal: leaving.signal, open: () => worker });

	expect(found).toEqual({ ok: false, reason: 'cancelled' });
	await expect.poll(() => worker.hasEnded()).toBe(true);
	expect(await foundCommonGround(large, { signal: leaving.signal, open: () => expect.fail('no worker is made for who has left') })).toEqual({ ok: false, reason: 'cancelled' });
});

test('a browser that makes no workers is said to make none', async () => {
	expect(await foundCommonGround(ballots)).toEqual({ ok: false, reason: 'no-worker' });
});
