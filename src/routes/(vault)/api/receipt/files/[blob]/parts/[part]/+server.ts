import { groundOf } from '#lib/circles/server/index.ts';
import { addFilePart, applyingAnswer, receiptRequestOf } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** One sealed part of a file that the applicant adds; `?of=` says how large the whole is. */
export const PUT: RequestHandler = async (event) => {
	const { blob, part } = event.params;
	const sizeBytes = Number(event.url.searchParams.get('of') ?? '');
	if (!/^\d{1,3}$/.test(part) || !/^[\w-]{22}$/.test(blob) || !Number.isSafeInteger(sizeBytes) || sizeBytes < 1) return applyingAnswer({ ok: false, reason: 'malformed' });
	return applyingAnswer(await addFilePart(groundOf(event.locals.house), await receiptRequestOf(event), { blob, sizeBytes, index: Number(part) }, new Date()));
};
