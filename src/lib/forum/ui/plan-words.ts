import { apart } from '#lib/circles/ui/say.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { formatNumber, intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { formatDay } from '#lib/platform/time/time.ts';
import { minutesTogether, type Conflict } from '../conflicts.ts';
import type { Disclosure, ForumPlan, ForumRole, ForumStanding, ItemKind, ItemState, PlannedItem } from '../plan.ts';
import type { MissingWords } from '../released.ts';
import { itemName, slotWords, wordsOf } from './change-words.ts';

export { itemName, slotWords, wordsOf };

export function roomName({ rooms }: Pick<ForumPlan, 'rooms'>, id: string | null, language: Language): string {
	const room = rooms.find((one) => one.id === id);
	return room ? wordsOf(room.name, language, m.plan_room_unnamed()) : m.plan_no_room();
}

export function personName({ people }: Pick<ForumPlan, 'people'>, id: string): string {
	return apart(people.find((one) => one.id === id)?.name.trim() || m.plan_person_unnamed());
}

/** A language in words, such as `Portuguese (Brazil)`; the tag itself where nobody has a word for it. */
export function languageName(tag: string, language: Language): string {
	return new Intl.DisplayNames([intlTag(language)], { type: 'language', fallback: 'code' }).of(tag) ?? tag;
}

/** Where and when an item is, as a sentence for those who cannot see the grid. */
export function placeWords(plan: ForumPlan, item: PlannedItem, language: Language): string {
	return m.plan_said_place({ item: itemName(item, language), day: formatDay(item.day, language), time: slotWords(item, language), room: roomName(plan, item.room, language) });
}

/** A conflict as one plain sentence. */
export function conflictWords(plan: ForumPlan, conflict: Conflict, language: Language): string {
	const [first, second] = conflict.items.map((id) => plan.items.find((item) => item.id === id));
	const [a, b] = [itemName(first, language), itemName(second, language)];
	const count = (number: number): string => formatNumber(number, language);
	const together = (): string => count(first && second ? minutesTogether(plan, first, second) : 0);
	switch (conflict.kind) {
		case 'room-twice':
			return m.plan_conflict_room({ first: a, second: b, room: roomName(plan, conflict.room, language), minutes: together() });
		case 'person-twice': {
			const [one, other] = conflict.names;
			const name = personName(plan, one);
			return one === other ? m.plan_conflict_person({ person: name, first: a, second: b, minutes: together() }) : m.plan_conflict_names({ person: name, other: personName(plan, other), first: a, second: b, minutes: together() });
		}
		case 'no-time-between':
			return m.plan_conflict_between({ person: personName(plan, conflict.names[0]), first: a, second: b, minutes: count(conflict.minutes), needed: count(plan.bufferMinutes) });
		case 'room-too-small':
			return m.plan_conflict_small({ item: a, expected: count(conflict.expected), room: roomName(plan, conflict.room, language), capacity: count(conflict.capacity) });
		case 'not-available':
			return m.plan_conflict_available({ person: personName(plan, conflict.names[0]), item: a });
		case 'no-interpreter':
			return m.plan_conflict_interpreter({ item: a, language: apart(languageName(conflict.language, language)) });
	}
}

export function kindWords(kind: ItemKind): string {
	switch (kind) {
		case 'plenary':
			return m.plan_kind_plenary();
		case 'panel':
			return m.plan_kind_panel();
		case 'workshop':
			return m.plan_kind_workshop();
		case 'questions':
			return m.plan_kind_questions();
		case 'break':
			return m.plan_kind_break();
		case 'meal':
			return m.plan_kind_meal();
		case 'other':
			return m.plan_kind_other();
	}
}

export function stateWords(state: ItemState): string {
	switch (state) {
		case 'draft':
			return m.plan_state_draft();
		case 'proposed':
			return m.plan_state_proposed();
		case 'confirmed':
			return m.plan_state_confirmed();
		case 'cancelled':
			return m.plan_state_cancelled();
	}
}

export function roleWords(role: ForumRole): string {
	switch (role) {
		case 'chair':
			return m.plan_role_chair();
		case 'speaker':
			return m.plan_role_speaker();
		case 'facilitator':
			return m.plan_role_facilitator();
		case 'rapporteur':
			return m.plan_role_rapporteur();
		case 'moderator':
			return m.plan_role_moderator();
		case 'interpreter':
			return m.plan_role_interpreter();
		case 'observer':
			return m.plan_role_observer();
		case 'press':
			return m.plan_role_press();
	}
}

/** What a choice of who may know is called, and what it means. */
export function disclosureWords(disclosure: Disclosure): { readonly name: string; readonly means: string } {
	switch (disclosure) {
		case 'public':
			return { name: m.plan_public(), means: m.plan_public_means() };
		case 'participants':
			return { name: m.plan_participants(), means: m.plan_participants_means() };
		case 'closed':
			return { name: m.plan_closed(), means: m.plan_closed_means() };
		case 'chatham-house':
			return { name: m.plan_chatham(), means: m.plan_chatham_means() };
	}
}

/** How a forum stands, and what a release of that tells the world. */
export function standingWords(standing: ForumStanding): { readonly name: string; readonly means: string } {
	switch (standing) {
		case 'planned':
			return { name: m.plan_planned(), means: m.plan_planned_means() };
		case 'postponed':
			return { name: m.plan_postponed(), means: m.plan_postponed_means() };
		case 'online':
			return { name: m.plan_online(), means: m.plan_online_means() };
		case 'cancelled':
			return { name: m.plan_off(), means: m.plan_off_means() };
	}
}

/** What lacks words that the public needs, each as a sentence. */
export function missingSentence(plan: ForumPlan, missing: MissingWords, language: Language): string {
	switch (missing.of) {
		case 'title':
			return m.plan_missing_title();
		case 'subject':
			return m.plan_missing_subject();
		case 'place':
			return m.plan_missing_place();
		case 'theme':
			return m.plan_missing_theme();
		case 'workshop':
			return m.plan_missing_workshop();
		case 'room':
			return m.plan_missing_room();
		case 'item': {
			const item = plan.items.find(({ id }) => id === missing.id);
			return item ? m.plan_missing_item({ day: formatDay(item.day, language), time: slotWords(item, language) }) : m.plan_item_gone();
		}
	}
}

/** What both of two convenors had changed, as `mergedPlans` names it. */
export function clashWords(plan: ForumPlan, clash: string, language: Language): string {
	const [list = '', id = ''] = clash.split('.', 2);
	switch (list) {
		case 'items':
			return itemName(plan.items.find((item) => item.id === id), language);
		case 'rooms':
			return roomName(plan, id, language);
		case 'people':
			return personName(plan, id);
		case 'themes': {
			const theme = plan.themes.find((one) => one.id === id);
			return theme ? wordsOf(theme.title, language, m.plan_theme_unnamed()) : m.plan_item_gone();
		}
		case 'title':
			return m.plan_field_title();
		case 'subject':
			return m.plan_subject();
		case 'place':
			return m.plan_field_place();
		case 'standing':
			return m.plan_field_standing();
		case 'slug':
			return m.plan_slug();
		case 'timeZone':
			return m.plan_zone();
		case 'workingLanguages':
			return m.plan_languages();
		case 'bufferMinutes':
			return m.plan_buffer();
		default:
			return m.plan_field_days();
	}
}
