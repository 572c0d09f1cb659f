import type { CircleCore } from './core.ts';
import type { Opened, Outcome } from './open-circle.ts';
import { newestSealed } from './sealed-records.ts';

/** The newest version of a record, opened. */
export async function newestOf(core: CircleCore, record: string): Promise<Outcome<{ readonly opened: Opened }>> {
	const page = await newestSealed(core.link, core.id, record);
	if (!page.ok) return page;
	const outcome = await core.open(page.sealed.slice(0, 1));
	if (!outcome.ok) return outcome;
	const [opened] = outcome.opened;
	await core.link.memory.save();
	return opened ? { ok: true, opened } : { ok: false, reason: 'not-found' };
}
