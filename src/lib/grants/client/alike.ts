import { VaultFailure } from '#vault';
import type { CallState } from '../call-log.ts';
import { coarseOf } from '../application-state.ts';
import type { Answer } from '../form.ts';
import { likenesses, runsOf } from '../likeness.ts';
import type { Desk, DeskOutcome, OpenApplication } from './desk.ts';

/** An application as it is compared: opened, with what its core says in the order of its form. */
export interface ComparedApplication {
	readonly call: CallState;
	readonly opened: OpenApplication;
	readonly text: string;
}

export interface Alike extends ComparedApplication {
	/** 0 to 1: see *Reads much like another*. */
	readonly share: number;
}

/**
 * Opens every open application of the desk, of all its calls, and gives back those that read much like one of them, the
 * most alike first. What could not be opened is counted, and so never passed over in silence.
 */
export async function alikeTo(desk: Desk, one: ComparedApplication, onOpened: (count: number, all: number) => void): Promise<DeskOutcome<{ readonly alike: readonly Alike[]; readonly compared: number; readonly unopened: number }>> {
	const calls = await desk.calls();
	if (!calls.ok) return calls;
	const others: { readonly call: CallState; readonly application: string }[] = [];
	for (const { state: call } of calls.calls) {
		const listed = await desk.list(call);
		if (!listed.ok) return listed;
		for (const line of listed.lines) {
			const state = line.case?.now.standing.state ?? 'received';
			const isOpen = line.receivedAt !== null && !line.gone && !['done', 'gone'].includes(coarseOf(state));
			// What is marked stays to be seen, so that the mark can be judged and taken back.
			const isMarked = line.application === one.opened.case.now.marks.duplicateOf;
			if ((isOpen || isMarked) && line.application !== one.opened.application) others.push({ call, application: line.application });
		}
	}
	const compared = new Map<string, ComparedApplication>();
	let unopened = calls.unbelieved.length;
	for (const [at, { call, application }] of others.entries()) {
		onOpened(at, others.length);
		try {
			const found = await desk.open(call, application);
			if (found.ok) compared.set(application, { call, opened: found.opened, text: coreText(call, found.opened) });
			else if (found.reason === 'offline' || found.reason === 'signed-out' || found.reason === 'locked') return found;
			else unopened += 1;
		} catch (error) {
			if (!(error instanceof VaultFailure)) throw error;
			unopened += 1;
		}
	}
	const own = one.opened.application;
	const runs = new Map([[own, runsOf(one.text)], ...[...compared].map(([application, { text }]) => [application, runsOf(text)] as const)]);
	const alike = likenesses(runs).flatMap((likeness): Alike[] => {
		const other = likeness.one === own ? likeness.other : likeness.other === own ? likeness.one : undefined;
		const found = other === undefined ? undefined : compared.get(other);
		return found === undefined ? [] : [{ ...found, share: likeness.share }];
	});
	return { ok: true, alike, compared: compared.size, unopened };
}

/** Everything that an applicant wrote in the core, question by question: choices and amounts are not words of theirs. */
export function coreText({ forms }: CallState, { case: { now }, parts }: OpenApplication): string {
	const answers = parts.get('core') ?? {};
	const questions = forms.get(now.form)?.questions ?? [];
	return questions.flatMap(({ id }) => (Object.hasOwn(answers, id) ? wordsOf(answers[id]) : [])).join('\n\n');
}

function wordsOf(answer: Answer | undefined): string[] {
	if (answer?.kind === 'text') return [answer.text];
	return answer?.kind === 'budget' ? [answer.lines.map(({ what }) => what).join('\n')] : [];
}
