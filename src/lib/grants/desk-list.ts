import type { Case } from './case.ts';
import type { DeskLine, OpenApplication } from './client/desk.ts';
import type { Answer } from './form.ts';

/**
 * The order in which a desk works: what is overdue longest, then urgent ones, then what is due next, then what no clock
 * runs for, newest first. What cannot be opened comes before everything, because nobody can be working on it.
 */
export function orderOf(lines: readonly DeskLine[], now: Date): DeskLine[] {
	const rank = (line: DeskLine): number => {
		if (line.trouble !== undefined) return 0;
		if (line.gone) return 4;
		if (line.dueAt !== null && line.dueAt < now) return 1;
		return line.case?.now.marks.urgent === true ? 2 : 3;
	};
	const due = ({ dueAt }: DeskLine): number => dueAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
	return lines.toSorted((a, b) => rank(a) - rank(b) || due(a) - due(b) || (b.receivedAt?.getTime() ?? 0) - (a.receivedAt?.getTime() ?? 0));
}

/** Everything that is known of an application, to be searched in this browser alone. */
export function textOfApplication(one: Case | undefined, open: Pick<OpenApplication, 'parts' | 'messages' | 'case'> | undefined): string {
	const answers = [...(open?.parts.values() ?? [])].flatMap((part) => Object.values(part)).flatMap(wordsIn);
	const messages = open?.messages.map(({ text }) => text) ?? [];
	return [(one ?? open?.case.now)?.summary.begins ?? '', one?.note ?? '', ...answers, ...messages].join('\n');
}

function wordsIn(answer: Answer): string[] {
	switch (answer.kind) {
		case 'text':
			return [answer.text];
		case 'budget':
			return answer.lines.map(({ what }) => what);
		case 'files':
			return answer.files.map(({ name }) => name);
		default:
			return [];
	}
}

/** Without accents, marks of vowels and case: so that what somebody types finds what somebody else wrote. */
export function fold(text: string): string {
	return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/[أإآٱ]/g, 'ا').toLowerCase();
}
