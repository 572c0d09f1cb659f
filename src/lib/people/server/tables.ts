import type { Role } from '#lib/people/account.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		account: AccountRow;
		account_entry: { account_id: string; seq: number; body: string; signature: string; hash: string };
		passkey: PasskeyRow;
		login_session: { token_hash: Buffer; tag: string; account_id: string; begun_at: Date; seen_at: Date; sealed_label: Buffer | null };
		invitation: InvitationRow;
		introduction: { id: string; to_account: string; invitation_id: string; from_account: string; sealed_letter: Buffer; made_on: string };
		challenge: { id: string; purpose: string; held: string; expires_at: Date };
	}
}

/** An account that ended keeps its id, role, signing key and log. */
interface AccountRow {
	id: string;
	role: Role;
	signing: Buffer;
	name_key: Buffer | null;
	opaque_record: string | null;
	kit_hash: Buffer | null;
	kit_signing: Buffer | null;
	sealed_unlock: Buffer | null;
	unlock_version: number;
	sealed_profile: Buffer | null;
	created_on: string;
	ended_on: string | null;
}

interface PasskeyRow {
	credential_id: string;
	account_id: string;
	public_key: Buffer;
	counter: number;
	transports: string[];
	sealed_label: Buffer | null;
	created_on: string;
	used_on: string;
}

interface InvitationRow {
	id: string;
	token_hash: Buffer;
	role: Role;
	by_account: string | null;
	circle_id: string | null;
	made_on: string;
	expires_at: Date;
	withdrawn_on: string | null;
	used_by: string | null;
	used_on: string | null;
}

/** The day of an instant in UTC, as `date` columns take it. */
export function dayOf(now: Date): string {
	return now.toISOString().slice(0, 10);
}
