// The door of circles' server side: what routes, commands and other domains may use.
import type { House } from '#lib/platform/house.ts';
import type { Limit } from '#lib/platform/limits/limits.ts';
import { sweepCircles } from './sweeping.ts';
import type { BlobGround } from './blobs.ts';

export { answer, appendShape, beginBlobShape, changesQuery, foundShape, invitationShape, listQuery, logQuery, readBody, readQuery, recordShape, versionsQuery, wholeShape } from './answers.ts';
export { beginBlob, blobOf, finishBlob, putPart, readPart, removeBlob } from './blobs.ts';
export { inboxEpoch, inboxFor, isAccepted, isSteward } from './inboxes.ts';
export { inviteInto } from './invitations.ts';
export { oweMembers, wakeMembers } from './membership.ts';
export { forgetOutside, partsThatCame, putOutsidePart, readOutsidePart } from './outside-blobs.ts';
export { appendEntry, circlesOf, foundCircle, keysOf, logOf } from './logs.ts';
export { addToNote, closeNote, closeNoteShape, notePieceQuery, noteNews, noteQuery, noteSnapshotQuery, replaceBySnapshot } from './notes.ts';
export { forgetRecords, handOutRecord, listRecords, putRecord, recordVersion, versionsOf, withholdRecord } from './records.ts';
export { sweepCircles } from './sweeping.ts';

/** What circles need of the house. */
export function groundOf({ db, blobs, config }: House): BlobGround {
	return { db, blobs, quotaBytes: config.circleQuotaMb * 1024 * 1024 };
}

/** Each is a log, keys and rows that stay; nobody founds so many by hand. */
export const foundingPace = { name: 'circles.found', most: 30, perMs: 60 * 60 * 1000 } as const satisfies Limit;

/** Begins the hourly work of circles; once, in every process. */
export function registerCircles(house: House): void {
	house.everyHour(() => sweepCircles(house, new Date()));
}
