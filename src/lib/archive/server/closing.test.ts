import { createHash } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { deskIn, officer } from '../../../../tests/desk.ts';
import type { ClosedRecording, PressCoverage } from '#lib/forum/closing.ts';
import { someItem, somePlan, words } from '#lib/forum/fixtures.ts';
import { releaseOf, type ReleasedForum, type ShownPerson } from '#lib/forum/released.ts';
import { forumsWithChanges, keepPublicItem, leaveQuestionsToTheRecord, publicItem, releasedChanges, shredForums } from '#lib/forum/server/index.ts';
import { permitMessage, type Permit, type Shown } from '#lib/forum/consent.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { Recall } from '#lib/platform/http/recall.ts';
import { randomId, toText } from '#lib/vault/envelope.ts';
import { newAccount } from '../../vault/index.ts';
import { recordFrom } from '../files.ts';
import { filesFrom } from '../export.ts';
import { closeForum, coverForum, moderateQuestion, steerItem, takeQuestionBack } from './closing.ts';
import { newsFeed, publicPages } from './publishing.ts';
import { forum, questionsOf } from './reading.ts';
import { importRecord, wholeRecord } from './records.ts';
import { narrowForum, namedInForum, releaseForum, takeOutOfForum } from './releasing.ts';
import { search } from './search.ts';

const slug = 'a-made-up-forum';
const held = new Date('2019-10-10T10:20:00Z');
const after = new Date('2019-10-17T10:20:00Z');
const later = (days: number) => new Date(after.getTime() + days * 86_400_000);
const ana: ShownPerson = { id: 'ana', name: 'Made-up Ana', office: words('Made-up office') };
const ben: ShownPerson = { id: 'ben', name: 'Made-up Ben', office: null };
const place = { forum: slug, item: 'panel' };

const plan = somePlan({
	slug,
	items: [
		someItem({ id: 'panel', people: [{ id: 'ana', role: 'chair' }, { id: 'ben', role: 'speaker' }], recording: { stream: true, archive: true } }),
		someItem({ id: 'blanked', day: '2019-10-14' }),
		someItem({ id: 'closed', disclosure: 'closed', title: words('Canary-Closed') })
	]
});

async function stage() {
	const database = await testDatabase(inject('postgres'));
	const { db } = database;
	const desk = await deskIn(db);
	const recall = new Recall();
	recall.trust(false);
	const reading = { db, recall };
	const { signing } = await newAccount();
	const key = toText(signing.publicKey);
	let before: ReleasedForum | undefined;
	let version = 0;
	const permit = async (of: number, shown: Shown): Promise<Permit> => ({ key, version: of, shown, signature: toText(await signing.sign(permitMessage({ slug, person: 'ana', version: of, shown }))) });
	const shownAna = { name: ana.name, office: ana.office };
	const recording: ClosedRecording = { item: 'panel', kind: 'video', url: 'https://video.example/panel', permits: [{ key, version: 2 }] };
	return {
		db,
		desk,
		reading,
		recording,
		release: async (from = plan, shown: readonly ShownPerson[] = [ana, ben]) => {
			const released = releaseOf(from, { shown: new Set(shown.map(({ id }) => id)), before });
			const permitted = await Promise.all(shown.map(async (one) => (one.id === 'ana' ? { ...one, permit: await permit(2, shownAna) } : one)));
			const outcome = await releaseForum({ db }, desk.actor, { circle: desk.circle, version: version + 1, released, shown: permitted }, held);
			if (!outcome.ok) throw new Error(outcome.reason);
			[before, version] = [released, version + 1];
		},
		/** A question in any state, as it lies there; gives back its author's secret. */
		asked: async (said: string, { state = 'asked', item = 'panel', number = 1, ...of }: { state?: string; item?: string; number?: number; [more: string]: unknown } = {}) => {
			const token = randomId();
			const id = randomId();
			await db.insertInto('forum_question').values({ id, forum: slug, item, number, lane: 'room', language: 'en', words: said, cluster: said, token_hash: createHash('sha256').update(token).digest(), state: state as 'asked', reason: null, merged_into: null, place: number, turn: state === 'approved' ? null : number, tag: null, translations: '{}', answer: null, votes: 0, arrived_at: held, settled_at: held, ...of }).execute();
			return { id, token };
		},
		open: (item: string, documents: readonly { title: string; url: string; releasesAt: string | null }[] = []) => keepPublicItem({ db }, desk.actor, { forum: slug, item, content: { streams: [{ kind: 'stream', language: 'en', url: 'https://stream.example/', player: null }], documents } }, held),
		close: (of: Partial<Parameters<typeof closeForum>[2]> = {}, when = after, by = desk.actor) => closeForum({ db }, by, { slug, circle: desk.circle, version, participantsAbout: 120, recordings: [recording], shreds: [], ...of }, when),
		narrow: async (to: Shown, of = 4) => narrowForum({ db }, { narrowing: { slug, person: 'ana', permit: await permit(of, to) }, request: { named: '', path: '', body: new Uint8Array(), signature: '' }, now: later(1) }),
		found: async (query: string) => {
			const answer = await search(db, { query, page: 1 }, 'en');
			return JSON.stringify(answer);
		},
		/** Everything that the public is given, but for the pages' frames. */
		publicly: async () => JSON.stringify([await forum(reading, slug), await questionsOf(reading, place), await newsFeed({ house: reading, language: 'en', origin: 'https://record.example' }), await db.selectFrom('search_text').selectAll().execute(), await releasedChanges(reading, slug), await publicPages(reading)]),
		[Symbol.asyncDispose]: () => database[Symbol.asyncDispose]()
	};
}

