import { m } from '#lib/platform/i18n/compiled/messages.js';
import { directionOf, formatNumber, type Language } from '#lib/platform/i18n/language.ts';
import { pictureOf } from './picture.ts';
import { stepName } from './say.ts';
import type { Step } from './story.ts';
import type { YearOfProgress } from './tracker.ts';

const fills: Readonly<Record<Step, string>> = { made: '#d8d3c6', delivered: '#e0a100', answered: '#4a5158', acted: '#17324d' };

/**
 * The picture of progress as a file of its own, on paper of its own, since the page around it is somebody else's. Its words
 * are messages and numbers; nothing that anybody wrote is in it.
 */
export function embeddedPicture(progress: readonly YearOfProgress[], language: Language): string {
	const rightToLeft = directionOf(language) === 'rtl';
	const { width, height, bars, years, labels, edge } = pictureOf(progress, { rightToLeft });
	const words = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="14" fill="#1b1f23" direction="${rightToLeft ? 'rtl' : 'ltr'}" role="img">`,
		`<title>${words(m.followup_progress_about())}</title>`,
		`<rect width="${width}" height="${height}" fill="#fbfaf7"/>`,
		...bars.map(({ step, x, y, width: wide, height: tall }) => `<rect x="${x}" y="${y}" width="${wide}" height="${tall}" fill="${fills[step]}"/>`),
		...years.map(({ x, year }) => `<text x="${x}" y="220" text-anchor="middle">${year}</text>`),
		...labels.flatMap(({ step, count, x, y, fromY }) => [
			`<line x1="${edge}" y1="${fromY}" x2="${rightToLeft ? x + 5 : x - 5}" y2="${y - 5}" stroke="#4a5158"/>`,
			`<text x="${x}" y="${y}">${words(stepName(step))} ${formatNumber(count, language)}</text>`
		]),
		'</svg>',
		''
	].join('\n');
}
