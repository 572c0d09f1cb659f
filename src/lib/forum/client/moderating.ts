import * as v from 'valibot';
import type { Answer, Link } from '#lib/circles/client/link.ts';
import type { Refused } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { Json } from '#lib/vault/envelope.ts';
import type { DeskAct } from '../desk-act.ts';
import { publicItemShape, type PublicItemContent } from '../public-item.ts';
import { lanes, questionStates, refusalReasons } from '../question.ts';

const words = v.optional(v.string());
const text = v.pipe(
	v.object({ original: v.picklist(languages), in: v.object({ en: words, es: words, fr: words, ar: words }) }),
	v.transform(({ original, in: found }): Text => ({ original, in: Object.fromEntries(Object.entries(found).filter(([, said]) => said !== undefined)) }))
);

const questionShape = v.object({
	id: v.string(),
	number: v.number(),
	lane: v.picklist(lanes),
	language: v.string(),
	words: v.nullable(v.string()),
	state: v.picklist(questionStates),
	reason: v.nullable(v.picklist(refusalReasons)),
	tag: v.nullable(v.string()),
	turn: v.nullable(v.number()),
	translations: v.object({ en: words, es: words, fr: words, ar: words }),
	answer: v.nullable(text),
	votes: v.number(),
	arrived_at: v.string()
});

const list = v.array(questionShape);

const deskShape = v.object({
	version: v.number(),
	isOpen: v.boolean(),
	isBlanked: v.boolean(),
	content: publicItemShape,
	waiting: v.array(v.object({ cluster: v.string(), isBurst: v.boolean(), count: v.number(), question: questionShape })),
	held: list,
	approved: list,
	asked: list,
	refused: list,
	passes: v.array(v.number())
});

/** A question on the desk, and the desk of an item. */
export type DeskQuestion = v.InferOutput<typeof questionShape>;
export type Desk = v.InferOutput<typeof deskShape>;

const itemsShape = v.object({ title: text, items: v.array(v.object({ id: v.string(), title: text, day: v.string(), starts: v.nullable(v.string()), isOpened: v.boolean() })) });

/** The public items of a forum, as `PublicItems.items`, with its title. */
export type PublicItems = v.InferOutput<typeof itemsShape>;

/** What came of asking: the value, or the server's word for why not. */
type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: Refused };

interface At {
	readonly forum: string;
	readonly item: string;
}

const pathOf = ({ forum, item }: At): string => `/api/desk/questions/${forum}/${item}`;

function read<Shape extends v.GenericSchema>(shape: Shape, answer: Answer, path: string): Outcome<v.InferOutput<Shape>> {
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused }; // The server's words are those that circles have too.
	const { success, output } = v.safeParse(shape, answer.value);
	if (!success) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'an answer of another shape' });
	return { ok: true, value: output };
}

export async function publicItems(link: Link, forum: string): Promise<Outcome<PublicItems>> {
	const path = `/api/desk/questions/${forum}`;
	return read(itemsShape, await link.ask(path), path);
}

/** The desk, or null where nothing changed since the version. */
export async function deskOf(link: Link, at: At, since: number | undefined): Promise<Outcome<Desk | null>> {
	const path = pathOf(at) + (since === undefined ? '' : `?version=${since}`);
	const found = read(v.object({ desk: v.nullable(deskShape) }), await link.ask(path), path);
	return found.ok ? { ok: true, value: found.value.desk } : found;
}

/** The questions of one line of those that wait. */
export async function lineOf(link: Link, at: At, cluster: string): Promise<Outcome<{ readonly questions: readonly DeskQuestion[] }>> {
	const path = `${pathOf(at)}/lines?cluster=${encodeURIComponent(cluster)}`;
	return read(v.object({ questions: list }), await link.ask(path), path);
}

const nothing = v.object({});

/** Does one act; `moved-on` where another moderator was faster. */
export async function act(link: Link, at: At, what: DeskAct): Promise<Outcome<object>> {
	return read(nothing, await link.send('POST', pathOf(at), what), pathOf(at));
}

/** Opens an item, or says anew what there is to look at and to read. */
export async function keepContent(link: Link, at: At, content: PublicItemContent): Promise<Outcome<object>> {
	// Plain JSON by its shape.
	return read(nothing, await link.send('PUT', pathOf(at), content as unknown as Json), pathOf(at));
}

export async function steer(link: Link, at: At, steering: 'close' | 'reopen' | 'blank' | 'unblank'): Promise<Outcome<object>> {
	const path = `${pathOf(at)}/steer`;
	return read(nothing, await link.send('POST', path, { steering }), path);
}

/** A new pass, whose secret is told once. */
export async function givePass(link: Link, forum: string): Promise<Outcome<{ readonly number: number; readonly secret: string }>> {
	const path = `/api/desk/questions/${forum}/passes`;
	return read(v.object({ number: v.number(), secret: v.string() }), await link.send('POST', path, {}), path);
}

export async function takePass(link: Link, forum: string, number: number): Promise<Outcome<object>> {
	const path = `/api/desk/questions/${forum}/passes/${number}`;
	return read(nothing, await link.send('DELETE', path, {}), path);
}
