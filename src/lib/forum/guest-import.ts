import type { ForumRole } from './plan.ts';
import { forumRoles } from './plan.ts';

/** What a column of a list can say. */
export const importColumns = ['name', 'role', 'reach'] as const;
export type ImportColumn = (typeof importColumns)[number];
/** Which column of the table says what; null: none does. */
export type Mapping = Readonly<Record<ImportColumn, number | null>>;

/** Why somebody of a list cannot be invited as the row is. `here`: invited already. `twice`: in an earlier row, too. */
export type RowProblem = 'no-name' | 'long-name' | 'unknown-role' | 'here' | 'twice';

export interface ImportedRow {
	/** In the table, from 1; the first may be the heading. */
	readonly row: number;
	readonly name: string;
	readonly role: ForumRole;
	readonly reach: string;
	readonly problem: RowProblem | undefined;
}

/** What the first row promises, by words that spreadsheets have there; a column without such a word is mapped by hand. */
export function guessedMapping(heading: readonly string[]): Mapping {
	const place = (words: RegExp): number | null => {
		const at = heading.findIndex((cell) => words.test(cell.trim()));
		return at < 0 ? null : at;
	};
	return { name: place(/^(?:name|full name|nombre|nom|الاسم|اسم)$/iu), role: place(/^(?:role|rol|papel|r[oô]le|fonction|الدور|دور)$/iu), reach: place(/^(?:e-?mail|mail|contact|correo|contacto|courriel|البريد|اتصال)$/iu) };
}

/** Every row as somebody to invite, or with what is wrong. `here`: the names of those who are invited. */
export function importedRows(rows: readonly (readonly string[])[], { mapping, skipFirst, here, usual }: { readonly mapping: Mapping; readonly skipFirst: boolean; readonly here: readonly string[]; readonly usual: ForumRole }): ImportedRow[] {
	const known = new Set(here.map(folded));
	const seen = new Set<string>();
	return rows.flatMap((cells, at): ImportedRow[] => {
		if (at === 0 && skipFirst) return [];
		const cell = (column: ImportColumn): string => cells[mapping[column] ?? -1]?.replaceAll(/\s+/gu, ' ').trim() ?? '';
		const [name, said, reach] = [cell('name'), cell('role'), cell('reach').slice(0, 400)];
		const role = said === '' ? usual : forumRoles.find((one) => one === said.toLowerCase());
		const problem = name === '' ? 'no-name' : [...name].length > 200 ? 'long-name' : role === undefined ? 'unknown-role' : known.has(folded(name)) ? 'here' : seen.has(folded(name)) ? 'twice' : undefined;
		seen.add(folded(name));
		return [{ row: at + 1, name, role: role ?? usual, reach, problem }];
	});
}

function folded(name: string): string {
	return name.normalize('NFKC').toLowerCase().trim();
}
