import { expect, test } from 'vitest';
import type { Language } from '#lib/platform/i18n/language.ts';
import { missingIn, type RecommendationPart } from './who-does-what.ts';

const sentences: readonly [Language, string, readonly RecommendationPart[]][] = [
	['en', 'The Ministry of Justice should release all detained defenders by the end of March 2027.', []],
	['en', 'Governments must repeal these laws within six months.', []],
	['en', 'Companies should stop selling spyware.', ['time']],
	['en', 'Defenders should be protected by everybody.', ['addressee', 'time']],
	['en', 'Freedom of assembly is a right.', ['addressee', 'action', 'time']],
	['en', 'We call on member states to report every year.', []],
	['es', 'El Ministerio de Justicia debe liberar a las personas detenidas antes de junio de 2027.', []],
	['es', 'Las empresas deberían dejar de vender programas espía.', ['time']],
	['es', 'Pedimos que las personas defensoras estén a salvo.', ['addressee', 'time']],
	['es', 'La deuda es grande.', ['addressee', 'action', 'time']],
	['fr', 'Le gouvernement devrait abroger cette loi d’ici la fin de l’année 2027.', []],
	['fr', 'Les États doivent protéger les défenseurs.', ['time']],
	['fr', 'Les défenseurs ont droit à la protection.', ['addressee', 'action', 'time']],
	['ar', 'يجب على وزارة العدل أن تُفرج عن المعتقلين قبل نهاية عام ٢٠٢٧.', []],
	['ar', 'ندعو الحكومات إلى إلغاء هذه القوانين.', ['time']],
	['ar', 'وينبغي للشركات أن تتوقف فورًا عن بيع برامج التجسس.', []],
	['ar', 'الحرية حق لنا جميعًا.', ['addressee', 'action', 'time']]
];

test.each(sentences)('in %s, of “%s” a writer is told that this was not found', (language, text, missing) => {
	expect(missingIn(text, language)).toEqual(missing);
});

test('no text however long or odd holds the page', () => {
	const begun = performance.now();
	for (const language of ['en', 'es', 'fr', 'ar'] as const) missingIn('على '.repeat(1000), language);

	expect(performance.now() - begun).toBeLessThan(500);
});
