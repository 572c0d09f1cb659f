import type { Language } from '#lib/platform/i18n/language.ts';
import { fold } from '#lib/platform/text/fold.ts';

/** What a recommendation says so that somebody can be held to it. */
export const recommendationParts = ['addressee', 'action', 'time'] as const;
export type RecommendationPart = (typeof recommendationParts)[number];

/**
 * Note: Who should do what by when.
 * Plain rules look for words: of those who can act, of asking, and of time. They know nothing of what a sentence means. So they can
 * miss what is there, and find what is not; whoever writes is told what was not found, and nothing is ever refused for it.
 */
export function missingIn(text: string, language: Language): readonly RecommendationPart[] {
	const words = fold(text);
	return recommendationParts.filter((part) => !rules[language][part].test(words));
}

/** Beginnings of words, as they are after folding: without accents, in lower case. */
function anyOf(...beginnings: readonly string[]): RegExp {
	return new RegExp(`(?<![\\p{L}\\p{N}])(?:${beginnings.join('|')})`, 'u');
}

/** Arabic joins "and", "so", "by", "for" and the article to the word. */
function arabic(...words: readonly string[]): RegExp {
	return new RegExp(`(?<![\\p{L}\\p{N}])[وف]?[بل]?(?:ال|ل)?(?:${words.map(fold).join('|')})`, 'u');
}

const year = '(?:19|20)\\d\\d(?!\\d)';
const date = '\\d{1,2}[./-]\\d{1,2}[./-]\\d{2,4}';

const rules: Readonly<Record<Language, Readonly<Record<RecommendationPart, RegExp>>>> = {
	en: {
		addressee: anyOf('governments?', 'states?(?! of)', 'parliament', 'congress', 'ministr', 'minister', 'authorit', 'police', 'court', 'judge', 'judiciary', 'prosecutor', 'president', 'mayor', 'municipal', 'compan', 'business', 'corporation', 'bank', 'platform', 'donor', 'funder', 'embass', 'diplomat', 'united nations', 'un ', 'human rights council', 'special rapporteur', 'european union', 'african union', 'organi[sz]ation of american states', 'commission', 'council', 'secretary', 'military', 'army', 'media', 'university', 'universities', 'member states?', 'the carter center', 'national human rights institution', 'civil society', 'religious leaders'),
		action: anyOf('should', 'must', 'shall', 'ought to', 'needs? to', 'call(?:s|ing)? (?:on|upon|for)', 'urge', 'ask', 'demand', 'request', 'recommend', 'appeal', 'insist', 'invite'),
		time: anyOf(year, date, 'by (?:the end|the \\d|\\d|next|then|january|february|march|april|may|june|july|august|september|october|november|december)', 'within (?:\\d|a |an |one|two|three|four|five|six|seven|eight|nine|ten|twelve|thirty|the next)', 'before', 'until', 'no later than', 'immediately', 'at once', 'without delay', 'every (?:year|month|week|day|two|three|six)', 'each (?:year|month)', 'annual', 'yearly', 'monthly', 'quarterly', 'after each', 'from now on', 'this year', 'next year', 'in the next')
	},
	es: {
		addressee: anyOf('gobierno', 'estado', 'parlamento', 'congreso', 'ministeri', 'ministr', 'autoridad', 'policia', 'tribunal', 'juez', 'jueza', 'jueces', 'fiscal', 'president', 'alcald', 'municip', 'empresa', 'banco', 'plataforma', 'donante', 'financiador', 'embajad', 'naciones unidas', 'onu', 'consejo', 'relator', 'union europea', 'union africana', 'organizacion de los estados', 'oea', 'comision', 'secretari', 'ejercito', 'medios de comunicacion', 'universidad', 'sociedad civil'),
		action: anyOf('deb(?:e|en|era|eran|eria|erian|eremos|emos)(?![\\p{L}])', 'tiene(?:n)? que', 'ha(?:n)? de', 'pedimos', 'pide', 'exigi', 'exige', 'exhort', 'instam', 'insta', 'recom', 'solicit', 'reclam', 'llamam', 'invitam', 'urg(?:e|imos)'),
		time: anyOf(year, date, 'antes d', 'a mas tardar', 'para (?:fines|finales|el|\\d|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)', 'en (?:el )?plazo', 'en un plazo', 'dentro de', 'en \\d', 'en (?:un|dos|tres|seis|doce|los proximos)', 'hasta', 'inmediat', 'de inmediato', 'sin demora', 'cada (?:ano|mes|semana|dia)', 'anual', 'mensual', 'trimestral', 'este ano', 'proximo ano', 'desde ahora')
	},
	fr: {
		addressee: anyOf('gouvernement', 'etat', "l'etat", "d'etat", 'parlement', 'congres', 'minist', 'autorite', 'police', 'tribuna', 'cour ', 'cours ', 'juge', 'procureur', 'president', 'maire', 'municip', 'entreprise', 'societes', 'banque', 'plateforme', 'donateur', 'bailleur', 'ambassade', 'nations unies', 'onu', 'conseil', 'rapporteu', 'union europeenne', 'union africaine', 'organisation des', 'commission', 'secretaire', 'armee', 'medias', 'universite', 'societe civile'),
		action: anyOf('doi(?:t|vent)', 'devr(?:a|ait|aient|ont)', 'il faut', "qu'il faut", 'demand', 'appel', 'exhort', 'recommand', 'exige', 'pri(?:e|ons)(?![\\p{L}])', 'invit', 'insist', 'reclam', 'engage'),
		time: anyOf(year, date, 'avant', "d'ici", 'au plus tard', "jusqu'", 'dans (?:les|un|une|le delai|\\d|deux|trois|six|douze)', 'sous \\d', 'sous (?:un|deux|trois)', 'immediat', 'sans delai', 'sans tarder', 'chaque (?:annee|mois|semaine|jour)', 'tous les', 'annuel', 'mensuel', 'trimestriel', 'cette annee', "l'annee prochaine", 'des maintenant')
	},
	ar: {
		addressee: arabic('حكوم', 'دول', 'برلمان', 'مجلس', 'وزار', 'وزير', 'سلط', 'شرط', 'محكم', 'محاكم', 'قضا', 'قاض', 'نياب', 'رئيس', 'بلدي', 'شرك', 'مصرف', 'بنك', 'بنوك', 'منص', 'مانح', 'جهات المانحة', 'سفار', 'امم المتحدة', 'مقرر', 'اتحاد', 'جامعة', 'مفوضي', 'لجن', 'امين العام', 'جيش', 'وسائل الاعلام', 'مجتمع المدني', 'منظم'),
		action: new RegExp(`(?<![\\p{L}\\p{N}])[وف]?(?:${['يجب', 'ينبغي', 'يتعين', 'لا بد', 'ندعو', 'يدعو', 'نطالب', 'يطالب', 'نطلب', 'نحث', 'يحث', 'نوصي', 'يوصي', 'نناشد', 'نلح', 'على .{1,80}? ان '].map((one) => (one.includes('.') ? one : fold(one))).join('|')})`, 'u'),
		time: new RegExp(`(?<!\\d)${year}|${date}|(?<![\\p{L}\\p{N}])[وف]?(?:${['قبل', 'بحلول', 'خلال', 'في غضون', 'حتى', 'فورا', 'على الفور', 'دون تاخير', 'بلا تاخير', 'سنويا', 'شهريا', 'كل عام', 'كل سنة', 'كل شهر', 'في موعد', 'هذا العام', 'العام المقبل', 'من الان'].map(fold).join('|')})`, 'u')
	}
};
