import type { Language } from '#lib/platform/i18n/language.ts';
import type { AgendaItem, Body, Forum, ForumDocument, Revision, Revisions, Writing } from './forum.ts';
import type { Prose } from './prose.ts';
import type { Text } from '#lib/platform/i18n/text.ts';

/**
 * Note: Forums to test with.
 * Three forums that took place, after public facts about them, and forums that nobody would wish for. The words are
 * ours. Only tests import this file.
 */

/** A text whose original is English; without translations it is in English only. */
export function text(en: string, translations: Readonly<Partial<Record<Language, string>>> = {}): Text {
	return { original: 'en', in: { en, ...translations } };
}

function body(paragraphs: Readonly<Partial<Record<Language, string>>>): Body {
	const writings = Object.entries(paragraphs).map(([language, markdown]): [string, Writing] => {
		const prose: Prose = [{ kind: 'paragraph', inlines: [{ kind: 'text', text: markdown }], clause: 1 }];
		return [language, { markdown, prose }];
	});
	return { original: 'en', in: Object.fromEntries(writings) };
}

/** The revisions of a forum in which nothing has changed since it was imported. */
export function untouched(forum: Forum, revision: Revision = { changedAt: new Date('2026-03-01T08:30:00Z'), sequence: 0 }): Revisions {
	return Object.fromEntries(['', ...forum.agenda.map(({ id }) => id)].map((id) => [id, revision]));
}

export function item(of: Pick<AgendaItem, 'id' | 'day' | 'title'> & Partial<AgendaItem>): AgendaItem {
	return { public: true, cancelled: false, ...of };
}

const atlanta = text('Atlanta, Georgia, United States', {
	es: 'Atlanta, Georgia, Estados Unidos',
	fr: 'Atlanta, Géorgie, États-Unis',
	ar: 'أتلانتا، جورجيا، الولايات المتحدة'
});

const opening = text('Welcome and opening remarks', {
	es: 'Bienvenida y palabras de apertura',
	fr: 'Accueil et allocutions d’ouverture',
	ar: 'الترحيب والكلمات الافتتاحية'
});

/** What every forum here has in common; it has no agenda. */
export const plainForum: Forum = {
	slug: '2003-frontlines-of-freedom-war-on-terror',
	language: 'en',
	title: text('Human Rights Defenders on the Frontlines of Freedom', {
		es: 'Defensores de derechos humanos en la primera línea de la libertad',
		fr: 'Les défenseurs des droits humains en première ligne de la liberté',
		ar: 'المدافعون عن حقوق الإنسان على خطوط الحرية الأمامية'
	}),
	subject: text('What wider police powers and weaker courts cost those who defend rights', {
		es: 'Lo que cuestan a quienes defienden derechos más poderes policiales y jueces más débiles'
	}),
	summary: body({ en: 'Defenders met to say what the fight against terror had done to rights.' }),
	startsOn: '2003-11-11',
	endsOn: '2003-11-12',
	precision: 'day',
	place: atlanta,
	timeZone: 'America/New_York',
	hosts: [text('The Carter Center', { es: 'El Centro Carter', fr: 'Le Centre Carter', ar: 'مركز كارتر' })],
	people: [],
	countries: 41,
	themes: [],
	agenda: [],
	quotations: [],
	figures: [],
	recordings: []
};

export const forum2017: Forum = {
	...plainForum,
	slug: '2017-freedom-from-fear',
	title: text('Freedom from Fear: Securing Rights in Challenging Times', {
		es: 'Libres del miedo: asegurar los derechos en tiempos difíciles',
		fr: 'Libérés de la peur : garantir les droits en des temps difficiles',
		ar: 'التحرر من الخوف: صون الحقوق في أوقات عصيبة'
	}),
	subject: text('Less and less room for debate and activism as authoritarian rule spreads', {
		es: 'Cada vez menos espacio para el debate y el activismo ante el avance autoritario',
		fr: 'Toujours moins de place pour le débat et l’engagement face à la montée de l’autoritarisme',
		ar: 'تضاؤل مساحة النقاش والعمل مع تصاعد الاستبداد'
	}),
	startsOn: '2017-05-08',
	endsOn: '2017-05-09',
	countries: 31,
	participantsAbout: 70,
	agenda: [
		item({ id: 'opening', day: '2017-05-08', starts: '13:30', ends: '14:45', title: opening }),
		item({
			id: 'new-normal',
			day: '2017-05-08',
			starts: '15:20',
			ends: '16:45',
			title: text('The New Normal: Mainstreaming Intolerance and Repression', {
				es: 'La nueva normalidad: intolerancia y represión a la orden del día',
				fr: 'La nouvelle normalité : l’intolérance et la répression banalisées',
				ar: 'الوضع الجديد: التعصب والقمع أمرًا معتادًا'
			})
		}),
		item({ id: 'conversation', day: '2017-05-08', starts: '18:20', ends: '19:00', title: text('Conversation on important human rights issues') }),
		item({ id: 'alliances', day: '2017-05-09', starts: '10:00', ends: '11:15', title: text('Building New Alliances to Address Root Causes') }),
		item({ id: 'alliances-continued', day: '2017-05-09', starts: '11:40', ends: '12:40', title: text('Building New Alliances, continued') }),
		item({ id: 'solidarity-and-hope', day: '2017-05-09', starts: '14:00', ends: '15:15', title: text('From Fear to Solidarity and Hope: Need for New Alliances') }),
		item({ id: 'conclusions', day: '2017-05-09', starts: '15:50', ends: '17:00', title: text('Conclusions and recommendations, with questions') })
	]
};

