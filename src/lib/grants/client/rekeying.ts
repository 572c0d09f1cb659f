import { callKeyOf, newPartSecret, partRecords, resealRecord, sealLetter, VaultFailure } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { canonical, fromText, toText, utf8, type Bytes, type Json } from '#lib/vault/envelope.ts';
import { cardNow, type Applicant, type Manifest } from '../application.ts';
import { inboxList } from '../call.ts';
import type { CallState } from '../call-log.ts';
import { hourOf } from '../case.ts';
import { answerParts } from '../form.ts';
import { callSecret, inboxOf } from './calls.ts';
import type { Found } from './application-opening.ts';
import { askShaped, fetchApplication, type DeskOutcome } from './desk.ts';
import { circleSecrets, type CircleSecrets } from './part-keys.ts';
import { partPlace } from './sealing.ts';

/** How far the applications of a call are under the newest key of a circle. */
export interface KeysStanding {
	readonly all: number;
	/** Those that are not. */
	readonly behind: readonly string[];
}

const behindShape = v.object({ all: v.number(), behind: v.array(v.string()) });

/** Which applications of a call are still under a secret that an older epoch of this circle had. */
export function keysStanding(link: Link, circle: OpenCircle, call: CallState): Promise<DeskOutcome<{ readonly value: KeysStanding }>> {
	return askShaped(link, `/api/desk/calls/${call.call}/keys?circle=${circle.id}&epoch=${circle.state.epochs.length}`, behindShape);
}

export interface RekeyOptions {
	readonly onProgress?: (progress: { readonly done: number; readonly all: number }) => void;
	/** Stops after the application that is being sealed. */
	readonly signal?: AbortSignal;
}

/** One that could not be sealed again, and why: it stays as it was. */
export interface NotRekeyed {
	readonly application: string;
	readonly why: VaultTrouble | string;
}

interface Rekeying {
	/** Whose parts are sealed again. */
	readonly circle: OpenCircle;
	/** The circle that keeps the call's key; often the same. */
	readonly core: OpenCircle;
	readonly call: CallState;
}

/**
 * Note: What a removed reader could open is sealed anew.
 * Each application gets new secrets for the parts that the circle reads, and for the thread. What the applicant signed is
 * carried as it is under a new cover (*Sealed again*), the server drops the old one in the same transaction, and new letters
 * go to the circle and to the receipts. It is a walk through a list that the server can say at any time, so it may be stopped, cut off,
 * or gone on with by another officer; what is done stays done. Files stay under their old key, which the new letter
 * hands on: whoever was removed and takes the server's disk can still open those that were there.
 */
export async function rekeyAll(link: Link, what: Rekeying, { onProgress = () => undefined, signal }: RekeyOptions = {}): Promise<DeskOutcome<{ readonly left: number; readonly failed: readonly NotRekeyed[] }>> {
	const { circle, call } = what;
	const epoch = circle.state.epochs.length;
	// Else new applications would go on coming to the old key.
	if (!inboxList(call.inboxes).some((inbox) => inbox.circle === circle.id && inbox.epoch === epoch)) return { ok: false, reason: 'stale-inbox' };
	const standing = await keysStanding(link, circle, call);
	if (!standing.ok) return standing;
	const { all, behind } = standing.value;
	const failed: NotRekeyed[] = [];
	let done = all - behind.length;
	onProgress({ done, all });
	for (const application of behind) {
		if (signal?.aborted === true) break;
		const outcome = await rekeyOne(link, what, application);
		if (!outcome.ok && (outcome.reason === 'offline' || outcome.reason === 'signed-out' || outcome.reason === 'locked')) return { ok: false, reason: outcome.reason };
		if (outcome.ok) done += 1;
		else failed.push({ application, why: outcome.why });
		onProgress({ done, all });
	}
	return { ok: true, left: all - done, failed };
}

const mostTries = 4;

/** Seals one application's parts again; of what was changed meanwhile it begins anew. */
async function rekeyOne(link: Link, { circle, core, call }: Rekeying, application: string): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string; readonly why: VaultTrouble | string }> {
	try {
		let reason = 'moved-on';
		for (let tries = 0; tries < mostTries && reason === 'moved-on'; tries++) {
			const answer = await fetchApplication(link, { call, application });
			if (!answer.ok) return { ok: false, reason: answer.reason, why: answer.reason };
			const secret = await callSecret(core, call);
			if (!secret.ok) return { ok: false, reason: secret.reason, why: secret.reason };
			const sealed = await sealedAgain({ circle, call, callSecret: secret.secret, now: link.now() }, answer);
			const sent = await link.send('POST', `/api/desk/applications/${application}/keys`, sealed);
			if (sent.ok) return { ok: true };
			({ reason } = sent);
		}
		return { ok: false, reason, why: reason };
	} catch (error) {
		if (error instanceof VaultFailure) return { ok: false, reason: 'failed', why: error instanceof VaultTrouble ? error : new VaultTrouble(error.kind, { part: 'record', circle: circle.id, record: application, version: 1 }, { found: error.message }) };
		throw error;
	}
}

