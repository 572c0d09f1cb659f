/** From where somebody asks. Lanes take turns, so that the loudest does not fill the time of all. */
export const lanes = ['room', 'stream', 'press'] as const;
export type QuestionLane = (typeof lanes)[number];

/** Where a question stands. `asked`: put on the stage. `answered`: with an answer that was written afterwards. */
export const questionStates = ['waiting', 'held', 'approved', 'asked', 'answered', 'refused', 'merged', 'withdrawn'] as const;
export type QuestionState = (typeof questionStates)[number];

/** Why a question was refused. Classes and no words: nobody is named by a reason. */
export const refusalReasons = ['off-topic', 'repeated', 'abusive', 'endangers', 'no-question', 'flood'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

interface Move {
	readonly from: readonly QuestionState[];
	readonly to: QuestionState;
	readonly by: 'moderator' | 'author';
}

const unshown = ['waiting', 'held'] as const;
const shownOnes = ['approved', 'asked', 'answered'] as const;

/** Every move of a question, by its name. */
const moves = {
	approve: { from: [...unshown, 'refused'], to: 'approved', by: 'moderator' },
	hold: { from: ['waiting', 'refused', ...shownOnes], to: 'held', by: 'moderator' },
	refuse: { from: [...unshown, ...shownOnes], to: 'refused', by: 'moderator' },
	merge: { from: [...unshown, 'approved'], to: 'merged', by: 'moderator' },
	ask: { from: ['approved'], to: 'asked', by: 'moderator' },
	unask: { from: ['asked'], to: 'approved', by: 'moderator' },
	answer: { from: shownOnes, to: 'answered', by: 'moderator' },
	withdraw: { from: [...unshown, ...shownOnes, 'refused', 'merged'], to: 'withdrawn', by: 'author' }
} as const satisfies Readonly<Record<string, Move>>;

type QuestionMove = keyof typeof moves;

/** What a move comes to; undefined where it cannot be made from here. */
export function movedQuestion(state: QuestionState, move: QuestionMove): QuestionState | undefined {
	const { from, to }: Move = moves[move];
	return from.includes(state) ? to : undefined;
}

/** Whether everybody sees it. */
export function isShown(state: QuestionState): state is (typeof shownOnes)[number] {
	return (shownOnes as readonly QuestionState[]).includes(state);
}

/** The longest question, in characters as people count them. */
export const longestQuestion = 500;

/**
 * The words as they are kept: one paragraph, without what cannot be seen or turns the direction of what stands beside it.
 * Undefined for nothing, or for too much.
 */
export function questionWords(written: string): string | undefined {
	const words = written
		.normalize('NFC')
		.replaceAll(/[\p{Cc}\s]+/gu, ' ')
		// Joiners are letters' own in Persian, Urdu and Indic scripts; marks, embeddings, overrides and isolates are not.
		.replaceAll(/(?![\u200c\u200d])\p{Cf}|\p{Cs}|\p{Co}/gu, '')
		.trim();
	const length = [...words].length;
	return length === 0 || length > longestQuestion ? undefined : words;
}

/** Languages that a question may say it is in, beside `und`: those of the record first, then others widely written. */
export const questionLanguages = ['en', 'es', 'fr', 'ar', 'am', 'bn', 'de', 'fa', 'ha', 'hi', 'id', 'it', 'ja', 'km', 'ko', 'ku', 'my', 'pt', 'ru', 'so', 'sw', 'th', 'tr', 'uk', 'ur', 'uz', 'vi', 'zh'] as const;
