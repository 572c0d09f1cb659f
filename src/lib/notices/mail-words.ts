import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { NoticeWords } from './notice.ts';

/** What a notice by mail says, in the language that was chosen with it. */
export function mailWords(language: Language): NoticeWords {
	const locale = { locale: language };
	return { subject: m.notices_news({}, locale), sentence: m.notices_mail_sentence({}, locale), signIn: m.notices_mail_sign_in({}, locale), stop: m.notices_mail_stop({}, locale) };
}
