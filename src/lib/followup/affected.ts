import type { Language } from '#lib/platform/i18n/language.ts';
import { labelsIn } from './labels.ts';

/** Of whom a recommendation speaks: the word, then English, Spanish, French and Arabic. */
const affectedLabels = `
everybody | Everybody | Todas las personas | Tout le monde | الجميع
defenders | Defenders | Personas defensoras | Défenseurs et défenseuses | المدافعون والمدافعات
women-defenders | Women defenders | Mujeres defensoras | Femmes défenseuses | المدافعات
women | Women and girls | Mujeres y niñas | Femmes et filles | النساء والفتيات
children | Children | Niñas y niños | Enfants | الأطفال
young-people | Young people | Jóvenes | Jeunes | الشباب
journalists | Journalists | Periodistas | Journalistes | الصحفيون والصحفيات
lawyers | Lawyers and judges | Profesionales del derecho y la judicatura | Avocats et juges | المحامون والقضاة
land-defenders | Those who defend land and nature | Quienes defienden la tierra y la naturaleza | Ceux qui défendent la terre et la nature | المدافعون عن الأرض والطبيعة
indigenous-peoples | Indigenous peoples | Pueblos indígenas | Peuples autochtones | الشعوب الأصلية
minorities | Minorities | Minorías | Minorités | الأقليات
lgbti | LGBTI people | Personas LGBTI | Personnes LGBTI | المثليون ومغايرو الهوية الجنسانية
persons-with-disabilities | Persons with disabilities | Personas con discapacidad | Personnes handicapées | الأشخاص ذوو الإعاقة
migrants | Migrants and refugees | Personas migrantes y refugiadas | Migrants et réfugiés | المهاجرون واللاجئون
workers | Workers and unions | Trabajadoras, trabajadores y sindicatos | Travailleurs et syndicats | العمال والنقابات
detainees | People in detention | Personas detenidas | Personnes détenues | المحتجزون
victims | Victims and their families | Víctimas y sus familias | Victimes et leurs familles | الضحايا وأسرهم
`;

export const affectedPersons = ['everybody', 'defenders', 'women-defenders', 'women', 'children', 'young-people', 'journalists', 'lawyers', 'land-defenders', 'indigenous-peoples', 'minorities', 'lgbti', 'persons-with-disabilities', 'migrants', 'workers', 'detainees', 'victims'] as const;
export type Affected = (typeof affectedPersons)[number];

export function isAffected(text: string): text is Affected {
	return affectedPersons.some((one) => one === text);
}

/** What they are called in this language. */
export function affectedLabel(affected: Affected, language: Language): string {
	return labelsIn(affectedLabels, language).get(affected) ?? '';
}
