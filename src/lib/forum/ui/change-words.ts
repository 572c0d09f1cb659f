import { m } from '#lib/platform/i18n/compiled/messages.js';
import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { shown, type Text } from '#lib/platform/i18n/text.ts';
import { apart } from '#lib/platform/text/apart.ts';
import { formatClock, formatDay } from '#lib/platform/time/time.ts';
import type { PlannedItem } from '../plan.ts';
import type { ReleaseChange } from '../released.ts';

// Words of a release for everybody: pages of the record say them too, so nothing of circles is imported here.

/** A text as plain words inside of a sentence; `otherwise` where nothing is written yet. */
export function wordsOf(text: Text, language: Language, otherwise: string): string {
	return apart(shown(text, language).words.trim() || otherwise);
}

/** An item by its title. */
export function itemName(item: Pick<PlannedItem, 'title'> | undefined, language: Language): string {
	return item === undefined ? m.plan_item_gone() : wordsOf(item.title, language, m.plan_item_untitled());
}

/** `10:00–11:00`, kept in its order in every direction of writing; or that it fills its day. */
export function slotWords({ starts, ends }: Pick<PlannedItem, 'starts' | 'ends'>, language: Language): string {
	return starts === null || ends === null ? m.agenda_all_day() : `\u2066${formatClock(starts, language)}–${formatClock(ends, language)}\u2069`;
}

/** A change since the last release, as a sentence. */
export function changeWords(change: ReleaseChange, language: Language): string {
	if (change.kind === 'forum') {
		const names = { title: m.plan_field_title(), days: m.plan_field_days(), place: m.plan_field_place(), standing: m.plan_field_standing() };
		return m.plan_change_forum({ what: new Intl.ListFormat(intlTag(language)).format(change.fields.map((field) => names[field])) });
	}
	const { item } = change;
	const [name, day, time] = [itemName(item, language), formatDay(item.day, language), slotWords(item, language)];
	switch (change.kind) {
		case 'new':
			return m.plan_change_new({ item: name, day, time });
		case 'cancelled':
			return m.plan_change_cancelled({ item: name });
		case 'back':
			return m.plan_change_back({ item: name, day, time });
		case 'moved':
			return m.plan_change_moved({ item: name, day, time });
		case 'room':
			return item.room === null ? m.plan_change_no_room({ item: name }) : m.plan_change_room({ item: name, room: wordsOf(item.room, language, m.plan_room_unnamed()) });
		case 'title':
			return m.plan_change_title({ item: name });
	}
}
