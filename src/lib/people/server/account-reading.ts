import type { Role } from '#lib/people/account.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { SignedEntry } from '#lib/vault/envelope.ts';
import { entriesOf } from './accounts.ts';

export interface ListedPasskey {
	readonly id: string;
	readonly transports: readonly string[];
	readonly sealedLabel: Uint8Array | null;
	readonly createdOn: string;
	readonly usedOn: string;
}

/** The ways into an account, as its owner may see them. */
export async function waysOf(db: Db, account: string): Promise<{ readonly hasPassphrase: boolean; readonly passkeys: readonly ListedPasskey[] }> {
	const { name_key } = await db.selectFrom('account').select('name_key').where('id', '=', account).executeTakeFirstOrThrow();
	const rows = await db.selectFrom('passkey').selectAll().where('account_id', '=', account).orderBy('created_on').orderBy('credential_id').execute();
	return { hasPassphrase: name_key !== null, passkeys: rows.map((row) => ({ id: row.credential_id, transports: row.transports, sealedLabel: row.sealed_label, createdOn: row.created_on, usedOn: row.used_on })) };
}

export async function labelPasskey(db: Db, { account, id, sealedLabel }: { readonly account: string; readonly id: string; readonly sealedLabel: Uint8Array }): Promise<void> {
	await db.updateTable('passkey').set({ sealed_label: Buffer.from(sealedLabel) }).where('account_id', '=', account).where('credential_id', '=', id).execute();
}

export async function keepProfile(db: Db, { account, sealedProfile }: { readonly account: string; readonly sealedProfile: Uint8Array }): Promise<void> {
	await db.updateTable('account').set({ sealed_profile: Buffer.from(sealedProfile) }).where('id', '=', account).where('ended_on', 'is', null).execute();
}

/** An account as everybody who is signed in may see it: its log, which its id certifies. Undefined where there is none. */
export async function accountLog(db: Db, account: string): Promise<{ readonly role: Role; readonly log: readonly SignedEntry[] } | undefined> {
	const row = await db.selectFrom('account').select('role').where('id', '=', account).executeTakeFirst();
	return row && { role: row.role, log: await entriesOf(db, account) };
}

export interface ListedIntroduction {
	readonly id: string;
	readonly invitation: string;
	readonly circle: string | null;
	readonly from: string;
	readonly sealedLetter: Uint8Array;
	/** The first entry of who wrote: the keys that must have signed. */
	readonly found: SignedEntry;
}

/** The letters of those who joined by one's invitations and were not taken in yet, the oldest first. */
export async function introductionsTo(db: Db, account: string): Promise<ListedIntroduction[]> {
	const rows = await db
		.selectFrom('introduction')
		.innerJoin('invitation', 'invitation.id', 'introduction.invitation_id')
		.innerJoin('account_entry', (join) => join.onRef('account_entry.account_id', '=', 'introduction.from_account').on('account_entry.seq', '=', 0))
		.select(['introduction.id', 'introduction.invitation_id', 'invitation.circle_id', 'introduction.from_account', 'introduction.sealed_letter', 'account_entry.body', 'account_entry.signature'])
		.where('to_account', '=', account)
		.orderBy('introduction.made_on')
		.orderBy('introduction.id')
		.limit(200)
		.execute();
	return rows.map((row) => ({ id: row.id, invitation: row.invitation_id, circle: row.circle_id, from: row.from_account, sealedLetter: row.sealed_letter, found: { body: row.body, signature: row.signature } }));
}

/** Deletes a letter that was taken in; one that is not there, or another's, is the same. */
export async function dropIntroduction(db: Db, { account, id }: { readonly account: string; readonly id: string }): Promise<void> {
	await db.deleteFrom('introduction').where('id', '=', id).where('to_account', '=', account).execute();
}
