import { documentKinds } from '../src/lib/archive/forum.ts';
import type { SearchEntry } from '../src/lib/archive/server/search-entries.ts';
import type { SearchRequest } from '../src/lib/archive/search-request.ts';
import { languages, type Language } from '../src/lib/platform/i18n/language.ts';

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export type Dice = () => number;

export function diceOf(seed: number): Dice {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** What such texts are full of, the commonest first; the long tail is made of syllables. */
const commonWords: Readonly<Record<Language, string>> = {
	en: 'rights human defenders state protection freedom expression forum governments justice women violence security people law journalists threats impunity recommendations participants international community attacks organisations report support land peoples environment activists lawyers assembly democracy national authorities criminalisation surveillance families solidarity risk digital dignity equality truth courts reprisals movement statement access mechanisms investigation accountability detention prisoners peaceful protest killed region refugees minorities indigenous union work health education commission council European network funding safety media online hate discrimination policies obligations standards treaty companies business climate',
	es: 'derechos humanos defensores Estado protección libertad expresión foro gobiernos justicia mujeres violencia seguridad personas ley periodistas amenazas impunidad recomendaciones participantes internacional comunidad ataques organizaciones informe apoyo tierra pueblos ambiente activistas abogadas reunión democracia nacional autoridades criminalización vigilancia familias solidaridad riesgo digital dignidad igualdad verdad tribunales represalias movimiento declaración acceso mecanismos investigación responsabilidad detención presos pacífica protesta asesinado región refugiados minorías indígenas unión trabajo salud educación comisión consejo europeo red financiación niñez medios odio discriminación políticas obligaciones normas tratado empresas clima',
	fr: 'droits humains défenseurs État protection liberté expression forum gouvernements justice femmes violence sécurité personnes loi journalistes menaces impunité recommandations participants internationale communauté attaques organisations rapport soutien terre peuples environnement militants avocats réunion démocratie national autorités criminalisation surveillance familles solidarité risque numérique dignité égalité vérité tribunaux représailles mouvement déclaration accès mécanismes enquête responsabilité détention prisonniers pacifique protestation assassiné région réfugiés minorités autochtones union travail santé éducation commission conseil européen réseau financement médias haine discrimination politiques obligations normes traité entreprises climat',
	ar: 'حقوق الإنسان المدافعون الدولة الحماية حرية التعبير المنتدى الحكومات العدالة النساء العنف الأمن الأشخاص القانون الصحفيون التهديدات الإفلات التوصيات المشاركون الدولية المجتمع الهجمات المنظمات تقرير الدعم الأرض الشعوب البيئة الناشطون المحامون التجمع الديمقراطية الوطنية السلطات التجريم المراقبة العائلات التضامن الخطر الرقمية الكرامة المساواة الحقيقة المحاكم الانتقام الحركة البيان الوصول الآليات التحقيق المساءلة الاحتجاز السجناء السلمي الاحتجاج المنطقة اللاجئون الأقليات الأصلية الاتحاد العمل الصحة التعليم اللجنة المجلس الأوروبي الشبكة التمويل الإعلام الكراهية التمييز السياسات الالتزامات المعايير المعاهدة الشركات المناخ'
};
const smallWords: Readonly<Record<Language, string>> = {
	en: 'the of and to in a that for is on with by as are this from at it their',
	es: 'de la que el en y a los del las por con una para se un su al lo',
	fr: 'de la le et les des en un du une que est pour qui dans par sur au ce',
	ar: 'في من على أن إلى عن مع هذا التي الذي كان قد كل بعد ما لا هذه بين'
};
const tails: Readonly<Record<Language, { readonly syllables: string; readonly endings: string }>> = {
	en: { syllables: 'ba con der el fin gra hol in ker lam mor nel ost pri qua ran sta tri ul ver wen', endings: 'tion tions ing ed s ness ly er ers al' },
	es: { syllables: 'ba cam des el fra gui her im la mon ne or pla que ro san tra un vi zo', endings: 'ción ciones dad dades mente os as ar ía ado' },
	fr: { syllables: 'ba chan dé el fou gra hé im la mon né or pla que rou sé tra un vi zo', endings: 'tion tions té tés ment eur euse er ique age' },
	ar: { syllables: 'بر كت سل رح نز قد شع مل عب جم حس طر فن ثق خل دم وج صن غر لم', endings: 'ات ون ين ية ة ي ان ها' }
};
const vocabularySize = 40_000;

export interface Vocabulary {
	/** The commonest first. */
	readonly words: readonly string[];
	readonly small: readonly string[];
}

export function vocabularyOf(language: Language): Vocabulary {
	const dice = diceOf(languages.indexOf(language) + 17);
	const syllables = tails[language].syllables.split(' ');
	const endings = tails[language].endings.split(' ');
	const words = new Set(commonWords[language].split(' '));
	while (words.size < vocabularySize) {
		const length = 1 + Math.floor(dice() * 3);
		words.add(Array.from({ length }, () => pick(dice, syllables)).join('') + pick(dice, endings));
	}
	return { words: [...words], small: smallWords[language].split(' ') };
}

/** Zipf's law: the n-th commonest word is there about 1/n as often as the first (with Mandelbrot's shift). */
const shares = (() => {
	let sum = 0;
	return Float64Array.from({ length: vocabularySize }, (_, rank) => (sum += 1 / (rank + 2.7)));
})();

function rankByZipf(dice: Dice): number {
	const wanted = dice() * shares[vocabularySize - 1]!;
	let [low, high] = [0, vocabularySize - 1];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (shares[middle]! < wanted) low = middle + 1;
		else high = middle;
	}
	return low;
}

