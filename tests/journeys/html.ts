/** A start tag of a page, with its attributes as a browser would read them. */
export interface Tag {
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
}

/**
 * The start tags of a page in order; what stands in `<style>` and in comments is no tag. It reads what our own server
 * writes, quoted attributes throughout, and throws where that is not so, rather than overlook a link.
 */
export function tagsOf(html: string): Tag[] {
	const tags: Tag[] = [];
	for (const [whole, name = '', written = ''] of markup(html).matchAll(/<([a-z][a-z0-9-]*)((?:"[^"]*"|[^<>"])*)>/gi)) {
		const attributes: Record<string, string> = {};
		const left = written.replaceAll(/\s([^\s=>"'/]+)(?:="([^"]*)")?/g, (_all, key: string, value: string | undefined) => {
			attributes[key.toLowerCase()] = decoded(value ?? '');
			return '';
		});
		if (left.replaceAll(/[\s/]/g, '') !== '') throw new Error(`A tag that this reader cannot read: ${whole}`);
		tags.push({ name: name.toLowerCase(), attributes });
	}
	return tags;
}

/** What stands between the first tag of this name and its end, without tags, on one line; nothing where there is none. */
export function wordsIn(html: string, name: string): string {
	const inside = new RegExp(`<${name}(?:\\s[^>]*)?>([^]*?)</${name}>`, 'i').exec(markup(html))?.[1] ?? '';
	return decoded(inside.replaceAll(/<(?:"[^"]*"|[^<>"])*>/g, ' ')).replaceAll(/\s+/g, ' ').trim();
}

function markup(html: string): string {
	return html.replaceAll(/<!--[^]*?-->/g, '').replaceAll(/(<style[^>]*>)[^]*?(<\/style>)/gi, '$1$2');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function decoded(text: string): string {
	return text.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
		if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
		if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
		return entities[name ?? ''] ?? whole;
	});
}
