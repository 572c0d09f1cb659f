import { inviteKeeper } from '#lib/people/server/index.ts';
import { openDatabase } from '#lib/platform/db/database.ts';
import { reachDatabase } from '#lib/platform/start/reach.ts';
import { readConfig, run } from '#lib/platform/start/run.ts';

await run(async () => {
	const database = await reachDatabase();
	const db = openDatabase(database.address, { connections: 2 });
	try {
		const link = await inviteKeeper(db, readConfig(), new Date());
		console.log(`This link makes one more keeper, once, within seven days. Whoever has it can use it: hand it over in person or sealed.\n${link}`);
	} finally {
		await db.destroy();
		await database.close();
	}
});
