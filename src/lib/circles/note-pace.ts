// In a file of its own: what a page loads at once of a note is this and no more, and what it is written with comes later.

/** What was written waits so long at most before it is sent, so that many keys go together. */
export const batchMs = 6000;

/** Whoever stops typing is read at once. */
export const pauseMs = 3000;
