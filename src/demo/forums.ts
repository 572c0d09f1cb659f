import { foundCircle, linkNow, openCircle } from '#lib/circles/client/circles.ts';
import { closeForum, lookAtClosing } from '#lib/forum/client/closing.ts';
import { approveGuest, draftGuests, guestsOf, type GuestDesk } from '#lib/forum/client/guests.ts';
import { makeLogistics } from '#lib/forum/client/logistics.ts';
import { notedLogistics } from '#lib/forum/client/inboxes.ts';
import { act, deskOf, keepContent } from '#lib/forum/client/moderating.ts';
import { keepNewPlan, nextRelease, release, type KeptPlan } from '#lib/forum/client/plans.ts';
import { newPlan } from '#lib/forum/beginning.ts';
import { closingPlan } from '#lib/forum/closing.ts';
import type { ForumPlan, PlannedItem } from '#lib/forum/plan.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import { randomId } from '#lib/vault/envelope.ts';
import { as, circleOf, sure, type Person } from './people.ts';
import { circleWords, forumWords } from './said.ts';

const origin = process.env['DEMO_ORIGIN'] ?? '';
const timeZone = 'UTC';

/** Three forums of one circle of convenors: one in preparation, with people invited; one on its public day, with questions; one in the archive. */
export async function fillForums([ana, ben]: readonly [Person, Person]): Promise<void> {
	const id = await circleOf([ana, ben], circleWords.convenors);
	await prepare([ana, ben], id);
	await as(ana, async () => {
		const desk = await deskOfForums(id);
		await hold(desk);
		await close(desk);
	});
}

async function deskOfForums(id: string): Promise<GuestDesk> {
	const link = linkNow();
	if (link === undefined) throw new Error('Nobody sits at the tab.');
	return { circle: sure(await openCircle(id)).circle, link };
}

/** YYYY-MM-DD, so many days from today. */
function day(from: number): string {
	return new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
}

function planOf({ slug, title, starts, ends, items }: { readonly slug: string; readonly title: ForumPlan['title']; readonly starts: number; readonly ends: number; readonly items: readonly PlannedItem[] }): ForumPlan {
	const speaker = { id: 'speaker', name: forumWords.speaker, shownAs: { name: forumWords.speaker, office: null, known: true as const }, person: randomId(), available: null, interprets: [] };
	return {
		...newPlan({ title, slug, place: forumWords.place, timeZone, startsOn: day(starts), endsOn: day(ends) }, 'en'),
		subject: forumWords.subject,
		rooms: [{ id: 'hall', name: forumWords.hall, capacity: 120, access: null }],
		people: [speaker],
		items
	};
}

function item(of: Pick<PlannedItem, 'id' | 'title' | 'day' | 'starts' | 'ends'> & Partial<PlannedItem>): PlannedItem {
	return { kind: 'panel', state: 'confirmed', room: 'hall', theme: null, disclosure: 'public', recording: { stream: false, archive: false }, people: [{ id: 'speaker', role: 'speaker' }], expected: null, spoken: ['en'], offered: ['ar'], questionsMinutes: 20, ...of };
}

async function keptAndReleased({ circle, link }: GuestDesk, plan: ForumPlan): Promise<KeptPlan> {
	const kept = sure(await keepNewPlan(circle, plan));
	const { next } = sure(await nextRelease(link, plan));
	sure(await release(link, circle, next));
	return kept;
}

/** In two months: what is confirmed, proposed and closed; three who are invited, of whom two were approved. */
async function prepare([ana, ben]: readonly [Person, Person], id: string): Promise<void> {
	const items = [
		item({ id: 'opening', title: forumWords.opening, day: day(60), starts: '10:00', ends: '11:30' }),
		item({ id: 'meeting', title: forumWords.meeting, day: day(60), starts: '14:00', ends: '15:30', disclosure: 'closed', questionsMinutes: null }),
		item({ id: 'closing', title: forumWords.closing, day: day(61), starts: '16:00', ends: '17:00', state: 'proposed' })
	];
	const plan = await as(ana, async () => sure(await keepNewPlan((await deskOfForums(id)).circle, planOf({ slug: 'demonstration-in-preparation', title: forumWords.preparing, starts: 60, ends: 61, items }))));
	const logistics = await as(ana, async () => {
		const { circle } = sure(await makeLogistics({ convenors: (await deskOfForums(id)).circle, plan, name: () => circleWords.logistics.name, language: 'en', found: foundCircle }));
		return sure(await circle.add({ account: ben.unlocked.keys.account, name: ben.name })).circle.id;
	});
	await as(ben, async () => sure(await sure(await openCircle(logistics)).circle.accept()));
	await as(ana, async () => {
		const desk = await deskOfForums(id);
		const { noted } = sure(await notedLogistics(desk.circle, plan.record.record));
		sure(await draftGuests(desk, plan, forumWords.guests.map((name) => ({ person: undefined, name, role: 'speaker', reach: forumWords.reach })), { words: forumWords.letter, logistics: noted }));
	});
	await as(ben, async () => {
		const desk = await deskOfForums(id);
		const { guests } = sure(await guestsOf(desk, plan.record.record));
		for (const guest of guests.slice(0, 2)) sure(await approveGuest(desk, guest));
	});
}

/** Today: an item that is open, and a question in each language, of which two are approved. */
async function hold(desk: GuestDesk): Promise<void> {
	const { slug } = (await keptAndReleased(desk, planOf({ slug: 'demonstration-today', title: forumWords.today, starts: 0, ends: 1, items: [item({ id: 'panel', title: forumWords.panel, day: day(0), starts: '00:00', ends: '23:30' }), item({ id: 'closing', title: forumWords.closing, day: day(1), starts: '16:00', ends: '17:00' })] }))).plan;
	const at = { forum: slug, item: 'panel' };
	sure(await keepContent(desk.link, at, { streams: [], documents: [] }));
	for (const language of languages) {
		const answer = await fetch(`${origin}/${language}/forums/${slug}/public/panel`, { method: 'POST', headers: { origin, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ words: forumWords.question[language], language, lane: 'room', keep: 'nothing' }), redirect: 'manual' });
		if (answer.status >= 400) throw new Error('A question of the demonstration was not taken.');
	}
	const { value } = sure(await deskOf(desk.link, at, undefined));
	for (const { question } of value?.waiting.slice(0, 2) ?? []) sure(await act(desk.link, at, { do: 'move', move: 'approve', id: question.id }));
}

/** Of last month, closed into the archive. */
async function close(desk: GuestDesk): Promise<void> {
	const items = [item({ id: 'panel', title: forumWords.panel, day: day(-30), starts: '10:00', ends: '11:30' }), item({ id: 'closing', title: forumWords.closing, day: day(-29), starts: '16:00', ends: '17:00' })];
	const { plan, record } = await keptAndReleased(desk, planOf({ slug: 'demonstration-in-the-archive', title: forumWords.archived, starts: -30, ends: -29, items }));
	const found = sure(await lookAtClosing(desk, { plan, record }));
	const closing = closingPlan({ plan, planRecord: record.record, guests: found.guests, guestRecords: found.guestRecords, released: found.next.released, isSame: found.next.isSame, state: found.state, wanted: [], today: day(0) });
	sure(await closeForum(desk, { slug: plan.slug, version: found.state.version, plan: closing, participantsAbout: null }));
}