export const forum2018: Forum = {
	...plainForum,
	slug: '2018-restoring-faith-in-freedom',
	title: text('Restoring Faith in Freedom', {
		es: 'Restaurar la fe en la libertad',
		fr: 'Rendre foi en la liberté',
		ar: 'استعادة الإيمان بالحرية'
	}),
	subject: text('Economic and social rights, faith in institutions, and the backlash against defenders'),
	startsOn: '2018-07-21',
	endsOn: '2018-07-24',
	countries: 36,
	participantsAbout: 60,
	hashtag: '#FaithinFreedom',
	agenda: [
		item({ id: 'opening', day: '2018-07-24', starts: '10:00', ends: '11:20', title: opening }),
		item({ id: 'social-contract', day: '2018-07-24', starts: '11:45', ends: '13:00', title: text('Restoring the Social Contract', { fr: 'Refaire le contrat social' }) }),
		item({ id: 'front-lines', day: '2018-07-24', starts: '14:15', ends: '15:15', title: text('Reinforcing the Front Lines of Freedom') }),
		item({
			id: 'conclusions',
			day: '2018-07-24',
			starts: '15:50',
			ends: '17:00',
			title: text('Conclusions, with written questions from press, audience and viewers', {
				es: 'Conclusiones, con preguntas por escrito de la prensa, el público y los espectadores'
			}),
			questionsMinutes: 20
		})
	]
};

export const forum2019: Forum = {
	...plainForum,
	slug: '2019-building-solidarity-toward-equality-for-all',
	title: text('Building Solidarity Toward Equality for All', {
		es: 'Construir solidaridad hacia la igualdad para todas las personas',
		fr: 'Bâtir la solidarité vers l’égalité pour tous',
		ar: 'بناء التضامن نحو المساواة للجميع'
	}),
	subject: text('Solidarity with defenders under attack, rights that cannot be divided, and women defenders', {
		ar: 'التضامن مع المدافعين المستهدفين، وحقوق لا تتجزأ، والمدافعات عن حقوق الإنسان'
	}),
	startsOn: '2019-10-12',
	endsOn: '2019-10-15',
	ordinal: 12,
	countries: 28,
	participantsAbout: 50,
	hashtag: '#BuildingSolidarity',
	themes: [
		{ title: text('Equality is Indivisible'), workshops: [text('Interdependence and indivisibility of human rights'), text('Human rights for all')] }
	],
	agenda: [
		item({ id: 'arrival', day: '2019-10-12', title: text('Arrival', { es: 'Llegada', fr: 'Arrivée', ar: 'الوصول' }) }),
		item({ id: 'workshops-1', day: '2019-10-13', title: text('Workshops, first day'), public: false }),
		item({ id: 'workshops-2', day: '2019-10-14', title: text('Workshops, second day'), public: false }),
		item({
			id: 'public-forum',
			day: '2019-10-15',
			title: text('Public forum: opening reflections, overview report from the workshops, three panels on the themes', {
				ar: 'المنتدى العام: تأملات افتتاحية، والتقرير الجامع عن ورش العمل، وثلاث حلقات نقاش حول المحاور'
			})
		}),
		item({
			id: 'concluding',
			day: '2019-10-15',
			starts: '15:50',
			ends: '17:00',
			title: text('Concluding session: statement, remarks, written questions from press, audience and viewers of the livestream', {
				es: 'Sesión final: declaración, palabras y preguntas por escrito de la prensa, el público y quienes siguen la transmisión',
				fr: 'Séance de clôture : déclaration, remarques, questions écrites de la presse, du public et des internautes',
				ar: 'الجلسة الختامية: البيان والملاحظات والأسئلة المكتوبة من الصحافة والحضور ومتابعي البث المباشر'
			}),
			questionsMinutes: 15
		})
	]
};

/** A forum of which only the month is known. */
export const forum2024: Forum = {
	...plainForum,
	slug: '2024-forum',
	title: text('Human Rights Defenders Forum 2024'),
	startsOn: '2024-05-01',
	endsOn: '2024-05-01',
	precision: 'month'
};

