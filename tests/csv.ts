/** The rows of a CSV file (RFC 4180) by the names of their columns, quoted cells with their line breaks. */
export function recordsOf(text: string): Readonly<Record<string, string>>[] {
	const rows: string[][] = [[]];
	for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
		rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
		if (end === '') break;
		if (end !== ',') rows.push([]);
	}
	const [head = [], ...records] = rows.filter((row) => row.length > 1 || row[0] !== '');
	return records.map((record) => Object.fromEntries(head.map((column, at) => [column, record[at] ?? ''])));
}
