import { PgBoss } from 'pg-boss';
import { connectionOf, type DatabaseAddress } from '#lib/platform/db/database.ts';

/** Has a running server send its notices now, and not only in the hour for that. */
export async function sendNoticesNow(address: DatabaseAddress): Promise<void> {
	const boss = new PgBoss({ ...(connectionOf(address) as { connectionString: string }), schema: 'job_queue', supervise: false, schedule: false, migrate: false });
	await boss.start();
	await boss.send('notices.batch', {});
	await boss.stop();
}