/** New York put its clocks back on 3 November 2019 at 2:00: 01:30 came twice. With an item of every awkward kind. */
export const clockChangeForum: Forum = {
	...plainForum,
	slug: '2019-clock-change',
	title: text('A forum across the change of clocks'),
	startsOn: '2019-11-02',
	endsOn: '2019-11-03',
	agenda: [
		item({ id: 'before', day: '2019-11-02', starts: '09:00', ends: '10:30', title: text('On summer time'), room: text('Hall', { es: 'Sala' }) }),
		item({ id: 'over-midnight', day: '2019-11-02', starts: '23:30', ends: '00:30', title: text('Vigil over midnight'), room: text('Garden') }),
		item({ id: 'through-the-change', day: '2019-11-03', starts: '00:45', ends: '02:30', title: text('Through the change'), room: text('Hall', { es: 'Sala' }) }),
		item({ id: 'twice', day: '2019-11-03', starts: '01:30', ends: '01:50', title: text('At the time that comes twice') }),
		item({ id: 'after', day: '2019-11-03', starts: '09:00', ends: '10:30', title: text('On winter time'), room: text('Hall', { es: 'Sala' }) }),
		item({ id: 'open-end', day: '2019-11-03', starts: '20:00', title: text('Nobody knows until when') }),
		item({ id: 'cancelled', day: '2019-11-03', starts: '11:00', ends: '12:00', title: text('It will not take place'), cancelled: true }),
		item({ id: 'closed', day: '2019-11-03', starts: '13:00', ends: '14:00', title: text('Closed meeting'), room: text('CANARY-ROOM'), public: false })
	]
};

/** New York put its clocks forward on 10 March 2019 at 2:00: 02:30 never came. */
export const clockForwardForum: Forum = {
	...plainForum,
	slug: '2019-clock-forward',
	startsOn: '2019-03-10',
	endsOn: '2019-03-10',
	agenda: [item({ id: 'never', day: '2019-03-10', starts: '02:30', ends: '03:00', title: text('At the time that never comes') })]
};

/** Words of somebody who wants to get out of every format that we write. */
export const hostileWords =
	'Hi]]>, <script>alert(1)</script>; "a\\b\\n" \'c\' &amp;\r\nATTENDEE:mailto:x@y.example\rBEGIN:VALARM\nEND:VEVENT\u2028ATTENDEE:a\u0085ATTENDEE:b\u000bATTENDEE:c\u0000\u0007\u007f\uffff\ud800 --> %0D%0A';

export const hostileForum: Forum = {
	...plainForum,
	slug: '2019-hostile',
	title: text(hostileWords),
	subject: text(hostileWords),
	place: text(hostileWords),
	startsOn: '2019-10-12',
	endsOn: '2019-10-12',
	agenda: [
		item({ id: 'hostile', day: '2019-10-12', starts: '10:00', ends: '11:00', title: text(hostileWords), room: text(hostileWords) }),
		item({ id: 'prototype', day: '2019-10-12', starts: '12:00', ends: '13:00', title: text('constructor'), room: text('__proto__') }),
		item({ id: 'constructor', day: '2019-10-12', starts: '13:00', ends: '13:10', title: text('__proto__') })
	]
};

/** Arabic, a joined emoji and combining accents, at every offset from the 75 octets at which a line is folded. */
export const longForum: Forum = {
	...plainForum,
	slug: '2019-long',
	startsOn: '2019-10-12',
	endsOn: '2019-10-12',
	agenda: Array.from({ length: 24 }, (_, shift) =>
		item({
			id: `long-${shift}`,
			day: '2019-10-12',
			starts: `${String(shift).padStart(2, '0')}:00`,
			ends: `${String(shift).padStart(2, '0')}:45`,
			title: text('-'.repeat(shift) + 'بناء التضامن نحو المساواة للجميع 👩🏽‍⚖️🕊️ é'.repeat(4))
		})
	)
};

export const forums: readonly Forum[] = [forum2017, forum2018, forum2019, clockChangeForum, clockForwardForum, hostileForum, longForum];

/** An invented statement of two clauses, one of them within a quotation. */
export const statement: ForumDocument = {
	forum: clockChangeForum.slug,
	slug: 'statement',
	kind: 'statement',
	language: 'en',
	title: text('A statement', { es: 'Una declaración' }),
	text: 'full',
	publishedOn: '2019-11-04',
	by: text('The participants'),
	source: { name: 'A newspaper', url: 'https://newspaper.example/statement' },
	body: {
		original: 'en',
		in: {
			en: {
				markdown: '1. Protect defenders.\n2. Equality cannot be divided.',
				prose: [
					{ kind: 'heading', level: 2, inlines: [{ kind: 'text', text: 'We ask' }] },
					{ kind: 'clause', clause: 1, blocks: [{ kind: 'paragraph', inlines: [{ kind: 'text', text: 'Protect defenders.' }] }] },
					{ kind: 'quote', blocks: [{ kind: 'clause', clause: 2, blocks: [{ kind: 'paragraph', inlines: [{ kind: 'text', text: 'Equality cannot be divided.' }] }] }] }
				]
			}
		}
	}
};
