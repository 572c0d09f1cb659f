import type { Language } from '#lib/platform/i18n/language.ts';
import { labelsIn } from './labels.ts';
import { targetLabels } from './target-labels.ts';

/** The 17 goals, each followed by its targets: `1`, `1.1` … `17.19`. */
export function goalsAndTargets(): readonly string[] {
	return [...labelsIn(targetLabels, 'en').keys()];
}

/** Whether this is a goal (`16`) or a target (`16.10`, `16.a`) of General Assembly resolution 70/1. */
export function isGoalOrTarget(text: string): boolean {
	return labelsIn(targetLabels, 'en').has(text);
}

/** The goal of a goal or target, 1 to 17. */
export function goalOf(target: string): number {
	return Number.parseInt(target, 10);
}

/** What a goal or a target is about, in a few words. */
export function targetLabel(target: string, language: Language): string {
	return labelsIn(targetLabels, language).get(target) ?? '';
}

/** In the order of the resolution: 16.2 before 16.10, numbers before letters. */
export function byTarget(a: string, b: string): number {
	const order = goalsAndTargets();
	return order.indexOf(a) - order.indexOf(b);
}
