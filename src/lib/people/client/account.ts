import { sealUnlock, signEntry, unlockHash, VaultFailure, type AccountKeys, type FailureKind, type Kit, type Unlocker } from '#vault';
import type { AccountState } from '#lib/people/account.ts';
import { entryHash, toText, type Json, type SignedEntry } from '#lib/vault/envelope.ts';
import { reads, type AnswerOf } from './answers.ts';
import { memoryOf } from './device-memory.ts';
import { believedState, openLabel, sealLabel, sealProfile } from './opening.ts';
import { goesOn, remember } from './seen.ts';
import { askJson, lock, send, unlock, type Answer, type Unlocked } from './session.svelte.ts';
import { believing, type Trouble } from './trouble.ts';
import { passkeyWay, passphraseWay } from './ways.ts';

export type Done = { readonly ok: true } | Trouble;

export interface OwnPasskey {
	readonly id: string;
	/** Undefined where it has none. */
	readonly label: string | undefined;
	/** Why the name that the server handed out is not to be believed. */
	readonly labelFailed: FailureKind | undefined;
	readonly createdOn: string;
	readonly usedOn: string;
}

export interface OwnSession {
	readonly tag: string;
	readonly label: string | undefined;
	readonly labelFailed: FailureKind | undefined;
	readonly begunAt: Date;
	readonly seenAt: Date;
	readonly isThis: boolean;
}

export interface OwnAccount {
	readonly hasPassphrase: boolean;
	readonly passkeys: readonly OwnPasskey[];
	readonly sessions: readonly OwnSession[];
}

/** The open account's ways of unlocking and sessions, their names opened. */
export async function ownAccount({ keys }: Unlocked): Promise<{ readonly ok: true; readonly account: OwnAccount } | Trouble> {
	const answer = await askJson('/api/account', reads('account'));
	if (!answer.ok) return answer;
	const named = async (about: string, letter: Uint8Array | null): Promise<Pick<OwnPasskey, 'label' | 'labelFailed'>> => {
		try {
			return { label: await openLabel({ about, letter, keys }), labelFailed: undefined };
		} catch (error) {
			if (error instanceof VaultFailure) return { label: undefined, labelFailed: error.kind };
			throw error;
		}
	};
	const { hasPassphrase, passkeys, sessions } = answer.value;
	return {
		ok: true,
		account: {
			hasPassphrase,
			passkeys: await Promise.all(passkeys.map(async (passkey) => ({ ...passkey, ...(await named(passkey.id, passkey.label)) }))),
			sessions: await Promise.all(sessions.map(async (one) => ({ ...one, ...(await named(one.tag, one.label)), begunAt: new Date(one.begunAt), seenAt: new Date(one.seenAt) })))
		}
	};
}

/**
 * Replaces the unlock envelope by one for other ways, with an entry in the account's log, together with the change that
 * it is for; the server keeps all of it or nothing. Which ways there are this tab knows from the envelope that it opened
 * itself, never from the server. `changed-elsewhere`: another device of the same person changed them meanwhile; after
 * unlocking again this tab knows those.
 */
async function changeUnlockers(unlocked: Unlocked, { unlockers, change, now }: { unlockers: readonly Unlocker[]; change: Json; now: Date }): Promise<Done> {
	const { keys } = unlocked;
	return believing(async () => {
		const answer = await askJson('/api/account/unlock', reads('unlock'));
		if (!answer.ok) return answer;
		const state = await believedState({ account: keys.account, ...answer.value });
		await goesOn(memoryOf(keys), keys.account, { log: answer.value.log, head: state.head });
		if (answer.value.version !== unlocked.version) return { ok: false, reason: 'changed-elsewhere' };
		const version = unlocked.version + 1;
		const envelope = await sealUnlock({ account: keys, unlockers, version, at: now });
		const entry = await nextEntry(keys, state, { do: 'unlock', version, hash: await unlockHash(envelope) });
		const sent = await send('POST', '/api/account/unlock', { unlock: { entry, envelope: toText(envelope) }, change });
		if (!sent.ok) return sent.reason === 'moved-on' ? { ok: false, reason: 'changed-elsewhere' } : sent;
		await rememberOwn(keys, state, entry);
		unlock({ ...unlocked, unlockers, version });
		return { ok: true };
	});
}

async function nextEntry(keys: AccountKeys, { account, head }: AccountState, act: { readonly do: string; readonly [field: string]: Json }): Promise<{ body: string; signature: string }> {
	return { ...(await signEntry({ log: 'account', of: account, seq: head.seq + 1, previous: head.hash, by: account, act }, keys.signing)) };
}

async function rememberOwn(keys: AccountKeys, { account, head }: AccountState, entry: SignedEntry): Promise<void> {
	await remember(memoryOf(keys), account, { seq: head.seq + 1, hash: await entryHash(entry.body) });
}

function without(unlockers: readonly Unlocker[], kind: Unlocker['kind'], id = ''): readonly Unlocker[] {
	return unlockers.filter((one) => one.kind !== kind || one.id !== id);
}

