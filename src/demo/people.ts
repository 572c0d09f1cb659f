import { newAccount, newKit } from '#vault';
import { foundCircle, openCircle, openOwnCircle } from '#lib/circles/client/circles.ts';
import { takeInIntroduced } from '#lib/circles/ui/introduced.ts';
import type { Role } from '#lib/people/account.ts';
import { inviteSomebody } from '#lib/people/client/invitations.ts';
import { chooseNewPassphrase, joinWith, lookAtLink } from '#lib/people/client/join.ts';
import { unlock, type Unlocked } from '#lib/people/client/session.svelte.ts';
import { sitDown } from './tab.ts';

/** Somebody of the demonstration, made up, with an account that works. */
export interface Person {
	readonly name: string;
	readonly passphrase: string;
	readonly cookies: Map<string, string>;
	unlocked: Unlocked;
}

/** What was asked for, or an error with the reason: a demonstration is made in order or not at all. */
export function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`The demonstration could not be filled: ${'reason' in outcome ? String(outcome.reason) : 'refused'}.`);
	return outcome as Extract<T, { readonly ok: true }>;
}

/** Joins by a link, with a pass-phrase, as the page does; the own circle is founded, too. */
export async function joining(link: string, { name, passphrase }: Pick<Person, 'name' | 'passphrase'>): Promise<Person> {
	const cookies = new Map<string, string>();
	sitDown(cookies);
	const { invited } = sure(await lookAtLink(new URL(link).hash));
	const [keys, kit] = await Promise.all([newAccount(), newKit()]);
	const { way } = sure(await chooseNewPassphrase(invited, { name, passphrase }));
	const { unlocked } = sure(await joinWith(invited, { name, keys, kit, way }, new Date()));
	sure(await openOwnCircle());
	return { name, passphrase, cookies, unlocked };
}

/** Does something as this person, at the tab that everybody shares. */
export function as<T>(person: Person, work: () => Promise<T>): Promise<T> {
	sitDown(person.cookies);
	unlock(person.unlocked);
	return work();
}

/** Lets somebody join by a link of `by`, who takes the newcomer's introduction in. */
export async function invited(by: Person, { name, passphrase, role }: Pick<Person, 'name' | 'passphrase'> & { readonly role: Role }): Promise<Person> {
	const { made } = sure(await as(by, () => inviteSomebody(by.unlocked, { role, language: 'en' })));
	const person = await joining(made.link, { name, passphrase });
	await as(by, async () => takeInIntroduced(by.unlocked, sure(await openOwnCircle()).own));
	return person;
}

/** A circle of these people, founded by the first; everybody accepts. */
export async function circleOf([founder, ...others]: readonly [Person, ...Person[]], about: { readonly name: string; readonly purpose: string }): Promise<string> {
	let { circle } = sure(await as(founder, () => foundCircle(about)));
	for (const { name, unlocked } of others) ({ circle } = sure(await as(founder, () => circle.add({ account: unlocked.keys.account, name }))));
	for (const other of others) await as(other, async () => sure(await sure(await openCircle(circle.id)).circle.accept()));
	return circle.id;
}
