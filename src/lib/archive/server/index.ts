// The door of the archive's server side: what routes, commands and other domains may use.
export { adoptionsOf, publishStatement, registerStatements, withdrawFromStatement } from './adopting.ts';
export { allDeadlines, callPdf, callsFeed } from './call-publishing.ts';
export { closeForum, coverForum, moderateQuestion, steerItem, takeQuestionBack } from './closing.ts';
export { confirmSubscription, enqueueOwedMails, exportSubscribers, joinLimit, requestSubscription, unsubscribe } from './newsletter.ts';
export { registerNewsletter } from './newsletter-mail.ts';
export { grantsData } from './open-data.ts';
export { newsFeed, pdfOf, publicPages } from './publishing.ts';
export { allFigures, documentLines, documentOf, firstYear, forum, forumLines, peopleAndQuotations, photo, programme, questionsOf, revisionsOf } from './reading.ts';
export { followupFeed } from './followup-news.ts';
export { followedStatement, followedStatements, recordFollowup } from './following.ts';
export { namedInForum, narrowForum, registerReports, releaseForum, releaseReport, takeOutOfForum } from './releasing.ts';
export { readRecord, writeRecord } from './record-files.ts';
export { forumTag, importRecord, isRecordEmpty, wholeRecord } from './records.ts';
export { search } from './search.ts';
