import * as v from 'valibot';
import { instantOf } from '#lib/platform/time/time.ts';

/** Something to look at or listen to that lies elsewhere. */
export interface Stream {
	readonly kind: 'stream' | 'captions' | 'interpretation';
	/** A language tag. */
	readonly language: string;
	readonly url: string;
	/** The player that is shown on our page after a click; null where there is only the address. */
	readonly player: string | null;
}

/** A document that is public from a time on, in the venue's wall time: `YYYY-MM-DDTHH:MM`. */
export interface TimedDocument {
	readonly title: string;
	readonly url: string;
	readonly releasesAt: string | null;
}

/** What moderators say of a public item beside what the agenda says. */
export interface PublicItemContent {
	readonly streams: readonly Stream[];
	readonly documents: readonly TimedDocument[];
}

/** Whether it is an https address without a password. Its origin may stand in a policy, where a star would allow every place. */
export function isPlainHttps(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, username, password, hostname } = new URL(text);
	return protocol === 'https:' && username === '' && password === '' && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(hostname);
}

const address = v.pipe(v.string(), v.maxLength(500), v.check(isPlainHttps));

/** The shape of what moderators say of a public item. */
export const publicItemShape = v.strictObject({
	streams: v.pipe(
		v.array(v.strictObject({ kind: v.picklist(['stream', 'captions', 'interpretation']), language: v.pipe(v.string(), v.regex(/^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$/)), url: address, player: v.nullable(address) })),
		v.maxLength(20)
	),
	documents: v.pipe(
		v.array(v.strictObject({ title: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)), url: address, releasesAt: v.nullable(v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d$/), v.check((wall) => !Number.isNaN(Date.parse(`${wall}Z`))))) })),
		v.maxLength(20)
	)
});

/** When a document may be public; null where it is from the beginning. */
export function releaseInstant({ releasesAt }: TimedDocument, timeZone: string): Date | null {
	if (releasesAt === null) return null;
	const [day = '', time = ''] = releasesAt.split('T');
	return instantOf({ day, time, timeZone });
}

/** What may be told of the documents at a moment, how many are to come, and when the next one is due. */
export function documentsAt(documents: readonly TimedDocument[], { timeZone, now }: { readonly timeZone: string; readonly now: Date }): { readonly released: readonly TimedDocument[]; readonly next: Date | undefined } {
	const due = documents.map((document) => ({ document, at: releaseInstant(document, timeZone) }));
	const later = due.flatMap(({ at }) => (at !== null && at > now ? [at.getTime()] : []));
	return { released: due.flatMap(({ document, at }) => (at === null || at <= now ? [document] : [])), next: later.length === 0 ? undefined : new Date(Math.min(...later)) };
}

/** The origins of the players of an item: all that its live page may put into a frame. */
export function playerOrigins({ streams }: Pick<PublicItemContent, 'streams'>): string[] {
	return [...new Set(streams.flatMap(({ player }) => (player === null ? [] : [new URL(player).origin])))];
}
