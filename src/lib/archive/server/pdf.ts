import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { documentTemplate, templateData, type PdfDocument } from './document-template.ts';

export type { PdfDocument, PdfLabels } from './document-template.ts';

/**
 * The document as an A4 PDF, set right to left where its language is. The same input gives the same bytes: the only
 * date in it is the document's own. PDF/A-2b, or plain PDF 1.7 where no font here has some letter of it.
 * Documents are set one after the other, in a process of their own. Throws where prose is longer or nested deeper than
 * any document of ours, where setting it takes longer than 20 seconds, and where it brings the typesetter down.
 */
export async function documentPdf(document: PdfDocument): Promise<Uint8Array<ArrayBuffer>> {
	const data = JSON.stringify(templateData(document));
	if (data.length > longestData) throw new Error(`the document is too long to set: ${data.length} characters of data`);
	const pdf = last.then(() => typeset(data));
	last = pdf.catch(() => undefined);
	return pdf;
}

/** Of the document as data, in UTF-16 units. A million letters in paragraphs, some 400 pages, has 1.2 million and takes 2 to 8 seconds. */
const longestData = 1_500_000;
const longestMilliseconds = 20_000;
const idleMilliseconds = 60_000;

/**
 * Note: The typesetter has a process of its own.
 * A panic inside the compiler does not become an exception: it aborts the whole process. In versions 0.6 and 0.7 alike
 * a line of rare letters is enough (see the note "A sign in a run of the other direction"). A document must not be able
 * to end the server, so it can only end this process, and the next document starts another. It also makes the limit on
 * time possible (compiling cannot be interrupted otherwise), and gives the memory back when idle.
 * The process gets no environment, and what it prints is dropped, because a panic prints the document's words.
 *
 * Its program is a string, not a file, so that it is still there after the server's code is bundled. The compiler and
 * the fonts are looked for as Node looks for packages, from the file that this code is in, bundled or not: they are
 * found wherever the server's other packages are.
 */
const program = String.raw`
	const { readFileSync } = require('node:fs');
	const [, compilerFile, ...fontFiles] = process.argv;
	const { NodeCompiler } = require(compilerFile);

	// No folder can ever be under a device: a template that tried to read a file would find none.
	const compiler = NodeCompiler.create({
		workspace: '/dev/null/nothing',
		fontArgs: [{ fontBlobs: fontFiles.map((file) => readFileSync(file)) }]
	});

	function layOut({ template, data }) {
		const compiled = compiler.compile({ mainFileContent: template, inputs: { document: data } });
		if (compiled.result !== null) return compiled.result;
		throw new Error(compiler.fetchDiagnostics(compiled.takeDiagnostics()).map(({ message }) => message).join('; '));
	}

	function archival(document) {
		try {
			return compiler.pdf(document, { pdfStandard: 'a-2b' });
		} catch {
			return compiler.pdf(document);
		}
	}

	process.on('disconnect', () => process.exit());
	process.on('message', (message) => {
		try {
			process.send({ pdf: archival(layOut(message)) });
		} catch (error) {
			process.send({ refused: error.message });
		}
		compiler.evictCache(0);
	});
`;

/** Settles when the document before has been set, or has failed. */
let last: Promise<unknown> = Promise.resolve();
let running: ChildProcess | undefined;
let idle: NodeJS.Timeout | undefined;

function start(): ChildProcess {
	const { resolve } = createRequire(import.meta.url);
	const files = [
		resolve('@myriaddreamin/typst-ts-node-compiler'),
		resolve('@expo-google-fonts/noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf'),
		resolve('@expo-google-fonts/noto-naskh-arabic/600SemiBold/NotoNaskhArabic_600SemiBold.ttf'),
		resolve('@expo-google-fonts/noto-naskh-arabic/700Bold/NotoNaskhArabic_700Bold.ttf')
	];
	const typesetter = spawn(process.execPath, ['--input-type=commonjs', '--eval', program, ...files], {
		env: {},
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		serialization: 'advanced'
	});
	typesetter.on('error', () => stop(typesetter));
	typesetter.on('exit', () => stop(typesetter));
	return typesetter;
}

function stop(typesetter: ChildProcess): void {
	typesetter.kill('SIGKILL');
	if (running === typesetter) running = undefined;
}

async function typeset(data: string): Promise<Uint8Array<ArrayBuffer>> {
	clearTimeout(idle);
	const typesetter = (running ??= start());
	const late = setTimeout(() => typesetter.kill('SIGKILL'), longestMilliseconds);
	const done = new AbortController();
	typesetter.ref();
	try {
		typesetter.send({ template: documentTemplate, data });
		const answer = once(typesetter, 'message', { signal: done.signal }).then(([message]: unknown[]) => pdfIn(message));
		const ended = once(typesetter, 'exit', { signal: done.signal }).then(([code, killedBy]: unknown[]): never => {
			const why = killedBy === 'SIGKILL' ? `${longestMilliseconds} ms were not enough, or the memory was not` : String(killedBy ?? code);
			throw new Error(`the typesetter stopped: ${why}`);
		});
		return await Promise.race([answer, ended]);
	} finally {
		done.abort();
		clearTimeout(late);
		// Waiting for work, it does not keep the server from ending.
		typesetter.unref();
		typesetter.channel?.unref();
		idle = setTimeout(() => stop(typesetter), idleMilliseconds).unref();
	}
}

function pdfIn(message: unknown): Uint8Array<ArrayBuffer> {
	const { pdf, refused }: { pdf?: unknown; refused?: unknown } = typeof message === 'object' && message !== null ? message : {};
	if (pdf instanceof Uint8Array) return new Uint8Array(pdf);
	throw new Error(`the typesetter refused the document: ${String(refused)}`);
}
