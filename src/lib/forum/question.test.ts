import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { inTurn } from './lanes.ts';
import { documentsAt, playerOrigins, publicItemShape } from './public-item.ts';
import { isShown, lanes, movedQuestion, questionStates, questionWords } from './question.ts';

test('nothing is shown that no moderator approved, and an author takes back whatever is not taken back yet', () => {
	expect(questionStates.filter(isShown)).toEqual(['approved', 'asked', 'answered']);
	expect(questionStates.filter((state) => movedQuestion(state, 'ask') !== undefined)).toEqual(['approved']);
	expect(questionStates.filter((state) => movedQuestion(state, 'approve') !== undefined)).toEqual(['waiting', 'held', 'refused']);
	expect(questionStates.filter((state) => movedQuestion(state, 'withdraw') === undefined)).toEqual(['withdrawn']);
	for (const move of ['approve', 'hold', 'refuse', 'merge', 'ask', 'unask', 'answer'] as const) expect(movedQuestion('withdrawn', move)).toBeUndefined();
});

test('a question keeps its letters in whatever script, and nothing in it turns the words beside it or hides', () => {
	expect(questionWords('  ما الذي\n\nتغيّر؟ ')).toBe('ما الذي تغيّر؟');
	expect(questionWords('می\u200cخواهم بدانم')).toBe('می\u200cخواهم بدانم');
	expect(questionWords('safe \u202Eelif\u2066 \u00adend\u0000')).toBe('safe elif end');
	expect(questionWords(' \u200b\u202e\n ')).toBeUndefined();
	expect(questionWords('𝒳'.repeat(500))).toBe('𝒳'.repeat(500));
	expect(questionWords('a'.repeat(501))).toBeUndefined();
});

test('lanes take turns: none waits while another is asked twice in a row, and within a lane the moderators’ order holds', () => {
	const questions = fc.array(fc.record({ lane: fc.constantFrom(...lanes), place: fc.integer({ min: 0, max: 30 }) }), { maxLength: 40 }).map((all) => all.map((one, number) => ({ ...one, number })));
	fc.assert(
		fc.property(questions, questions, (approved, asked) => {
			const order = inTurn(approved, asked);

			expect(order.toSorted((a, b) => a.number - b.number)).toEqual(approved);
			for (const lane of lanes) {
				const own = order.filter((one) => one.lane === lane);
				expect(own).toEqual(own.toSorted((a, b) => a.place - b.place || a.number - b.number));
			}
			if (asked.length > 0) return;
			order.forEach((one, at) => {
				const waits = (other: string) => order.slice(at + 2).some(({ lane }) => lane === other);
				const next = order[at + 1];
				if (next?.lane === one.lane) expect(lanes.filter((other) => other !== one.lane && waits(other))).toEqual([]);
			});
		})
	);
});

test('a lane that was silent for an hour does not then take every turn', () => {
	const asked = Array.from({ length: 10 }, (_, number) => ({ lane: 'room' as const, place: number, number }));
	const approved = [...asked.slice(0, 3), ...Array.from({ length: 6 }, (_, at) => ({ lane: 'press' as const, place: at, number: 20 + at }))];

	expect(inTurn(approved, asked).map(({ lane }) => lane)).toEqual(['press', 'press', 'room', 'press', 'room', 'press', 'room', 'press', 'press']);
});

test('an embargoed document is nowhere before its minute in the venue’s zone, also where clocks go back', () => {
	const documents = [
		{ title: 'Statement', url: 'https://example.org/s', releasesAt: '2019-11-03T01:30' },
		{ title: 'Programme', url: 'https://example.org/p', releasesAt: null }
	];
	const at = (now: string) => documentsAt(documents, { timeZone: 'America/New_York', now: new Date(now) });

	expect(at('2019-11-03T05:29:59Z')).toEqual({ released: documents.slice(1), next: new Date('2019-11-03T05:30:00Z') });
	expect(at('2019-11-03T05:30:00Z')).toEqual({ released: documents, next: undefined });
});

test('a player opens the live page to its own origin alone, whatever address a moderator gives', () => {
	const accepted = ['https://player.example.org/embed?x=1', 'https://player.example.org:8443/', 'https://مثال.example/'];
	const refused = ['http://player.example.org/', 'https://*/', 'https://*.example.org/', 'https://name:word@example.org/', 'javascript:alert(1)', 'data:text/html,x', 'https://[::1]/', "https://example.org';script-src/", '//example.org', ''];
	const content = (player: string) => ({ streams: [{ kind: 'stream', language: 'en', url: 'https://example.org/', player }], documents: [] });
	const origins = [...accepted, ...refused].map((player) => {
		const { success, output } = v.safeParse(publicItemShape, content(player));
		return success ? playerOrigins(output) : undefined;
	});

	expect(origins).toEqual([['https://player.example.org'], ['https://player.example.org:8443'], ['https://xn--mgbh0fb.example'], ...refused.map(() => undefined)]);
});
