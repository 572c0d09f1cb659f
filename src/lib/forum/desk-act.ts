import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import { refusalReasons } from './question.ts';

const id = v.pipe(v.string(), v.regex(/^[\w-]{22}$/));
const words = v.pipe(v.string(), v.trim(), v.maxLength(2000));

/** What a moderator does, as it is sent. */
export const deskActShape = v.variant('do', [
	v.strictObject({ do: v.literal('move'), move: v.picklist(['approve', 'hold', 'ask', 'unask']), id }),
	v.strictObject({ do: v.literal('refuse'), id, reason: v.picklist(refusalReasons) }),
	/** All that wait in one line. */
	v.strictObject({ do: v.literal('refuse-all'), cluster: v.pipe(v.string(), v.minLength(1), v.maxLength(60)), reason: v.picklist(refusalReasons) }),
	v.strictObject({ do: v.literal('merge'), id, into: id }),
	v.strictObject({ do: v.literal('order'), id, to: v.picklist(['first', 'last']) }),
	v.strictObject({ do: v.literal('tag'), id, tag: v.pipe(v.string(), v.trim(), v.maxLength(40)) }),
	v.strictObject({ do: v.literal('translate'), id, language: v.picklist(languages), words: v.pipe(v.string(), v.maxLength(1000)) }),
	v.strictObject({ do: v.literal('answer'), id, language: v.picklist(languages), words })
]);

export type DeskAct = v.InferOutput<typeof deskActShape>;
