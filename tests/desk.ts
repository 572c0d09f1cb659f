import { randomBytes } from 'node:crypto';
import { appendEntry, foundCircle } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { entryHash, randomId, type Json } from '#lib/vault/envelope.ts';
import type { CallInbox } from '../src/lib/grants/call.ts';
import { newAccount, newEpoch, sealEpochKeys, signEntry, type AccountKeys, type EpochKeys } from '../src/lib/vault/index.ts';

/** Somebody with an account, as the server's side knows them. */
export interface TestOfficer {
	readonly actor: Actor;
	readonly keys: AccountKeys;
}

/** A circle that reads applications, driven through the server's own functions. */
export interface TestDesk extends TestOfficer {
	readonly circle: string;
	/** The inbox of the newest epoch. */
	inbox(): CallInbox;
	/** Begins the next epoch. */
	rotate(): Promise<void>;
	/** Lets somebody in, who accepts unless told otherwise. */
	add(person: TestOfficer, options?: { readonly accepts?: boolean }): Promise<void>;
	/** The member goes by themselves: a new key is due. */
	leave(person: TestOfficer): Promise<void>;
	close(): Promise<void>;
}

export async function officer(db: Db, role: Actor['role'] = 'staff'): Promise<TestOfficer> {
	const keys = await newAccount();
	const { account, found, signing } = keys;
	await db
		.insertInto('account')
		.values({ id: account, role, signing: Buffer.from(signing.publicKey), name_key: null, opaque_record: null, kit_hash: randomBytes(32), kit_signing: randomBytes(32), sealed_unlock: randomBytes(300), unlock_version: 1, sealed_profile: null, created_on: '2026-11-01', ended_on: null })
		.execute();
	await db.insertInto('account_entry').values({ account_id: account, seq: 0, ...found, hash: await entryHash(found.body) }).execute();
	return { keys, actor: { account, role, session: 'tag', signing: signing.publicKey } };
}

/** A circle of one officer, whose inbox a call can name. */
export async function deskIn(db: Db, by?: TestOfficer, now = new Date('2026-11-01T08:00:00Z')): Promise<TestDesk> {
	const founder = by ?? (await officer(db));
	const ground = { db, quotaBytes: 64 * 1024 * 1024 };
	const epochs: [EpochKeys, ...EpochKeys[]] = [await newEpoch(1)];
	let members = [founder];
	const sign = (at: { readonly of: string | null; readonly seq: number; readonly previous: string | null }, act: { do: string; [field: string]: Json }, who = founder) =>
		signEntry({ log: 'circle', ...at, by: who.actor.account, act }, who.keys.signing);
	const letter = (circle: string, to: readonly TestOfficer[]) => sealEpochKeys({ circle, epochs, members: to.map(({ keys }) => ({ account: keys.account, signing: keys.signing.publicKey, recipient: keys.recipient })), by: founder.keys, at: now });
	const first = await sign({ of: null, seq: 0, previous: null }, { do: 'found', own: false, epoch: { ...epochs[0].announced } });
	const name = { record: randomId(), kind: 'circle', epoch: 1, version: 1, envelope: Buffer.concat([Buffer.from('SFR1'), randomBytes(196)]) };
	const founded = await foundCircle(ground, founder.actor, { found: first, letter: await letter(randomId(), members), records: [name] }, now);
	if (!founded.ok) throw new Error(founded.reason);
	const { circle } = founded;
	let head = { seq: 0, hash: await entryHash(first.body) };

	async function append(act: { do: string; [field: string]: Json }, { who = founder, to }: { readonly who?: TestOfficer; readonly to?: readonly TestOfficer[] } = {}): Promise<void> {
		const entry = await sign({ of: circle, seq: head.seq + 1, previous: head.hash }, act, who);
		const appended = await appendEntry(ground, who.actor, circle, { entry, letter: to && (await letter(circle, to)), records: [] }, now);
		if (!appended.ok) throw new Error(appended.reason);
		head = { seq: head.seq + 1, hash: await entryHash(entry.body) };
	}

	return {
		...founder,
		circle,
		inbox() {
			const { epoch, inbox } = (epochs.at(-1) ?? epochs[0]).announced;
			return { circle, epoch, recipient: inbox };
		},
		async rotate() {
			epochs.push(await newEpoch(epochs.length + 1));
			await append({ do: 'rotate', epoch: { ...(epochs.at(-1) ?? epochs[0]).announced } }, { to: members });
		},
		async add(person, { accepts = true } = {}) {
			await append({ do: 'add', account: person.actor.account, invitation: null }, { to: [person] });
			members = [...members, person];
			if (accepts) await append({ do: 'accept' }, { who: person });
		},
		async leave(person) {
			await append({ do: 'leave' }, { who: person });
			members = members.filter((member) => member !== person);
		},
		close: () => append({ do: 'close' })
	};
}
