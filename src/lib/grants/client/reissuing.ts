import { callKeyOf } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { toText, type Json } from '#lib/vault/envelope.ts';
import { againHash, attestation, attestedMessage, cardDigits, cardShape } from '../application.ts';
import type { CallState } from '../call-log.ts';
import { callSecret } from './calls.ts';
import { askShaped, fetchApplication, sealedSaying, type DeskOutcome, type OpenApplication } from './desk.ts';
import { newId } from '#lib/circles/client/line.ts';
import { circleSecrets } from './part-keys.ts';
import { partKeysLetter } from './rekeying.ts';

const stamp = v.pipe(v.string(), v.isoTimestamp(), v.transform((text) => new Date(text)));
const standingShape = v.object({
	standing: v.nullable(v.object({ number: v.number(), kind: v.picklist(['link', 'card', 'stopped', 'expired', 'done']), card: v.nullable(cardShape), from: v.nullable(stamp), expiresAt: stamp }))
});

/** How a new receipt for a lost one stands, as the server says it; `digits` are what to compare with who made the words. */
export type Reissue = NonNullable<v.InferOutput<typeof standingShape>['standing']> & { readonly digits: string | undefined };

const pathOf = (application: string): string => `/api/desk/applications/${application}/receipt`;

/** Null where nobody asked for one. */
export async function reissueOf(link: Link, application: string): Promise<DeskOutcome<{ readonly reissue: Reissue | null }>> {
	const answer = await askShaped(link, pathOf(application), standingShape);
	if (!answer.ok) return answer;
	const { standing } = answer.value;
	return { ok: true, reissue: standing && { ...standing, digits: standing.card === null ? undefined : await cardDigits(standing.card) } };
}

interface Reissuing {
	readonly circle: OpenCircle;
	readonly call: CallState;
	readonly opened: OpenApplication;
}

/**
 * Makes a link by which new words can be made for this application, and tells the thread in the same request: `notice` is
 * what the holder of the old words reads. Gives back the link's secret, which is nowhere else. `on-hold`: nothing is sent out.
 */
export async function beginReissue(link: Link, { circle, call, opened }: Reissuing, notice: string): Promise<DeskOutcome<{ readonly secret: string }>> {
	if (opened.case.now.standing.state === 'on-hold') return { ok: false, reason: 'on-hold' };
	const kept = await callSecret(circle, call);
	if (!kept.ok) return kept;
	const secret = newId();
	const message = await sealedSaying({ circle: circle.id, call, callSecret: kept.secret, opened, text: notice, now: link.now() });
	const sent = await link.send('POST', pathOf(opened.application), { hash: await againHash(secret), message: message as unknown as Json });
	return sent.ok ? { ok: true, secret } : { ok: false, reason: sent.reason };
}

/**
 * Seals the application's secrets to the new words, whose public half is the one with these digits, and attests it with
 * the call's key. The old words lead to nothing then. `too-early`: less than 72 hours, by the server's clock.
 */
export async function finishReissue(link: Link, { circle, call, opened }: Reissuing, { number, digits }: Pick<Reissue, 'number' | 'digits'>): Promise<DeskOutcome<object>> {
	const { application } = opened;
	const now = await reissueOf(link, application);
	if (!now.ok) return now;
	const { reissue } = now;
	// The card that was compared, and no other that the server has put in its place since.
	if (reissue?.kind !== 'card' || reissue.card === null || reissue.number !== number || reissue.digits !== digits) return { ok: false, reason: 'moved-on' };
	const answer = await fetchApplication(link, { call, application });
	if (!answer.ok) return answer;
	const { found, manifest } = answer;
	const kept = await callSecret(circle, call);
	if (!kept.ok) return kept;
	const { secrets } = await circleSecrets(circle, found, { manifest, call });
	const { generation } = found;
	const letter = await partKeysLetter({ call, secret: kept.secret, about: application, now: link.now() }, { to: null, recipient: reissue.card.recipient, body: { generation, secrets } });
	const attested = attestation({ application, number: found.cards.length + 1, card: reissue.card });
	const signature = toText(await (await callKeyOf(kept.secret)).sign(attestedMessage(attested)));
	const sent = await link.send('PUT', pathOf(application), { number, generation, attested, signature, letter: toText(letter) });
	return sent.ok ? { ok: true } : { ok: false, reason: sent.reason };
}

/** No new receipt after all: the link and a card that came by it lead to nothing. */
export async function endReissue(link: Link, application: string): Promise<DeskOutcome<object>> {
	const sent = await link.send('DELETE', pathOf(application), {});
	return sent.ok ? { ok: true } : { ok: false, reason: sent.reason };
}
