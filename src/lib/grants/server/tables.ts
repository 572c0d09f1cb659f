import type { Generated } from 'kysely';
import type { SignedEntry } from '#lib/vault/envelope.ts';
import type { CoarseState } from '../application.ts';
import type { CallStage } from '../call-log.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		grant_call: CallRow;
		grant_call_entry: SignedEntry & { call_id: string; seq: number; hash: string };
		grant_late_link: { token_hash: Buffer; call_id: string; made_on: string; expires_at: Date; used: Generated<boolean> };
		grant_application: ApplicationRow;
		grant_part: { application_id: string; part: string; version: number; generation: number; by_applicant: boolean; sealed_envelope: Buffer; written: Generated<number | null> };
		grant_letter: { application_id: string; addressee: string; generation: number; sealed_letter: Buffer; epoch: Generated<number | null> };
		grant_message: { application_id: string; seq: number; generation: number; by_applicant: boolean; sealed_envelope: Buffer; written: Generated<number | null> };
		grant_file: { application_id: string; blob_id: string };
		grant_payment_letter: { call_id: string; payment: string; reader: 'payee' | 'core'; version: number; epoch: number; sealed_letter: Buffer | null; month: Generated<string>; settled: Generated<boolean> };
		grant_release: SignedEntry & { seq: number; hash: string };
		grant_reviewer: ReviewerRow;
		grant_review: { application_id: string; account_id: string; version: number; epoch: number; sealed_letter: Buffer };
		grant_reference: { id: string; application_id: string; signing: string; expires_at: Date; sealed_questions: Buffer | null; sealed_answer: Buffer | null };
		grant_receipt_again: AgainRow;
		grant_canary: { call_id: string; made_on: string; sealed_application: Buffer };
	}
}

/** What the server knows of a call beside its log; see the migration. */
interface CallRow {
	id: string;
	slug: string;
	stage: CallStage;
	deadline_at: Date | null;
	head_seq: number;
	head_hash: string;
	core_circle: string;
	identity_circle: string;
	payee_circle: string;
	last_change: Generated<number>;
	shredded: Generated<number>;
}

/** What the server knows of an application; see the migration. */
interface ApplicationRow {
	id: string;
	call_id: string;
	mailbox_hash: string | null;
	second_mailbox_hash: string | null;
	manifest: string;
	manifest_signature: string;
	committed_at: Date;
	in_time: boolean;
	whole_at: Date | null;
	state: CoarseState;
	due_at: Date | null;
	generation: Generated<number>;
	change: number;
	ended_on: Generated<string | null>;
}

/** A new receipt on its way; see the migration. */
interface AgainRow {
	application_id: string;
	number: number;
	link_hash: Buffer | null;
	expires_at: Date;
	card: string | null;
	asked_at: Date | null;
	attested: string | null;
	attested_signature: string | null;
	stopped: Generated<boolean>;
}

/** What somebody is in the reviews of an application; see the migration. */
export type ReviewerState = 'invited' | 'ready' | 'looks' | 'conflict' | 'ended';

interface ReviewerRow {
	application_id: string;
	account_id: string;
	outside: boolean;
	state: ReviewerState;
	parts: string[];
	generation: number | null;
	sealed_invitation: Buffer | null;
	sealed_keys: Buffer | null;
	invitation_hash: string | null;
	declaration: string | null;
	/** While there is a conflict: what they were before, and the version of the case then, 0 without one. */
	conflict_from: ReviewerState | null;
	conflict_at: number | null;
	/** The signature by which a conflict was taken back. */
	taken_back: string | null;
}
