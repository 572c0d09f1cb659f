/** Messages of one language by their keys. */
export type Messages = Readonly<Record<string, string>>;

/**
 * What is wrong with the messages, a sentence each: a key that a language lacks or has beyond the others, different
 * placeholders, an empty text, a key that no source uses. Paraglide itself would show another language in silence.
 */
export function messageProblems(byLanguage: ReadonlyMap<string, Messages>, sources: readonly string[]): string[] {
	const problems: string[] = [];
	const keys = new Set([...byLanguage.values()].flatMap((messages) => Object.keys(messages)));
	keys.delete('$schema');
	const text = sources.join('\n');
	const used = new Set([...text.matchAll(/\bm\.([a-z0-9_]+)/g)].map(([, key = '']) => key));
	for (const key of [...keys].sort()) {
		if (!used.has(key)) problems.push(`${key}: no source uses this message.`);
		const wanted = placeholders([...byLanguage.values()].find((messages) => messages[key] !== undefined)?.[key] ?? '');
		for (const [language, messages] of byLanguage) {
			const message = messages[key];
			if (message === undefined || message.trim() === '') problems.push(`${key}: messages/${language}.json has no text for it.`);
			else if (placeholders(message) !== wanted) {
				problems.push(`${key}: messages/${language}.json has the placeholders ${placeholders(message) || '(none)'} where another language has ${wanted || '(none)'}.`);
			}
		}
	}
	return problems;
}

function placeholders(message: string): string {
	return [...new Set([...message.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort().join(', ');
}
