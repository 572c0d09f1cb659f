/** A table as its cells; `problem` says on which line (from 1) it stops being one. */
export type ReadCsv = { readonly ok: true; readonly rows: readonly (readonly string[])[] } | { readonly ok: false; readonly line: number; readonly problem: 'open-quote' | 'text-after-quote' | 'quote-in-text' };

/** Separated values, strictly after RFC 4180, but that a line may end with a line feed alone and the separator is the one that the first line has most of: spreadsheets write commas, semicolons or tabs. A mark of byte order is left out, and so are empty lines. */
export function readCsv(text: string): ReadCsv {
	const whole = text.replace(/^\uFEFF/, '');
	const separator = separatorOf(whole);
	const rows: string[][] = [];
	let row: string[] = [];
	let line = 1;
	for (let at = 0; at <= whole.length; ) {
		let cell = '';
		if (whole[at] === '"') {
			const began = line;
			for (at++; ; at++) {
				const sign = whole[at];
				if (sign === undefined) return { ok: false, line: began, problem: 'open-quote' };
				if (sign === '\n') line++;
				if (sign !== '"') cell += sign;
				else if (whole[at + 1] === '"') cell += whole[++at];
				else break;
			}
			at++;
			if (!isEnd(whole[at], separator) && !whole.startsWith('\r\n', at)) return { ok: false, line, problem: 'text-after-quote' };
		} else {
			const from = at;
			while (!isEnd(whole[at], separator)) {
				if (whole[at] === '"') return { ok: false, line, problem: 'quote-in-text' };
				at++;
			}
			cell = whole.slice(from, at).replace(/\r$/, '');
		}
		row.push(cell);
		if (whole[at] === separator) {
			at++;
			continue;
		}
		if (whole[at] === '\r') at++;
		at++;
		line++;
		if (row.length > 1 || row[0] !== '') rows.push(row);
		row = [];
	}
	return { ok: true, rows };
}

function isEnd(sign: string | undefined, separator: string): boolean {
	return sign === undefined || sign === separator || sign === '\n';
}

function separatorOf(text: string): string {
	const first = text.slice(0, text.search(/\n|$/));
	const count = (sign: string): number => first.split(sign).length - 1;
	return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** Rows as RFC 4180 writes them. A cell that a spreadsheet would run as a formula begins with an apostrophe: guests write the cells. */
export function csvOf(rows: readonly (readonly string[])[]): string {
	const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
	return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