/** A forum with questions of every kind, ready to be closed. */
async function heldStage() {
	const s = await stage();
	await s.release();
	await s.open('panel', [{ title: 'A paper', url: 'https://papers.example/one', releasesAt: '2019-10-15T12:00' }]);
	await s.open('blanked');
	const asked = await s.asked('Who protects the protectors?', { translations: JSON.stringify({ es: '¿Quién protege?' }), answer: JSON.stringify({ original: 'en', in: { en: 'All of us.\n\nEvery day.' } }), state: 'answered', votes: 3 });
	await s.asked('Nani hulinda?', { number: 2, language: 'sw', state: 'approved' });
	await s.asked('Canary-Refused', { number: 3, state: 'refused', reason: 'abusive', turn: null });
	await s.asked('Canary-Waiting', { number: 4, state: 'waiting', turn: null });
	await s.asked('Canary-Blanked', { number: 1, item: 'blanked' });
	await steerItem({ db: s.db }, s.desk.actor, { place: { forum: slug, item: 'blanked' }, steering: 'blank' }, held);
	return Object.assign(s, { asked1: asked });
}

const programme = { only_one: true, content: JSON.stringify({ language: 'en', name: words('Programme'), host: 'Nobody', place: words('Nowhere'), timeZone: 'UTC', firstYear: 2003, introduction: { original: 'en', in: { en: { markdown: 'Words.', prose: [{ kind: 'paragraph', inlines: [{ kind: 'text', text: 'Words.' }] }] } } }, figures: [], quotations: [] }), changed_at: held };

test('a forum that is closed stands in the record with its questions, answers, documents and recordings, and nothing of what nobody was shown', async () => {
	await using s = await heldStage();

	expect(await s.close()).toEqual({ ok: true });

	const found = await forum(s.reading, slug);
	expect(found?.participantsAbout).toBe(120);
	expect(found?.recordings).toEqual([{ title: words('Item panel'), url: 'https://video.example/panel', item: 'panel' }]);
	const panel = found?.agenda.find(({ id }) => id === 'panel');
	expect(panel?.documents).toEqual([{ title: 'A paper', url: 'https://papers.example/one' }]);
	expect(panel?.counts?.map(({ state, reason, count }) => [state, reason, count])).toEqual([['answered', undefined, 1], ['approved', undefined, 1], ['refused', 'abusive', 1], ['waiting', undefined, 1]]);
	expect(await questionsOf(s.reading, place)).toEqual([
		{ forum: slug, item: 'panel', number: 1, lane: 'room', language: 'en', words: 'Who protects the protectors?', translations: { es: '¿Quién protege?' }, state: 'answered', turn: 1, votes: 3, answer: { original: 'en', in: { en: 'All of us.\n\nEvery day.' } } },
		{ forum: slug, item: 'panel', number: 2, lane: 'room', language: 'sw', words: 'Nani hulinda?', state: 'approved' }
	]);
	expect(await s.publicly()).not.toContain('Canary');
	for (const query of ['protectors', 'Nani']) expect(await s.found(query)).toContain(`/forums/${slug}/public/panel#q-`);
	expect((await publicItem(s.db, place))?.isOpen).toBe(false);
});

