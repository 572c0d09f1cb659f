import { defineParams } from '@sveltejs/kit/params';
import { isLanguage } from '#lib/platform/i18n/language.ts';

export const params = defineParams({
	language: (value) => (isLanguage(value) ? value : undefined),
	/** The number of a clause. */
	clause: (value) => (/^[1-9]\d{0,3}$/.test(value) ? value : undefined),
	slug: (value) => (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value) && value.length <= 80 ? value : undefined)
});
