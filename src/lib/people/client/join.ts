import { invitationOf, openCard, proofOf, sealLetter, sealUnlock, signEntry, unlockHash, VaultFailure, type AccountCard, type AccountKeys, type Kit } from '#vault';
import { foldAccount, type Role } from '#lib/people/account.ts';
import { readLink, type InvitationLink } from '#lib/people/link.ts';
import { canonical, entryHash, randomId, toText, utf8, type Bytes, type Json } from '#lib/vault/envelope.ts';
import { reads } from './answers.ts';
import { memoryOf } from './device-memory.ts';
import { sealProfile } from './opening.ts';
import { remember } from './seen.ts';
import { askJson, sendUnsigned, unlock, type Unlocked } from './session.svelte.ts';
import { believing, type Trouble } from './trouble.ts';
import { passkeyWay, passphraseWay, type NewWay, type WayMade } from './ways.ts';

/** An invitation whose link was read and whose inviter is the one that the link names. */
export interface Invited {
	readonly link: InvitationLink;
	readonly token: string;
	readonly id: string;
	readonly role: Role;
	readonly circle: string | null;
	/** Undefined: the operator's link, for a keeper. */
	readonly inviter: AccountCard | undefined;
}

/** Reads the part of the address behind `#` and asks the server about it. */
export async function lookAtLink(hash: string): Promise<{ readonly ok: true; readonly invited: Invited } | Trouble> {
	const link = readLink(hash);
	if (link === undefined) return { ok: false, reason: hash.length < 2 ? 'no-link' : 'cut-off' };
	const house = await askJson('/api/installation', reads('installation'));
	if (!house.ok) return house;
	if (house.value.fingerprint !== link.installation) return { ok: false, reason: 'other-server' };
	const { token } = await invitationOf(link.secret);
	const looked = await sendUnsigned('/api/invitations/look', { token }, reads('invitation'));
	if (!looked.ok) return looked;
	const { id, role, circle, by } = looked.value;
	return believing(async () => {
		if ((by?.account ?? undefined) !== link.by || (circle ?? undefined) !== link.circle) throw new VaultFailure('foreign-key', 'an invitation by another, or to another circle, than the link says');
		return { ok: true, invited: { link, token, id, role, circle, inviter: by === null ? undefined : await openCard(by.account, by.found) } };
	});
}

export function chooseNewPassphrase(invited: Invited, { name, passphrase }: { readonly name: string; readonly passphrase: string }): Promise<WayMade> {
	return passphraseWay({ name, passphrase, installation: invited.link.installation, ask: (body) => sendUnsigned('/api/join/passphrase', { token: invited.token, ...body }, reads('response')) });
}

export function chooseNewPasskey(invited: Invited, keys: AccountKeys): Promise<WayMade> {
	return passkeyWay({ account: keys.account, known: [], ask: () => sendUnsigned('/api/join/passkey', { token: invited.token, account: keys.account }, reads('passkeyOptions')) });
}

/** Everything that makes an account, all of it in this tab until `joinWith` sends what the server may have. */
export interface Draft {
	readonly name: string;
	readonly keys: AccountKeys;
	readonly kit: Kit;
	readonly way: NewWay;
}

/** Joins. Tried again after an answer that was lost it gives `already-joined`: then the account is there, and signs in. */
export async function joinWith(invited: Invited, { name, keys, kit, way }: Draft, now: Date): Promise<{ readonly ok: true; readonly unlocked: Unlocked } | Trouble> {
	const unlockers = [way.unlocker, { kind: 'kit' as const, id: '', recipient: kit.recipient }];
	const envelope = await sealUnlock({ account: keys, unlockers, version: 1, at: now });
	const founded = await foldAccount(keys.account, [keys.found]);
	if (!founded.ok) throw new Error('A new account does not follow the rules of its own log.');
	const act = { do: 'unlock', version: 1, hash: await unlockHash(envelope) };
	const entry = await signEntry({ log: 'account', of: keys.account, seq: 1, previous: founded.state.head.hash, by: keys.account, act }, keys.signing);
	const profile = { name, installation: invited.link.installation, by: invited.inviter?.account ?? null };
	const introduction = await introductionOf(invited, { name, keys }, now);
	const body: Json = {
		token: invited.token,
		account: keys.account,
		found: { ...keys.found },
		unlock: { entry: { ...entry }, envelope: toText(envelope) },
		way: way.wire,
		kit: { lookup: kit.lookup, signing: toText(kit.signing.publicKey) },
		profile: toText(await sealProfile(profile, keys, now)),
		...(introduction === undefined ? {} : { introduction: { id: randomId(), letter: toText(introduction) } })
	};
	const joined = await sendUnsigned('/api/join', body, reads('signedIn'));
	if (!joined.ok) return joined;
	const unlocked = { keys, role: joined.value.role, tag: joined.value.tag, name, profile, unlockers, version: 1 };
	await remember(memoryOf(keys), keys.account, { seq: 1, hash: await entryHash(entry.body) });
	unlock(unlocked);
	return { ok: true, unlocked };
}

/** The letter to the inviter with one's name. Its proof says that whoever wrote it had the link, which the server never had. */
async function introductionOf({ link, id, circle, inviter }: Invited, { name, keys }: { name: string; keys: AccountKeys }, now: Date): Promise<Bytes | undefined> {
	if (inviter === undefined) return undefined;
	const proof = await proofOf(link.secret, canonical([id, keys.account, circle]));
	const body = utf8(canonical({ name, account: keys.account, invitation: id, circle, proof }));
	return sealLetter({ header: { kind: 'introduction', circle: null, about: id, author: keys.account, at: now.getTime() }, body, recipients: [inviter.recipient], signing: keys.signing });
}
