const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** How long a sign-up waits for its answer after its last mail. The mails' words say seven days too. */
export const confirmationMs = 7 * dayMs;

/** What was already sent about a subscription. */
export interface MailHistory {
	readonly confirmedAt: Date | null;
	readonly mailAskedAt: Date;
	readonly mailsAsked: number;
}

/** A stranger can sign somebody up as often as they like: an address that does not answer gets this many mails. */
const mostUnanswered = 3;

/**
 * Whether one more sign-up of this address leads to a mail. An address that has not confirmed: at most once an hour and
 * three times in all, until the row expires. One that receives the newsletter, and is told so: at most once a day.
 */
export function mayMailAgain({ confirmedAt, mailAskedAt, mailsAsked }: MailHistory, now: Date): boolean {
	const sinceMs = now.getTime() - mailAskedAt.getTime();
	if (confirmedAt !== null) return sinceMs >= dayMs;
	return mailsAsked === 0 || (mailsAsked < mostUnanswered && sinceMs >= hourMs);
}
