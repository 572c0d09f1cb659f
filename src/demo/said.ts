import type { Language } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';

/** Whoever starts a demonstration may know these: they are the same everywhere, and open nothing but a demonstration. */
export const accounts = {
	keeper: { name: 'Demo keeper', passphrase: 'this installation is a demonstration keeper' },
	ana: { name: 'Demo officer A', passphrase: 'this installation is a demonstration officer a' },
	ben: { name: 'Demo officer B', passphrase: 'this installation is a demonstration officer b' },
	payer: { name: 'Demo payer', passphrase: 'this installation is a demonstration payer' }
} as const;

/** The programme's name on every page of the demonstration. */
export const programmeNames: Readonly<Record<Language, string>> = {
	en: 'Demonstration. Nothing here is real',
	es: 'Demostración. Nada de esto es real',
	fr: 'Démonstration. Rien ici n’est réel',
	ar: 'عرض تجريبي. لا شيء هنا حقيقي'
};

/** A text in four languages; English is the original. */
export const text = (en: string, es: string, fr: string, ar: string): Text => ({ original: 'en', in: { en, es, fr, ar } });

export const callWords = {
	rapid: {
		title: text('Rapid support (demonstration)', 'Apoyo rápido (demostración)', 'Soutien rapide (démonstration)', 'دعم عاجل (عرض تجريبي)'),
		summary: text(
			'For defenders who are at risk because of their work. This page is part of a demonstration: nobody reads what is sent, and no money is given.',
			'Para personas defensoras en riesgo por su trabajo. Esta página es parte de una demostración: nadie lee lo que se envía y no se da dinero.',
			'Pour les défenseurs en danger à cause de leur travail. Cette page fait partie d’une démonstration : personne ne lit ce qui est envoyé et aucun argent n’est versé.',
			'للمدافعين المعرضين للخطر بسبب عملهم. هذه الصفحة جزء من عرض تجريبي: لا أحد يقرأ ما يُرسل ولا يُمنح أي مال.'
		)
	},
	call: {
		title: text('Rest and travel (demonstration)', 'Descanso y viajes (demostración)', 'Repos et voyages (démonstration)', 'الراحة والسفر (عرض تجريبي)'),
		summary: text(
			'For defenders who need to be away for a time. This page is part of a demonstration: nobody reads what is sent, and no money is given.',
			'Para personas defensoras que necesitan alejarse un tiempo. Esta página es parte de una demostración: nadie lee lo que se envía y no se da dinero.',
			'Pour les défenseurs qui ont besoin de s’éloigner un temps. Cette page fait partie d’une démonstration : personne ne lit ce qui est envoyé et aucun argent n’est versé.',
			'للمدافعين الذين يحتاجون إلى الابتعاد لفترة. هذه الصفحة جزء من عرض تجريبي: لا أحد يقرأ ما يُرسل ولا يُمنح أي مال.'
		)
	},
	funded: [
		text('A safer place for a time', 'Un lugar más seguro por un tiempo', 'Un lieu plus sûr pour un temps', 'مكان أكثر أمانًا لفترة'),
		text('Lawyers, bail and fines', 'Abogacía, fianzas y multas', 'Avocats, cautions et amendes', 'محامون وكفالات وغرامات'),
		text('Care for body and mind', 'Atención médica y psicológica', 'Soins médicaux et psychologiques', 'رعاية طبية ونفسية')
	],
	notFunded: [text('Running costs of organisations', 'Gastos corrientes de organizaciones', 'Frais courants des organisations', 'النفقات الجارية للمنظمات')],
	eligible: text('Does the risk come from work for human rights?', '¿El riesgo viene del trabajo por los derechos humanos?', 'Le risque vient-il d’un travail pour les droits humains ?', 'هل ينشأ الخطر عن العمل من أجل حقوق الإنسان؟'),
	otherwise: text('Then we cannot help; other organisations can.', 'Entonces no podemos ayudar; otras organizaciones sí.', 'Alors nous ne pouvons pas aider ; d’autres organisations le peuvent.', 'إذن لا نستطيع المساعدة، وتستطيع منظمات أخرى.'),
	risk: text('How great the risk is', 'Cuán grande es el riesgo', 'L’ampleur du risque', 'مقدار الخطر'),
	effect: text('Whether the money lowers it', 'Si el dinero lo reduce', 'Si l’argent le réduit', 'هل يخفضه المال')
};

