import { expect, test } from 'vitest';
import { groundOf, madeVotes, named, twoCamps } from './fixtures.ts';
import { ballotsFrom, knownOf, likenessFinder, nextProposition, type Vote } from './index.ts';

const votes = madeVotes({ people: 40, propositions: 12, agrees: twoCamps });

/** How often each is the first that somebody is asked, of 2,000 people. */
function firsts(cast: readonly Vote[], telling?: Float64Array): Record<string, number> {
	const known = knownOf(ballotsFrom(cast, { propositions: named(12), moderated: new Set(['q11']) }), telling);
	const times: Record<string, number> = {};
	for (let seed = 0; seed < 2000; seed++) {
		const next = nextProposition(known, new Set(), seed) ?? 'none';
		times[next] = (times[next] ?? 0) + 1;
	}
	return times;
}

test('nobody is asked twice, nor what was moderated, and at the end there is nothing left', () => {
	const known = knownOf(ballotsFrom(votes, { propositions: named(12), moderated: new Set(['q11']) }));
	const seen = new Set<string>();
	for (let next = nextProposition(known, seen, 5); next !== null; next = nextProposition(known, seen, 5)) {
		expect(seen.has(next)).toBe(false);
		seen.add(next);
	}

	expect([...seen].sort()).toEqual(named(11).sort());
});

test('the same seed asks the same, and other seeds do not all ask the same', () => {
	const known = knownOf(ballotsFrom(votes, { propositions: named(12) }));
	const asked = Array.from({ length: 50 }, (_, seed) => nextProposition(known, new Set(['q1']), seed));

	expect(Array.from({ length: 50 }, (_, seed) => nextProposition(known, new Set(['q1']), seed))).toEqual(asked);
	expect(new Set(asked).size).toBeGreaterThan(5);
});

test('what few have seen comes first, then what draws people apart; what most pass on comes last', () => {
	const few = votes.filter(({ person, proposition }) => proposition !== 'q4' || Number(person.slice(1)) < 4);
	const passed = few.map((vote): Vote => (vote.proposition === 'q5' ? { ...vote, choice: 0 } : vote));
	const ballots = ballotsFrom(few, { propositions: named(12) });
	const times = firsts(passed, groundOf(ballots).telling);

	// q0 and q3 are common ground, q2 and q8 draw apart.
	expect(times['q4'] ?? 0).toBeGreaterThan(1.5 * Math.max(...Object.entries(times).map(([proposition, so]) => (proposition === 'q4' ? 0 : so))));
	expect((times['q2'] ?? 0) + (times['q8'] ?? 0)).toBeGreaterThan(1.5 * ((times['q0'] ?? 0) + (times['q3'] ?? 0)));
	expect(times['q5'] ?? 0).toBeLessThan(Math.min(times['q0'] ?? 0, times['q2'] ?? 0) / 2);
	expect(times['q11']).toBeUndefined();
});

const written = [
	{ id: 'en', text: 'Governments should protect lawyers who defend human rights defenders.' },
	{ id: 'es', text: 'Los gobiernos deben proteger a los abogados que defienden a las personas defensoras.' },
	{ id: 'fr', text: 'Les gouvernements devraient protéger les avocats qui défendent les défenseurs des droits humains.' },
	{ id: 'ar', text: 'يجب على الحكومات حماية المحامين الذين يدافعون عن المدافعين عن حقوق الإنسان.' },
	{ id: 'visa', text: 'Visas for people at risk should be given within three days.' },
	{ id: 'funds', text: 'Emergency funds must reach rural organisations first.' },
	{ id: 'phones', text: 'No police force should search phones without a judge.' }
];

test('who writes what somebody wrote already is shown it, in each of the four languages', () => {
	const find = likenessFinder(written);

	expect(find('governments must protect the lawyers who defend human-rights defenders')[0]?.id).toBe('en');
	expect(find('Los gobiernos deberian proteger a los abogados que defienden a personas defensoras')[0]?.id).toBe('es');
	expect(find('Les gouvernements doivent proteger les avocats qui defendent les défenseurs des droits humains')[0]?.id).toBe('fr');
	expect(find('على الحكومات أن تحمي المحامين الذين يدافعون عن المدافعين عن حقوق الانسان')[0]?.id).toBe('ar');
	expect(find('Visa for people at risk within 3 days')[0]?.id).toBe('visa');
});

test('what is new is not taken for something old, and an empty text is like nothing', () => {
	const find = likenessFinder(written);

	expect([find('The memory of those who were killed should have a day of its own.'), find('Schools should teach human rights.'), find(''), find('…'), likenessFinder([])('Anything')]).toEqual([[], [], [], [], []]);
	expect(likenessFinder([{ id: 'only', text: 'The only one there is.' }])('The only one there is')).toEqual([{ id: 'only', likeness: 1 }]);
});
