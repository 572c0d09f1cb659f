import { directionOf, isLanguage, type Language } from '#lib/platform/i18n/language.ts';
import { shown, type Text } from '#lib/platform/i18n/text.ts';
import type { QuestionLane } from './question.ts';

/** Words with what a browser has to know of them; without a language nobody knows which it is. */
export interface SaidWords {
	readonly words: string;
	readonly lang?: string;
	readonly dir: 'ltr' | 'rtl' | 'auto';
}

/** A question as a reader of one language sees it. */
export interface ShownQuestion {
	readonly id: string;
	readonly number: number;
	readonly lane: QuestionLane;
	readonly state: 'approved' | 'asked' | 'answered';
	readonly turn: number | null;
	readonly votes: number;
	readonly said: SaidWords;
	/** The author's own words, where `said` is a translation. */
	readonly original?: SaidWords;
	readonly answer?: SaidWords;
}

/** All that a page that follows asks for, once it hears of a version. */
export interface ShownItem {
	readonly version: number;
	readonly isOpen: boolean;
	readonly isBlanked: boolean;
	readonly questions: readonly ShownQuestion[];
}

interface Question extends Omit<ShownQuestion, 'said' | 'original' | 'answer'> {
	readonly language: string;
	readonly words: string;
	readonly translations: Partial<Record<Language, string>>;
	readonly answer: Text | null;
}

/** What readers of a language are shown: the translation where there is one, with the original beside it. */
export function shownItem({ version, isOpen, isBlanked, questions }: { readonly version: number; readonly isOpen: boolean; readonly isBlanked: boolean; readonly questions: readonly Question[] }, language: Language): ShownItem {
	return { version, isOpen, isBlanked, questions: questions.map((question) => shownQuestion(question, language)) };
}

function shownQuestion({ id, number, lane, state, turn, votes, language: own, words, translations, answer }: Question, language: Language): ShownQuestion {
	const original: SaidWords = own === 'und' ? { words, dir: 'auto' } : { words, lang: own, dir: isLanguage(own) ? directionOf(own) : 'auto' };
	const translation = own === language ? undefined : translations[language];
	const answered = answer && shown(answer, language);
	return {
		id,
		number,
		lane,
		state,
		turn,
		votes,
		...(translation === undefined ? { said: original } : { said: { words: translation, lang: language, dir: directionOf(language) }, original }),
		...(answered ? { answer: { words: answered.words, lang: answered.language, dir: directionOf(answered.language) } } : {})
	};
}
