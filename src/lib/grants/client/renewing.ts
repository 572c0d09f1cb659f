import { callKeyOf, newCallSecret } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { toText } from '#lib/vault/envelope.ts';
import { inboxList, type CallInboxes } from '../call.ts';
import type { CallState } from '../call-log.ts';
import { appendEntry, callSecret, inboxOf, keepSecret } from './calls.ts';
import { fetchCallState, type DeskOutcome } from './desk.ts';

/**
 * `as-it-is`: the call names the newest inboxes, as far as we can know them. `renewed`: it does since now. `due`: it does
 * not, and we could not change it: why.
 */
export type Renewal = { readonly kind: 'as-it-is' | 'renewed' } | { readonly kind: 'due'; readonly reason: string };

interface Renewing {
	readonly call: CallState;
	/** Opens another circle that reads a part; refused where we are not in it, whose inbox we then cannot know. */
	readonly open: (circle: string) => Promise<DeskOutcome<{ readonly circle: OpenCircle }>>;
}

const mostTries = 6;

/**
 * Note: A call's key changes with its circle's.
 * Whoever was removed from a circle still has the key of its inbox, and of the call. So the first officer who opens the
 * desk afterwards announces the circles' new inboxes, and with them another key that signs for the call. Its secret is kept
 * in the circle first, sealed under the new epoch, beside the one that still signs: whoever is interrupted in between
 * leaves nothing undone that the next one does not finish, and of two at once one wins and the other finds it done. A
 * secret that was kept under an older epoch, and announced by nobody, is not used: somebody may have left since.
 */
export async function renewCall(link: Link, circle: OpenCircle, { call: shown, open }: Renewing): Promise<{ readonly call: CallState; readonly renewal: Renewal }> {
	let call = shown;
	const others = await otherReaders(circle, { call, open });
	for (let tries = 0; tries < mostTries; tries++) {
		const inboxes = newerInboxes(call, [circle, ...others]);
		if (inboxes === undefined || call.stage === 'archived') return { call, renewal: { kind: call.head.seq === shown.head.seq ? 'as-it-is' : 'renewed' } };
		const kept = await callSecret(circle, call);
		if (!kept.ok) return { call, renewal: { kind: 'due', reason: kept.reason } };
		const ready = kept.next !== undefined && kept.record.epoch === circle.state.epochs.length ? kept.next : undefined;
		const next = ready ?? newCallSecret();
		if (ready === undefined) {
			const written = await keepSecret(circle, { call: call.call, secret: kept.secret, next, basedOn: kept.record });
			if (!written.ok && written.reason !== 'moved-on') return { call, renewal: { kind: 'due', reason: written.reason } };
			if (!written.ok) continue;
		}
		const appended = await appendEntry(link, call, { act: { do: 'renew', inboxes, signing: toText((await callKeyOf(next)).publicKey) }, secret: kept.secret });
		if (!appended.ok && appended.reason !== 'moved-on') return { call, renewal: { kind: 'due', reason: appended.reason } };
		const found = await fetchCallState(link, call.slug);
		if (!found.ok || found.state.call !== call.call) return { call, renewal: { kind: 'due', reason: found.ok ? 'failed' : found.reason } };
		// The server showed it before; what comes from its memory may be a moment older than what it took.
		if (found.state.head.seq === call.head.seq) await link.pause(100);
		call = found.state;
	}
	return { call, renewal: { kind: 'due', reason: 'moved-on' } };
}

async function otherReaders(circle: OpenCircle, { call, open }: Renewing): Promise<OpenCircle[]> {
	const ids = new Set(inboxList(call.inboxes).map((inbox) => inbox.circle));
	ids.delete(circle.id);
	const found = await Promise.all([...ids].map((id) => open(id)));
	return found.flatMap((one) => (one.ok && one.circle.me.accepted ? [one.circle] : []));
}

/** The call's inboxes with the newest of those circles; undefined where that changes nothing. */
function newerInboxes({ inboxes }: CallState, circles: readonly OpenCircle[]): CallInboxes | undefined {
	const newest = (part: keyof CallInboxes) => {
		const one = circles.find(({ id }) => id === inboxes[part].circle);
		if (one === undefined || one.state.closed || one.state.rotationDue) return inboxes[part];
		const inbox = inboxOf(one);
		return inbox.epoch > inboxes[part].epoch ? inbox : inboxes[part];
	};
	const newer = { core: newest('core'), identity: newest('identity'), payee: newest('payee') };
	return (['core', 'identity', 'payee'] as const).some((part) => newer[part] !== inboxes[part]) ? newer : undefined;
}
