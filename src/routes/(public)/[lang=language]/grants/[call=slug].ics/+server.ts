import { error } from '@sveltejs/kit';
import { deadlinesCalendar } from '#lib/archive/call-calendar.ts';
import { callBySlug, callTag } from '#lib/grants/server/index.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const { language } = locals;
	const found = await callBySlug(locals.house, params.call);
	const calendar = found && deadlinesCalendar({ calls: [found.state], name: shown(found.state.content.title, language), language, origin: url.origin });
	if (!found || !calendar) error(404, 'not found');
	locals.shows(callTag(found.state.slug));
	return new Response(calendar, { headers: { 'content-type': 'text/calendar; charset=utf-8', 'content-disposition': `inline; filename="${found.state.slug}.ics"` } });
};
