import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictures } from '#lib/platform/photo/photo-samples.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';
import { tagsOf } from './html.ts';
import { ask, type Answer } from './http.ts';

const slug = '2024-forum';
const place = 'GPS-CANARY-33.7490N-84.3880W';

let server: RunningServer;
let page: Answer;
let picture: Readonly<Record<string, string>>;
let served: Answer;

/** Imports the record with a photograph, in which a camera has noted a place, at one forum; or without it. */
function importRecord(withPhoto: boolean): void {
	const folder = join(temporaryFolder('photograph'), 'archive');
	cpSync('archive', folder, { recursive: true });
	if (withPhoto) {
		const forum = join(folder, 'forums', slug, 'forum.md');
		writeFileSync(join(folder, 'forums', slug, 'opening.jpg'), Buffer.concat([pictures.jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, place.length + 2]), Buffer.from(place), pictures.jpeg.subarray(2)]));
		writeFileSync(forum, readFileSync(forum, 'utf8').replace(/^---\n/, '---\nphoto:\n  file: opening.jpg\n  caption:\n    en: The opening, made up\n  credit: Nobody\n  alternative:\n    en: An empty hall\n'));
	}
	const done = spawnSync(process.execPath, ['src/commands/archive.ts', 'import', folder], { env: { PATH: process.env['PATH'], DATA_DIR: server.dataDir, NODE_NO_WARNINGS: '1' }, encoding: 'utf8' });
	if (done.status !== 0) throw new Error(done.stdout + done.stderr);
}

const forumPage = (): Promise<Answer> => ask(`${server.origin}/en/forums/${slug}`);

beforeAll(async () => {
	server = await startServer();
	importRecord(true);
	await until(async () => (page = await forumPage()).text.includes('/media/'));
	picture = tagsOf(page.text).find(({ name, attributes }) => name === 'img' && attributes['src']?.startsWith('/media/') === true)?.attributes ?? {};
	served = await ask(server.origin + picture['src']);
});

afterAll(async () => {
	await server[Symbol.asyncDispose]();
});

test('a photograph of the record is served under the hash of its own bytes, with its size and words on the page, as a picture and nothing else', () => {
	const { src = '', width, height, loading, alt } = picture;

	expect([served.status, served.headers['content-type'], `/media/${createHash('sha256').update(served.body).digest('hex')}`]).toEqual([200, 'image/jpeg', src]);
	expect(served.headers).toMatchObject({ 'content-security-policy': "default-src 'none'", 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' });
	expect(served.headers['set-cookie']).toBeUndefined();
	expect([alt, loading, Number(width) > 0, Number(height) > 0]).toEqual(['An empty hall', 'lazy', true, true]);
});

test('what a camera noted in it is not published', () => {
	expect(served.body.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
	expect(served.body.includes(place)).toBe(false);
});

test('a reader who has it is not sent it again, and no other address leads to it or to anything', async () => {
	const { src = '' } = picture;
	const again = await ask(server.origin + src, { headers: { 'if-none-match': served.headers.etag ?? '' } });
	const elsewhere = await Promise.all([src.toUpperCase().replace('/MEDIA/', '/media/'), src.slice(0, -1), `${src}0`, `/media/${'0'.repeat(64)}`, '/media/opening.jpg', '/media'].map((path) => ask(server.origin + path)));

	expect([again.status, again.body.length]).toEqual([304, 0]);
	expect(elsewhere.map(({ status }) => status)).toEqual(elsewhere.map(() => 404));
});

test('when it is taken out of the record it is gone from page and address, also from what was kept of them', async () => {
	importRecord(false);
	await until(async () => !(await forumPage()).text.includes('/media/'));

	await expect.poll(async () => (await ask(server.origin + picture['src'])).status).toBe(404);
});
