import type { Transport } from '@sveltejs/kit/hooks';
import { Unsent } from '#lib/platform/http/unsent.ts';

export const transport: Transport = {
	Unsent: {
		encode: (value) => value instanceof Unsent && 'unsent',
		decode: () => {
			throw new Error('This was never meant for a browser.');
		}
	}
};
