// The door of the forum's server side: what routes and other domains may use.
import type { House } from '#lib/platform/house.ts';
import { sweepQuestions } from './questions.ts';

export { actOnQuestion, questionDesk, questionsOfCluster } from './moderating.ts';
export { givePressPass, pressPass, takePressPass } from './press.ts';
export { keepPublicItem, mayModerate, openedItems, publicItem, publicItemsTag, steerings, steerPublicItem, topicOf } from './public-items.ts';
export { askQuestion, isToken, ownQuestion, voteForQuestion, withdrawQuestion } from './questions.ts';
export { currentRelease, forumReleaseShape, keepRelease, type Convenor, type ForumRelease } from './releases.ts';

/** Begins the hourly work of forums; once, in every process. */
export function registerForum(house: House): void {
	house.everyHour(() => sweepQuestions(house.db, new Date()));
}
