import { error, json } from '@sveltejs/kit';
import * as v from 'valibot';
import { steerItem } from '#lib/archive/server/index.ts';
import { readBody } from '#lib/circles/server/index.ts';
import { steerings } from '#lib/forum/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

const steeringShape = v.strictObject({ steering: v.picklist(steerings) });

/** Ends or begins the taking of questions; blanks everything at once, or shows it again. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const steered = await steerItem(event.locals.house, actor, { place: event.params, steering: readBody(steeringShape, body).steering }, new Date());
	return steered.ok ? json({}) : error(steered.reason === 'not-found' ? 404 : 409, steered.reason);
};
