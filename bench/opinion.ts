// From votes to common ground: a published conversation of 2,031 people and 896 propositions in Node beside a plain, dense
// implementation; how time grows from ten thousand votes to ten million; and a forum of 300 by 300 in Chromium.
import { ballotsFrom, commonGround, compatibleGroups, type Ballots } from '../src/lib/statement/opinion/index.ts';
import { published, withoutConversations } from '../tests/published-opinions.ts';
import { median, printTable } from './_figures.ts';
import { openModule } from './_module-page.ts';
import { densePlaces } from './_opinion-dense.ts';
import type { Grounds } from './_opinion-page.ts';
import { madeVotes, named } from './_opinion-votes.ts';

const atMost = { compatibleMs: 250, growth: 1.5, groundMs: 100 };
const rounds = 9;
const sizes = [10_000, 100_000, 1_000_000, 10_000_000];
const propositions = 1000;

if (withoutConversations === '') conversation();
else console.log(`bowling-green${withoutConversations}`);
growth();
await forum();

function conversation(): void {
	const { votes, propositions: asked, moderated, ballots } = published('bowling-green');
	const dense: number[] = [];
	const compatible: number[] = [];
	const ground: number[] = [];
	const read: number[] = [];
	for (let round = -2; round < rounds; round++) {
		const [denseMs, compatibleMs, groundMs, readMs] = [taken(() => densePlaces(ballots)), taken(() => compatibleGroups(ballots)), taken(() => ended(ballots)), taken(() => ballotsFrom(votes, { propositions: asked, moderated }))];
		// The first two warm up.
		if (round < 0) continue;
		dense.push(denseMs);
		compatible.push(compatibleMs);
		ground.push(groundMs);
		read.push(readMs);
	}
	const bare = median(dense);
	const row = (name: string, times: readonly number[], claimed = ''): string[] => [name, median(times).toFixed(0), Math.max(...times).toFixed(0), (median(times) / bare).toFixed(2), claimed];
	printTable(
		[`bowling-green, ${ballots.columns.length.toLocaleString('en')} votes`, 'ms', 'slowest, ms', 'ratio to dense', 'claimed'],
		[
			row('places alone, dense', dense),
			row('ballots from votes', read),
			row('groups, compatible', compatible, `<= ${atMost.compatibleMs} ms${median(compatible) <= atMost.compatibleMs ? '' : '  NOT REACHED'}`),
			row('common ground with 30 rounds', ground)
		]
	);
}

function growth(): void {
	const rows: string[][] = [];
	let before: number | undefined;
	for (const votes of sizes) {
		const people = votes / 100;
		let ballots: Ballots | undefined;
		const read = taken(() => (ballots = ballotsFrom(madeVotes({ votes, people, propositions }), { propositions: named(propositions) })));
		const made = ballots;
		if (made === undefined) return;
		// What is short is measured more than once: the first rounds of a process are compiled.
		const times = votes < 1_000_000 ? 7 : 1;
		const compatible = median(Array.from({ length: times }, () => taken(() => compatibleGroups(made))));
		const ground = median(Array.from({ length: times }, () => taken(() => ended(made))));
		const eachNs = ((read + compatible + ground) / votes) * 1e6;
		const grown = before === undefined ? undefined : eachNs / before;
		rows.push([votes.toLocaleString('en'), people.toLocaleString('en'), read.toFixed(0), compatible.toFixed(0), ground.toFixed(0), eachNs.toFixed(0), grown?.toFixed(2) ?? '', grown === undefined ? '' : `<= ${atMost.growth}${grown <= atMost.growth ? '' : '  NOT REACHED'}`]);
		before = eachNs;
	}
	console.log('');
	printTable(['votes', 'people', 'ballots, ms', 'compatible, ms', 'common ground, ms', 'all, ns a vote', 'by ten times fewer', 'claimed'], rows);
}

async function forum(): Promise<void> {
	await using module = await openModule('bench/_opinion-page.ts');
	const { ground, compatible, dense } = await module.ask<Grounds>(`grounds({ people: 300, propositions: 300, rounds: ${rounds} })`);
	const bare = median(dense);
	const row = (name: string, times: readonly number[], claimed = ''): string[] => [name, median(times).toFixed(1), Math.max(...times).toFixed(1), (median(times) / bare).toFixed(2), claimed];
	console.log('');
	printTable(
		['300 people, 300 propositions, all voted, Chromium', 'ms', 'slowest, ms', 'ratio to dense', 'claimed'],
		[row('places alone, dense', dense), row('groups, compatible', compatible), row('common ground with 30 rounds and map', ground, `<= ${atMost.groundMs} ms${median(ground) <= atMost.groundMs ? '' : '  NOT REACHED'}`)]
	);
}

function ended(ballots: Ballots): void {
	const running = commonGround(ballots);
	while (!running.next().done);
}

function taken(work: () => unknown): number {
	const begun = performance.now();
	work();
	return performance.now() - begun;
}
