import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, Outcome, Refused } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { namedShape, releasedByShape, type NamedInForum, type TakenOut } from '../named.ts';
import { keepPlan, plansIn } from './plans.ts';

/** The forums that a circle has released, also those whose plan is destroyed. */
export async function forumsReleasedBy(link: Link, circle: string): Promise<Outcome<{ readonly forums: readonly { readonly slug: string; readonly title: Text }[] }>> {
	const found = await asked(link, `/api/circles/${circle}/forums`, releasedByShape);
	return found.ok ? { ok: true, forums: found.value.forums } : found;
}

/** Who is named in what is public of a forum. `not-found` for whoever may not take anybody out. */
export async function namedIn(link: Link, place: { readonly circle: string; readonly slug: string }): Promise<Outcome<{ readonly named: NamedInForum }>> {
	const found = await asked(link, pathOf(place), namedShape);
	return found.ok ? { ok: true, named: found.value } : found;
}

/** Takes out what somebody asked for, at once, as *Taken out for somebody who asks* says. A plan that is still there names them no more either. */
export async function takeOut(link: Link, circle: OpenCircle, slug: string, what: TakenOut): Promise<Outcome<object>> {
	const answer = await link.send('POST', pathOf({ circle: circle.id, slug }), { what: { ...what } });
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused };
	if (what.kind !== 'person') return { ok: true };
	const found = await plansIn(circle);
	if (!found.ok) return { ok: true };
	for (const based of found.plans) {
		if (!('plan' in based) || based.plan.slug !== slug || !based.plan.people.some(({ id, shownAs }) => id === what.person && shownAs !== null)) continue;
		await keepPlan(circle, { plan: { ...based.plan, people: based.plan.people.map((one) => (one.id === what.person ? { ...one, shownAs: null } : one)) }, based });
	}
	return { ok: true };
}

const pathOf = ({ circle, slug }: { readonly circle: string; readonly slug: string }): string => `/api/circles/${circle}/forums/${slug}`;

async function asked<T>(link: Link, path: string, shape: v.GenericSchema<unknown, T>): Promise<Outcome<{ readonly value: T }>> {
	const answer = await link.ask(path);
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused };
	const read = v.safeParse(shape, answer.value);
	if (!read.success) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'an answer of another shape' });
	return { ok: true, value: read.output };
}
