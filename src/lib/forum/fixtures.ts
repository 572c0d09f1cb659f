import type { Text } from '#lib/platform/i18n/text.ts';
import type { ForumPlan, PlannedItem, PlannedPerson } from './plan.ts';

/** Plans to test with; everybody in them is made up. Only tests import this file. */
export function words(en: string): Text {
	return { original: 'en', in: { en } };
}

/** A tag of a person: the same letter, the same person. */
export function personTag(letter: string): string {
	return letter.repeat(22);
}

export function somePerson(id: string, of: Partial<PlannedPerson> = {}): PlannedPerson {
	return { id, name: `Made up ${id}`, shownAs: null, person: personTag(id.charAt(0)), available: null, interprets: [], ...of };
}

export function someItem(of: Pick<PlannedItem, 'id'> & Partial<PlannedItem>): PlannedItem {
	return {
		kind: 'panel',
		state: 'confirmed',
		title: words(`Item ${of.id}`),
		day: '2019-10-15',
		starts: '10:00',
		ends: '11:00',
		room: 'hall',
		theme: null,
		disclosure: 'public',
		recording: { stream: true, archive: false },
		people: [],
		expected: null,
		spoken: ['en'],
		offered: [],
		questionsMinutes: null,
		...of
	};
}

export function somePlan(of: Partial<ForumPlan> = {}): ForumPlan {
	return {
		slug: '2019-building-solidarity-toward-equality-for-all',
		ordinal: 12,
		title: words('Building Solidarity Toward Equality for All'),
		subject: words('solidarity with defenders under attack'),
		place: words('Atlanta, Georgia, United States'),
		timeZone: 'America/New_York',
		startsOn: '2019-10-12',
		endsOn: '2019-10-15',
		standing: 'planned',
		workingLanguages: ['en', 'es', 'fr', 'ar'],
		bufferMinutes: 10,
		themes: [],
		rooms: [
			{ id: 'hall', name: words('Hall'), capacity: 200, access: null },
			{ id: 'library', name: words('Library'), capacity: 20, access: null }
		],
		people: ['ana', 'ben', 'cem'].map((id) => somePerson(id)),
		items: [],
		acknowledged: [],
		...of
	};
}
