import { decimalText, exponentOf } from './money.ts';
import type { Region } from '#lib/platform/text/region.ts';
import { firstDayOf, lastDayOf, type PooledCell } from './pooling.ts';

/** Who publishes, as standards want to know it. */
export interface Publisher {
	readonly name: string;
	/** org-id.guide, `GB-CHC-123456`; of 360Giving the publisher's prefix is made from it. */
	readonly organisation: string;
	/** Where the exclusion policy is: what is left out, and why. */
	readonly policyUrl: string;
	readonly currency: string;
}

const regionNames: Readonly<Record<Region, string>> = { africa: 'Africa', americas: 'Americas', asia: 'Asia', europe: 'Europe', oceania: 'Oceania' };

/** Of OECD DAC's list, which IATI takes for its own vocabulary 1: whole regions, and "developing countries, unspecified". */
const regionCodes: Readonly<Record<Region, string>> = { africa: '298', americas: '498', asia: '798', europe: '89', oceania: '889' };
const unspecifiedRegion = '998';

/** A cell's id: made from what is public of it and from nothing of a grant. */
function idOf({ region, from, to }: PooledCell): string {
	return `pooled-${from}-${to}-${region ?? 'all'}`.toLowerCase();
}

function titleOf({ region, grants }: PooledCell): string {
	return `Small grants to human rights defenders, ${region === null ? 'regions together' : regionNames[region]}: ${grants} grants`;
}

function amountOf({ thousands }: PooledCell): number {
	return thousands * 1000;
}

/**
 * 360Giving Data Standard 1.4, as the package that its schema describes: one grant for each pooled cell, to "Individual
 * Recipient", as the standard's guidance for grants to individuals has it. `at` is when it is made.
 */
export function threeSixtyGiving(cells: readonly PooledCell[], publisher: Publisher, at: Date): object {
	return {
		version: '1.4',
		publisher: { name: publisher.name, org_id: publisher.organisation },
		license: 'https://creativecommons.org/licenses/by/4.0/',
		license_name: 'Creative Commons Attribution 4.0 International (CC BY 4.0)',
		modified: at.toISOString(),
		grants: cells.map((cell) => ({
			id: `${publisher.organisation}-${idOf(cell)}`,
			title: titleOf(cell),
			description: `A sum over ${cell.grants} grants, pooled so that nobody can be recognised. What is left out and why: ${publisher.policyUrl}`,
			currency: publisher.currency,
			amountAwarded: amountOf(cell),
			awardDate: lastDayOf(cell.to),
			plannedDates: [{ startDate: firstDayOf(cell.from), endDate: lastDayOf(cell.to) }],
			recipientIndividual: { id: `${publisher.organisation}-recipients-${idOf(cell)}`, name: 'Individual Recipient' },
			toIndividualsDetails: { primaryGrantReason: 'GTIR100', grantPurpose: ['GTIP170'] },
			fundingOrganization: [{ id: publisher.organisation, name: publisher.name }],
			...(cell.region === null ? {} : { beneficiaryLocation: [{ name: regionNames[cell.region] }] }),
			locationScope: 'GLS020'
		}))
	};
}

/**
 * IATI 2.03: one activity with a disbursement for each pooled cell, because the standard has no way to say "withheld".
 * Sector 15160 is human rights.
 */
export function iatiXml(cells: readonly PooledCell[], publisher: Publisher, at: Date): string {
	const first = cells.map(({ from }) => from).toSorted()[0];
	const organisation = `ref="${escaped(publisher.organisation)}" type="21"`;
	const own = `<narrative>${escaped(publisher.name)}</narrative>`;
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<iati-activities version="2.03" generated-datetime="${at.toISOString()}">`,
		...(first === undefined
			? ['<!-- Nothing is published yet: there are too few grants to be told without telling of one. -->']
			: [
					`<iati-activity last-updated-datetime="${at.toISOString()}" xml:lang="en" default-currency="${escaped(publisher.currency)}">`,
					`<iati-identifier>${escaped(publisher.organisation)}-pooled-small-grants</iati-identifier>`,
					`<reporting-org ${organisation}>${own}</reporting-org>`,
					'<title><narrative>Small grants to human rights defenders, pooled</narrative></title>',
					`<description><narrative>${escaped(`Sums over at least ten grants. What is left out and why: ${publisher.policyUrl}`)}</narrative></description>`,
					`<participating-org ${organisation} role="1">${own}</participating-org>`,
					'<activity-status code="2"/>',
					`<activity-date iso-date="${firstDayOf(first)}" type="2"/>`,
					`<recipient-region code="${unspecifiedRegion}" vocabulary="1"/>`,
					'<sector vocabulary="1" code="15160"/>',
					...cells.flatMap((cell) => transactionOf(cell, { organisation, own, currency: publisher.currency })),
					'</iati-activity>'
				]),
		'</iati-activities>',
		''
	].join('\n');
}

function transactionOf(cell: PooledCell, { organisation, own, currency }: { readonly organisation: string; readonly own: string; readonly currency: string }): string[] {
	const day = lastDayOf(cell.to);
	return [
		`<transaction ref="${idOf(cell)}">`,
		'<transaction-type code="3"/>',
		`<transaction-date iso-date="${day}"/>`,
		`<value currency="${escaped(currency)}" value-date="${day}">${amountOf(cell)}</value>`,
		`<description><narrative>${escaped(titleOf(cell))}</narrative></description>`,
		`<provider-org ${organisation}>${own}</provider-org>`,
		'<receiver-org><narrative>Withheld for safety</narrative></receiver-org>',
		`<recipient-region code="${cell.region === null ? unspecifiedRegion : regionCodes[cell.region]}" vocabulary="1"/>`,
		'</transaction>'
	];
}

/** The same as a table (RFC 4180). */
export function pooledCsv(cells: readonly PooledCell[], { currency }: Pick<Publisher, 'currency'>): string {
	const rows = cells.map((cell) => [cell.from, cell.to, cell.region ?? 'together', cell.grants, decimalText({ amountMinor: amountOf(cell) * 10 ** exponentOf(currency), currency }), currency].join(','));
	return ['from,to,region,grants,amount,currency', ...rows, ''].join('\r\n');
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
