import { fail, redirect } from '@sveltejs/kit';
import { joinLimit, requestSubscription } from '#lib/archive/server/index.ts';
import { parseAddress } from '#lib/platform/mail/address.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
	locals.shows('record');
};

export const actions: Actions = {
	default: async ({ request, locals, getClientAddress }) => {
		const form = await request.formData();
		const written = text(form, 'address').slice(0, 1000);
		// Only programs fill the field that people do not see: they get the answer of a success, and nothing happens.
		if (text(form, 'website') !== '') redirect(303, `/${locals.language}/newsletter/asked`);
		const parsed = parseAddress(written);
		if (!parsed.ok) return fail(400, { written, reason: parsed.reason });
		const now = new Date();
		if (!locals.house.limiter.allows(joinLimit, getClientAddress(), now)) return fail(429, { written, reason: 'too-often' as const });
		await requestSubscription(locals.house, { address: parsed.address, language: locals.language }, now);
		redirect(303, `/${locals.language}/newsletter/asked`);
	}
};

/** What a field holds; nothing for a file or a field that was not sent. */
function text(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}
