import { floorOf, keepPoints, makeWorkshop, notesOf, pointsOf, workshopOf } from '#lib/forum/client/workshops.ts';
import { keepNewPlan } from '#lib/forum/client/plans.ts';
import { askToSpeak, nextSpeaker, readFloor } from '#lib/forum/floor.ts';
import { somePlan, words } from '#lib/forum/fixtures.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { sure } from './desk-officers.ts';
import { somebody, type WrapLink } from './somebody.ts';

/** What a workshop confides, each text in no other place. One line for each field. */
export const plantedInWorkshop = {
	theme: { what: 'the theme of a workshop', text: 'Canary-Prisons-Of-The-Coast' },
	title: { what: 'the title of a workshop', text: 'Canary-How-To-Get-Out' },
	typed: { what: 'what was typed into notes', text: 'Canary-He-Was-Held-There' },
	taken: { what: 'what was typed and taken back', text: 'Canary-His-Sister-Said-So' },
	proposed: { what: 'a paragraph that was proposed', text: 'Canary-Let-Lawyers-In' },
	point: { what: 'the words of a validated point', text: 'Canary-Lawyers-From-The-First-Hour' },
	speaking: { what: 'who has the floor', text: 'Canary-The-Doctor-Of-Ward-Two' },
	waiting: { what: 'who waits to speak', text: 'Canary-The-Cook' }
} as const;

/** Confides all of it to a server, through the code that browsers run; gives back all that a member opens again, as text. The notes stay open, as a seizure finds them. */
export async function plantInWorkshop(db: Db, origin: string, wrap?: WrapLink): Promise<string> {
	const p = plantedInWorkshop;
	const [ana, ben] = await Promise.all(['Ana', 'Ben'].map((name) => somebody(db, { name, wrap })));
	if (ana === undefined || ben === undefined) throw new Error('Nobody is there.');
	const circles = ana.circles(origin);
	const convenors = sure(await circles.foundCircle({ name: 'Convenors', purpose: '' })).circle;
	const plan = sure(await keepNewPlan(convenors, somePlan({ slug: 'a-forum-with-canaries', themes: [{ id: 'theme', title: words(p.theme.text), workshops: [{ id: 'workshop', title: words(p.title.text) }] }] })));
	let hers = sure(await makeWorkshop({ convenors, plan, theme: 'theme', workshop: 'workshop', chathamHouse: true, language: 'en', found: (about) => circles.foundCircle(about) })).circle;
	hers = sure(await hers.add({ account: ben.account, name: 'Ben' })).circle;
	const his = sure(await sure(await ben.circles(origin).openCircle(hers.id)).circle.accept()).circle;

	const notes = sure(await notesOf(hers)).note;
	notes.text.type('first', [{ at: 0, remove: 0, insert: p.typed.text + p.taken.text }]);
	sure(await notes.send());
	notes.text.type('first', [{ at: p.typed.text.length, remove: p.taken.text.length, insert: '' }]);
	const next = notes.text.split('first', p.typed.text.length);
	notes.text.type(next, [{ at: 0, remove: 0, insert: p.proposed.text }]);
	notes.text.propose(next, true);
	sure(await notes.send());
	sure(await keepPoints(hers, sure(await pointsOf(hers)), [{ id: next, text: p.point.text }]));
	const floor = sure(await floorOf(hers)).note;
	for (const { text } of [p.speaking, p.waiting]) askToSpeak(floor.text.doc, text);
	nextSpeaker(floor.text.doc, new Date());
	sure(await floor.send());

	const [seen, seenFloor] = [sure(await notesOf(his)).note, sure(await floorOf(his)).note];
	for (const one of [seen, seenFloor]) sure(await one.bring());
	return JSON.stringify([sure(await workshopOf(his)).workshop?.workshop.says, seen.text.paragraphs, readFloor(seenFloor.text.doc), sure(await pointsOf(his)).points]);
}
