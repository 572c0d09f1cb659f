import type { CommonGround } from './common-ground.ts';
import type { Tally } from './tallies.ts';

/** Of a result, what is exported. */
type Exported = Pick<CommonGround, 'people' | 'groups' | 'propositions'>;

/** What is exported beside the result: the texts, by the propositions' ids, and what was talked about. */
interface Described {
	readonly topic: string;
	readonly texts: ReadonlyMap<string, string>;
}

/**
 * The result as a table (RFC 4180): one row a proposition, the best supported first. Empty cells were held back; see "Counts
 * under five". Nothing of one person is in it.
 */
export function commonGroundCsv(result: Exported, { texts }: Described): string {
	const names = result.groups.map((_, group) => letterOf(group));
	const head = ['rank', 'proposition', 'text', 'standing', 'support', 'seen', 'agrees', 'disagrees', 'passes', 'nearly-all', ...names.flatMap((name) => ['seen', 'agrees', 'disagrees', 'passes'].map((what) => `group-${name}-${what}`))];
	const rows = result.propositions.map(({ proposition, standing, support, tallies }, at) => [
		at + 1,
		proposition,
		texts.get(proposition) ?? '',
		standing,
		support ?? '',
		...cellsOf(tallies.everyone),
		tallies.nearlyAll ?? '',
		...names.flatMap((_, group) => cellsOf(tallies.groups?.[group] ?? null))
	]);
	return csvOf([head, ...rows]);
}

/**
 * The two aggregate files of a Polis export, by their names and with its columns, for tools that read those. Its files of
 * single votes and of participants are not made: they would tell people apart.
 */
export function polisFiles(result: Exported, { topic, texts }: Described): ReadonlyMap<string, string> {
	const names = result.groups.map((_, group) => letterOf(group));
	const head = ['comment-id', 'comment', 'total-votes', 'total-agrees', 'total-disagrees', 'total-passes', ...names.flatMap((name) => ['votes', 'agrees', 'disagrees', 'passes'].map((what) => `group-${name}-${what}`))];
	const rows = result.propositions.map(({ proposition, tallies }) => [
		proposition,
		texts.get(proposition) ?? '',
		...cellsOf(tallies.everyone),
		...names.flatMap((_, group) => cellsOf(tallies.groups?.[group] ?? null))
	]);
	const summary = [['topic', topic], ['voters-in-conv', result.people], ['comments', result.propositions.length], ['groups', result.groups.length]];
	return new Map([['summary.csv', csvOf(summary)], ['comment-groups.csv', csvOf([head, ...rows])]]);
}

const letterOf = (group: number): string => String.fromCharCode(97 + group);

function cellsOf(tally: Tally | null): readonly (number | '')[] {
	return [tally?.seen ?? '', tally?.agrees ?? '', tally?.disagrees ?? '', tally?.passes ?? ''];
}

function csvOf(rows: readonly (readonly (string | number)[])[]): string {
	return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would calculate gets an apostrophe before it (OWASP, CSV injection). */
function cellOf(cell: string | number): string {
	if (typeof cell === 'number') return String(cell);
	const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
