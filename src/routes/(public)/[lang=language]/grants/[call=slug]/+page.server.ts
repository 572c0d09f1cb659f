import { error } from '@sveltejs/kit';
import { fingerprintOf } from '#lib/grants/call.ts';
import { leftAt } from '#lib/grants/deadline-table.ts';
import { callBySlug, callStandingNow, callTag } from '#lib/grants/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import { isTimeZone, offeredZones } from '#lib/platform/time/zones.ts';
import { fromText } from '#lib/vault/envelope.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const { house } = locals;
	const found = await callBySlug(house, params.call);
	if (!found) error(404, 'not found');
	const call = found.state;
	const now = new Date();
	const { standing, trueUntil } = await callStandingNow(house, call, now);
	const left = call.deadline === null ? undefined : leftAt(call.deadline, now);
	locals.shows(callTag(call.slug));
	for (const until of [trueUntil, left?.trueUntil]) if (until) locals.trueUntil(until);
	const wanted = (url.searchParams.get('zone') ?? '').slice(0, 60);
	const known = wanted !== '' && isTimeZone(wanted);
	return {
		call: new Unsent(call),
		standing,
		left: new Unsent(left),
		fingerprint: fingerprintOf(fromText(call.call) ?? new Uint8Array()),
		apply: `${house.config.vaultOrigin}/${locals.language}/apply/${call.slug}#${call.call}`,
		alternatives: house.config.applyAlternatives,
		zone: known ? wanted : undefined,
		unknownZone: wanted !== '' && !known ? wanted : undefined,
		zones: new Unsent(offeredZones)
	};
};
