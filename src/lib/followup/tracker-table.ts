import { shown } from '#lib/platform/i18n/text.ts';
import { assessors, type Addressee } from './recommendation.ts';
import type { ToldRecommendation } from './server/index.ts';
import { stepOf } from './story.ts';
import { recommendationPath } from './tracker.ts';

const columns = ['address', 'forum', 'statement', 'clause', 'made_on', 'language', 'words', 'addressees', 'states', 'rights', 'targets', 'step', 'delivered_on', 'answered_on', 'acted_on', 'answers', ...assessors.map((assessor) => `assessed_by_${assessor}`), 'press'] as const;

/** Every recommendation as a row (RFC 4180); lists stand in one cell with semicolons between. What is not recorded is empty. */
export function trackerCsv(all: readonly ToldRecommendation[], { addressees, origin }: { readonly addressees: ReadonlyMap<string, Addressee>; readonly origin: string }): string {
	const rows = all.map(({ words, line, recommendation }): readonly (string | number)[] => {
		const said = shown(words, words.original);
		const { standing } = line;
		const states = recommendation.addressees.flatMap((id) => addressees.get(id)?.state ?? []);
		return [
			`${origin}/${said.language}${recommendationPath(line)}`,
			line.forum,
			line.document,
			line.clause,
			line.madeOn,
			said.language,
			said.words,
			recommendation.addressees.join(';'),
			[...new Set(states)].join(';'),
			recommendation.rights.join(';'),
			recommendation.targets.join(';'),
			stepOf(standing),
			standing.deliveredOn ?? '',
			standing.answeredOn ?? '',
			standing.actedOn ?? '',
			Object.entries(standing.answers).map(([id, answer]) => `${id}=${answer}`).join(';'),
			...assessors.map((assessor) => standing.assessments[assessor] ?? ''),
			standing.coverage
		];
	});
	return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** What a spreadsheet would run begins with a space, so that it is read. */
function cell(value: string | number): string {
	const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? ` ${value}` : String(value);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
