// The door of the forum's server side: what routes and other domains may use.
import type { House } from '#lib/platform/house.ts';
import { leaveQuestionsToTheRecord, shredForums } from './closing.ts';
import { forgetGuests } from './guests.ts';
import { sweepQuestions } from './questions.ts';
import { registerWatch } from './watch.ts';

export { approveGuest, guestLetter, guestOwn, guestShapes, keepAnswer, keepGuest, keepGuestsUntil, listedGuests, noteRead, openGuest, travelLetters, withdrawGuest, type GuestRequest } from './guests.ts';
export { closingState, convened, forumClosingShape, forumCoverageShape, heldForum, keepClosing, keepCoverage, leaveQuestionsToTheRecord, shredForums, type Closed, type ForumClosing, type ForumCoverage, type HeldForum } from './closing.ts';
export { forumsWithChanges, movedFrom, releasedChanges } from './changes.ts';
export { actOnQuestion, questionDesk, questionsOfCluster } from './moderating.ts';
export { keepNarrowing, keepTakenOut, takingOutShape, type TakingOut } from './narrowing.ts';
export { narrowingShape, type Narrowing } from './permits.ts';
export { givePressPass, pressPass, takePressPass } from './press.ts';
export { isClosed, keepPublicItem, mayModerate, openedItems, publicItem, publicItemsTag, steerings, steerPublicItem, topicOf } from './public-items.ts';
export { askQuestion, isToken, ownQuestion, voteForQuestion, withdrawQuestion } from './questions.ts';
export { currentRelease, forumReleaseShape, keepRelease, releasedBy, type Convenor, type ForumRelease } from './releases.ts';
export { dueReport, forumReportShape, keepReport, type ForumReportRequest } from './reports.ts';
export { guestRequestOf, narrowingRequestOf } from './requests.ts';
export { keepWatch, watchShape } from './watch.ts';

/** Begins the hourly work of forums, before `jobs.start`; once, in every process. */
export function registerForums(house: House): void {
	registerWatch(house);
	house.everyHour(() => forgetGuests(house.db, new Date()));
	house.everyHour(() => sweepQuestions(house.db, new Date()));
	house.everyHour(() => leaveQuestionsToTheRecord(house.db, new Date()));
	house.everyHour(() => shredForums(house.db, new Date()));
}
