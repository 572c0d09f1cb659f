import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { NewsletterWords } from './newsletter.ts';

/** What the newsletter's mails say, in the subscriber's language; `site` is the host that the mail comes from. */
export function newsletterWords(language: Language, { site }: { readonly site: string }): NewsletterWords {
	const locale = { locale: language };
	return {
		confirm: {
			subject: m.newsletter_mail_confirm_subject({}, locale),
			paragraphs: [m.newsletter_mail_confirm_asked({ site }, locale), m.newsletter_mail_confirm_open({}, locale)],
			action: m.newsletter_mail_confirm_action({}, locale),
			afterAction: [m.newsletter_mail_confirm_otherwise({}, locale)]
		},
		already: {
			subject: m.newsletter_mail_already_subject({}, locale),
			paragraphs: [m.newsletter_mail_already_asked({ site }, locale), m.newsletter_mail_already_leave({}, locale)],
			action: m.newsletter_mail_already_action({}, locale),
			afterAction: []
		}
	};
}