interface Sealing {
	readonly circle: OpenCircle;
	readonly call: CallState;
	readonly callSecret: Uint8Array;
	readonly now: Date;
}

/** What is sent: everything that the circle reads under new secrets, opened once more before the old is given up. */
async function sealedAgain({ circle, call, callSecret: secret, now }: Sealing, { found, manifest, applicant }: { readonly found: Found; readonly manifest: Manifest; readonly applicant: Applicant }): Promise<Json> {
	const old = await circleSecrets(circle, found, { manifest, call });
	const generation = found.keysGeneration + 1;
	const fresh = Object.fromEntries(Object.keys(old.secrets).map((part) => [part, toText(newPartSecret())])) as CircleSecrets['secrets'];
	const { core } = old.secrets;
	const former = core === undefined ? old.former : [{ generation: old.generation, core }, ...old.former];
	const seal = { circle, call, secret, about: manifest.application, now };
	const { recipient, epoch } = inboxOf(circle);
	const toCircle = await partKeysLetter(seal, { to: circle.id, recipient, body: { generation, secrets: fresh, former } });
	// From here on with what the letter says: what it does not open is not put in the place of what opens.
	const { secrets } = await circleSecrets(circle, { letters: [{ to: circle.id, generation, letter: toCircle }] }, { manifest, call });
	const letters: Json[] = [{ to: circle.id, letter: toText(toCircle) }];
	for (const to of found.receipts) {
		const card = cardNow(applicant, to);
		if (card !== null) letters.push({ to, letter: toText(await partKeysLetter(seal, { to: null, recipient: card.recipient, body: { generation, secrets: fresh } })) });
	}
	const parts: Json[] = [];
	for (const { part, version, written, generation: epoch, envelope } of found.parts) {
		const known = answerParts.find((one) => one === part);
		if (known === undefined || secrets[known] === undefined) continue;
		const place = { ...partPlace(known, { inboxes: call.inboxes, application: manifest.application, generation: epoch, version }), written };
		parts.push({ part, version, envelope: toText(await coveredAnew({ envelope, place, from: old.secrets[known], under: secrets[known], generation })) });
	}
	const messages: Json[] = [];
	if (secrets.thread !== undefined) {
		for (const { seq, written, generation: epoch, envelope } of found.messages) {
			const place = { kind: 'application-message', circle: call.inboxes.core.circle, record: manifest.application, epoch, version: seq, written };
			messages.push({ seq, envelope: toText(await coveredAnew({ envelope, place, from: old.secrets.thread, under: secrets.thread, generation })) });
		}
	}
	return { circle: circle.id, generation, epoch, parts, messages, letters };
}

type Place = ReturnType<typeof partPlace> & { readonly written: number };

async function coveredAnew({ envelope, place, from, under, generation }: { readonly envelope: Bytes; readonly place: Place; readonly from: string | undefined; readonly under: string; readonly generation: number }): Promise<Bytes> {
	const key = await partRecords(fromText(under) ?? new Uint8Array());
	const covered = await resealRecord({ envelope, place, key: await partRecords(fromText(from ?? '') ?? new Uint8Array(32)), to: { epoch: generation, key } });
	await resealRecord({ envelope: covered, place: { ...place, epoch: generation }, key, to: { epoch: generation, key } });
	return covered;
}

/** A letter with secrets of an application's parts, in the call's name: to a circle's inbox, or (`to` null) to a receipt. */
export async function partKeysLetter({ call, secret, about, now }: { readonly call: CallState; readonly secret: Uint8Array; readonly about: string; readonly now: Date }, { to, recipient, body }: { readonly to: string | null; readonly recipient: string; readonly body: { readonly generation: number; readonly secrets: CircleSecrets['secrets']; readonly former?: CircleSecrets['former'] } }): Promise<Bytes> {
	const header = { kind: 'part-keys', circle: to, about, author: call.call, at: hourOf(now) };
	return sealLetter({ header, body: utf8(canonical(body as unknown as Json)), recipients: [recipient], signing: await callKeyOf(secret) });
}
