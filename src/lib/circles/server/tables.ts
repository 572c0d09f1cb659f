import type { SignedEntry } from '#lib/vault/envelope.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		circle: CircleRow;
		circle_entry: SignedEntry & { circle_id: string; seq: number; hash: string };
		circle_member: { circle_id: string; account_id: string; steward: boolean; accepted: boolean; first_seq: number; left_seq: number | null };
		circle_letter: { circle_id: string; seq: number; up_to: number; by_account: string; sealed_letter: Buffer };
		circle_keys: { circle_id: string; account_id: string; letter_seq: number };
		circle_record: RecordRow;
		/** See *What is withheld from a member*. */
		circle_withheld: { circle_id: string; account_id: string; record_id: string };
		circle_blob: BlobRow;
		circle_note: NoteRow;
		circle_note_update: { circle_id: string; note_id: string; seq: number; epoch: number; digest: Buffer; sealed_update: Buffer };
	}
}

/** What the server knows of a circle; see the migration. */
export interface CircleRow {
	id: string;
	own_of: string | null;
	head_seq: number;
	head_hash: string;
	epoch: number;
	rotation_due: boolean;
	last_change: number;
	used_bytes: number;
	closed_on: string | null;
}

interface RecordRow {
	circle_id: string;
	id: string;
	version: number;
	kind: string;
	epoch: number;
	change: number;
	newest: boolean;
	sealed_envelope: Buffer;
}

interface NoteRow {
	circle_id: string;
	id: string;
	last_seq: number;
	snapshot_seq: number;
	snapshot_epoch: number | null;
	sealed_snapshot: Buffer | null;
	is_closed: boolean;
}

interface BlobRow {
	id: string;
	circle_id: string;
	/** Null of a file that came from outside: see *Files from outside*. */
	by_account: string | null;
	size_bytes: number;
	part_hashes: (string | null)[];
	whole: boolean;
	begun_at: Date | null;
}
