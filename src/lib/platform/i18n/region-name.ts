import type { Region } from '../text/region.ts';
import { m } from './compiled/messages.js';

/** The name of a region; null: of several. */
export function regionName(region: Region | null): string {
	switch (region) {
		case 'africa':
			return m.money_region_africa();
		case 'americas':
			return m.money_region_americas();
		case 'asia':
			return m.money_region_asia();
		case 'europe':
			return m.money_region_europe();
		case 'oceania':
			return m.money_region_oceania();
		case null:
			return m.money_region_together();
	}
}
