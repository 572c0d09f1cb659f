import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** What a visitor is shown whose form came from another site (isForged in platform/http/front.ts), or was refused there before it was read. */
export const load: PageServerLoad = ({ platform }) => error(platform?.refused ?? 403, 'refused');
