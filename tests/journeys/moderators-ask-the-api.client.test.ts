import { expect, inject, test } from 'vitest';
import { forum2019 } from '../../src/lib/archive/fixtures.ts';
import { publishForum } from '../../src/lib/archive/server/records.ts';
import { act, deskOf, givePass, keepContent, lineOf, publicItems, steer, takePass } from '../../src/lib/forum/client/moderating.ts';
import { askQuestion, publicItem } from '../../src/lib/forum/server/index.ts';
import { testDatabase } from '../../src/lib/platform/db/testing.ts';
import { startApi } from '../api-server.ts';
import { somebody } from '../somebody.ts';

const content = { streams: [{ kind: 'stream', language: 'en', url: 'https://stream.example.org/', player: null }], documents: [{ title: 'Statement', url: 'https://record.example.org/', releasesAt: '2019-10-15T17:00' }] } as const;

test('staff opens an item of the record, moderates it through the API and is told what is wrong; a member and a stranger’s forum are not there', async () => {
	await using database = await testDatabase(inject('postgres'));
	await using api = await startApi(database.address);
	await database.db.transaction().execute((tx) => publishForum(tx, forum2019, new Date()));
	const item = forum2019.agenda.find((one) => one.public)?.id ?? '';
	const closed = forum2019.agenda.find((one) => !one.public)?.id ?? '';
	const at = { forum: forum2019.slug, item };
	const [staff, member] = await Promise.all([somebody(database.db, { name: 'Luis' }), somebody(database.db, { name: 'Mira', role: 'member' })]);
	const [link, hers] = [staff.link(api.origin), member.link(api.origin)];
	const ask = (words: string, address = '192.0.2.1') => askQuestion(api.house, { ...at, words, language: 'en', lane: 'room', address }, new Date());

	expect(await deskOf(link, at, undefined)).toEqual({ ok: false, reason: 'not-found' });
	expect(await keepContent(hers, at, content)).toEqual({ ok: false, reason: 'not-found' });
	expect(await keepContent(link, { ...at, item: closed === '' ? 'no-such-item' : closed }, content)).toEqual({ ok: false, reason: 'not-found' });
	expect(await keepContent(link, at, { ...content, streams: [{ ...content.streams[0], url: 'javascript:alert(1)' }] })).toEqual({ ok: false, reason: 'malformed' });
	expect(await keepContent(link, at, content)).toEqual({ ok: true, value: {} });
	expect(await publicItems(link, at.forum)).toMatchObject({ ok: true, value: { items: expect.arrayContaining([expect.objectContaining({ id: item, isOpened: true })]) } });
	expect(await publicItems(hers, at.forum)).toEqual({ ok: false, reason: 'not-found' });
	for (const words of ['One?', 'Two?']) expect(await ask(words)).toMatchObject({ ok: true });
	expect(await ask('one', '192.0.2.2')).toMatchObject({ ok: true });

	const first = await deskOf(link, at, undefined);
	if (!first.ok || !first.value) throw new Error('no desk');
	const desk = first.value;
	expect(desk.waiting.map(({ question, count }) => [question.words, count])).toEqual([['One?', 2], ['Two?', 1]]);
	expect(await deskOf(link, at, desk.version)).toEqual({ ok: true, value: null });
	expect(await lineOf(link, at, desk.waiting[0]?.cluster ?? '')).toMatchObject({ ok: true, value: { questions: [{ words: 'One?' }, { words: 'one' }] } });
	const id = desk.waiting[1]?.question.id ?? '';
	expect(await act(hers, at, { do: 'move', move: 'approve', id })).toEqual({ ok: false, reason: 'not-found' });
	expect(await act(link, at, { do: 'move', move: 'approve', id })).toEqual({ ok: true, value: {} });
	expect(await act(link, at, { do: 'move', move: 'approve', id })).toEqual({ ok: false, reason: 'moved-on' });
	expect((await publicItem(database.db, at))?.questions.map(({ words }) => words)).toEqual(['Two?']);
	expect(await steer(link, at, 'blank')).toEqual({ ok: true, value: {} });
	expect((await publicItem(database.db, at))?.questions).toEqual([]);

	const pass = await givePass(link, at.forum);
	expect(pass).toMatchObject({ ok: true, value: { number: 1 } });
	expect(await takePass(link, at.forum, 1)).toEqual({ ok: true, value: {} });
	expect(await takePass(link, at.forum, 1)).toEqual({ ok: false, reason: 'not-found' });
});
