import type { Journeys, LogisticsDesk, Noted, Traveller } from '../client/logistics.ts';
import { courseOf, isExpected, type Happening, type Prevention, type TravellerRecord, type TwoClocks, type VisaState } from '../traveller.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Failed } from '#lib/circles/ui/failed.ts';

/** What the pages of a logistics circle work on; each change gives it anew. */
export interface OpenJourneys {
	readonly desk: LogisticsDesk;
	readonly journeys: Journeys;
	/** Now, by both. */
	readonly clocks: TwoClocks;
	/** When somebody is woken if nobody looks; null: not at all. */
	readonly wakeAt: Date | null;
	/** Convenors have not been told of the newest change: somebody who is in both circles has to. */
	readonly notMirrored: boolean;
	/** Why what somebody noted was not kept. */
	readonly notKept: Failed | undefined;
	readonly busy: boolean;
	/** Notes something of a traveller; true where it is kept. */
	readonly note: (traveller: Traveller, noted: Noted) => Promise<boolean>;
	readonly reload: () => Promise<void>;
}

/** Where somebody is, in a few words. */
export function whereWords(traveller: TravellerRecord): string {
	const { prevented, remote, home, there, door } = courseOf(traveller);
	const reached = traveller.travel?.reached ?? '';
	if (traveller.of.over) return m.journeys_is_over();
	if (prevented !== undefined) return m.journeys_is_prevented();
	if (remote) return m.journeys_is_remote();
	if (home !== undefined) return m.journeys_is_home();
	if (reached === 'home') return m.journeys_is_said_home();
	if (door !== undefined) return m.journeys_is_door();
	if (there !== undefined) return m.journeys_is_there();
	if (reached === 'arrived') return m.journeys_is_said_there();
	return isExpected(traveller) ? m.journeys_is_coming() : m.journeys_is_not_coming();
}

export function happeningWords(kind: Happening['kind']): string {
	switch (kind) {
		case 'safe-there':
			return m.journeys_safe_there();
		case 'safe-home':
			return m.journeys_safe_home();
		case 'door':
			return m.journeys_door();
		case 'not-seen':
			return m.journeys_not_seen();
		case 'watching':
			return m.journeys_watch();
		case 'prevented':
			return m.journeys_prevented();
		case 'free':
			return m.journeys_free();
		case 'remote':
			return m.journeys_remote();
		case 'in-person':
			return m.journeys_in_person();
		case 'visa':
			return m.journeys_visa();
		case 'note':
			return m.journeys_note();
	}
}

export function preventionWords(why: Prevention): string {
	switch (why) {
		case 'detained':
			return m.journeys_why_detained();
		case 'refused-exit':
			return m.journeys_why_refused_exit();
		case 'hurt':
			return m.journeys_why_hurt();
		case 'other':
			return m.journeys_why_other();
	}
}

export function visaWords(state: VisaState): string {
	switch (state) {
		case 'not-needed':
			return m.journeys_visa_not_needed();
		case 'collecting':
			return m.journeys_visa_collecting();
		case 'letter-made':
			return m.journeys_visa_letter();
		case 'applied':
			return m.journeys_visa_applied();
		case 'granted':
			return m.journeys_visa_granted();
		case 'refused':
			return m.journeys_visa_refused();
		case 'travelling':
			return m.journeys_visa_travelling();
		case 'returned':
			return m.journeys_visa_returned();
	}
}
