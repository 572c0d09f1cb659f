import type { House } from '#lib/platform/house.ts';
import { forgetUnconfirmed, registerNewsletterJobs } from './newsletter.ts';
import { newsletterWords } from './newsletter-words.ts';

/** Lets the house's queue send the newsletter's mails, in the words of the messages. */
export function registerNewsletter(house: House): void {
	const { db, jobs, mail, config } = house;
	registerNewsletterJobs({ db, jobs, mail, origin: config.publicOrigin, words: newsletterWords });
	// The mail promises that an unconfirmed address is deleted after seven days, also where nobody else signs up.
	house.everyHour(() => forgetUnconfirmed(db, new Date()));
}
