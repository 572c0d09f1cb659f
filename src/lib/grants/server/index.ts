// The door of grants' server side: what routes, commands and other domains may use.
import { groundOf } from '#lib/circles/server/index.ts';
import type { House } from '#lib/platform/house.ts';
import { forgetAgainLinks } from './again.ts';
import { shredDue } from './shredding.ts';
import { sweepApplications } from './applications.ts';
import { forgetLateLinks } from './late-links.ts';
import { forgetReferences } from './references.ts';

export { commitApplication, takeBody, takeFilePart, whatIsMissing } from './applications.ts';
export { callAnswer, callEntryShape, lateLinkShape } from './call-answers.ts';
export { callBySlug, callStandingNow, listedCalls, publicCalls } from './call-reading.ts';
export { appendToCall, callsTag, callTag, publishCall } from './calls.ts';
export { deskApplication, deskApplications, deskCalls, deskMessageShape, sendDeskMessage, someApplications, someQuery, standingShape, tellStanding } from './desk.ts';
export { lateLinks, makeLateLink } from './late-links.ts';
export { mayApply } from './limits.ts';
export { againCardShape, againLinkShape, againSealShape, againStanding, leaveCard, makeAgainLink, sealAgain, takeBackAgain } from './again.ts';
export { canaryFailureShape, canaryShape, noteCanaryFailure, putCanary, readCanary } from './canary.ts';
export { callKeeping, shredDue, shreddingDays, shredWithdrawn } from './shredding.ts';
export { applicationsBehind, rekeyApplication, rekeyShape } from './rekeying.ts';
export { paymentLetterShape, paymentLetters, paymentLettersQuery, payingCalls, sendPaymentLetter } from './payments.ts';
export { publicReleases, publishRelease, releaseShape, releasesTag } from './releases.ts';
export { addFilePart, burn, objectToAgain, readReceipt, withdraw, writeMessage } from './receipts.ts';
export { makeReference, refereeAnswerShape, refereeQuestions, references, referenceShape, takeReferenceBack, takeRefereeAnswer } from './references.ts';
export { receiptRequestOf, refereeRequestOf, signedRequestOf } from './requests.ts';
export { declareConflict, endReviewer, handKeys, inviteReviewer, reviewerShapes, takeBackConflict, takeRole } from './reviewers.ts';
export { applicationForReview, deskReviews, filePartForReview, keepReview, reviewShape, reviewTasks } from './reviews.ts';
export { applyingAnswer, applyingShapes, readAs } from './wire.ts';

/** Begins the hourly work of grants; once, in every process. */
export function registerGrants(house: House): void {
	house.everyHour(() => forgetLateLinks(house.db, new Date()));
	house.everyHour(() => forgetReferences(house.db, new Date()));
	house.everyHour(() => forgetAgainLinks(house.db, new Date()));
	house.everyHour(async () => void (await shredDue(house, new Date())));
	house.everyHour(() => sweepApplications(groundOf(house), new Date()));
}
