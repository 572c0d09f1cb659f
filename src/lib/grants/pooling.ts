import { regions, type Region } from '#lib/platform/text/region.ts';

/**
 * Note: What is published of grants.
 * A grant to one person in one region in one month names that person to whoever knows the region. So what is published
 * are sums over at least ten grants, by region and quarter; what is fewer goes into a larger cell, and what is left over
 * goes with it, because a rest can be subtracted. A cell in which one grant is more than half of the money is treated as
 * too small, and money is told in whole thousands. Of a period that was published nothing is changed later: what comes in
 * late counts in the next one. (Statistical disclosure control: minimum frequency, dominance and complementary suppression;
 * Hundepool and others, "Statistical Disclosure Control", 2012, chapter 4.)
 */
/** One grant, as an officer's browser knows it. */
export interface GrantRow {
	readonly region: Region;
	/** The day of the award, YYYY-MM-DD. */
	readonly awardedOn: string;
	readonly amountMinor: number;
}

/** What is published of several grants at once. */
export interface PooledCell {
	/** Null: of more regions than may be told apart. */
	readonly region: Region | null;
	/** `2026-Q4` to `2027-Q1`: both belong to it. */
	readonly from: string;
	readonly to: string;
	readonly grants: number;
	/** In whole thousands of the currency's major unit, rounded down. */
	readonly thousands: number;
}

export interface Pooled<Row extends GrantRow = GrantRow> {
	readonly cells: readonly PooledCell[];
	/** What is in a cell. */
	readonly told: readonly Row[];
	/** What is in none yet: too few to be told. They count in a later release. */
	readonly heldBack: readonly Row[];
}

/** Fewer grants than this are never told. */
export const leastGrants = 10;

/** The quarter of a day: `2026-Q4`. */
export function quarterOf(day: string): string {
	return `${day.slice(0, 4)}-Q${Math.floor((Number(day.slice(5, 7)) - 1) / 3) + 1}`;
}

/** The last day of a quarter, which is what is published as the date of an award. */
export function lastDayOf(quarter: string): string {
	const [year = '', number = '1'] = quarter.split('-Q');
	return new Date(Date.UTC(Number(year), Number(number) * 3, 0)).toISOString().slice(0, 10);
}

/** The first day of a quarter. */
export function firstDayOf(quarter: string): string {
	const [year = '', number = '1'] = quarter.split('-Q');
	return new Date(Date.UTC(Number(year), Number(number) * 3 - 3, 1)).toISOString().slice(0, 10);
}

interface Cell<Row extends GrantRow = GrantRow> {
	readonly rows: readonly Row[];
	readonly from: string;
	readonly to: string;
}

/**
 * The cells that may be published of grants that were not published yet, awarded up to the end of a quarter. `after` is the
 * quarter in which the last release ended. Quarters are joined, from the oldest on, until each stretch has enough grants;
 * within a stretch, regions that have enough stand alone if what is left of it is nothing or enough, too. What came too
 * late for its own quarter counts in the first that is open.
 */
export function pool<Row extends GrantRow>(rows: readonly Row[], { after, upTo, minorPerMajor }: { readonly after: string | null; readonly upTo: string; readonly minorPerMajor: number }): Pooled<Row> {
	const firstOpen = after === null ? '' : nextQuarter(after);
	const placed = rows.map((row) => ({ row, quarter: later(quarterOf(row.awardedOn), firstOpen) })).filter(({ quarter }) => quarter <= upTo);
	const stretches: Cell<Row>[] = [];
	let open: Cell<Row> | undefined;
	for (const quarter of quartersUpTo(upTo, after === null ? earliest(placed) : firstOpen)) {
		const own = placed.filter((one) => one.quarter === quarter).map(({ row }) => row);
		open = { rows: [...(open?.rows ?? []), ...own], from: open?.from ?? quarter, to: quarter };
		if (!isEnough(open.rows)) continue;
		stretches.push(open);
		open = undefined;
	}
	return { cells: stretches.flatMap((stretch) => cellsOf(stretch, minorPerMajor)), told: stretches.flatMap((stretch) => stretch.rows), heldBack: open?.rows ?? [] };
}

function quartersUpTo(upTo: string, first: string | undefined): string[] {
	const found: string[] = [];
	for (let quarter = first; quarter !== undefined && quarter <= upTo; quarter = nextQuarter(quarter)) found.push(quarter);
	return found;
}

function earliest(placed: readonly { readonly quarter: string }[]): string | undefined {
	return placed.map(({ quarter }) => quarter).toSorted(compare)[0];
}

function later(one: string, other: string): string {
	return one > other ? one : other;
}

function nextQuarter(quarter: string): string {
	const [year = '', number = '1'] = quarter.split('-Q');
	return number === '4' ? `${Number(year) + 1}-Q1` : `${year}-Q${Number(number) + 1}`;
}

function cellsOf({ rows, from, to }: Cell, minorPerMajor: number): PooledCell[] {
	const own = (region: Region): GrantRow[] => rows.filter((row) => row.region === region);
	const byRegion = regions.map((region) => ({ region, rows: own(region) })).filter(({ rows: some }) => some.length > 0);
	let alone = byRegion.filter(({ rows: some }) => isEnough(some)).toSorted((a, b) => b.rows.length - a.rows.length);
	const restOf = (): GrantRow[] => byRegion.filter(({ region }) => !alone.some((one) => one.region === region)).flatMap(({ rows: some }) => some);
	// A rest that is too small could be told by subtraction: the smallest region joins it until it is not.
	while (restOf().length > 0 && !isEnough(restOf()) && alone.length > 0) alone = alone.slice(0, -1);
	const rest = restOf();
	return [
		...alone.toSorted((a, b) => regions.indexOf(a.region) - regions.indexOf(b.region)).map(({ region, rows: some }) => cell(region, some)),
		...(rest.length > 0 ? [cell(null, rest)] : [])
	];

	function cell(region: Region | null, some: readonly GrantRow[]): PooledCell {
		return { region, from, to, grants: some.length, thousands: Math.floor(sum(some) / (1000 * minorPerMajor)) };
	}
}

/** Ten grants, none of which is more than half of the money. */
function isEnough(rows: readonly GrantRow[]): boolean {
	return rows.length >= leastGrants && Math.max(...rows.map(({ amountMinor }) => amountMinor)) * 2 <= sum(rows);
}

function sum(rows: readonly GrantRow[]): number {
	return rows.reduce((total, { amountMinor }) => total + amountMinor, 0);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