/** Sets the passphrase, or another one in its place; the name of sign-in is the person's own name. */
export async function setPassphrase(unlocked: Unlocked, passphrase: string, now: Date): Promise<Done> {
	const { name, profile, unlockers } = unlocked;
	const made = await passphraseWay({ name, passphrase, installation: profile.installation, ask: (body) => sendFor('POST', '/api/account/passphrase', body, 'response') });
	if (!made.ok) return made;
	return changeUnlockers(unlocked, { unlockers: [...without(unlockers, 'passphrase'), made.way.unlocker], change: made.way.wire, now });
}

export function removePassphrase(unlocked: Unlocked, now: Date): Promise<Done> {
	return changeUnlockers(unlocked, { unlockers: without(unlocked.unlockers, 'passphrase'), change: { kind: 'no-passphrase' }, now });
}

/** Adds a passkey of this device under a name that only the person reads. */
export async function addPasskey(unlocked: Unlocked, label: string, now: Date): Promise<Done> {
	const { keys, unlockers } = unlocked;
	const known = unlockers.filter(({ kind }) => kind === 'passkey').map(({ id }) => id);
	const made = await passkeyWay({ account: keys.account, known, ask: () => sendFor('POST', '/api/account/passkeys', {}, 'passkeyOptions') });
	if (!made.ok) return made;
	const sealed = toText(await sealLabel({ about: made.way.unlocker.id, label, keys, at: now }));
	return changeUnlockers(unlocked, { unlockers: [...unlockers, made.way.unlocker], change: { ...made.way.wire, label: sealed }, now });
}

export function removePasskey(unlocked: Unlocked, id: string, now: Date): Promise<Done> {
	return changeUnlockers(unlocked, { unlockers: without(unlocked.unlockers, 'passkey', id), change: { kind: 'no-passkey', id }, now });
}

/** Another kit in the place of the one before, which opens nothing any more. */
export function renewKit(unlocked: Unlocked, kit: Kit, now: Date): Promise<Done> {
	const unlockers = [...without(unlocked.unlockers, 'kit'), { kind: 'kit' as const, id: '', recipient: kit.recipient }];
	return changeUnlockers(unlocked, { unlockers, change: { kind: 'kit', kit: { lookup: kit.lookup, signing: toText(kit.signing.publicKey) } }, now });
}

/** Gives a passkey or a session a name; both are the person's own to read. */
export async function nameIt({ keys }: Unlocked, what: 'passkeys' | 'sessions', id: string, label: string, now: Date): Promise<Done> {
	return send('PUT', `/api/account/${what}/${id}`, { sealed: toText(await sealLabel({ about: id, label, keys, at: now })) });
}

/** Whether the sign-in server still has the keys that it had when this account was made; undefined where it cannot be asked. */
export async function hasSameServer({ profile }: Unlocked): Promise<boolean | undefined> {
	const house = await askJson('/api/installation', reads('installation'));
	return house.ok ? house.value.fingerprint === profile.installation : undefined;
}

/** Takes the server's new keys for the right ones: for somebody whom the operator has told that the old ones were lost. */
export async function acceptServer(unlocked: Unlocked, now: Date): Promise<Done> {
	const house = await askJson('/api/installation', reads('installation'));
	if (!house.ok) return house;
	const profile = { ...unlocked.profile, installation: house.value.fingerprint };
	const sent = await send('PUT', '/api/account/profile', { sealed: toText(await sealProfile(profile, unlocked.keys, now)) });
	if (sent.ok) unlock({ ...unlocked, profile });
	return sent;
}

export function endSession(tag: string): Promise<Done> {
	return send('DELETE', `/api/account/sessions/${tag}`);
}

export function endOtherSessions(): Promise<Done> {
	return send('DELETE', '/api/account/sessions');
}

/** Ends this session on the server and forgets the keys. */
export async function signOut(): Promise<Done> {
	const sent = await send('DELETE', '/api/session');
	if (sent.ok) lock();
	return sent;
}

/** Ends the account for good. What it wrote in circles stays there. */
export async function endAccount({ keys }: Unlocked): Promise<Done> {
	return believing(async () => {
		const answer = await askJson('/api/account/unlock', reads('unlock'));
		if (!answer.ok) return answer;
		const state = await believedState({ account: keys.account, ...answer.value });
		await goesOn(memoryOf(keys), keys.account, { log: answer.value.log, head: state.head });
		const entry = await nextEntry(keys, state, { do: 'end' });
		const sent = await send('DELETE', '/api/account', { entry });
		if (sent.ok) {
			await rememberOwn(keys, state, entry);
			lock();
		}
		return sent;
	});
}

async function sendFor<Name extends 'response' | 'passkeyOptions'>(method: 'POST', path: string, body: Json, name: Name): Promise<Answer<AnswerOf<Name>>> {
	const answer = await send(method, path, body);
	if (!answer.ok) return answer;
	const value = reads(name)(answer.value);
	return value === undefined ? { ok: false, status: answer.status, reason: 'unreadable' } : { ...answer, value };
}
