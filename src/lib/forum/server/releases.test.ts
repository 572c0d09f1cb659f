import { rmSync } from 'node:fs';
import { expect, inject, onTestFinished, test } from 'vitest';
import { deskIn } from '../../../../tests/desk.ts';
import { temporaryFolder } from '../../../../tests/temporary.ts';
import { sweepCircles } from '#lib/circles/server/index.ts';
import { blobsInFiles } from '#lib/platform/blobs/blob-files.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { someItem, somePlan } from '../fixtures.ts';
import { releaseOf } from '../released.ts';
import { currentRelease, keepRelease } from './releases.ts';

test('a closed circle is deleted in time though it released a forum, and the forum stays', async () => {
	await using database = await testDatabase(inject('postgres'));
	const { db } = database;
	const folder = temporaryFolder('forum');
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const desk = await deskIn(db);
	const released = releaseOf(somePlan({ slug: 'a-made-up-forum', items: [someItem({ id: 'open' })] }), { shown: new Set(), before: undefined });
	const now = new Date('2026-11-20T10:20:00Z');
	await db.transaction().execute((tx) => keepRelease(tx, desk.actor, { circle: desk.circle, version: 1, released, shown: [] }, now));

	await desk.close();
	await sweepCircles({ db, blobs: blobsInFiles(folder) }, new Date('2027-02-01T00:00:00Z'));

	expect(await db.selectFrom('circle').select('id').execute()).toEqual([]);
	expect((await currentRelease(db, 'a-made-up-forum'))?.version).toBe(1);
});
