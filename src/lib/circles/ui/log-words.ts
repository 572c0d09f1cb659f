import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { CircleEntry } from '../circle-acts.ts';

/** What an entry of a circle log did, as a sentence. `nameOf` gives names that cannot turn the sentence around. */
export function entryWords({ act, by }: Pick<CircleEntry, 'act' | 'by'>, nameOf: (account: string) => string): string {
	const who = nameOf(by);
	switch (act.do) {
		case 'found':
			return m.circles_log_found({ who });
		case 'add':
			return act.invitation === null ? m.circles_log_add({ who, whom: nameOf(act.account) }) : m.circles_log_add_link({ who, whom: nameOf(act.account) });
		case 'accept':
			return m.circles_log_accept({ who });
		case 'steward':
			return act.is ? m.circles_log_steward({ who, whom: nameOf(act.account) }) : m.circles_log_no_steward({ who, whom: nameOf(act.account) });
		case 'remove':
			return m.circles_log_remove({ who, whom: nameOf(act.account) });
		case 'leave':
			return m.circles_log_leave({ who });
		case 'rotate':
			return m.circles_log_rotate({ who });
		case 'close':
			return m.circles_log_close({ who });
	}
}
