import type { TextChange, TextDelta } from './note-text.ts';

/**
 * What somebody did to a field, from its text before and after; undefined for nothing. `caret` is where the cursor stands
 * afterwards: of "aab" typed in "ab" only it tells which letter is new. Never cuts a sign of two halves in two.
 */
export function typedBetween(before: string, after: string, caret: number): TextChange | undefined {
	if (before === after) return undefined;
	const most = Math.min(before.length, after.length);
	let tail = 0;
	while (tail < most && tail < after.length - caret && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
	let head = 0;
	while (head < most - tail && before[head] === after[head]) head++;
	while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
	if (isHalved(before, head) || isHalved(after, head)) head--;
	if (isHalved(before, before.length - tail) || isHalved(after, after.length - tail)) tail--;
	return { at: head, remove: before.length - tail - head, insert: after.slice(head, after.length - tail) };
}

/** Whether a place is between the two halves of one sign. */
function isHalved(text: string, at: number): boolean {
	return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1)) && at > 0;
}

/** A text after a delta. */
export function withDelta(text: string, delta: TextDelta): string {
	let at = 0;
	let made = '';
	for (const step of delta) {
		if (step.retain !== undefined) made += text.slice(at, (at += step.retain));
		else if (step.delete !== undefined) at += step.delete;
		else made += step.insert ?? '';
	}
	return made + text.slice(at);
}

/** Where a cursor stands after a delta. What is put in exactly at the cursor comes behind it. */
export function shifted(caret: number, delta: TextDelta): number {
	let at = 0;
	let moved = caret;
	for (const step of delta) {
		if (at > moved || (at === moved && step.insert !== undefined)) break;
		if (step.retain !== undefined) at += step.retain;
		else if (step.insert !== undefined) {
			moved += step.insert.length;
			at += step.insert.length;
		} else moved -= Math.min(step.delete ?? 0, moved - at);
	}
	return moved;
}

/**
 * What was typed into a field (`change`, in a text of `length` signs) while deltas of others waited, as changes of the text
 * that has them already. Takes away only what was there to be taken away; what others put in between stays.
 */
export function throughDeltas(change: TextChange, length: number, deltas: readonly TextDelta[]): readonly TextChange[] {
	// Of each sign of the text as it is now, the place that it had; null for what others put in.
	let places: (number | null)[] = Array.from({ length }, (_, at) => at);
	for (const delta of deltas) {
		const next: (number | null)[] = [];
		let at = 0;
		for (const step of delta) {
			if (step.retain !== undefined) next.push(...places.slice(at, (at += step.retain)));
			else if (step.delete !== undefined) at += step.delete;
			else for (let left = step.insert?.length ?? 0; left > 0; left--) next.push(null);
		}
		places = [...next, ...places.slice(at)];
	}
	const isTaken = (place: number | null): boolean => place !== null && place >= change.at && place < change.at + change.remove;
	const taken = places.flatMap((place, at) => (isTaken(place) ? [{ at, remove: 1, insert: '' }] : [])).toReversed();
	const before = places.findLastIndex((place) => place !== null && place < change.at);
	return [...taken, ...(change.insert === '' ? [] : [{ at: before + 1, remove: 0, insert: change.insert }])];
}
