import { error, type RequestEvent } from '@sveltejs/kit';
import type { Choice } from '#lib/statement/opinion/index.ts';
import { standingOf } from '#lib/statement/server/index.ts';
import { opened } from './opened.ts';

/**
 * Note: Where the name of somebody who answers is kept.
 * Pages of the record set no cookie and run no script, so between two answers the name stands in the form: nothing of it is in an
 * address, in the history of the browser or in a log. Whoever wants to come back later, or on another device, keeps the
 * address that the page offers, and is told that whoever has it can read and change these answers.
 */
export interface Answering {
	readonly token: string;
	/** By proposition. */
	readonly answers: readonly (readonly [proposition: number, choice: Choice])[];
	/** What is asked: the next one, or the one that was chosen to be changed; null where nothing is left. */
	readonly asked: number | null;
	/** Show everything that was answered. */
	readonly isList: boolean;
	/** What was just done. */
	readonly did?: { readonly kind: 'answered'; readonly proposition: number; readonly choice: Choice } | { readonly kind: 'proposed' } | undefined;
	/** Why nothing was kept. */
	readonly problem?: 'closed' | 'too-often' | 'gone' | 'words' | 'same-again' | undefined;
	/** What was written, where it was not taken. */
	readonly written?: string | undefined;
}

type Looking = Pick<RequestEvent, 'locals'> & { readonly slug: string; readonly token: string; /** `all`, or a proposition's number. */ readonly look?: string };

/** Where a name stands now. */
export async function answeringOf({ locals, slug, token, look = '' }: Looking, came: Pick<Answering, 'did' | 'problem' | 'written'> = {}): Promise<Answering> {
	const { consultation } = await opened(locals, slug, new Date());
	const { answers, next } = await standingOf(locals.house, consultation, token, new Date());
	const chosen = consultation.propositions.find(({ number }) => String(number) === look)?.number;
	return { token, answers: [...answers], asked: chosen ?? next, isList: look === 'all', ...came };
}

/** The fields of a form, each at most as long as anything that is read of it. Throws SvelteKit's error 400 for files. */
export async function fieldsOf(request: Request): Promise<(name: string) => string> {
	const form = await request.formData();
	return (name) => {
		const value = form.get(name) ?? '';
		return typeof value === 'string' ? value.slice(0, 4000) : error(400, 'malformed');
	};
}
