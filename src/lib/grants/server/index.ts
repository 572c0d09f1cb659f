// The door of grants' server side: what routes, commands and other domains may use.
import type { House } from '#lib/platform/house.ts';
import { forgetLateLinks } from './late-links.ts';

export { callAnswer, callEntryShape, lateLinkShape } from './call-answers.ts';
export { callBySlug, callStandingNow, listedCalls, publicCalls } from './call-reading.ts';
export { appendToCall, callsTag, callTag, publishCall } from './calls.ts';
export { deskApplication, deskApplications, deskCalls, deskMessageShape, sendDeskMessage, standingShape, tellStanding } from './desk.ts';
export { makeLateLink } from './late-links.ts';

/** Begins the hourly work of grants; once, in every process. */
export function registerGrants(house: House): void {
	house.everyHour(() => forgetLateLinks(house.db, new Date()));
}
