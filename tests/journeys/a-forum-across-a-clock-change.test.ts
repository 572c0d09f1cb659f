import { spawnSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { joined, makeCircle, type Person } from '../circle-steps.ts';
import { addItem, beginPlan, keepAndRelease } from '../forum-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { readAgendaPage, readCalendar, readScheduleJson, readScheduleXml } from './agenda-formats.ts';
import { ask } from './http.ts';
import { clean, look, readyToLook } from './look.ts';

// In New York the night of 6 to 7 November 2027 has 25 hours: at two the clocks show one again. All of it is made up.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let reader: Page;

const slug = '2027-a-long-night';
const watch = 'A watch through the long night';
const slots = [
	{ name: 'Before the clocks change', start: '2027-11-07T02:00:00.000Z', end: '2027-11-07T02:30:00.000Z' },
	// From 22:30 to 02:30 by the clock on the wall, and five hours long.
	{ name: watch, start: '2027-11-07T02:30:00.000Z', end: '2027-11-07T07:30:00.000Z' },
	{ name: 'Breakfast', start: '2027-11-07T13:00:00.000Z', end: '2027-11-07T14:00:00.000Z' }
];

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	await amina.page.setViewportSize({ width: 1280, height: 900 });
	const context = await browser.newContext({ timezoneId: 'Asia/Tokyo' });
	await readyToLook(context);
	reader = await context.newPage();
}, 300_000);

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

const at = async (path: string): Promise<string> => (await ask(`${server.origin}/en/forums/${slug}${path}`)).text;

test('an item across midnight on the night on which the clocks change is the same instants on the page and in calendar, schedule.xml and schedule.json', { timeout: 300_000 }, async () => {
	const { page } = amina;
	await makeCircle(page, { name: 'Convenors', purpose: 'Plans the forum.' });
	await beginPlan(page, { title: 'A long night', subject: 'who is awake when others sleep', slug, place: 'A made-up town', timeZone: 'America/New_York', startsOn: '2027-11-06', endsOn: '2027-11-07' });
	await addItem(page, { day: '6 November', title: 'Before the clocks change', starts: '22:00', ends: '22:30' });
	await addItem(page, { day: '6 November', title: watch, starts: '22:30', ends: '02:30' });
	await addItem(page, { day: '7 November', title: 'Breakfast', starts: '08:00', ends: '09:00' });
	await keepAndRelease(page, 1);
	await until(async () => (await ask(`${server.origin}/en/forums/${slug}/agenda`)).text.includes(watch));

	const agenda = readAgendaPage(await at('/agenda'));
	const ics = await at('/calendar.ics');
	const calendar = readCalendar(ics, 'title');
	expect(agenda.slots.map(({ start, end }) => ({ start, end }))).toEqual(slots.map(({ start, end }) => ({ start, end })));
	expect(calendar).toEqual({ slots, wholeDays: [] });
	expect(readScheduleXml(await at('/schedule.xml'))).toEqual(slots);
	expect(readScheduleJson(await at('/schedule.json'))).toEqual(slots);

	await reader.goto(`${server.origin}/en/forums/${slug}/agenda`);
	expect(await reader.locator('main').innerText()).toMatch(/22:30[^]*2:30/);
	expect(await look(reader)).toEqual(clean);
});

const python = ['python3', '/usr/bin/python3'].find((program) => spawnSync(program, ['-c', 'import vobject']).status === 0);
const readByVobject = `
import json, sys, vobject
from datetime import timezone
calendar = vobject.readOne(sys.stdin.buffer.read().decode('utf-8'))
at = lambda value: value.astimezone(timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z')
print(json.dumps(sorted(({'name': event.summary.value, 'start': at(event.dtstart.value), 'end': at(event.dtend.value)} for event in calendar.vevent_list), key=lambda event: event['start'])))
`;

test.skipIf(python === undefined)(`a second program that is not ours reads the same instants of that night${python === undefined ? ' (skipped: no python3-vobject)' : ''}`, async () => {
	const read = spawnSync(python ?? '', ['-c', readByVobject], { input: await at('/calendar.ics'), encoding: 'utf8' });

	expect(read.status, read.stderr).toBe(0);
	expect(JSON.parse(read.stdout)).toEqual(slots);
});
