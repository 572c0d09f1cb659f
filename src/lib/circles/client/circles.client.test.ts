import { expect, inject, test } from 'vitest';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { startApi } from '../../../../tests/api-server.ts';
import { somebody } from '../../../../tests/somebody.ts';
import type { OpenCircle, Outcome } from './open-circle.ts';

function sure<T extends object>(outcome: Outcome<T>): { readonly ok: true } & T {
	if (!outcome.ok) throw new Error(`Refused: ${outcome.reason}`);
	return outcome;
}

test('three people share a circle, and read what each of them wrote', async () => {
	await using database = await testDatabase(inject('postgres'));
	await using api = await startApi(database.address);
	const [ana, ben, chi] = await Promise.all(['Ana', 'Ben', 'Chi'].map((name) => somebody(database.db, { name })));

	let hers: OpenCircle = sure(await ana!.circles(api.origin).foundCircle({ name: 'Legal aid', purpose: 'Court dates' })).circle;
	hers = sure(await hers.add({ account: ben!.account, name: 'Ben' })).circle;
	hers = sure(await hers.add({ account: chi!.account, name: 'Chi' })).circle;
	const his = sure(await sure(await ben!.circles(api.origin).openCircle(hers.id)).circle.accept()).circle;
	const written = sure(await his.writePaper({ title: 'Hearing', text: 'Tuesday, room 4', basedOn: [] }));
	const read = sure(await sure(await chi!.circles(api.origin).openCircle(hers.id)).circle.paper(written.written.record));

	expect(read.paper.versions.map(({ opened, paper }) => [opened.author, paper.text])).toEqual([[ben!.account, 'Tuesday, room 4']]);
	expect(his.about).toEqual({ name: 'Legal aid', purpose: 'Court dates' });
	expect(his.members.map(({ name, steward, accepted }) => ({ name, steward, accepted }))).toEqual([
		{ name: 'Ana', steward: true, accepted: true },
		{ name: 'Ben', steward: false, accepted: true },
		{ name: 'Chi', steward: false, accepted: false }
	]);
});
