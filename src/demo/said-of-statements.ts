import type { Addressee, AddresseeKind } from '#lib/followup/recommendation.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { text } from './said.ts';

/** What a circle is asked, and what its members propose; in one language each, as people write. */
export const roundWords = {
	question: { en: 'What should the next statement ask for? (A question of the demonstration.)', es: '¿Qué debería pedir la próxima declaración? (Pregunta de la demostración.)', fr: 'Que devrait demander la prochaine déclaration ? (Question de la démonstration.)', ar: 'ماذا ينبغي أن يطلب البيان المقبل؟ (سؤال من العرض التجريبي.)' },
	propositions: [
		['en', 'Every defender in prison should be visited by somebody independent within a week.'],
		['es', 'Las personas defensoras deberían decidir por sí mismas qué medidas las protegen.'],
		['fr', 'L’argent devrait arriver en trois jours, et non en trois mois.'],
		['ar', 'ينبغي أن تُنشر أسماء الشركات التي تبيع أدوات المراقبة.'],
		['en', 'We should name no government before its defenders have agreed to it.'],
		['en', 'Statements should be shorter than two pages.']
	] as const satisfies readonly (readonly [Language, string])[]
};

/** A draft that a circle is asked to adopt. */
export const draftWords = {
	title: 'What we ask for this year (demonstration)',
	clauses: [
		['preamble', 'We met in a place that does not exist, because this is a demonstration.'],
		['finding', 'Two of three of us were followed on the way. Nobody counted: this, too, is made up.'],
		['recommendation', 'The Parliament of Exampleland should pass the law that protects human rights defenders by June next year.'],
		['recommendation', 'The Republic of Exampleland should publish each year what became of threats against journalists.'],
		['recommendation', 'We write every month to each defender who is in prison.']
	] as const
};

const addressee = (id: string, kind: AddresseeKind, name: Text): Addressee => ({ id, kind, name });

/** Nobody of these is there. */
export const madeUpAddressees: readonly Addressee[] = [
	addressee('republic-of-exampleland', 'state', text('Republic of Exampleland (demonstration)', 'República de Ejemplandia (demostración)', 'République d’Exemplie (démonstration)', 'جمهورية مثاليا (عرض تجريبي)')),
	addressee('parliament-of-exampleland', 'parliament', text('Parliament of Exampleland (demonstration)', 'Parlamento de Ejemplandia (demostración)', 'Parlement d’Exemplie (démonstration)', 'برلمان مثاليا (عرض تجريبي)')),
	addressee('council-of-made-up-nations', 'united-nations', text('Council of Made-up Nations (demonstration)', 'Consejo de Naciones Inventadas (demostración)', 'Conseil des nations imaginaires (démonstration)', 'مجلس الأمم المتخيلة (عرض تجريبي)')),
	addressee('defenders-of-nowhere', 'movement', text('Defenders of Nowhere (demonstration)', 'Personas defensoras de Ninguna Parte (demostración)', 'Défenseurs de Nulle Part (démonstration)', 'مدافعو لا مكان (عرض تجريبي)'))
];

/** What is said to have happened. */
export const followupWords = {
	theme: text('Freedom to organise', 'Libertad de organizarse', 'Liberté de s’organiser', 'حرية التنظيم'),
	office: 'An office that is not there (demonstration)',
	session: 'Session 12 of the Council of Made-up Nations',
	noted: text('We have read it with interest. (Nobody wrote this.)', 'Lo hemos leído con interés. (Nadie escribió esto.)', 'Nous l’avons lu avec intérêt. (Personne n’a écrit cela.)', 'اطلعنا عليه باهتمام. (لم يكتب هذا أحد.)'),
	inPart: text('Parliament agrees with half of it. (Nobody wrote this.)', 'El Parlamento está de acuerdo con la mitad. (Nadie escribió esto.)', 'Le Parlement en approuve la moitié. (Personne n’a écrit cela.)', 'يوافق البرلمان على نصفه. (لم يكتب هذا أحد.)'),
	bill: text('A bill was brought in that would repeal the law. (Made up.)', 'Se presentó un proyecto que derogaría la ley. (Inventado.)', 'Un projet de loi a été déposé qui abrogerait la loi. (Inventé.)', 'قُدّم مشروع قانون من شأنه إلغاء القانون. (متخيل.)'),
	raids: text('Two offices were searched under the law that was to go. (Made up.)', 'Se registraron dos oficinas en virtud de la ley que debía derogarse. (Inventado.)', 'Deux bureaux ont été perquisitionnés en vertu de la loi qui devait disparaître. (Inventé.)', 'فُتّش مكتبان بموجب القانون الذي كان يُفترض إلغاؤه. (متخيل.)'),
	law: text('A law that protects defenders was passed. (Made up.)', 'Se aprobó una ley que protege a las personas defensoras. (Inventado.)', 'Une loi qui protège les défenseurs a été adoptée. (Inventé.)', 'سُنّ قانون يحمي المدافعين. (متخيل.)'),
	letters: text('Letters went out every month of the year. (Made up.)', 'Las cartas salieron cada mes del año. (Inventado.)', 'Des lettres sont parties chaque mois de l’année. (Inventé.)', 'أُرسلت رسائل في كل شهر من السنة. (متخيل.)'),
	halfDone: text('The law is there, and no money for it.', 'La ley está, y no hay dinero para ella.', 'La loi est là, mais pas l’argent pour l’appliquer.', 'القانون موجود ولا مال لتطبيقه.'),
	wrongDay: text('It was another office and another day.', 'Fue otra oficina y otro día.', 'C’était un autre bureau et un autre jour.', 'كان مكتبًا آخر ويومًا آخر.'),
	others: 'Watchers of Nowhere (demonstration)',
	report: 'A report that is not there',
	sealed: { name: 'Notes on two searches (demonstration)', place: 'Nowhere', words: 'What stands here is sealed for the circle that follows up. Nothing of it is real.' },
	papers: { example: 'The Exampleland Example (demonstration)', radio: 'Radio Nowhere (demonstration)', quotidien: 'Le Quotidien d’Exemplie (démonstration)' },
	headlines: { repeal: 'Who may found a club in Exampleland?', law: 'Parliament of Exampleland hears defenders', visit: 'Le Conseil viendra-t-il ?', anniversary: 'Five years after a statement that nobody made' }
};
