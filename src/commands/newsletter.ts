import { exportSubscribers } from '#lib/archive/server/index.ts';
import { openDatabase } from '#lib/platform/db/database.ts';
import { reachDatabase } from '#lib/platform/start/reach.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { readConfig, run } from '#lib/platform/start/run.ts';

await run(async () => {
	if (process.argv[2] !== 'export') throw new Refusal('Use: npm run --silent newsletter -- export > addresses.csv');
	const database = await reachDatabase();
	const db = openDatabase(database.address, { connections: 2 });
	try {
		for await (const lines of exportSubscribers(db, readConfig().publicOrigin)) process.stdout.write(lines);
	} finally {
		await db.destroy();
		await database.close();
	}
});