/** What the team asks, and what is answered, in the applicant's language. */
export const replies: Readonly<Record<Language, { readonly asked: string; readonly answered: string; readonly thanks: string }>> = {
	en: { asked: 'By which date would you have to leave? (A question of the demonstration.)', answered: 'By the end of next week, if there is a way.', thanks: 'Your application has arrived and is being read. (A message of the demonstration.)' },
	es: { asked: '¿Para qué fecha tendría que salir? (Pregunta de la demostración.)', answered: 'Antes del fin de la próxima semana, si se puede.', thanks: 'Su solicitud ha llegado y se está leyendo. (Mensaje de la demostración.)' },
	fr: { asked: 'Avant quelle date devriez-vous partir ? (Question de la démonstration.)', answered: 'Avant la fin de la semaine prochaine, si c’est possible.', thanks: 'Votre demande est arrivée et on la lit. (Message de la démonstration.)' },
	ar: { asked: 'قبل أي تاريخ يجب أن تغادروا؟ (سؤال من العرض التجريبي.)', answered: 'قبل نهاية الأسبوع المقبل إن أمكن.', thanks: 'وصل طلبكم وهو قيد القراءة. (رسالة من العرض التجريبي.)' }
};

export const circleWords = {
	colleagues: { name: 'Colleagues (demonstration)', purpose: 'Everybody of the programme. Nobody in it is real.' },
	desk: { name: 'Grants desk (demonstration)', purpose: 'Reads applications and decides. Nobody in it is real.' },
	identity: { name: 'Verification (demonstration)', purpose: 'Knows who applied. Nobody in it is real.' },
	payments: { name: 'Payments (demonstration)', purpose: 'Knows how money arrives, and not why. Nobody in it is real.' },
	convenors: { name: 'Convenors (demonstration)', purpose: 'Plans forums. Nobody in it is real.' },
	logistics: { name: 'Journeys (demonstration)', purpose: '' },
	assembly: { name: 'Assembly (demonstration)', purpose: 'Finds common ground and adopts a statement. Nobody in it is real.' },
	followers: { name: 'Follow-up (demonstration)', purpose: 'Writes letters and keeps what must not be public. Nobody in it is real.' },
	paper: { title: 'How we decide (demonstration)', text: 'Two people agree on every award and every refusal.\n\nWhoever knows an applicant says so before opening the text, and leaves it to others.\n\nWhat is urgent is read on the day it arrives.' }
};

/** Three forums, in one circle's words. */
export const forumWords = {
	preparing: text('A forum in preparation (demonstration)', 'Un foro en preparación (demostración)', 'Un forum en préparation (démonstration)', 'منتدى قيد التحضير (عرض تجريبي)'),
	today: text('A forum on its public day (demonstration)', 'Un foro en su día público (demostración)', 'Un forum le jour de sa séance publique (démonstration)', 'منتدى في يومه العلني (عرض تجريبي)'),
	archived: text('A forum in the archive (demonstration)', 'Un foro en el archivo (demostración)', 'Un forum dans les archives (démonstration)', 'منتدى في الأرشيف (عرض تجريبي)'),
	subject: text('what a forum looks like here; nothing of it is real', 'cómo se ve un foro aquí; nada de esto es real', 'à quoi ressemble un forum ici ; rien n’en est réel', 'كيف يبدو المنتدى هنا؛ لا شيء منه حقيقي'),
	place: text('Nowhere (demonstration)', 'Ninguna parte (demostración)', 'Nulle part (démonstration)', 'لا مكان (عرض تجريبي)'),
	hall: text('Hall', 'Sala', 'Salle', 'القاعة'),
	opening: text('Opening session', 'Sesión de apertura', 'Séance d’ouverture', 'الجلسة الافتتاحية'),
	panel: text('Who protects the protectors?', '¿Quién protege a quienes protegen?', 'Qui protège celles et ceux qui protègent ?', 'من يحمي الحماة؟'),
	meeting: text('A meeting that is not public', 'Una reunión que no es pública', 'Une réunion qui n’est pas publique', 'اجتماع غير علني'),
	closing: text('Concluding session', 'Sesión final', 'Séance de clôture', 'الجلسة الختامية'),
	speaker: 'A speaker (demonstration)',
	guests: ['Guest one (demonstration)', 'Guest two (demonstration)', 'Guest three (demonstration)'],
	reach: 'Through nobody: this is a demonstration.',
	letter: 'We would be glad if you came. (A letter of the demonstration.)',
	question: {
		en: 'What can a small group do first? (A question of the demonstration.)',
		es: '¿Qué puede hacer primero un grupo pequeño? (Pregunta de la demostración.)',
		fr: 'Que peut faire d’abord un petit groupe ? (Question de la démonstration.)',
		ar: 'ماذا تفعل مجموعة صغيرة أولاً؟ (سؤال من العرض التجريبي.)'
	} satisfies Readonly<Record<Language, string>>
};
