import { expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/lib/platform/db/database.ts';
import { testDatabase } from '../../src/lib/platform/db/testing.ts';
import { actOnConsultation, beginConsultation, consultationDesk, consultationLines } from '../../src/lib/statement/client/consulting.ts';
import type { ConsultationAct, NewConsultation } from '../../src/lib/statement/consultation.ts';
import { registerRounds } from '../../src/lib/statement/server/index.ts';
import { startApi } from '../api-server.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { everythingOf, Mangling } from '../malformed.ts';
import { startServer } from '../server.ts';
import { somebody } from '../somebody.ts';
import { ask } from './http.ts';

const hourMs = 3_600_000;
const slug = 'made-up';
const words = (en: string) => ({ original: 'en' as const, in: { en, ar: 'نص' } });

function asked(more: Partial<NewConsultation> = {}): NewConsultation {
	const now = Math.floor(Date.now() / 60_000) * 60_000;
	return { slug, question: words('What is it?'), introduction: words('A few words.'), opensAt: now, closesAt: now + hourMs, proposals: true, propositions: [words('One.'), words('Two.')], ...more };
}

test('what staff send of a consultation is refused where it is malformed, and leaves nothing; a member is told of none', async () => {
	await using database = await testDatabase(inject('postgres'));
	await using api = await startApi(database.address);
	registerRounds(api.house);
	await api.house.jobs.start({ working: false });
	const mangling = new Mangling(database.db, { dataDir: api.house.config.dataDir, seed: Date.now(), most: 12 });
	const [staff, member] = await Promise.all([somebody(database.db, { name: 'Luis' }), somebody(database.db, { name: 'Mira', role: 'member' })]);
	const [link, hers] = [mangling.link(staff.link(api.origin)), member.link(api.origin)];

	expect(await beginConsultation(link, asked())).toEqual({ ok: true, value: {} });
	expect(await beginConsultation(link, asked({ slug: 'later', opensAt: asked().closesAt, closesAt: asked().closesAt + hourMs }))).toEqual({ ok: true, value: {} });
	const acts: readonly ConsultationAct[] = [{ do: 'add', words: words('Three.') }, { do: 'translate', number: 3, language: 'fr', words: 'Trois.' }, { do: 'refuse', number: 3, reason: 'unclear' }, { do: 'close' }];
	for (const act of acts) expect([act.do, await actOnConsultation(link, slug, act)]).toEqual([act.do, { ok: true, value: {} }]);
	expect(await actOnConsultation(link, 'later', { do: 'withdraw' })).toEqual({ ok: true, value: {} });

	expect(mangling.found).toEqual([]);
	expect([...mangling.refused.keys()].toSorted()).toEqual(['POST /api/desk/consultations', 'POST /api/desk/consultations/later', 'POST /api/desk/consultations/made-up']);
	for (const wrong of [asked({ slug: 'too-long', closesAt: asked().opensAt + 91 * 24 * hourMs }), asked({ slug: 'backwards', closesAt: asked().opensAt - hourMs }), asked({ slug: 'Not A Name' }), asked({ slug: 'empty', propositions: [] }), asked({ slug: 'other', question: { original: 'fr', in: { en: 'No original' } } })]) expect([wrong.slug, await beginConsultation(link, wrong)]).toEqual([wrong.slug, { ok: false, reason: 'malformed' }]);
	const notThere = { ok: false, reason: 'not-found' };
	expect([await consultationLines(hers), await consultationDesk(hers, slug), await beginConsultation(hers, asked({ slug: 'hers' })), await actOnConsultation(hers, slug, { do: 'close' }), await consultationDesk(link, 'no-such')]).toEqual([notThere, notThere, notThere, notThere, notThere]);
	const lines = await consultationLines(link);
	expect(lines.ok && lines.value.map((one) => one.slug)).toEqual([slug]);
});

test('a form of a consultation that no page of ours would send is refused with a page, and leaves nothing', async () => {
	await using server = await startServer();
	const db = openDatabase(databaseOf(server.dataDir));
	try {
		const { question, introduction, proposals, opensAt, closesAt } = asked();
		await db.insertInto('statement_consultation').values({ slug, content: JSON.stringify({ question, introduction, proposals }), opens_at: new Date(opensAt), closes_at: new Date(closesAt), arrivals: 1, changed_at: new Date() }).execute();
		await db.insertInto('statement_consultation_proposition').values({ consultation: slug, number: 1, words: JSON.stringify(words('One.')), origin: 'staff', state: 'shown', reason: null }).execute();
		const token = 'AAAAAAAAAAAAAAAAAAAAAA';
		const at = `${server.origin}/en/consultations/${slug}`;
		const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
		const urlencoded = 'application/x-www-form-urlencoded';
		const right = { token, proposition: '1', choice: '1' };
		const multipart = (name: string): string => `--x\r\nContent-Disposition: form-data; name="${name}"; filename="a"\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--\r\n`;
		const all: readonly (readonly [what: string, action: string, type: string, body: string | Uint8Array, status: number])[] = [
			['nothing', 'answer', urlencoded, '', 400],
			['no name', 'answer', urlencoded, form({ proposition: '1', choice: '1' }), 400],
			['a short name', 'answer', urlencoded, form({ ...right, token: 'AAAA' }), 400],
			['a long name', 'answer', urlencoded, form({ ...right, token: 'A'.repeat(5000) }), 400],
			['a name of other letters', 'answer', urlencoded, form({ ...right, token: `${'A'.repeat(21)}'` }), 400],
			['no choice', 'answer', urlencoded, form({ token, proposition: '1' }), 400],
			['another choice', 'answer', urlencoded, form({ ...right, choice: '2' }), 400],
			['a choice of JavaScript', 'answer', urlencoded, form({ ...right, choice: 'constructor' }), 400],
			['proposition 0', 'answer', urlencoded, form({ ...right, proposition: '0' }), 400],
			['proposition 2', 'answer', urlencoded, form({ ...right, proposition: '2' }), 400],
			['proposition 1e3', 'answer', urlencoded, form({ ...right, proposition: '1e3' }), 400],
			['a proposition that is far too large', 'answer', urlencoded, form({ ...right, proposition: '9'.repeat(40) }), 400],
			['SQL', 'answer', urlencoded, form({ ...right, proposition: "1'; drop table statement_consultation; --" }), 400],
			['bytes that are no UTF-8', 'answer', urlencoded, 'token=%ff%fe&proposition=%00&choice=%c3%28', 400],
			['a file for a name', 'answer', 'multipart/form-data; boundary=x', multipart('token'), 400],
			['a form that breaks off', 'answer', 'multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="token"', 400],
			['JSON', 'answer', 'application/json', JSON.stringify(right), 415],
			['a look without a name', 'look', urlencoded, form({ look: 'all' }), 400],
			['a proposal in no language', 'propose', urlencoded, form({ token, words: 'Something.', language: 'xx' }), 400],
			['a proposal of nothing', 'propose', urlencoded, form({ token, words: ' \u200b ', language: 'en' }), 400],
			['a proposal of a thousand letters', 'propose', urlencoded, form({ token, words: 'a'.repeat(1000), language: 'en' }), 400],
			['no such action', 'steal', urlencoded, form(right), 404]
		];
		const before = JSON.stringify(await everythingOf(db, server.dataDir));

		const answered: [string, number, boolean][] = [];
		for (const [what, action, type, body] of all) {
			const { status, text } = await ask(`${at}/answer?/${action}`, { method: 'POST', headers: { accept: 'text/html', origin: server.origin, 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }, body });
			answered.push([what, status, /<h1/.test(text)]);
		}
		const stranger = await ask(`${at}/answer?/answer`, { method: 'POST', headers: { accept: 'text/html', origin: 'https://elsewhere.example', 'content-type': urlencoded }, body: form(right) });

		expect(answered).toEqual(all.map(([what, , , , status]) => [what, status, true]));
		expect(stranger.status).toBe(403);
		expect(JSON.stringify(await everythingOf(db, server.dataDir))).toBe(before);
		const looked = await Promise.all(['/answer', `/mine/${'A'.repeat(21)}'`, `/mine/${token}`, '/no-such.csv', '?page=0', '?page=x', '?page=99'].map(async (path) => [path, (await ask(at + path)).status]));
		expect(looked).toEqual([['/answer', 303], [`/mine/${'A'.repeat(21)}'`, 404], [`/mine/${token}`, 200], ['/no-such.csv', 404], ['?page=0', 200], ['?page=x', 200], ['?page=99', 200]]);
		// What is right is taken, so the rest was not refused for something else.
		expect((await ask(`${at}/answer?/answer`, { method: 'POST', headers: { accept: 'text/html', origin: server.origin, 'content-type': urlencoded }, body: form(right) })).status).toBe(200);
		expect(await db.selectFrom('statement_consultation_vote').select(['proposition', 'choice']).execute()).toEqual([{ proposition: 1, choice: 1 }]);
		expect(server.output()).not.toMatch(/"trouble"|"status":5\d\d/);
	} finally {
		await db.destroy();
	}
});
