import type { CallStage } from '#lib/grants/call-log.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';

/** How far a call has come. */
export function stageName(stage: CallStage): string {
	switch (stage) {
		case 'published':
			return m.desk_stage_published();
		case 'extended':
			return m.desk_stage_extended();
		case 'closed':
			return m.grants_state_closed();
		case 'decided':
			return m.grants_state_decided();
		case 'archived':
			return m.grants_state_archived();
	}
}
