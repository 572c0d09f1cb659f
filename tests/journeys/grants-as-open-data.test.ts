import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv-2020/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldCall } from '#lib/grants/call-log.ts';
import { readRelease, releaseMessage, type SignedRelease } from '#lib/grants/release.ts';
import { fromText, isSignedBy, type SignedEntry } from '#lib/vault/envelope.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { publishCalls, testCalls } from '../published-calls.ts';
import { startServer, type RunningServer } from '../server.ts';
import { ask } from './http.ts';

const standards = process.env['STANDARDS_DIR'] ?? join(import.meta.dirname, '../../../shared/standards');
const xsd = join(standards, 'iati/iati-activities-schema.xsd');
const noSchemas = !existsSync(xsd) || !existsSync(join(standards, '360giving'));
const noXmllint = spawnSync('xmllint', ['--version']).error !== undefined;
const skipped = noSchemas ? ' (skipped: no schemas)' : '';

let server: RunningServer;

beforeAll(async () => {
	server = await startServer({ env: { GRANTS_PUBLISHER: 'XM-DAC-00000', GRANTS_PUBLISHER_NAME: 'A programme of tests & <demonstrations>' } });
});

afterAll(async () => {
	await server[Symbol.asyncDispose]();
});

const get = (path: string) => ask(`${server.origin}${path}`);

test('before the first release there is no file, and the page says why', async () => {
	const [page, json, xml, csv] = await Promise.all(['/en/grants/open-data', '/open-data/grants.json', '/open-data/grants.xml', '/open-data/grants.csv'].map(get));

	expect([page?.status, json?.status, xml?.status, csv?.status]).toEqual([200, 404, 404, 404]);
	expect(page?.text).toContain('Nothing is published yet');
});

test('a release is shown at once, in the page of every language and in every file, and whoever wishes verifies it', async () => {
	await publishCalls(databaseOf(server.dataDir), new Date());
	await expect.poll(async () => (await get('/open-data/grants.csv')).status).toBe(200);

	const csv = (await get('/open-data/grants.csv')).text.trim().split('\r\n');
	const pages = async (): Promise<boolean[]> => (await Promise.all(['en', 'es', 'fr', 'ar'].map((language) => get(`/${language}/grants/open-data`)))).map(({ text }) => text.includes('<table') && text.includes('/open-data/grants.xml'));
	const signed = JSON.parse((await get('/open-data/grants-signed.json')).text) as { releases: SignedRelease[] };
	const { entries } = JSON.parse((await get(`/api/calls/${testCalls[0]}`)).text) as { entries: SignedEntry[] };
	const call = await foldCall(entries);
	const [release] = signed.releases;

	expect(csv).toEqual(['from,to,region,grants,amount,currency', expect.stringMatching(/,asia,31,142000\.00,EUR$/), expect.stringMatching(/,together,17,66000\.00,EUR$/)]);
	// What was kept of them is dropped a moment after the publication.
	await expect.poll(pages).toEqual([true, true, true, true]);
	expect(release && readRelease(release.body)?.call).toBe(call.ok && call.state.call);
	const key = call.ok ? fromText(call.state.signing) : undefined;
	expect(await isSignedBy(key ?? new Uint8Array(), releaseMessage(release?.body ?? ''), fromText(release?.signature ?? '') ?? new Uint8Array())).toBe(true);
	expect(await isSignedBy(key ?? new Uint8Array(), releaseMessage((release?.body ?? '').replace('142', '143')), fromText(release?.signature ?? '') ?? new Uint8Array())).toBe(false);
});

test.skipIf(noSchemas)(`what is served is valid 360Giving 1.4 and names nobody${skipped}`, async () => {
	const ajv = new Ajv2020({ strict: false, allErrors: true });
	// Its types are of the ajv that it brings along.
	(addFormats as unknown as { default: (ajv: Ajv2020) => unknown }).default(ajv);
	// The files name the draft by its old address, which validators do not know.
	const $schema = 'https://json-schema.org/draft/2020-12/schema';
	const schema = (name: string): { $id: string; $schema: string } => ({ ...(JSON.parse(readFileSync(join(standards, '360giving', name), 'utf8')) as { $id: string }), $schema });
	const grant = schema('360-giving-schema.json');
	ajv.addSchema(grant);
	// The package's schema still names the version before.
	ajv.addSchema({ $id: grant.$id.replace('1.4.3', '1.4.2'), $ref: grant.$id });
	const isValid = ajv.compile(schema('360-giving-package-schema.json'));
	const found = JSON.parse((await get('/open-data/grants.json')).text) as { publisher: { name: string }; grants: { recipientIndividual: { name: string }; amountAwarded: number }[] };

	expect([isValid(found), isValid.errors]).toEqual([true, null]);
	expect(found.grants.map(({ recipientIndividual, amountAwarded }) => [recipientIndividual.name, amountAwarded])).toEqual([['Individual Recipient', 142_000], ['Individual Recipient', 66_000]]);
	expect(found.publisher.name).toBe('A programme of tests & <demonstrations>');
});

test.skipIf(noSchemas || noXmllint)(`what is served is valid IATI 2.03${skipped}`, async () => {
	const { text } = await get('/open-data/grants.xml');

	const { status, stderr } = spawnSync('xmllint', ['--nonet', '--noout', '--schema', xsd, '-'], { input: text, encoding: 'utf8' });

	expect([status, stderr]).toEqual([0, expect.stringContaining('validates')]);
});
