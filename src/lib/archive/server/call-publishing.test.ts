import { spawnSync } from 'node:child_process';
import ICAL from 'ical.js';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { callBySlug, listedCalls, publicCalls } from '#lib/grants/server/index.ts';
import type { CallState } from '#lib/grants/call-log.ts';
import { deadlineOf } from '#lib/grants/deadline.ts';
import { Clock } from '#lib/platform/clock/clock.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { Recall } from '#lib/platform/http/recall.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import { publishCalls, testCalls } from '../../../../tests/published-calls.ts';
import { deadlinesCalendar } from '../call-calendar.ts';
import { atomOf, jsonFeedOf } from '../feeds.ts';
import { plainProse } from '../prose.ts';
import { callJsonLd, jsonLdText } from '../structured.ts';
import { callProse } from './call-prose.ts';
import { allDeadlines, callPdf, callsFeed } from './call-publishing.ts';
import { publicPages } from './publishing.ts';

const now = new Date('2027-03-10T12:00:00Z');
const origin = 'https://record.example';
const [rapid, travel, local, earlier] = testCalls;

let database: TestDatabase;
let house: { db: TestDatabase['db']; recall: Recall; clock: Clock };
beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	await publishCalls(database.address, now);
	house = { db: database.db, recall: new Recall(), clock: new Clock({ clock: 'trusted' }) };
});
afterAll(() => database[Symbol.asyncDispose]());

async function stateOf(slug: string): Promise<CallState> {
	const found = await callBySlug(house, slug);
	if (!found) throw new Error('no such call');
	return found.state;
}

const feed = (language: (typeof languages)[number] = 'en') => callsFeed({ house, language, origin });

test('a list begins with what is always open, then what ends first, and ends with what is over', async () => {
	const slugs = async (at: Date) => (await listedCalls(house, at)).calls.map(({ call, standing }) => `${call.slug} ${standing}`);

	expect(await slugs(now)).toEqual([`${rapid} open`, `${travel} open`, `${local} open`, `${earlier} closed`]);
	// Nobody has closed it, and the list does not wait for that.
	expect(await slugs(new Date('2027-05-10T12:00:00Z'))).toEqual([`${rapid} open`, `${local} open`, `${travel} over`, `${earlier} closed`]);
	expect((await listedCalls(house, now)).trueUntil?.toISOString()).toBe('2027-05-10T12:00:00.000Z');
	expect((await listedCalls(house, new Date('2027-05-10T11:59:59Z'))).calls[1]?.standing).toBe('open');
});

