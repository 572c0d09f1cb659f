import * as v from 'valibot';
import { canonical, fromCanonical, isHash, isId, sha256, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import { isCurrency } from './money.ts';
import { regions } from '#lib/platform/text/region.ts';
import { leastGrants, quarterOf, type PooledCell } from './pooling.ts';

/**
 * Note: What was published stays published.
 * Releases are a chain of statements, each signed by the key of a call of those who made it, which that call's public log
 * announces; each names the hash of the one before. So nobody, the server neither, can publish a quarter twice in two
 * versions, from which a single grant could be had by subtracting.
 */
export interface Release {
	/** Its place in the chain, from 0. */
	readonly release: number;
	readonly previous: string | null;
	/** The call whose key signs. */
	readonly call: string;
	/** YYYY-MM-DD */
	readonly on: string;
	readonly currency: string;
	readonly cells: readonly PooledCell[];
}

export interface SignedRelease {
	readonly body: string;
	/** base64url, over `releaseMessage`. */
	readonly signature: string;
}

export type ReleaseProblem =
	| 'wrong-place'
	| 'wrong-currency'
	/** Fewer grants than are told. */
	| 'too-few'
	/** A quarter that has not ended, or that was published before. */
	| 'wrong-period'
	/** Two cells of which one could be subtracted from the other. */
	| 'overlapping';

const quarter = v.pipe(v.string(), v.regex(/^\d{4}-Q[1-4]$/));
const whole = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(Number.MAX_SAFE_INTEGER));
const releaseShape = v.strictObject({
	v: v.literal(1),
	release: whole(0),
	previous: v.nullable(v.pipe(v.string(), v.check((text) => isHash(text)))),
	call: v.pipe(v.string(), v.check(isId)),
	on: v.pipe(v.string(), v.isoDate()),
	currency: v.pipe(v.string(), v.check(isCurrency)),
	cells: v.pipe(v.array(v.strictObject({ region: v.nullable(v.picklist(regions)), from: quarter, to: quarter, grants: whole(1), thousands: whole(0) })), v.minLength(1), v.maxLength(400))
});

/** The release that a text says; undefined for any other text. */
export function readRelease(body: string): Release | undefined {
	if (body.length > 64 * 1024) return undefined;
	const { success, output } = v.safeParse(releaseShape, fromCanonical(body));
	if (!success) return undefined;
	const { v: _, ...found } = output;
	return found;
}

export function releaseBody(release: Release): string {
	// Only strings, numbers, null and lists of them are in it.
	return canonical({ v: 1, ...release } as unknown as Json);
}

/** What is signed. */
export function releaseMessage(body: string): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/release/1\n${body}`);
}

export async function releaseHash(body: string): Promise<string> {
	return toText(await sha256(releaseMessage(body)));
}

/** The last quarter that was told so far; null before the first release. */
export function toldUpTo(releases: readonly Release[]): string | null {
	return releases.flatMap(({ cells }) => cells.map(({ to }) => to)).toSorted().at(-1) ?? null;
}

/** Why a release may not follow those before it; undefined if it may. */
export function releaseProblem(next: Release, { before, head }: { readonly before: readonly Release[]; readonly head: string | null }): ReleaseProblem | undefined {
	if (next.release !== before.length || next.previous !== head) return 'wrong-place';
	if (before[0] !== undefined && before[0].currency !== next.currency) return 'wrong-currency';
	if (next.cells.some(({ grants }) => grants < leastGrants)) return 'too-few';
	const told = toldUpTo(before);
	const isOpen = ({ from, to }: PooledCell): boolean => from <= to && to < quarterOf(next.on) && (told === null || from > told);
	if (!next.cells.every(isOpen)) return 'wrong-period';
	return next.cells.some((one, at) => next.cells.slice(at + 1).some((other) => overlap(one, other))) ? 'overlapping' : undefined;
}

/** Of one stretch each region is told once; two stretches have no quarter in common. */
function overlap(one: PooledCell, other: PooledCell): boolean {
	if (one.from > other.to || other.from > one.to) return false;
	return one.region === other.region || one.from !== other.from || one.to !== other.to;
}
