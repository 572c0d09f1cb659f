import { verifyChain } from '#lib/platform/audit/audit.ts';
import { openDatabase } from '#lib/platform/db/database.ts';
import { run } from '#lib/platform/start/run.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { reachDatabase } from '#lib/platform/start/reach.ts';

await run(async () => {
	const database = await reachDatabase();
	const db = openDatabase(database.address, { connections: 1 });
	try {
		const report = await verifyChain(db);
		if (!report.ok) {
			throw new Refusal(
				report.problem === 'missing'
					? `The audit chain is broken: at least one entry before number ${report.entry} was taken out.`
					: `The audit chain is broken: entry ${report.entry} is not what was written.`
			);
		}
		console.log(`The audit chain is whole: ${report.entries} entries. Its head is ${report.head}; keep that elsewhere to notice a cut at the end.`);
	} finally {
		await db.destroy();
		await database.close();
	}
});
