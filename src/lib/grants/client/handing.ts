import { callKeyOf, decodeText, newCallSecret, sealLetter, VaultFailure } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { canonical, fromCanonical, fromText, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import { handedShape, isSettled, isWholeAward, toldShape, type Handed, type InstalmentState, type ToldInstalment } from '../award.ts';
import type { CallState } from '../call-log.ts';
import { hourOf, type Case } from '../case.ts';
import type { Money } from '../money.ts';
import { callSecret } from './calls.ts';
import { askShaped, type Desk, type DeskLine, type DeskOutcome, type OpenApplication } from './desk.ts';
import { newId } from '#lib/circles/client/line.ts';

/**
 * Note: Between who decides and who pays.
 * Two circles that share no key. The award goes to the inbox of the payers, signed by the call's key; with it goes the secret
 * of another key, by which the payers sign what they hand back to the deciders' inbox. `about` is the call: which application
 * it is stands inside. Where one circle is both, the letters go the same way.
 */
const awardKind = 'grant-award';
const toldKind = 'grant-paid';

const lettersShape = v.object({
	more: v.boolean(),
	letters: v.array(v.object({ payment: v.string(), version: v.number(), epoch: v.number(), letter: v.nullable(v.pipe(v.string(), v.transform((text) => fromText(text) ?? new Uint8Array()))), shreddedOn: v.nullable(v.pipe(v.string(), v.isoDate())) }))
});

type Shown = v.InferOutput<typeof lettersShape>['letters'][number];
type Letter = Shown & { readonly letter: Uint8Array };

/** The newest letter of every payment of a call to one of its circles, or of one payment; and the payments of which all was shredded. */
export async function lettersTo(link: Link, { call, to, payment }: { readonly call: CallState; readonly to: 'payee' | 'core'; readonly payment?: string | undefined }): Promise<DeskOutcome<{ readonly letters: readonly Letter[]; readonly shredded: ReadonlySet<string> }>> {
	const letters: Letter[] = [];
	const shredded = new Set<string>();
	for (let after = ''; ; ) {
		const page = await askShaped(link, `/api/desk/calls/${call.call}/payments?to=${to}${payment === undefined ? '' : `&payment=${payment}`}${after === '' ? '' : `&after=${after}`}`, lettersShape);
		if (!page.ok) return page;
		for (const { letter, ...one } of page.value.letters) {
			if (letter === null) shredded.add(one.payment);
			else letters.push({ ...one, letter });
		}
		after = page.value.letters.at(-1)?.payment ?? '';
		if (!page.value.more || after === '') return { ok: true, letters, shredded };
	}
}

interface Deciding {
	readonly link: Link;
	readonly circle: OpenCircle;
	readonly desk: Desk;
	readonly call: CallState;
	readonly opened: OpenApplication;
}

/**
 * Hands an award to the payers. The case says so first, so that nobody hands it over a second time under another id; the same
 * letter can be sent again (`sendAward`) where the line was lost behind that.
 */
export async function handOver(deciding: Deciding): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
	const { desk, call, opened } = deciding;
	const { award, standing } = opened.case.now;
	if (award?.on == null || (standing.state !== 'agreed' && standing.state !== 'active')) return { ok: false, reason: 'not-from-here' };
	if (award.payment !== null) return sendAgain(deciding);
	const payment = { id: newId(), secret: toText(newCallSecret()) };
	const written = await desk.note(call, opened, { award: { ...award, payment } });
	return written.ok ? sendAgain({ ...deciding, opened: written.opened }) : written;
}

async function sendAgain(deciding: Deciding): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
	const { link, circle, call, opened } = deciding;
	const { award, application } = opened.case.now;
	if (award?.payment == null || !isWholeAward({ awarded: award.awarded, instalments: award.plan })) return { ok: false, reason: 'not-from-here' };
	const kept = await callSecret(circle, call);
	if (!kept.ok) return kept;
	const { id, secret } = award.payment;
	const body: Json = { v: 1, payment: id, application, secret, awarded: { ...award.awarded }, deciders: award.deciders, plan: award.plan as unknown as Json };
	const sent = await sendLetter(link, { call, to: 'payee', payment: id, version: 1, kind: awardKind, author: call.call, body, signing: await callKeyOf(kept.secret) });
	return sent.ok ? { ok: true, opened } : sent;
}

interface ToSend {
	readonly call: CallState;
	readonly to: 'payee' | 'core';
	readonly payment: string;
	readonly version: number;
	readonly kind: string;
	readonly author: string;
	readonly body: Json;
	readonly settled?: boolean;
	readonly signing: Awaited<ReturnType<typeof callKeyOf>>;
}

async function sendLetter(link: Link, { call, to, payment, version, kind, author, body, settled = false, signing }: ToSend): Promise<DeskOutcome<object>> {
	const { circle, epoch, recipient } = call.inboxes[to];
	const letter = await sealLetter({ header: { kind, circle, about: call.call, author, at: hourOf(link.now()) }, body: utf8(canonical(body)), recipients: [recipient], signing });
	const answer = await link.send('POST', `/api/desk/calls/${call.call}/payments/${payment}`, { to, version, epoch, settled, letter: toText(letter) });
	return answer.ok ? { ok: true } : { ok: false, reason: answer.reason };
}

