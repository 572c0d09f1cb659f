/** What a line of a paper is made of. */
export type Part =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'emphasis' | 'strong'; readonly parts: readonly Part[] }
	/** `href` is https:, http: or mailto:, as the browser's own parser writes it; the page shows it beside the words. */
	| { readonly kind: 'link'; readonly href: string; readonly words: string };

/** `[words](address)`, then an address by itself. Each piece is bounded, so that no text makes the search long. */
const linked = /\[([^[\]\n]{1,300})\]\(([^\s()[\]]{1,2000})\)/y;
const bare = /https?:\/\/[^\s<>"“”«»]{1,2000}/iy;
const delimiters = ['**', '__', '*', '_'] as const;
type Delimiter = (typeof delimiters)[number];

/** One emphasis that has begun, or the line itself. */
interface Frame {
	readonly delimiter: Delimiter | '';
	readonly parts: Part[];
	text: string;
}

/**
 * The parts of one line, and how many they are. Each kind of emphasis is open at most once at a time, so nothing is
 * searched for twice and nesting is four deep at most. Beyond `most` parts everything is plain text.
 */
export function partsOf(line: string, most: number): { readonly parts: readonly Part[]; readonly count: number } {
	const frames: Frame[] = [{ delimiter: '', parts: [], text: '' }];
	const top = (): Frame => frames[frames.length - 1] as Frame;
	let count = 1;
	let at = 0;
	while (at < line.length) {
		const next = nextSign(line, at);
		top().text += line.slice(at, next);
		at = next;
		if (at >= line.length) break;
		if (count >= most) {
			top().text += line.slice(at);
			break;
		}
		const link = linkAt(line, at);
		if (link !== undefined) {
			flush(top());
			top().parts.push(link.part);
			count += 2;
			at += link.length;
			continue;
		}
		const delimiter = delimiters.find((each) => line.startsWith(each, at));
		if (delimiter === undefined) {
			top().text += line[at];
			at += 1;
			continue;
		}
		const open = frames.findIndex((frame) => frame.delimiter === delimiter);
		if (open > 0 && mayClose(line, at, delimiter)) {
			while (frames.length > open + 1) giveBack(frames);
			const { parts } = flush(top());
			frames.pop();
			// `****` holds nothing to stress: it is what was written.
			if (parts.length === 0) top().text += delimiter + delimiter;
			else {
				flush(top()).parts.push({ kind: delimiter.length === 2 ? 'strong' : 'emphasis', parts });
				count += 2;
			}
		} else if (open < 0 && mayOpen(line, at, delimiter)) frames.push({ delimiter, parts: [], text: '' });
		else top().text += delimiter;
		at += delimiter.length;
	}
	while (frames.length > 1) giveBack(frames);
	return { parts: flush(top()).parts, count };
}

/** Where the next character stands that could begin something. */
const sign = /[[*_hH]/g;
function nextSign(line: string, from: number): number {
	sign.lastIndex = from;
	const found = sign.exec(line);
	return found === null ? line.length : found.index;
}

/** An emphasis that nobody ended was none: its sign is text again, in front of what it holds. */
function giveBack(frames: Frame[]): void {
	const frame = frames.pop();
	const below = frames[frames.length - 1];
	if (frame === undefined || below === undefined) return;
	below.text += frame.delimiter;
	if (frame.parts.length === 0) {
		below.text += frame.text;
		return;
	}
	flush(below);
	for (const part of flush(frame).parts) below.parts.push(part);
}

function flush(frame: Frame): Frame {
	if (frame.text === '') return frame;
	frame.parts.push({ kind: 'text', text: frame.text });
	frame.text = '';
	return frame;
}

function mayOpen(line: string, at: number, delimiter: Delimiter): boolean {
	return isInk(line[at + delimiter.length]) && isFreeFor(line[at - 1], delimiter);
}

function mayClose(line: string, at: number, delimiter: Delimiter): boolean {
	return isInk(line[at - 1]) && isFreeFor(line[at + delimiter.length], delimiter);
}

function isInk(character: string | undefined): boolean {
	return character !== undefined && character.trim() !== '';
}

/** An underscore inside of a word is part of a file name or an address, not emphasis. */
function isFreeFor(neighbour: string | undefined, delimiter: Delimiter): boolean {
	return !delimiter.startsWith('_') || neighbour === undefined || !/[\p{L}\p{N}]/u.test(neighbour);
}

function linkAt(line: string, at: number): { readonly part: Part; readonly length: number } | undefined {
	if (line[at] === '[') {
		linked.lastIndex = at;
		const [whole = '', words = '', address = ''] = linked.exec(line) ?? [];
		const href = outsideAddress(address);
		return href === undefined ? undefined : { part: { kind: 'link', href, words }, length: whole.length };
	}
	if ((line[at] !== 'h' && line[at] !== 'H') || /[\p{L}\p{N}:]/u.test(line[at - 1] ?? '')) return undefined;
	bare.lastIndex = at;
	const address = withoutEnd(bare.exec(line)?.[0] ?? '');
	const href = outsideAddress(address);
	return href === undefined ? undefined : { part: { kind: 'link', href, words: '' }, length: address.length };
}

/** A full stop or bracket behind an address belongs to the sentence. */
function withoutEnd(address: string): string {
	let end = address.length;
	while (end > 0 && ".,;:!?'’)]*_".includes(address[end - 1] ?? '')) end -= 1;
	return address.slice(0, end);
}

/**
 * The address as it may stand in `href`, or undefined where it stays text: https:, http: or mailto: without a password.
 * It went through the browser's own parser, so that what is shown is where it leads: a host in deceiving letters is
 * written `xn--…`.
 */
export function outsideAddress(address: string): string | undefined {
	if (!/^(?:https?:\/\/|mailto:)/i.test(address) || /[\s\p{C}\\]/u.test(address)) return undefined;
	try {
		const url = new URL(address);
		if (url.username !== '' || url.password !== '') return undefined;
		if (url.protocol === 'mailto:') return /^[^@]+@[^@?]+$/.test(url.pathname) ? url.href : undefined;
		return url.href;
	} catch {
		return undefined;
	}
}
