import { Composer, CST, isAlias, isMap, Lexer, LineCounter, Parser, visit, type Document, type Node } from 'yaml';
import { isLanguage } from '#lib/platform/i18n/language.ts';
import type { FieldsFile, Read } from './fields.ts';

/** A text file in two parts. `body` is trimmed; both lines count from 1 in the file. */
export interface FrontMatterFile {
	readonly yaml: string;
	readonly body: string;
	readonly bodyLine: number;
}

/** The YAML between the first two lines of `---` and the text below it; undefined where a file does not begin so. */
export function splitFrontMatter(content: string): FrontMatterFile | undefined {
	const lines = content.split('\n');
	const end = lines.findIndex((line, index) => index > 0 && beginsFacts(line));
	if (end === -1 || !beginsFacts(content)) return undefined;
	const { body, skippedLines } = trimBody(lines.slice(end + 1).join('\n'));
	return { yaml: lines.slice(1, end).join('\n'), body, bodyLine: end + 2 + skippedLines };
}

/** Whether the first line is the `---` before facts: a text that begins with a rule of three hyphens needs an empty line above it. */
export function beginsFacts(content: string): boolean {
	const end = content.indexOf('\n');
	return content.slice(0, end === -1 ? content.length : end).trimEnd() === '---';
}

/** A text as the record keeps it: without empty lines before it and white space after it. */
export function trimBody(content: string): { readonly body: string; readonly skippedLines: number } {
	const empty = /^(?:[ \t]*\n)*/.exec(content)?.[0] ?? '';
	return { body: content.slice(empty.length).trimEnd(), skippedLines: empty.split('\n').length - 1 };
}

const maxCharacters = 300_000;
/** The record itself needs two brackets inside each other, one mark in a line and eight columns of indentation. */
const deepest = { brackets: 8, marks: 4, indent: 60 } as const;

/**
 * What a reader makes of front matter, without `facts` after its problems were reported, line by line. YAML 1.2 core, and
 * of it only what the record needs: no anchors, aliases, merges or tags, so nothing can multiply or mean another type.
 */
export function readFrontMatter<T>(yaml: string, read: Read<T>, report: FieldsFile['report']): { readonly facts: T | undefined; readonly file: FieldsFile } {
	const counter = new LineCounter();
	for (let start = 0; start <= yaml.length; start = yaml.indexOf('\n', start) + 1 || yaml.length + 1) counter.addNewLine(start);
	// The file's first line is the `---` before the YAML.
	const lineAt = (offset: number): number => counter.linePos(offset).line + 1;
	const document = composed(yaml, (offset, message) => report(lineAt(offset), message));
	const root: Node | null = document?.contents ?? null;
	const file: FieldsFile = { language: languageOf(root), report, lineOf: (node) => lineAt(node.range?.[0] ?? 0), lines: new WeakMap() };
	return { facts: document === undefined ? undefined : read(root, { key: '', line: 1, file }), file };
}

function composed(yaml: string, report: (offset: number, message: string) => void): Document.Parsed | undefined {
	if (yaml.length > maxCharacters) {
		report(0, `The front matter has ${yaml.length} characters; at most ${maxCharacters} are allowed.`);
		return undefined;
	}
	const tooDeep = firstTooDeep(yaml);
	if (tooDeep !== undefined) {
		report(tooDeep, 'This is nested deeper than anything in the record.');
		return undefined;
	}
	const tokens = new Parser().parse(yaml);
	const [document, ...others] = new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: false, prettyErrors: false }).compose(tokens, true, yaml.length);
	if (document === undefined) return undefined;
	const faults = [...document.errors, ...others.flatMap((other) => other.errors)].map(({ pos, message }) => ({ offset: pos[0], message: `This is not YAML: ${message}.` }));
	if (others.length > 0) faults.push({ offset: others[0]?.range[0] ?? 0, message: 'The front matter ends before this line.' });
	faults.push(...forbiddenIn(document));
	for (const fault of faults) report(fault.offset, fault.message);
	return faults.length === 0 ? document : undefined;
}

function forbiddenIn(document: Document.Parsed): { readonly offset: number; readonly message: string }[] {
	const faults: { offset: number; message: string }[] = [];
	visit(document, {
		Node(_key, node) {
			const offset = node.range?.[0] ?? 0;
			if (isAlias(node) || node.anchor !== undefined) faults.push({ offset, message: 'Anchors and aliases (& and *) are not allowed: write it out, or put it in quotation marks.' });
			if (node.tag !== undefined) faults.push({ offset, message: 'Tags (!) are not allowed: put it in quotation marks.' });
		}
	});
	return faults;
}

/** The offset where something is nested too deep, told from YAML's smallest pieces: already its parser recurses. */
function firstTooDeep(yaml: string): number | undefined {
	let [offset, brackets, marks, isLineStart, isScalar] = [0, 0, 0, true, false];
	for (const piece of new Lexer().lex(yaml)) {
		const type = isScalar ? 'scalar' : CST.tokenType(piece);
		isScalar = piece === CST.SCALAR;
		if (type === 'flow-map-start' || type === 'flow-seq-start') brackets += 1;
		if (type === 'flow-map-end' || type === 'flow-seq-end') brackets -= 1;
		if (type === 'seq-item-ind' || type === 'explicit-key-ind') marks += 1;
		if (brackets > deepest.brackets || marks > deepest.marks || (isLineStart && type === 'space' && piece.length > deepest.indent)) return offset;
		isLineStart = type === 'newline';
		if (isLineStart) marks = 0;
		// Marks of what follows (a document, a scalar) are no characters of the file.
		if (type !== null && piece !== CST.SCALAR && piece !== CST.DOCUMENT && piece !== CST.FLOW_END) offset += piece.length;
	}
	return undefined;
}

/** What the file's texts are read as; where it is missing or wrong, its own reader says so. */
function languageOf(root: Node | null): FieldsFile['language'] {
	if (!isMap(root)) return 'en';
	const found = root.get('language');
	return typeof found === 'string' && isLanguage(found) ? found : 'en';
}
