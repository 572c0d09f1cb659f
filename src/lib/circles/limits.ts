import { sha256, toText, utf8 } from '#lib/vault/envelope.ts';

/**
 * Note: What a circle may hold.
 * Known to both sides: the browser says beforehand what the server would refuse.
 */

/** How much of a sealed file is sent at once; `partBytes` of the vault. The last part may be shorter. */
export const partBytes = 4 * 1024 * 1024;

/** Files of up to 100 MB, padded by up to 12 % and sealed. */
export const largestFileBytes = 100 * 1000 * 1000;
export const mostParts = 28;

/** Kinds of records that nobody takes away while their circle is there: one that was seen must be there again. */
export const lastingKinds: readonly string[] = ['paper', 'file', 'contact', 'fellows', 'invitation', 'label'];

/** Records in one answer. */
export const mostListed = 200;

/** For so many days after it was closed, members can still read a circle and take it with them. */
export const keptDays = 30;

/** The last day on which a circle that was closed on this day is kept. */
export function lastDayOf(closedOn: string): string {
	const day = new Date(`${closedOn}T00:00:00Z`);
	day.setUTCDate(day.getUTCDate() + keptDays);
	return day.toISOString().slice(0, 10);
}

/** How many parts a sealed file of this size has. */
export function partsOf(sizeBytes: number): number {
	return Math.ceil(sizeBytes / partBytes);
}

/** How long a part of a sealed file of this size is. */
export function partLength(sizeBytes: number, index: number): number {
	return Math.min(partBytes, sizeBytes - index * partBytes);
}

/** The id of the record that holds a member's name in a circle: derived from the account, so that there is one only. */
export async function personRecord(account: string): Promise<string> {
	return derivedRecord('person', account);
}

/** The id of a record that there is once for each thing of its kind: 16 bytes of SHA-256 over kind and id. */
export async function derivedRecord(kind: string, id: string): Promise<string> {
	return toText((await sha256(utf8(kind + id))).subarray(0, 16));
}
