import type { Generated, JSONColumnType } from 'kysely';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { Consultation, ConsultationResult, ProposalReason } from '../consultation.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		statement_consultation: {
			slug: string;
			content: JSONColumnType<Pick<Consultation, 'question' | 'introduction' | 'proposals'>>;
			opens_at: Date;
			closes_at: Date;
			arrivals: Generated<number>;
			is_closed: Generated<boolean>;
			result: JSONColumnType<ConsultationResult> | null;
			changed_at: Date;
		};
		statement_consultation_proposition: { consultation: string; number: number; words: JSONColumnType<Text> | null; origin: 'staff' | 'participant'; state: 'waiting' | 'shown' | 'refused'; reason: ProposalReason | null };
		statement_consultation_vote: { consultation: string; voter: Buffer; proposition: number; choice: number };
	}
}

/** What a page shows that names consultations. */
export const consultationsTag = 'consultations';
