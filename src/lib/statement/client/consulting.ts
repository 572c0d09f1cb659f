import * as v from 'valibot';
import type { Answer, Link } from '#lib/circles/client/link.ts';
import type { Refused } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { Json } from '#lib/vault/envelope.ts';
import { proposalReasons, type ConsultationAct, type NewConsultation } from '../consultation.ts';

// What is done here is public: nothing is sealed, and a server that lies about it is found out on its own pages.

const words = v.optional(v.string());
const text = v.pipe(
	v.object({ original: v.picklist(languages), in: v.object({ en: words, es: words, fr: words, ar: words }) }),
	v.transform(({ original, in: found }): Text => ({ original, in: Object.fromEntries(Object.entries(found).filter(([, said]) => said !== undefined)) }))
);
const instant = v.pipe(v.string(), v.isoTimestamp(), v.transform((at) => new Date(at)));
const line = v.object({ slug: v.string(), question: text, opensAt: instant, closesAt: instant });
const listShape = v.object({ consultations: v.array(line) });
const deskShape = v.object({
	...line.entries,
	proposals: v.boolean(),
	isCounted: v.boolean(),
	propositions: v.array(v.object({ number: v.number(), words: v.nullable(text), origin: v.picklist(['staff', 'participant']), state: v.picklist(['waiting', 'shown', 'refused']), reason: v.nullable(v.picklist(proposalReasons)) }))
});

/** A consultation in the list of staff, and on its desk. */
export type ConsultationLine = v.InferOutput<typeof line>;
export type ConsultationDesk = v.InferOutput<typeof deskShape>;

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: Refused };

const path = '/api/desk/consultations';

function read<Shape extends v.GenericSchema>(shape: Shape, answer: Answer, asked: string): Outcome<v.InferOutput<Shape>> {
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused }; // The server's words are those that circles have too.
	const { success, output } = v.safeParse(shape, answer.value);
	if (!success) throw new VaultTrouble('unknown-format', { part: 'answer', path: asked }, { found: 'an answer of another shape' });
	return { ok: true, value: output };
}

/** Every consultation, what opens last first. */
export async function consultationLines(link: Link): Promise<Outcome<readonly ConsultationLine[]>> {
	const found = read(listShape, await link.ask(path), path);
	return found.ok ? { ok: true, value: found.value.consultations } : found;
}

export async function consultationDesk(link: Link, slug: string): Promise<Outcome<ConsultationDesk>> {
	const at = `${path}/${slug}`;
	return read(deskShape, await link.ask(at), at);
}

/** Begins one, signed; public at once. `moved-on`: there is one of this name. */
export async function beginConsultation(link: Link, asked: NewConsultation): Promise<Outcome<object>> {
	// Plain JSON by its shape.
	return read(v.object({}), await link.send('POST', path, asked as unknown as Json), path);
}

/** One act, signed. */
export async function actOnConsultation(link: Link, slug: string, act: ConsultationAct): Promise<Outcome<object>> {
	const at = `${path}/${slug}`;
	// Plain JSON by its shape.
	return read(v.object({}), await link.send('POST', at, act as unknown as Json), at);
}