test('a closed forum leaves as files and comes back as the same record, in another house too', async () => {
	await using s = await heldStage();
	await s.close();
	await s.db.insertInto('archive_programme').values(programme).execute();

	const record = (await wholeRecord(s.db))!;
	const files = filesFrom(record);
	const again = recordFrom(files);
	if (!again.ok) throw new Error(JSON.stringify(again.problems));

	expect(JSON.parse(JSON.stringify([again.record.forums, again.record.questions]))).toEqual(JSON.parse(JSON.stringify([record.forums, record.questions])));
	expect(new TextDecoder().decode(files.get(`forums/${slug}/questions/panel/001.md`))).toContain('words: Who protects the protectors?');
	expect(JSON.stringify([...files].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]))).not.toContain('Canary');
	await using other = await testDatabase(inject('postgres'));
	await importRecord({ db: other.db, record: again.record, now: after });
	expect(JSON.parse(JSON.stringify(await wholeRecord(other.db)))).toEqual(JSON.parse(JSON.stringify(record)));
	const recall = new Recall();
	recall.trust(false);
	expect((await questionsOf({ db: other.db, recall }, place)).map(({ number }) => number)).toEqual([1, 2]);
	expect(JSON.stringify(await publicPages({ db: other.db, recall }))).toContain(`/forums/${slug}/public/panel`);
	expect(await importRecord({ db: other.db, record: again.record, now: later(1) })).toMatchObject({ added: 0, changed: 0, removed: 0 });
});

test('who takes back what they allowed after closing is in no page, file, search or feed, nor the recording with them, and no date says that anything happened', async () => {
	await using s = await heldStage();
	await s.close();
	await s.db.insertInto('archive_programme').values(programme).execute();
	const before = await newsFeed({ house: s.reading, language: 'en', origin: 'https://record.example' });
	expect(await s.publicly()).toContain('Made-up Ana');

	expect(await s.narrow(null)).toEqual({ ok: true, changed: true });

	const files = [...filesFrom((await wholeRecord(s.db))!).values()].map((bytes) => new TextDecoder().decode(bytes)).join('\n');
	for (const everything of [await s.publicly(), files, await s.found('Ana')]) expect(everything).not.toMatch(/Made-up Ana|Made-up office|video\.example/);
	expect((await newsFeed({ house: s.reading, language: 'en', origin: 'https://record.example' })).entries.map(({ updatedAt }) => updatedAt)).toEqual(before.entries.map(({ updatedAt }) => updatedAt));
	expect((await forum(s.reading, slug))?.agenda.find(({ id }) => id === 'panel')?.people).toEqual([{ name: 'Made-up Ben', part: 'speaker' }]);
});

test('files that were exported before somebody took something back bring neither them nor what they are quoted with, nor their question or the recording back', async () => {
	await using s = await heldStage();
	await s.close();
	await s.db.insertInto('archive_programme').values(programme).execute();
	const now = (await wholeRecord(s.db))!;
	// As an editor adds them to the files.
	const quotations = [ana, ben].map(({ name }) => ({ form: 'reported' as const, words: words(`Canary-Said by ${name}`), by: name }));
	const old = recordFrom(filesFrom({ ...now, forums: now.forums.map((one) => ({ ...one, quotations })) }));
	if (!old.ok) throw new Error('no record');
	await importRecord({ db: s.db, record: old.record, now: after });
	expect(await s.publicly()).toContain('Canary-Said by Made-up Ana');
	expect(JSON.stringify(old.record)).toMatch(/Made-up Ana[^]*video\.example[^]*protectors/);
	await s.narrow(null);
	await takeQuestionBack({ db: s.db }, place, s.asked1.token, later(1));

	await importRecord({ db: s.db, record: old.record, now: later(2) });

	expect(await s.publicly()).toContain('Canary-Said by Made-up Ben');
	expect(await s.publicly()).not.toMatch(/Made-up Ana|video\.example|protectors/);
});