test('whoever follows the feed hears of each call and of each extension, with the old date, the new one and why', async () => {
	const { entries, title } = await feed();

	expect(title).toBe('Calls for applications: Steadfast');
	expect(entries.map(({ id }) => id.replace(/^.*:\/grants\//, '')).toSorted()).toEqual([earlier, local, rapid, travel, `${travel}/extension-1`, `${travel}/extension-2`].toSorted());
	expect(entries.find(({ id }) => id.endsWith('extension-1'))).toMatchObject({
		url: `${origin}/en/grants/${travel}#extension-1`,
		title: 'Extended: Travel and rest for defenders',
		contentText: 'Extended on 7 March 2027. Before: Tuesday, 30 March 2027, 23:59 (anywhere on Earth). Since then: Monday, 19 April 2027, 23:59 (anywhere on Earth).\nLines were cut for a week in several countries.'
	});
	expect(entries.map(({ updatedAt }) => updatedAt.getTime())).toEqual(entries.map(({ updatedAt }) => updatedAt.getTime()).toSorted((a, b) => b - a));
});

test('an entry keeps its identifier in every language and through every change', async () => {
	const ids = await Promise.all(languages.map(async (language) => (await feed(language)).entries.map(({ id }) => id)));

	expect(new Set(ids.map((one) => one.join(' '))).size).toBe(1);
	expect(new Set(ids[0]).size).toBe(6);
	expect((await feed('ar')).entries.find(({ id }) => id.endsWith(`/${local}`))).toMatchObject({ language: 'en', title: 'Archives of local groups' });
});

const noXmllint = spawnSync('xmllint', ['--version']).error !== undefined;

test.skipIf(noXmllint)(`a feed reader can read the feed in every language${noXmllint ? ' (skipped: no xmllint)' : ''}`, async () => {
	for (const language of languages) {
		const xml = atomOf(await feed(language), `${origin}/${language}/grants/feed.xml`);
		const { stdout, status } = spawnSync('xmllint', ['--nonet', '--xpath', 'count(//*[local-name()="entry"][*[local-name()="id"] and *[local-name()="updated"] and *[local-name()="title"] and *[local-name()="link"]/@href])', '-'], { input: xml, encoding: 'utf8' });
		expect([status, stdout.trim()]).toEqual([0, '6']);
		expect((JSON.parse(jsonFeedOf(await feed(language), 'x')) as { items: unknown[] }).items).toHaveLength(6);
	}
});

test('a calendar has each deadline at its instant, and moves it when the call is extended', async () => {
	const before = await stateOf(travel);
	const extended: CallState = { ...before, deadline: deadlineOf({ day: '2027-06-30', time: '23:59', zone: 'Etc/GMT+12' }), extensions: [...before.extensions, ...before.extensions.slice(0, 1)], changedAt: new Date('2027-04-01T08:00:00Z') };
	const eventOf = (call: CallState, language: (typeof languages)[number] = 'en') => {
		const text = deadlinesCalendar({ calls: [call], name: { words: 'Deadlines', language }, language, origin });
		const [event] = new ICAL.Component(ICAL.parse(text ?? '') as unknown[]).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
		return { uid: event?.uid, sequence: event?.sequence, start: event?.startDate.toJSDate().toISOString(), summary: event?.summary, stamp: String(event?.component.getFirstPropertyValue('dtstamp')) };
	};

	const [first, second] = [eventOf(before), eventOf(extended)];

	expect(first).toEqual({ uid: `${before.call}.call@record.steadfast.invalid`, sequence: 2, start: before.deadline?.at, summary: 'Deadline: Travel and rest for defenders', stamp: '2027-03-09T12:00:00Z' });
	expect(second).toEqual({ ...first, sequence: 3, start: '2027-07-01T11:59:00.000Z', stamp: '2027-04-01T08:00:00Z' });
	expect(eventOf(before, 'ar').uid).toBe(first.uid);
});

test('the calendar of all deadlines has those that are over too, none of a rapid call, and is the same bytes every time', async () => {
	const text = await allDeadlines({ house, language: 'fr', origin });
	const calendar = new ICAL.Component(ICAL.parse(text ?? '') as unknown[]);

	expect(calendar.getAllSubcomponents('vevent').map((one) => String(one.getFirstPropertyValue('url')).replace(/.*\//, '')).toSorted()).toEqual([earlier, local, travel].toSorted());
	expect(await allDeadlines({ house, language: 'fr', origin })).toBe(text);
	expect(text?.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
	expect(deadlinesCalendar({ calls: [await stateOf(rapid)], name: { words: 'x', language: 'en' }, language: 'en', origin })).toBeNull();
});

test('search engines are told what a call gives, at most, and until when one can apply; of a closed one not that one can', async () => {
	const call = await stateOf(travel);

	expect(callJsonLd({ call, host: 'The Carter Center', open: true, language: 'en', origin })).toEqual({
		'@context': 'https://schema.org',
		'@type': 'MonetaryGrant',
		name: 'Travel and rest for defenders',
		description: expect.stringMatching(/^For human rights defenders/) as string,
		identifier: call.call,
		url: `${origin}/en/grants/${travel}`,
		funder: { '@type': 'Organization', name: 'The Carter Center' },
		amount: { '@type': 'MonetaryAmount', currency: 'EUR', maxValue: 7500 },
		potentialAction: { '@type': 'ApplyAction', target: `${origin}/en/grants/${travel}`, endTime: '2027-05-10T12:00:00.000Z' }
	});
	expect(Object.keys(callJsonLd({ call: await stateOf(local), host: undefined, open: false, language: 'en', origin }))).toEqual(['@context', '@type', 'name', 'description', 'identifier', 'url']);
	expect(jsonLdText(callJsonLd({ call: { ...call, content: { ...call.content, title: { original: 'en', in: { en: '</script><script>' } } } }, host: undefined, open: false, language: 'en', origin }))).not.toMatch(/[<>&]/);
});

test('the site map names every call, and the list', async () => {
	const paths = (await publicPages(house)).map(({ path }) => path);

	expect(paths.filter((path) => path.startsWith('/grants')).toSorted()).toEqual(['/grants', '/grants/open-data', ...(await publicCalls(house)).map(({ state }) => `/grants/${state.slug}`)].toSorted());
});

test('the document of an always open call that was closed invites nobody any more', async () => {
	const open = await stateOf(rapid);

	expect(plainProse(callProse(open, 'en'))).toContain('Apply when you need it.');
	expect(plainProse(callProse({ ...open, stage: 'closed' }, 'en'))).not.toContain('Apply when you need it.');
});

test('the call document says all that the page says: dates, extensions, criteria, questions, fingerprint', async () => {
	const words = plainProse(callProse(await stateOf(travel), 'en'));

	for (const part of [
		'Sunday, 9 May 2027, 23:59 (anywhere on Earth)', 'In universal time: Monday, 10 May 2027, 11:59 (UTC).', 'Addis Ababa (UTC+03:00): Monday, 10 May 2027, 14:59', 'Ethiopian: Monday, 2 Genbot 2019',
		'Lines were cut for a week', 'The form could not be opened', 'How great the risk is (50%)', 'EUR\u00a07,500', 'Legal costs and bail', 'Running costs of organisations', 'Needed: yes.',
		'After the deadline all applications are decided together.', 'Asked only if “What do you need?” is answered with: To leave for a time', 'Any of: Legal help, Medical care, To leave for a time', 'not everybody who reads one part can open another'
	]) expect(words).toContain(part);
	expect(words).toMatch(/\n(?:[0-9a-f]{4} ){7}[0-9a-f]{4}\n/);
	const rapidWords = plainProse(callProse(await stateOf(rapid), 'en'));
	expect(rapidWords).toContain('There is no deadline.');
	expect(rapidWords).toContain('We decide within 72 hours.');
	expect(rapidWords).toContain('All parts are read by one group of people.');
});

const poppler = spawnSync('pdftotext', ['-v']).error === undefined;

test.skipIf(!poppler)(`the call document is a PDF in the reader’s language, and without a translation in the call’s own${poppler ? '' : ' (skipped: no pdftotext)'}`, async () => {
	const textOf = async (slug: string, language: (typeof languages)[number]) => {
		const pdf = await callPdf(await stateOf(slug), { house, language, origin });
		return spawnSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' }).stdout;
	};

	expect(await textOf(travel, 'en')).toContain('Travel and rest for defenders');
	// Letters with dots are set from pieces, and read out as such.
	expect(await textOf(travel, 'ar')).toMatch(/23:59[^]*record\.example\/ar\/grants\/travel-and-rest/);
	const english = await textOf(local, 'ar');
	expect(english).toContain('What the form asks');
	expect(english).toContain(`${origin.replace('https://', '')}/en/grants/${local}`);
});
