import type { House } from '#lib/platform/house.ts';
import { registerNewsletterJobs } from './newsletter.ts';
import { newsletterWords } from './newsletter-words.ts';

/** Lets the house's queue send the newsletter's mails, in the words of the messages. */
export function registerNewsletter({ db, jobs, mail, config }: House): void {
	registerNewsletterJobs({ db, jobs, mail, origin: config.publicOrigin, words: newsletterWords });
}