test('long after the keeping time a convenor takes somebody out, and they are in no page, version, file, search or feed, nor what they said, nor a recording of them; old files and a new release bring nothing back', async () => {
	await using s = await heldStage();
	await s.close();
	await s.db.insertInto('archive_programme').values(programme).execute();
	const now = (await wholeRecord(s.db))!;
	const quotations = [ana, ben].map(({ name }) => ({ form: 'reported' as const, words: words(`Canary-Said by ${name}`), by: name }));
	const old = recordFrom(filesFrom({ ...now, forums: now.forums.map((one) => ({ ...one, quotations })) }));
	if (!old.ok) throw new Error('no record');
	await importRecord({ db: s.db, record: old.record, now: after });
	await shredForums(s.db, later(200));
	const place = { slug, circle: s.desk.circle };
	const named = await namedInForum({ db: s.db }, s.desk.actor, place, later(200));
	const before = await newsFeed({ house: s.reading, language: 'en', origin: 'https://record.example' });
	const take = (what: { kind: 'person'; person: string } | { kind: 'photograph' }, by = s.desk.actor) => takeOutOfForum({ db: s.db }, by, { ...place, what }, later(200));
	const stranger = await officer(s.db);
	expect([await take({ kind: 'person', person: 'ana' }, stranger.actor), await take({ kind: 'person', person: 'ana' }, { ...s.desk.actor, role: 'member' })]).toEqual([1, 2].map(() => ({ ok: false, reason: 'not-found' })));
	expect(await namedInForum({ db: s.db }, stranger.actor, place, later(200))).toBeUndefined();
	expect(await s.publicly()).toMatch(/Made-up Ana[^]*Canary-Said by Made-up Ana/);

	expect([await take({ kind: 'person', person: 'ana' }), await take({ kind: 'person', person: 'ben' }), await take({ kind: 'person', person: 'ben' })]).toEqual([1, 2, 3].map(() => ({ ok: true })));
	await importRecord({ db: s.db, record: old.record, now: later(201) });

	const files = [...filesFrom((await wholeRecord(s.db))!).values()].map((bytes) => new TextDecoder().decode(bytes)).join('\n');
	const versions = JSON.stringify(await s.db.selectFrom('forum_release').selectAll().execute());
	for (const everything of [await s.publicly(), files, await s.found('Ana'), await s.found('Ben'), versions]) expect(everything).not.toMatch(/Made-up (?:Ana|Ben|office)|Canary-Said|video\.example|"(?:ana|ben)"/);
	expect([named?.people.map(({ name }) => name), named?.recordings.map(({ url }) => url)]).toEqual([['Made-up Ana', 'Made-up Ben'], ['https://video.example/panel']]);
	expect((await newsFeed({ house: s.reading, language: 'en', origin: 'https://record.example' })).entries.map(({ updatedAt }) => updatedAt)).toEqual(before.entries.map(({ updatedAt }) => updatedAt));
	// Neither by what she signed then, nor on the convenors' word.
	await expect(s.release(plan, [ana])).rejects.toThrow('moved-on');
	await expect(s.release(plan, [ben])).rejects.toThrow('moved-on');
});

test('a photograph that a convenor takes out is gone with its bytes, and old files do not bring it back', async () => {
	await using s = await heldStage();
	await s.close();
	await s.db.insertInto('archive_programme').values(programme).execute();
	const now = (await wholeRecord(s.db))!;
	const photo = { file: 'all.jpg', caption: words('Canary-Caption'), credit: 'Nobody', alternative: words('People in a hall'), sha256: 'a'.repeat(64), width: 4, height: 3, type: 'image/jpeg' } as const;
	const record = { ...now, forums: now.forums.map((one) => ({ ...one, photo })), photos: new Map([[photo.sha256, { type: photo.type, bytes: new Uint8Array([1, 2, 3]) }]]) };
	await importRecord({ db: s.db, record, now: after });
	const place = { slug, circle: s.desk.circle };
	expect([(await namedInForum({ db: s.db }, s.desk.actor, place, after))?.photograph, (await s.publicly()).includes('Canary-Caption')]).toEqual([photo.alternative, true]);

	expect(await takeOutOfForum({ db: s.db }, s.desk.actor, { ...place, what: { kind: 'photograph' } }, later(200))).toEqual({ ok: true });
	const bytes = await s.db.selectFrom('archive_photo').select('sha256').execute();
	await importRecord({ db: s.db, record, now: later(201) });

	expect([bytes, await s.db.selectFrom('archive_photo').select('sha256').execute()]).toEqual([[], []]);
	expect(await s.publicly()).not.toContain('Canary-Caption');
});

