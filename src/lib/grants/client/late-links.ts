import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { lateLinkHash } from '../late-link.ts';
import type { DeskOutcome } from './desk.ts';
import { newId } from '#lib/circles/client/line.ts';

/** The late links of the last days, the newest first. For whom they are, nobody has written down. */
export type LateLinks = readonly { readonly expiresAt: Date; readonly used: boolean }[];

const moment = v.pipe(v.string(), v.isoTimestamp(), v.transform((text) => new Date(text)));
const madeShape = v.object({ expiresAt: moment });
const listShape = v.object({ links: v.array(v.object({ expiresAt: moment, used: v.boolean() })) });

/** Makes a late link. Its secret is made here; the server is told the hash, until somebody uses it. */
export async function makeLateLink(link: Link, slug: string): Promise<DeskOutcome<{ readonly secret: string; readonly expiresAt: Date }>> {
	const secret = newId();
	const answer = await link.send('POST', pathOf(slug), { hash: await lateLinkHash(secret) });
	return answer.ok ? { ok: true, secret, ...read(madeShape, answer.value, slug) } : { ok: false, reason: answer.reason };
}

/** How many were made, until when they can be used, and which were. */
export async function lateLinksOf(link: Link, slug: string): Promise<DeskOutcome<{ readonly links: LateLinks }>> {
	const answer = await link.ask(pathOf(slug));
	return answer.ok ? { ok: true, ...read(listShape, answer.value, slug) } : { ok: false, reason: answer.reason };
}

function pathOf(slug: string): string {
	return `/api/calls/${slug}/late-links`;
}

function read<Shape extends v.GenericSchema>(shape: Shape, value: unknown, slug: string): v.InferOutput<Shape> {
	const found = v.safeParse(shape, value);
	if (!found.success) throw new VaultTrouble('unknown-format', { part: 'answer', path: pathOf(slug) }, { found: 'an answer of another shape' });
	return found.output;
}
