import type { Receipt } from '#vault';
import { toText } from '#lib/vault/envelope.ts';
import { cardDigits, cardMessage } from '../application.ts';
import { jsonBytes, persist, type Line } from '#lib/circles/client/line.ts';
import { cardOf } from './sealing.ts';

/** What came of leaving a card: from when on the words are in force, at the earliest. */
export type CardLeft = { readonly ok: true; readonly from: Date; readonly digits: string } | { readonly ok: false; readonly reason: 'not-found' | 'used' | 'refused' };

/** The secret of a link for a new receipt, from what stands behind the # of its address; undefined for anything else. */
export function againSecretIn(fragment: string): string | undefined {
	return /^#?again\.([\w-]{22})$/.exec(fragment)?.[1];
}

export function againFragment(secret: string): string {
	return `again.${secret}`;
}

/**
 * Leaves the public half of new words where a link leads, until the server has it; the words stay in this browser, and
 * nobody of the team ever sees them. `not-found`: the link is unknown, over, or was taken back. `used`: by another card.
 */
export async function leaveNewCard(line: Line, { link, receipt }: { readonly link: string; readonly receipt: Receipt }, onWaiting: () => void = () => undefined): Promise<CardLeft> {
	const card = await cardOf(receipt);
	const signature = toText(await receipt.signing.sign(cardMessage({ link, card })));
	const answer = await persist(line, { method: 'POST', path: '/api/receipt/again', body: jsonBytes({ link, card, signature }), headers: { 'content-type': 'application/json' } }, onWaiting);
	if (!answer.ok) return { ok: false, reason: answer.reason === 'not-found' ? 'not-found' : answer.reason === 'moved-on' ? 'used' : 'refused' };
	const from = typeof answer.value === 'object' && answer.value !== null && 'from' in answer.value && typeof answer.value.from === 'string' ? new Date(answer.value.from) : new Date(Number.NaN);
	return Number.isNaN(from.getTime()) ? { ok: false, reason: 'refused' } : { ok: true, from, digits: await cardDigits(card) };
}
