import type * as Y from 'yjs';
import { randomId } from '#lib/vault/envelope.ts';

/** Who has asked to speak, in their order; how they called themselves, or were called by who keeps the list. */
export interface Speaker {
	readonly id: string;
	readonly name: string;
}

/** The floor of a workshop. It lies in a note of its own, of which nothing is left when the workshop is closed. */
export interface Floor {
	readonly speaking: Speaker | undefined;
	readonly waiting: readonly Speaker[];
	/** How long somebody may speak; 0: no clock. */
	readonly minutes: number;
	/** By the clock of the device on which it was begun, in milliseconds since 1970; undefined while it stands still. */
	readonly begunAt: number | undefined;
}

export function readFloor(doc: Y.Doc): Floor {
	const told = toldOf(doc);
	const [minutes, begunAt] = [told.get('minutes'), told.get('begunAt')];
	const speaking = told.get('speaking');
	return {
		speaking: isSpeaker(speaking) ? speaking : undefined,
		waiting: waitingOf(doc).toArray().filter(isSpeaker),
		minutes: typeof minutes === 'number' && minutes >= 0 && minutes <= 120 ? minutes : 0,
		begunAt: typeof begunAt === 'number' ? begunAt : undefined
	};
}

/** Behind everybody else. */
export function askToSpeak(doc: Y.Doc, name: string): void {
	waitingOf(doc).push([{ id: randomId(), name: name.trim().slice(0, longestName) }]);
}

export function takeFromFloor(doc: Y.Doc, id: string): void {
	const waiting = waitingOf(doc);
	const at = placeOf(waiting, id);
	if (at >= 0) waiting.delete(at);
}

/** One place nearer to their turn. */
export function putEarlier(doc: Y.Doc, id: string): void {
	const waiting = waitingOf(doc);
	const at = placeOf(waiting, id);
	const one = waiting.get(at);
	if (at < 1 || !isSpeaker(one)) return;
	doc.transact(() => {
		waiting.delete(at);
		waiting.insert(at - 1, [one]);
	});
}

/** The next one speaks, and the clock begins anew; with nobody waiting, nobody speaks. */
export function nextSpeaker(doc: Y.Doc, now: Date): void {
	const waiting = waitingOf(doc);
	const told = toldOf(doc);
	const next = waiting.length > 0 ? waiting.get(0) : undefined;
	doc.transact(() => {
		if (waiting.length > 0) waiting.delete(0);
		if (isSpeaker(next)) {
			told.set('speaking', next);
			told.set('begunAt', now.getTime());
		} else {
			told.delete('speaking');
			told.delete('begunAt');
		}
	});
}

export function setMinutes(doc: Y.Doc, minutes: number): void {
	toldOf(doc).set('minutes', Math.min(120, Math.max(0, Math.round(minutes))));
}

export function stopClock(doc: Y.Doc): void {
	toldOf(doc).delete('begunAt');
}

/** Milliseconds that are left, below zero when the time is over; undefined without a clock. */
export function timeLeft({ minutes, begunAt }: Floor, now: Date): number | undefined {
	return minutes === 0 || begunAt === undefined ? undefined : begunAt + minutes * 60_000 - now.getTime();
}

export const longestName = 80;

function waitingOf(doc: Y.Doc): Y.Array<unknown> {
	return doc.getArray('waiting');
}

function toldOf(doc: Y.Doc): Y.Map<unknown> {
	return doc.getMap('floor');
}

function placeOf(waiting: Y.Array<unknown>, id: string): number {
	return waiting.toArray().findIndex((one) => isSpeaker(one) && one.id === id);
}

function isSpeaker(found: unknown): found is Speaker {
	return typeof found === 'object' && found !== null && 'id' in found && typeof found.id === 'string' && 'name' in found && typeof found.name === 'string';
}
