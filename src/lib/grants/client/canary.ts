import { decodeText, newReceipt, openRecord, partRecords, steppedLength, VaultFailure } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { canonical, fromCanonical, fromText, sha256, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import { applicantKey, readManifest } from '../application.ts';
import { isOpenStage, type CallState } from '../call-log.ts';
import { answerParts, answersIn, type Answers, type Form } from '../form.ts';
import { fetchCall } from './call.ts';
import { askShaped, type DeskOutcome } from './desk.ts';
import type { Line } from '#lib/circles/client/line.ts';
import { circleSecrets } from './part-keys.ts';
import { partPlace, sealApplication } from './sealing.ts';

/** `failed` is an alarm: where it failed, and how. `unknown`: it could not be tried now. */
export type CanaryOutcome = { readonly kind: 'opened' | 'not-open' } | { readonly kind: 'unknown'; readonly reason: string } | { readonly kind: 'failed'; readonly at: 'form' | 'opening'; readonly why: string };

const canaryShape = v.object({ canary: v.nullable(v.object({ sealed: v.string(), today: v.boolean() })) });
const bytes = v.pipe(v.string(), v.transform((text) => fromText(text) ?? new Uint8Array()));
const sealedShape = v.strictObject({ manifest: v.string(), signature: v.string(), parts: v.record(v.picklist(answerParts), bytes), letters: v.record(v.string(), bytes) });

/**
 * Note: The canary.
 * Form and readers can come apart without anybody seeing it: another program, another inbox, a letter that no officer's key
 * opens. So each day the first officer who opens the desk asks for the call as an applicant does, without a cookie, and has
 * the form's own code seal an application that nobody made. The server keeps it aside, in no list and no count; every
 * officer's browser opens it and compares. What does not fit is an alarm on the desk, and a bare number for the operator.
 * It says that what officers' browsers are given works; a server that gives others another program is for `verify-site`.
 */
export async function watchCanary({ link, line, circle, call }: { readonly link: Link; readonly line: Line; readonly circle: OpenCircle; readonly call: CallState }): Promise<CanaryOutcome> {
	if (!isOpenStage(call.stage)) return { kind: 'not-open' };
	const outcome = await watched({ link, line, circle, call }).catch((error: unknown): CanaryOutcome => {
		if (!(error instanceof VaultFailure)) throw error;
		return { kind: 'failed', at: 'opening', why: error.kind };
	});
	if (outcome.kind === 'failed') await link.send('POST', '/api/desk/canary-failures', { failures: 1 });
	return outcome;
}

/** Throws a `VaultFailure` where the canary does not open. */
async function watched({ link, line, circle, call }: Parameters<typeof watchCanary>[0]): Promise<CanaryOutcome> {
	const path = `/api/desk/calls/${call.call}/canary`;
	let kept = await askShaped(link, path, canaryShape);
	if (!kept.ok) return { kind: 'unknown', reason: kept.reason };
	if (kept.value.canary?.today !== true) {
		const made = await newCanary(line, call);
		if (!made.ok) return made.failure;
		const sent = await link.send('POST', path, { sealed: made.sealed });
		// Of two who open the desk at once one has the day's canary.
		if (!sent.ok && sent.reason !== 'moved-on') return { kind: 'unknown', reason: sent.reason };
		kept = await askShaped(link, path, canaryShape);
		if (!kept.ok) return { kind: 'unknown', reason: kept.reason };
	}
	await openCanary({ circle, call }, kept.value.canary?.sealed ?? '');
	return { kind: 'opened' };
}

/** The call as an applicant sees it, and an application to it, sealed by what seals on the form's page. */
async function newCanary(line: Line, call: CallState): Promise<DeskOutcome<{ readonly sealed: string }> & ({ readonly ok: true } | { readonly failure: CanaryOutcome })> {
	const seen = await fetchCall(line, call.slug, call.call);
	if (!seen.ok) {
		const failure: CanaryOutcome = seen.reason === 'offline' ? { kind: 'unknown', reason: seen.reason } : { kind: 'failed', at: 'form', why: seen.reason };
		return { ok: false, reason: seen.reason, failure };
	}
	try {
		const { state } = seen.call;
		const { manifest, signature, parts, letters } = await sealApplication({ call: state, language: 'en', role: 'self', answers: canaryAnswers(state.content.form), files: {}, receipt: await newReceipt(), second: null, now: line.now() });
		const texts = (envelopes: Readonly<Record<string, Uint8Array>>): Json => Object.fromEntries(Object.entries(envelopes).map(([name, one]) => [name, toText(one)]));
		return { ok: true, sealed: toText(utf8(canonical({ manifest, signature, parts: texts(parts), letters: texts(letters) }))) };
	} catch (error) {
		if (!(error instanceof VaultFailure)) throw error;
		return { ok: false, reason: error.kind, failure: { kind: 'failed', at: 'form', why: error.kind } };
	}
}

/** The same for everybody who knows the form: one word under each question that asks for words. */
function canaryAnswers({ questions }: Form): Answers {
	return Object.fromEntries(questions.filter(({ kind }) => kind === 'text' || kind === 'long-text').map(({ id }) => [id, { kind: 'text', text: 'Canary' }]));
}

/** Opens a canary as an officer's browser opens any application, and compares. Throws a `VaultFailure`. */
async function openCanary({ circle, call }: { readonly circle: OpenCircle; readonly call: CallState }, sealed: string): Promise<void> {
	const read = v.safeParse(sealedShape, fromCanonical(decodeText(fromText(sealed) ?? new Uint8Array())));
	if (!read.success) throw new VaultFailure('unknown-format', 'a canary of another shape');
	const { parts, letters } = read.output;
	const manifest = await readManifest(read.output);
	if (manifest?.call !== call.call) throw new VaultFailure('foreign-key', 'a canary of another call');
	if (call.hashes[manifest.head.seq] !== manifest.head.hash) throw new VaultFailure('forked', 'a canary that was shown another call');
	const inboxes = call.history[manifest.head.seq]?.inboxes ?? call.inboxes;
	const { secrets } = await circleSecrets(circle, { letters: Object.entries(letters).map(([to, letter]) => ({ to, generation: 1, letter })) }, { manifest, call });
	for (const { part, hash } of manifest.parts) {
		const secret = secrets[part];
		if (secret === undefined) continue;
		const envelope = parts[part] ?? new Uint8Array();
		if (toText(await sha256(envelope)) !== hash) throw new VaultFailure('damaged', 'a canary whose parts were exchanged');
		const place = partPlace(part, { inboxes, application: manifest.application, generation: 1 });
		const { body } = await openRecord({ envelope, place, key: await partRecords(fromText(secret) ?? new Uint8Array()), authorKey: (author) => applicantKey(manifest, author), lengths: steppedLength });
		const said = fromCanonical(decodeText(body));
		const form = call.forms.get(typeof said === 'object' && said !== null && 'form' in said && typeof said.form === 'number' ? said.form : 0);
		const wanted = form && canonical(answersIn(part, form, canaryAnswers(form)) as unknown as Json);
		const given = typeof said === 'object' && said !== null && 'answers' in said ? canonical(said.answers) : undefined;
		if (wanted === undefined || wanted !== given) throw new VaultFailure('damaged', 'a canary that says something else');
	}
	if (secrets.core === undefined) throw new VaultFailure('not-for-you', 'a canary without the core');
}
