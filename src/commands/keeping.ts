import { shreddingDays } from '#lib/grants/server/index.ts';
import { Clock } from '#lib/platform/clock/clock.ts';
import { openDatabase } from '#lib/platform/db/database.ts';
import { Recall } from '#lib/platform/http/recall.ts';
import { reachDatabase } from '#lib/platform/start/reach.ts';
import { readConfig, run } from '#lib/platform/start/run.ts';

// What will be shredded, and when: numbers by day and call, and not whose.
await run(async () => {
	const database = await reachDatabase();
	const db = openDatabase(database.address, { connections: 1 });
	try {
		const calls = await shreddingDays({ db, recall: new Recall() });
		for (const { slug, shredded, days } of calls) {
			console.log(`${slug}: ${shredded} applications shredded so far.${days.length === 0 ? ' No day is set for others.' : ''}`);
			for (const { on, applications, payments } of days) console.log(`  ${on}  ${applications} applications, ${payments} payments`);
		}
		if (calls.length === 0) console.log('There is no call.');
		if ((await new Clock(readConfig()).state(new Date())) !== 'synchronised') console.log('Nothing is shredded while the clock of this machine is not known to be right; see CLOCK in .env.example.');
	} finally {
		await db.destroy();
		await database.close();
	}
});