export type Vocabularies = Readonly<Record<Language, Vocabulary>>;

/** A text of 180 to 320 words, two of five of them small ones, with a title of four to nine. */
export function entryOf(vocabularies: Vocabularies, { number, prefix }: { number: number; prefix: string }): SearchEntry {
	const dice = diceOf(number + 1_000_003);
	const language = pick(dice, languages);
	const { words, small } = vocabularies[language];
	const word = () => (dice() < 0.4 ? pick(dice, small) : words[rankByZipf(dice)]!);
	const text = (length: number) => Array.from({ length }, (_, index) => (index % 14 === 13 ? `${word()}.` : word())).join(' ');
	const year = 2001 + Math.floor(dice() * 26);
	const date = `${year}-${String(1 + Math.floor(dice() * 12)).padStart(2, '0')}-${String(1 + Math.floor(dice() * 28)).padStart(2, '0')}`;
	return {
		id: `${prefix}${number}/${language}`,
		kind: pick(dice, [...documentKinds, 'forum']),
		language,
		year,
		date,
		path: `/forums/${year}/${number}`,
		title: text(4 + Math.floor(dice() * 6)),
		body: text(180 + Math.floor(dice() * 141))
	};
}

export interface Asked {
	readonly sort: string;
	readonly request: SearchRequest;
	readonly reader: Language;
}

/** A seeded mix of questions of a given number; `share` is in per cent. Phrases are taken from the texts themselves. */
export function questions(vocabularies: Vocabularies, { count, size, seed }: { count: number; size: number; seed: number }): Asked[] {
	const dice = diceOf(seed);
	const sorts: [sort: string, share: number, make: (language: Language) => Partial<SearchRequest> & { query: string }][] = [
		['one very common word', 15, (language) => ({ query: word(language, 0, 25) })],
		['two common words', 15, (language) => ({ query: several(language, 2, 60) })],
		['three common words', 8, (language) => ({ query: several(language, 3, 80) })],
		['common and rare', 10, (language) => ({ query: `${word(language, 0, 60)} ${word(language, 300, 8000)}` })],
		['one rare word', 9, (language) => ({ query: word(language, 300, vocabularySize) })],
		['phrase', 12, () => ({ query: `"${phrase()}"` })],
		['filtered', 12, (language) => ({ query: several(language, 1 + Math.floor(dice() * 2), 60), ...filters() })],
		['misspelt', 8, (language) => ({ query: `${word(language, 0, 60)} ${misspelt(word(language, 0, 4000))}` })],
		['page 2', 5, (language) => ({ query: several(language, 1 + Math.floor(dice() * 2), 40), page: 2 })],
		['one word left out', 4, (language) => ({ query: `${word(language, 0, 40)} -${word(language, 0, 200)}` })],
		['in no text', 2, () => ({ query: 'xylophonist qwertzuiop' })]
	];
	const word = (language: Language, from: number, to: number) => {
		const found = vocabularies[language].words[from + Math.floor(dice() * (to - from))]!;
		return dice() < 0.5 ? found : found.normalize('NFD').replace(/\p{M}/gu, '');
	};
	const several = (language: Language, length: number, to: number) => Array.from({ length }, () => word(language, 0, to)).join(' ');
	const filters = (): Partial<SearchRequest> => {
		const year = 2001 + Math.floor(dice() * 26);
		return pick<Partial<SearchRequest>>(dice, [{ year }, { kind: pick(dice, documentKinds) }, { language: pick(dice, languages) }, { year, kind: pick(dice, documentKinds) }]);
	};
	const phrase = () => {
		const { body } = entryOf(vocabularies, { number: Math.floor(dice() * size), prefix: '' });
		const words = body.replaceAll('.', '').split(' ');
		// From a word that is not a small one, as people do: "freedom of expression", not "of expression for".
		const first = words.findIndex((candidate, index) => index > 20 && candidate.length > 4);
		return words.slice(first, first + 2 + Math.floor(dice() * 2)).join(' ');
	};
	const misspelt = (right: string) => {
		const place = 1 + Math.floor(dice() * Math.max(1, right.length - 2));
		const [before, letter, after] = [right.slice(0, place), right.slice(place, place + 1), right.slice(place + 1)];
		return pick(dice, [before + after, before + letter + letter + after, `${before}${after.slice(0, 1)}${letter}${after.slice(1)}`]);
	};
	const asked = sorts.flatMap(([sort, share, make]) =>
		Array.from({ length: Math.round((share * count) / 100) }, (): Asked => {
			const language = pick(dice, languages);
			return { sort, request: { page: 1, ...make(language) }, reader: dice() < 0.7 ? language : pick(dice, languages) };
		})
	);
	return shuffled(asked, dice);
}

function pick<Value>(dice: Dice, values: readonly Value[]): Value {
	return values[Math.floor(dice() * values.length)]!;
}

function shuffled<Value>(values: readonly Value[], dice: Dice): Value[] {
	return values.map((value) => ({ value, order: dice() })).sort((a, b) => a.order - b.order).map(({ value }) => value);
}