test('who allows their name and no recording any more stays, and only the recording is gone; convenors who are not asked cannot bring it back', async () => {
	await using s = await heldStage();
	await s.close();

	expect(await s.narrow({ name: ana.name, office: ana.office })).toEqual({ ok: true, changed: true });

	expect((await forum(s.reading, slug))?.recordings).toEqual([]);
	expect(await s.publicly()).toContain('Made-up Ana');
	expect(await s.close()).toEqual({ ok: false, reason: 'moved-on' });
	expect(await s.close({ recordings: [{ ...s.recording, permits: [{ ...s.recording.permits[0]!, version: 6 }] }] })).toEqual({ ok: true });
	expect((await forum(s.reading, slug))?.recordings).toHaveLength(1);
});

test('an author who takes a question back after closing, and a moderator who hides one, take it out of the record and the search', async () => {
	await using s = await heldStage();
	await s.close();
	const second = (await s.db.selectFrom('forum_question').select('id').where('number', '=', 2).executeTakeFirstOrThrow()).id;

	expect(await takeQuestionBack({ db: s.db }, place, s.asked1.token, later(1))).toBe(true);
	expect(await moderateQuestion({ db: s.db }, s.desk.actor, { place, act: { do: 'refuse', id: second, reason: 'endangers' } }, later(1))).toEqual({ ok: true });

	expect(await questionsOf(s.reading, place)).toEqual([]);
	expect(await s.publicly()).not.toMatch(/protectors|Nani|All of us/);
	expect(await s.found('protectors')).not.toContain('public/panel');
});

test('questions that moderators had blanked go into the record once they show them again, and a closed forum takes no more', async () => {
	await using s = await heldStage();
	await s.close();
	const blanked = { forum: slug, item: 'blanked' };

	expect(await steerItem({ db: s.db }, s.desk.actor, { place: blanked, steering: 'reopen' }, later(1))).toEqual({ ok: false, reason: 'moved-on' });
	expect(await s.open('panel')).toEqual({ ok: false, reason: 'moved-on' });
	await leaveQuestionsToTheRecord(s.db, later(40));
	expect(await questionsOf(s.reading, blanked)).toEqual([]);
	expect(await steerItem({ db: s.db }, s.desk.actor, { place: blanked, steering: 'unblank' }, later(40))).toEqual({ ok: true });
	expect((await questionsOf(s.reading, blanked)).map(({ words: said }) => said)).toEqual(['Canary-Blanked']);
});

test('a month after closing the questions are in the record alone, and whatever changes afterwards leaves them there', async () => {
	await using s = await heldStage();
	await s.close();
	const before = await questionsOf(s.reading, place);

	await leaveQuestionsToTheRecord(s.db, later(20));
	expect(await publicItem(s.db, place)).toBeDefined();
	await leaveQuestionsToTheRecord(s.db, later(40));
	await s.narrow(null);

	expect(await publicItem(s.db, place)).toBeUndefined();
	expect(await s.db.selectFrom('forum_question').select('words').where('item', '=', 'panel').execute()).toEqual([]);
	expect(await questionsOf(s.reading, place)).toEqual(before);
	expect((await forum(s.reading, slug))?.agenda.find(({ id }) => id === 'panel')?.counts).toHaveLength(4);
});

