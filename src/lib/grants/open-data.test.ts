import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv-2020/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { iatiXml, pooledCsv, threeSixtyGiving, type Publisher } from './open-data.ts';
import { regions } from '#lib/platform/text/region.ts';
import { pool, type GrantRow } from './pooling.ts';

const standards = process.env['STANDARDS_DIR'] ?? join(import.meta.dirname, '../../../../shared/standards');
const xsd = join(standards, 'iati/iati-activities-schema.xsd');
const noSchemas = !existsSync(xsd) || !existsSync(join(standards, '360giving'));
const noXmllint = spawnSync('xmllint', ['--version']).error !== undefined;
const skipped = noSchemas ? ' (skipped: no schemas)' : '';

const publisher: Publisher = { name: 'A programme of tests & <demonstrations>', organisation: 'XM-DAC-00000', policyUrl: 'https://record.example/en/grants', currency: 'EUR' };
const at = new Date('2027-01-15T10:00:00Z');
/** Fifteen in each region in each of two quarters. */
const rows: GrantRow[] = regions.flatMap((region) => Array.from({ length: 30 }, (_, n) => ({ region, awardedOn: n < 15 ? '2026-08-10' : '2026-11-02', amountMinor: 400_000 + n * 1000 })));
const { cells } = pool(rows, { after: null, upTo: '2026-Q4', minorPerMajor: 100 });

interface Schema {
	$id: string;
	$schema: string;
}

function schema(name: string): Schema {
	const found = JSON.parse(readFileSync(join(standards, '360giving', name), 'utf8')) as Schema;
	// The files name the draft by its old address, which validators do not know.
	return { ...found, $schema: 'https://json-schema.org/draft/2020-12/schema' };
}

test.skipIf(noSchemas)(`the package is valid 360Giving 1.4, and its codes are in the codelists${skipped}`, () => {
	const ajv = new Ajv2020({ strict: false, allErrors: true });
	// Its types are of the ajv that it brings along.
	(addFormats as unknown as { default: (ajv: Ajv2020) => unknown }).default(ajv);
	const grant = schema('360-giving-schema.json');
	ajv.addSchema(grant);
	// The package's schema still names the version before.
	ajv.addSchema({ $id: grant.$id.replace('1.4.3', '1.4.2'), $ref: grant.$id });
	const isValid = ajv.compile(schema('360-giving-package-schema.json'));
	const found = threeSixtyGiving(cells, publisher, at) as { grants: { id: string; toIndividualsDetails: { primaryGrantReason: string; grantPurpose: string[] }; locationScope: string }[] };

	expect([isValid(found), isValid.errors]).toEqual([true, null]);
	expect(isValid({ ...found, grants: found.grants.map((grant) => ({ ...grant, id: undefined })) })).toBe(false);
	const codes = (list: string): string => readFileSync(join(standards, '360giving/codelists', list), 'utf8');
	for (const { toIndividualsDetails, locationScope } of found.grants) {
		expect(codes('grantToIndividualsReason.csv')).toContain(`${toIndividualsDetails.primaryGrantReason},`);
		for (const purpose of toIndividualsDetails.grantPurpose) expect(codes('grantToIndividualsPurpose.csv')).toContain(`${purpose},`);
		expect(codes('locationScope.csv')).toContain(`${locationScope},`);
	}
	expect(new Set(found.grants.map(({ id }) => id)).size).toBe(cells.length);
});

test.skipIf(noSchemas || noXmllint)(`the activity is valid IATI 2.03, also without a grant${skipped}`, () => {
	const check = (document: string): [number | null, string] => {
		const { status, stderr } = spawnSync('xmllint', ['--nonet', '--noout', '--schema', xsd, '-'], { input: document, encoding: 'utf8' });
		return [status, stderr];
	};

	expect(check(iatiXml(cells, publisher, at))).toEqual([0, expect.stringContaining('validates')]);
	expect(check(iatiXml(cells, publisher, at).replace('<activity-status code="2"/>', ''))[0]).not.toBe(0);
	expect(iatiXml([], publisher, at)).toContain('too few');
});

test('the table says the same as the standards', () => {
	const [head, ...lines] = pooledCsv(cells, publisher).trim().split('\r\n');

	expect(head).toBe('from,to,region,grants,amount,currency');
	expect(lines).toHaveLength(cells.length);
	expect(lines[0]).toBe('2026-Q3,2026-Q3,africa,15,61000.00,EUR');
});
