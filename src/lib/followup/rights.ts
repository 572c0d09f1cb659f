import type { Language } from '#lib/platform/i18n/language.ts';
import { rightLabels } from './right-labels.ts';
import { labelsIn } from './labels.ts';

/** Instruments by the letters under which the United Nations know them; `DHRD` is ours for the Declaration on Human Rights Defenders. */
export const instruments = ['UDHR', 'ICCPR', 'ICESCR', 'CEDAW', 'CAT', 'CRC', 'CRPD', 'ICERD', 'CED', 'CMW', 'DHRD'] as const;
export type Instrument = (typeof instruments)[number];

/** The two Covenants, whose rights meet in so many recommendations. */
export const covenants = ['ICCPR', 'ICESCR'] as const satisfies readonly Instrument[];

/** An article as it is named everywhere: `ICCPR-19`. */
export type Right = `${Instrument}-${number}`;

/**
 * Of each instrument the articles that hold rights and duties, from the first one given, by what they are about. Articles
 * about committees and signatures are left out.
 */
const articles: Readonly<Record<Instrument, readonly [first: number, about: string]>> = {
	UDHR: [1, 'free-equal no-discrimination life-liberty slavery torture recognition equal-before-law remedy arrest fair-trial non-retroactive privacy movement asylum nationality family property thought expression assembly-association participation-public social-security work-union rest living-standard education culture international-order duties no-undoing'],
	ICCPR: [1, 'self-determination respect-remedy equal-women-men emergency no-undoing life torture slavery liberty detention-conditions debt movement expulsion fair-trial non-retroactive recognition privacy thought expression war-hatred assembly association family child participation-public equal-before-law minorities'],
	ICESCR: [1, 'self-determination step-by-step equal-women-men due-limits no-undoing work work-conditions unions-strike social-security family-mothers living-standard health education education-primary culture'],
	CEDAW: [1, 'definition end-discrimination advancement-of-women special-measures abolish-stereotypes trafficking-women participation-women women-represent nationality education employment-women health economic-social-women rural-women women-law family'],
	CAT: [1, 'definition-torture prevention-torture refoulement criminal-offence jurisdiction suspects-custody extradite-prosecute extradition mutual-assistance training interrogation-review investigation complaints redress torture-evidence torture-ill-treatment'],
	CRC: [1, 'definition no-discrimination best-interests obligations evolving-capacities life-child birth-registration identity separation family-reunion child-abduction to-be-heard expression thought assembly-association privacy media parents violence-children without-family adoption refugees-children disability health placement-review social-security living-standard education aims-of-education minorities-children play child-labour drugs sexual-exploitation child-trafficking exploitation torture war-children recovery child-justice better-standards make-known'],
	CRPD: [1, 'purpose definition principles obligations equal-before-law women-disabilities children-disabilities awareness accessibility life humanitarian recognition access-to-justice liberty torture exploitation integrity movement-nationality independent-living mobility expression-information privacy family-home education health early-help work social-protection participation-public culture-sport statistics international-cooperation monitoring'],
	ICERD: [1, 'definition end-discrimination segregation racist-propaganda equal-racial remedy education-prejudice'],
	CED: [1, 'no-disappearance definition-disappearance private-actors criminal-offence crime-against-humanity criminal-responsibility penalties limitation-period jurisdiction suspects-custody extradite-prosecute investigation extradition mutual-assistance search-victims refoulement secret-detention detainee-information personal-data information-limits release-verified obstruction training truth children-of-disappeared'],
	CMW: [7, 'no-discrimination leave-enter life torture slavery thought expression privacy property liberty detention-conditions fair-trial non-retroactive debt documents-confiscated collective-expulsion consular recognition equal-work association social-security emergency-care birth-registration education cultural-identity transfer-earnings information-rights law-of-state no-status documented departure-information temporary-absence movement association participation-public institutions-rights equal-services family-migrants equal-services taxes transfer-earnings taxes residence-work family-stay employment-choice employment-choice employment-choice equal-work equal-work expulsion particular-categories particular-categories particular-categories particular-categories particular-categories particular-categories particular-categories humane-migration services-information recruitment orderly-return smuggling irregular-situation living-working repatriation-dead'],
	DHRD: [1, 'defend-rights state-duties legal-framework no-undoing defenders-communicate information-rights new-ideas participation-criticism remedy-defenders refuse-violations profession protection-defenders funding public-understanding rights-education rights-education due-limits duties no-undoing no-state-support']
};

let known: ReadonlyMap<Right, string> | undefined;

/** Every article, in the order of instruments and numbers, with the key of its words. */
function allArticles(): ReadonlyMap<Right, string> {
	return (known ??= new Map(instruments.flatMap((instrument) => articles[instrument][1].split(' ').map((about, at): [Right, string] => [`${instrument}-${articles[instrument][0] + at}`, about]))));
}

/** Every article that a recommendation can rest on. */
export function rights(): readonly Right[] {
	return [...allArticles().keys()];
}

export function isRight(text: string): text is Right {
	return allArticles().has(text as Right);
}

export function instrumentOf(right: Right): Instrument {
	// A `Right` begins with an instrument and a hyphen.
	return right.slice(0, right.lastIndexOf('-')) as Instrument;
}

export function articleOf(right: Right): number {
	return Number(right.slice(right.lastIndexOf('-') + 1));
}

/** In the order of instruments, then of articles. */
export function byArticle(a: Right, b: Right): number {
	return instruments.indexOf(instrumentOf(a)) - instruments.indexOf(instrumentOf(b)) || articleOf(a) - articleOf(b);
}