/** Tells the deciders how instalments stand; and the server, whether something is still to be paid: it keeps by that. */
export async function handBack(link: Link, { call, payment, secret, version, instalments }: { readonly call: CallState; readonly payment: string; readonly secret: string; readonly version: number; readonly instalments: readonly ToldInstalment[] }): Promise<DeskOutcome<object>> {
	const body: Json = { v: 1, instalments: instalments as unknown as Json };
	return sendLetter(link, { call, to: 'core', payment, version, kind: toldKind, author: payment, body, settled: isSettled(instalments), signing: await callKeyOf(fromText(secret) ?? new Uint8Array()) });
}

/** What was handed over, believed if a key signed that the call has or had. Throws a `VaultTrouble`. */
export async function openAward(circle: OpenCircle, call: CallState, letter: Letter): Promise<Handed> {
	const keys = [...new Set(call.history.map(({ signing }) => signing))].toReversed();
	let last: unknown;
	for (const key of keys) {
		try {
			const handed = await openBody(circle, { call, letter, kind: awardKind, author: call.call, key: fromText(key), shape: handedShape });
			if (handed.payment !== letter.payment || !isWholeAward({ awarded: handed.awarded, instalments: handed.plan })) throw new VaultFailure('wrong-place', 'an award under the id of another');
			return handed;
		} catch (error) {
			last = error;
		}
	}
	throw troubleOf(last, circle, letter);
}

const toldBody = v.strictObject({ v: v.literal(1), instalments: v.pipe(v.array(toldShape), v.maxLength(24)) });

async function openBody<Shape extends v.GenericSchema>(circle: OpenCircle, { call, letter, kind, author, key, shape }: { readonly call: CallState; readonly letter: Letter; readonly kind: string; readonly author: string; readonly key: Uint8Array | undefined; readonly shape: Shape }): Promise<v.InferOutput<Shape>> {
	const { body } = await circle.openInbox({ letter: letter.letter, epoch: letter.epoch, kind, about: call.call, authorKey: (by) => (by === author ? key : undefined) });
	const read = v.safeParse(shape, fromCanonical(decodeText(body)));
	if (!read.success) throw new VaultFailure('unknown-format', 'a letter about money of another shape');
	return read.output;
}

function troubleOf(error: unknown, circle: OpenCircle, { payment, version }: Letter): unknown {
	return error instanceof VaultFailure && !(error instanceof VaultTrouble) ? new VaultTrouble(error.kind, { part: 'record', circle: circle.id, record: payment, version }, { found: error.message }) : error;
}

/** How the money of one application stands, as the deciders know it. */
export interface MoneyLine {
	readonly application: string;
	readonly now: Case;
	readonly instalments: readonly { readonly id: string; readonly amount: Money; readonly state: InstalmentState; readonly due: string | null; readonly sent: ToldInstalment['sent']; readonly received: ToldInstalment['received'] }[];
	/** What was paid is not known any more; the instalments are those of the award. */
	readonly shredded: boolean;
	/** Why what was handed back is not believed; it is shown, never left out. */
	readonly trouble: VaultTrouble | undefined;
}

/** Every award of a call, with what the payers told last. */
export async function moneyOf({ link, circle, call }: Pick<Deciding, 'link' | 'circle' | 'call'>, cases: readonly Case[]): Promise<DeskOutcome<{ readonly lines: readonly MoneyLine[] }>> {
	// Of one application its letter alone is asked for.
	const asked = await lettersTo(link, { call, to: 'core', payment: cases.length === 1 ? cases[0]?.award?.payment?.id : undefined });
	if (!asked.ok) return asked;
	const byPayment = new Map(asked.letters.map((letter) => [letter.payment, letter]));
	const lines: MoneyLine[] = [];
	for (const now of cases) {
		const { award, application } = now;
		if (award?.on == null) continue;
		const planned = award.plan.map((one) => ({ ...one, state: 'planned' as const, sent: null, received: null }));
		const letter = award.payment === null ? undefined : byPayment.get(award.payment.id);
		if (award.payment === null || letter === undefined) {
			lines.push({ application, now, instalments: planned, shredded: asked.shredded.has(award.payment?.id ?? ''), trouble: undefined });
			continue;
		}
		try {
			const { publicKey } = await callKeyOf(fromText(award.payment.secret) ?? new Uint8Array());
			const { instalments } = await openBody(circle, { call, letter, kind: toldKind, author: award.payment.id, key: publicKey, shape: toldBody });
			const isSame = instalments.length === planned.length && instalments.every((told, at) => told.id === planned[at]?.id && told.amount.amountMinor === planned[at]?.amount.amountMinor && told.amount.currency === planned[at]?.amount.currency);
			if (!isSame) throw new VaultFailure('wrong-place', 'instalments that are not those of the award');
			lines.push({ application, now, instalments, shredded: false, trouble: undefined });
		} catch (error) {
			const trouble = troubleOf(error, circle, letter);
			if (!(trouble instanceof VaultTrouble)) throw trouble;
			lines.push({ application, now, instalments: planned, shredded: false, trouble });
		}
	}
	return { ok: true, lines };
}

/** The cases of a list that could be opened. */
export function casesOf(lines: readonly DeskLine[]): Case[] {
	return lines.flatMap((line) => (line.case && !line.gone ? [line.case.now] : []));
}