test('nobody closes a forum too early, from outside, by another version, or with a recording of what is not public', async () => {
	await using s = await heldStage();
	const stranger = await officer(s.db);

	expect(await s.close({}, new Date('2019-10-15T20:00:00Z'))).toEqual({ ok: false, reason: 'too-early' });
	// It is the sixteenth in Kiribati, and the fifteenth where the forum meets.
	expect(await s.close({}, new Date('2019-10-16T03:00:00Z'))).toEqual({ ok: false, reason: 'too-early' });
	expect(await s.close({}, after, stranger.actor)).toEqual({ ok: false, reason: 'not-found' });
	expect(await s.close({}, after, { ...s.desk.actor, role: 'member' })).toEqual({ ok: false, reason: 'not-found' });
	expect(await s.close({ version: 2 })).toEqual({ ok: false, reason: 'moved-on' });
	expect(await s.close({ recordings: [{ ...s.recording, item: 'closed' }] })).toEqual({ ok: false, reason: 'moved-on' });
	expect((await s.db.selectFrom('forum').select('closed_at').execute())[0]?.closed_at).toBeNull();
	expect((await forum(s.reading, slug))?.recordings).toEqual([]);
	expect(await s.close({}, new Date('2019-10-16T05:00:00Z'))).toEqual({ ok: true });
});

test('on the day after the keeping time the plan and every invitation are gone, and on the day before nothing is', async () => {
	await using s = await heldStage();
	const [planRecord, guestRecord, other] = [randomId(), randomId(), randomId()];
	let change = 1000;
	const record = (id: string, kind: string) => ({ id, circle_id: s.desk.circle, kind, version: 1, epoch: 1, change: (change += 1), newest: true, sealed_envelope: Buffer.from('sealed') });
	for (const [id, kind] of [[planRecord, 'forum-plan'], [guestRecord, 'forum-guest'], [other, 'forum-guest']] as const) await s.db.insertInto('circle_record').values(record(id, kind)).execute();
	await s.close({ shreds: [{ kind: 'forum-plan', id: planRecord }, { kind: 'forum-guest', id: guestRecord }] });
	const left = async () => (await s.db.selectFrom('circle_record').select('id').where('kind', 'like', 'forum-%').execute()).map(({ id }) => id).toSorted();

	await shredForums(s.db, new Date('2020-01-13T23:00:00Z'));
	expect(await left()).toEqual([planRecord, guestRecord, other].toSorted());
	await shredForums(s.db, new Date('2020-01-14T01:00:00Z'));

	expect(await left()).toEqual([other]);
	expect(await s.db.selectFrom('forum').select(['shreds', 'participants_about']).execute()).toEqual([{ shreds: null, participants_about: 120 }]);
	expect((await forum(s.reading, slug))?.participantsAbout).toBe(120);
	expect(await s.db.selectFrom('audit_entry').select('subject').where('action', '=', 'forum.shred').execute()).toEqual([{ subject: slug }]);
});

test('what the press said stands on the page before closing and after it, by day, and leads nowhere but to https', async () => {
	await using s = await heldStage();
	const said = (on: string, title: string): PressCoverage => ({ on, medium: 'A made-up paper', title, language: 'fr', url: `https://paper.example/${title}` });
	const cover = (coverage: readonly PressCoverage[], by = s.desk.actor) => coverForum({ db: s.db }, by, { slug, circle: s.desk.circle, coverage }, after);

	expect(await cover([said('2019-10-16', 'second'), said('2019-10-13', 'first')])).toEqual({ ok: true });
	expect((await forum(s.reading, slug))?.coverage?.map(({ title }) => title)).toEqual(['first', 'second']);
	await s.close();
	expect(await cover([said('2019-10-16', 'second')], (await officer(s.db)).actor)).toEqual({ ok: false, reason: 'not-found' });
	expect((await forum(s.reading, slug))?.coverage).toHaveLength(2);
});

test('the page of changes lists what moved, and a release in which only somebody came or left is not on it', async () => {
	await using s = await stage();
	await s.release();
	expect(await releasedChanges(s.reading, slug)).toEqual([]);

	await s.release(plan, [ben]);
	expect([await releasedChanges(s.reading, slug), await forumsWithChanges(s.reading)]).toEqual([[], []]);
	await s.release({ ...plan, items: plan.items.map((item) => (item.id === 'panel' ? { ...item, starts: '15:00', ends: '16:00' } : item)) }, [ben]);

	expect((await releasedChanges(s.reading, slug)).map(({ changes }) => changes.map((change) => change.kind))).toEqual([['moved']]);
	expect(JSON.stringify(await publicPages(s.reading))).toContain(`/forums/${slug}/changes`);
	expect(JSON.stringify(await releasedChanges(s.reading, slug))).not.toMatch(/\bana\b|Canary/);
});
