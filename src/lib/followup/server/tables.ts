import type { Generated, JSONColumnType } from 'kysely';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { Addressee, Happening, Recommendation } from '../recommendation.ts';
import type { TrackerLine } from '../tracker.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		followup_addressee: { id: string; content: JSONColumnType<Addressee> };
		followup_recommendation: { forum_slug: string; document_slug: string; clause: number; content: JSONColumnType<Recommendation>; words: JSONColumnType<Text>; line: JSONColumnType<TrackerLine>; changed_at: Date };
		followup_entry: { number: Generated<number>; id: string; forum_slug: string; document_slug: string; clauses: number[]; content: JSONColumnType<Happening>; recorded_on: string };
	}
}
