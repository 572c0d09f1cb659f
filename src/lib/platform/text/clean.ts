/**
 * Note: Characters that are taken out.
 * Embeddings, overrides and isolates of direction, because they reorder what stands beside them ("Trojan source", CVE-2021-42574);
 * the marks LRM, RLM and ALM stay: Arabic text needs them and they move nothing else. Control characters, byte order
 * marks, noncharacters and halves of surrogate pairs, because XML feeds and PostgreSQL refuse them.
 */
const takenOut = /(?![\n\t])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** A title, name or other single string on one line: see "Characters that are taken out"; NFC, spaces collapsed and trimmed. */
export function cleanText(text: string): string {
	return text
		.replace(/[\t-\r\u0085\u2028\u2029]/g, ' ')
		.replace(takenOut, '')
		.normalize('NFC')
		.replace(/ {2,}/g, ' ')
		.trim();
}

/** A whole file's or body's text with its lines kept: see "Characters that are taken out"; NFC, and \n for every line's end. */
export function cleanLines(text: string): string {
	return text
		.replace(/\r\n?/g, '\n')
		.replace(/[\u2028\u2029]/g, ' ')
		.replace(takenOut, '')
		.normalize('NFC');
}
