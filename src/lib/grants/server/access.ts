// Who at the desk may touch which application: the one place that knows of conflicts of interest.
import { isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { CoarseState } from '../application.ts';
import { lockedApplication, nextChange } from './applications.ts';
import './tables.ts';

/** Whether an account has declared a conflict of interest in an application, as an officer or from outside: it is handed nothing of it. */
export async function hasConflict(db: Db | Tx, { account, application }: { readonly account: string; readonly application: string }): Promise<boolean> {
	return (await db.selectFrom('grant_reviewer').select('state').where('application_id', '=', application).where('account_id', '=', account).where('state', '=', 'conflict').executeTakeFirst()) !== undefined;
}

/**
 * An application, locked, for somebody who works at the desk: a member of the circle that reads the core, who has accepted
 * and declared no conflict.
 * Locked in the order in which applicants' own requests do it, the application before its call: else two would wait for
 * each other.
 */
export async function lockedFor(tx: Tx, { account }: Actor, application: string) {
	const row = await lockedApplication(tx, application);
	return row && (await isAccepted(tx, { account, circle: row.core_circle })) && !(await hasConflict(tx, { account, application })) ? row : undefined;
}

/** Sets what changed of an application, and counts it among the changes of its call. */
export async function changed(tx: Tx, { id, call_id }: { readonly id: string; readonly call_id: string }, set: { readonly state?: CoarseState; readonly due_at?: Date | null; readonly ended_on?: string | null }): Promise<void> {
	await tx.updateTable('grant_application').set({ ...set, change: await nextChange(tx, call_id) }).where('id', '=', id).execute();
}
