import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ballotBody, bodyBytes, readBallotBody, shortLength, type Votes } from './ballot.ts';
import type { Choice } from './opinion/index.ts';
import { mostPropositions } from './round.ts';

const short = fc.stringMatching(/^[\w-]{8}$/);
const votes = fc.uniqueArray(fc.tuple(short, fc.constantFrom<Choice>(1, -1, 0)), { selector: ([name]) => name, maxLength: mostPropositions });

test('whatever somebody voted comes back as it was, and takes as much room as if they had voted on nothing', () => {
	fc.assert(
		fc.property(votes, (given) => {
			const voted: Votes = new Map(given);
			const body = ballotBody(voted);

			expect(body.length).toBe(bodyBytes);
			expect(readBallotBody(body)).toEqual(new Map([...voted].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name, choice]) => [name, choice])));
		})
	);
	expect(ballotBody(new Map()).length).toBe(bodyBytes);
});

test('the order in which somebody voted is not in their ballot', () => {
	const voted: [string, Choice][] = [['aaaaaaaa', 1], ['bbbbbbbb', 1], ['cccccccc', -1], ['dddddddd', 0]];

	expect(ballotBody(new Map(voted))).toEqual(ballotBody(new Map(voted.toReversed())));
});

test('a text that is no ballot, or votes twice on one proposition, is none', () => {
	const filled = (text: string): Uint8Array => {
		const whole = new Uint8Array(bodyBytes).fill(0x20);
		whole.set(new TextEncoder().encode(text));
		return whole;
	};
	const name = 'x'.repeat(shortLength);

	const readable = readBallotBody(filled(JSON.stringify([name, '', ''])));
	const others = ['', '[]', '["a","",""]', JSON.stringify([name + name, '', '']), JSON.stringify([name, name, '']), JSON.stringify([`${name} `, '', '']), JSON.stringify(['', '', '', '']), '{'].map((text) => readBallotBody(filled(text)));

	expect(readable?.size).toBe(1);
	expect(others.filter((one) => one !== undefined)).toEqual([]);
	expect(readBallotBody(new Uint8Array(bodyBytes + 1).fill(0x20))).toBeUndefined();
	fc.assert(fc.property(fc.uint8Array({ minLength: bodyBytes, maxLength: bodyBytes }), (bytes) => void readBallotBody(bytes)));
});
