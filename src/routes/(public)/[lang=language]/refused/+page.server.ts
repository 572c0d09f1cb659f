import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** What a visitor is shown whose form came from another site (isForged in platform/http/front.ts). */
export const load: PageServerLoad = () => error(403, 'forbidden');