/** What an article is about, in a few words. */
export function rightLabel(right: Right, language: Language): string {
	const about = allArticles().get(right) ?? '';
	return labelsIn(rightLabels, language).get(about) ?? about;
}

/** How people name an instrument in running text, in this language. */
export function instrumentShort(instrument: Instrument, language: Language): string {
	return shortNames[instrument][language];
}

/** The whole name of an instrument. */
export function instrumentName(instrument: Instrument, language: Language): string {
	return names[instrument][language];
}

/** `ICCPR 19`, `PIDCP 19`. */
export function rightShort(right: Right, language: Language): string {
	return `${instrumentShort(instrumentOf(right), language)} ${articleOf(right)}`;
}

/** The other articles about the same, in whatever instrument. */
export function sameRight(right: Right): Right[] {
	const about = allArticles().get(right);
	return [...allArticles()].flatMap(([other, key]) => (key === about && other !== right ? [other] : []));
}

type Names = Readonly<Record<Instrument, Readonly<Record<Language, string>>>>;

const shortNames: Names = {
	UDHR: { en: 'UDHR', es: 'DUDH', fr: 'DUDH', ar: 'الإعلان العالمي' },
	ICCPR: { en: 'ICCPR', es: 'PIDCP', fr: 'PIDCP', ar: 'العهد المدني والسياسي' },
	ICESCR: { en: 'ICESCR', es: 'PIDESC', fr: 'PIDESC', ar: 'العهد الاقتصادي والاجتماعي' },
	CEDAW: { en: 'CEDAW', es: 'CEDAW', fr: 'CEDEF', ar: 'اتفاقية المرأة' },
	CAT: { en: 'CAT', es: 'CAT', fr: 'CCT', ar: 'اتفاقية التعذيب' },
	CRC: { en: 'CRC', es: 'CDN', fr: 'CDE', ar: 'اتفاقية الطفل' },
	CRPD: { en: 'CRPD', es: 'CDPD', fr: 'CDPH', ar: 'اتفاقية الإعاقة' },
	ICERD: { en: 'ICERD', es: 'ICERD', fr: 'CIEDR', ar: 'اتفاقية التمييز العنصري' },
	CED: { en: 'CED', es: 'CED', fr: 'CED', ar: 'اتفاقية الاختفاء القسري' },
	CMW: { en: 'CMW', es: 'CMW', fr: 'CTM', ar: 'اتفاقية العمال المهاجرين' },
	DHRD: { en: 'Defenders’ Declaration', es: 'Declaración sobre Defensores', fr: 'Déclaration sur les défenseurs', ar: 'إعلان المدافعين' }
};

const names: Names = {
	UDHR: { en: 'Universal Declaration of Human Rights', es: 'Declaración Universal de Derechos Humanos', fr: 'Déclaration universelle des droits de l’homme', ar: 'الإعلان العالمي لحقوق الإنسان' },
	ICCPR: { en: 'Covenant on Civil and Political Rights', es: 'Pacto de Derechos Civiles y Políticos', fr: 'Pacte relatif aux droits civils et politiques', ar: 'العهد الدولي الخاص بالحقوق المدنية والسياسية' },
	ICESCR: { en: 'Covenant on Economic, Social and Cultural Rights', es: 'Pacto de Derechos Económicos, Sociales y Culturales', fr: 'Pacte relatif aux droits économiques, sociaux et culturels', ar: 'العهد الدولي الخاص بالحقوق الاقتصادية والاجتماعية والثقافية' },
	CEDAW: { en: 'Convention on Discrimination against Women', es: 'Convención sobre la discriminación contra la mujer', fr: 'Convention sur les discriminations à l’égard des femmes', ar: 'اتفاقية القضاء على التمييز ضد المرأة' },
	CAT: { en: 'Convention against Torture', es: 'Convención contra la Tortura', fr: 'Convention contre la torture', ar: 'اتفاقية مناهضة التعذيب' },
	CRC: { en: 'Convention on the Rights of the Child', es: 'Convención sobre los Derechos del Niño', fr: 'Convention relative aux droits de l’enfant', ar: 'اتفاقية حقوق الطفل' },
	CRPD: { en: 'Convention on the Rights of Persons with Disabilities', es: 'Convención sobre los Derechos de las Personas con Discapacidad', fr: 'Convention relative aux droits des personnes handicapées', ar: 'اتفاقية حقوق الأشخاص ذوي الإعاقة' },
	ICERD: { en: 'Convention on Racial Discrimination', es: 'Convención sobre la Discriminación Racial', fr: 'Convention sur la discrimination raciale', ar: 'اتفاقية القضاء على التمييز العنصري' },
	CED: { en: 'Convention on Enforced Disappearance', es: 'Convención sobre las Desapariciones Forzadas', fr: 'Convention sur les disparitions forcées', ar: 'اتفاقية حماية الجميع من الاختفاء القسري' },
	CMW: { en: 'Convention on Migrant Workers', es: 'Convención sobre los Trabajadores Migratorios', fr: 'Convention sur les travailleurs migrants', ar: 'اتفاقية حماية العمال المهاجرين' },
	DHRD: { en: 'Declaration on Human Rights Defenders', es: 'Declaración sobre las personas defensoras de derechos humanos', fr: 'Déclaration sur les défenseurs des droits humains', ar: 'إعلان المدافعين عن حقوق الإنسان' }
};
