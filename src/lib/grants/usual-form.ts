import type { Text } from '#lib/platform/i18n/text.ts';
import type { Question } from './form.ts';

const text = (en: string, es: string, fr: string, ar: string): Text => ({ original: 'en', in: { en, es, fr, ar } });

function asked(id: string, label: Text, more: Partial<Question> = {}): Question {
	return { id, part: 'core', kind: 'long-text', label, help: null, required: false, choices: [], when: null, most: 4000, ...more };
}

/** What a new call asks until somebody changes it: as little as a decision needs. */
export const usualQuestions: readonly Question[] = [
	asked('situation', text('What has happened, and what do you fear?', '¿Qué ha ocurrido y qué teme?', 'Que s’est-il passé, et que craignez-vous ?', 'ماذا حدث، وممّ تخافون؟'), {
		required: true,
		help: text(
			'Tell what we need to understand the risk. No names of other people.',
			'Cuente lo necesario para entender el riesgo. Sin nombres de otras personas.',
			'Dites ce qu’il faut pour comprendre le risque. Sans les noms d’autres personnes.',
			'اذكروا ما نحتاج إليه لفهم الخطر، من دون أسماء أشخاص آخرين.'
		)
	}),
	asked('need', text('What do you need?', '¿Qué necesita?', 'De quoi avez-vous besoin ?', 'ماذا تحتاجون؟'), {
		kind: 'choices',
		required: true,
		most: 10,
		choices: [
			{ id: 'safety', label: text('To be in a safer place for a time', 'Estar un tiempo en un lugar más seguro', 'Être en lieu plus sûr pour un temps', 'البقاء في مكان أكثر أمانًا لفترة') },
			{ id: 'legal', label: text('A lawyer, bail or fines', 'Abogacía, fianza o multas', 'Un avocat, une caution ou des amendes', 'محامٍ أو كفالة أو غرامات') },
			{ id: 'health', label: text('Care for body or mind', 'Atención médica o psicológica', 'Des soins médicaux ou psychologiques', 'رعاية طبية أو نفسية') },
			{ id: 'protection', label: text('Protection of home, office or devices', 'Protección de la casa, la oficina o los dispositivos', 'Protéger le domicile, le bureau ou les appareils', 'حماية البيت أو المكتب أو الأجهزة') },
			{ id: 'family', label: text('Support for the family', 'Apoyo a la familia', 'Un soutien pour la famille', 'دعم العائلة') },
			{ id: 'other', label: text('Something else', 'Otra cosa', 'Autre chose', 'شيء آخر') }
		]
	}),
	asked('by-when', text('By when do you need it?', '¿Para cuándo lo necesita?', 'Pour quand en avez-vous besoin ?', 'متى تحتاجون إليه؟'), { kind: 'date', most: 1 }),
	asked('amount', text('How much do you ask for?', '¿Cuánto solicita?', 'Quelle somme demandez-vous ?', 'كم تطلبون؟'), { kind: 'amount', required: true, most: 1 }),
	asked('budget', text('What is it for?', '¿Para qué es?', 'À quoi servira-t-elle ?', 'في ماذا سيُنفق المبلغ؟'), {
		kind: 'budget',
		most: 12,
		help: text('One line for each cost. A good guess is enough.', 'Una línea por gasto. Basta un buen cálculo aproximado.', 'Une ligne par dépense. Une bonne estimation suffit.', 'سطر لكل نفقة، ويكفي تقدير جيد.')
	}),
	asked('papers', text('Papers or pictures that help us understand', 'Documentos o fotos que ayuden a entender', 'Documents ou photos qui aident à comprendre', 'وثائق أو صور تساعدنا على الفهم'), { kind: 'file', most: 5 }),
	asked('who', text('Who are you, and what is your work for human rights?', '¿Quién es y cuál es su trabajo por los derechos humanos?', 'Qui êtes-vous, et que faites-vous pour les droits humains ?', 'من أنتم، وما عملكم من أجل حقوق الإنسان؟'), { part: 'identity', required: true }),
	asked('money-way', text('How can money reach you without risk?', '¿Cómo puede llegarle el dinero sin riesgo?', 'Comment l’argent peut-il vous parvenir sans risque ?', 'كيف يمكن أن يصل المال إليكم من دون خطر؟'), { part: 'payee', most: 2000 }),
	asked('vouch', text('Who knows your work and may be asked about it?', '¿Quién conoce su trabajo y puede dar referencias?', 'Qui connaît votre travail et peut être interrogé ?', 'من يعرف عملكم ويمكن سؤاله عنه؟'), {
		part: 'references',
		most: 2000,
		help: text('We ask nobody before you agree.', 'No preguntamos a nadie sin su acuerdo.', 'Nous n’interrogeons personne sans votre accord.', 'لن نسأل أحدًا قبل موافقتكم.')
	})
];
