import type { Link } from '#lib/circles/client/link.ts';
import { lineTo, type Line } from '#lib/circles/client/line.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { Votes } from '#lib/statement/ballot.ts';
import { castBallot, earlierBallot, type Casting } from '#lib/statement/client/casting.ts';
import { propose, propositionsOf, rule, translate } from '#lib/statement/client/propositions.ts';
import { beginRound, openRound, type NewRound, type OpenRound } from '#lib/statement/client/rounds.ts';
import { askForBallot, giveBallots, standingOf } from '#lib/statement/client/tokens.ts';
import { sure } from './desk-officers.ts';
import { somebody, type Somebody, type WrapLink } from './somebody.ts';

const hourMs = 3_600_000;

/** A member of a circle, as their tab has it. */
export interface RoundMember {
	readonly who: Somebody;
	/** By a clock that the test can put forward. */
	readonly link: Link;
	readonly circle: OpenCircle;
	/** Without a session. */
	readonly line: Line;
}

/** What stands between people and the server. */
export interface Wrap {
	readonly link?: WrapLink;
	readonly line?: (line: Line) => Line;
}

const same = (line: Line): Line => line;

/** A circle whose first member is its steward. */
export async function circleOf(db: Db, origin: string, { members, clock = { now: new Date() }, wrap = {} }: { readonly members: number; readonly clock?: { now: Date }; readonly wrap?: Wrap }): Promise<RoundMember[]> {
	const all = await Promise.all(Array.from({ length: members }, (_, at) => somebody(db, { name: `Member ${at}`, role: at === 0 ? 'staff' : 'member', wrap: wrap.link })));
	const [first] = all;
	if (!first) return [];
	let circle = sure(await first.circles(origin).foundCircle({ name: 'Assembly', purpose: '' })).circle;
	for (const { account, name } of all.slice(1)) circle = sure(await circle.add({ account, name })).circle;
	const joined: RoundMember[] = [];
	for (const who of all) {
		const opened = who === first ? circle : sure(await sure(await who.circles(origin).openCircle(circle.id)).circle.accept()).circle;
		joined.push({ who, link: { ...who.link(origin), now: () => clock.now }, circle: opened, line: { ...(wrap.line ?? same)(lineTo(origin, { origin })), now: () => clock.now, pause: () => Promise.resolve() } });
	}
	return Promise.all(joined.map(async (member) => ({ ...member, circle: sure(await member.circle.refresh()).circle })));
}

/** A round in two languages that is open for a day. */
export function someRound(more: Partial<NewRound> = {}): NewRound {
	const thisHour = Math.floor(Date.now() / hourMs) * hourMs;
	return { question: { en: 'What do we demand?', ar: 'بماذا نطالب؟' }, languages: ['en', 'ar'], opensAt: thisHour, closesAt: thisHour + 24 * hourMs, proposals: 'members', ...more };
}

export async function begunRound({ link, circle }: RoundMember, more: Partial<NewRound> = {}): Promise<OpenRound> {
	return sure(await beginRound(link, circle, someRound(more))).round;
}

/** The round as a member's own browser opens it. */
export async function roundOf({ circle }: RoundMember, id: string): Promise<OpenRound> {
	return sure(await openRound(sure(await circle.refresh()).circle, id)).round;
}

export async function asks(member: RoundMember, id: string): Promise<void> {
	sure(await askForBallot(member.link, await roundOf(member, id)));
}

/** What a member casts with; throws where they have no ballot. */
export async function castingOf(member: RoundMember, id: string): Promise<Casting> {
	const round = await roundOf(member, id);
	const { standing } = sure(await standingOf(member.link, round));
	if (standing.kind !== 'has') throw new Error(`No ballot: ${standing.kind}.`);
	return { line: member.line, round, voter: standing.voter, token: standing.token };
}

export async function votes(member: RoundMember, id: string, given: Votes): Promise<void> {
	sure(await castBallot(await castingOf(member, id), given));
}

/** Ends a round on the server, and by the clock of its members. */
export async function endRound(db: Db, id: string, clock: { now: Date }): Promise<void> {
	await db.updateTable('statement_round').set({ opens_at: new Date(Date.now() - 48 * hourMs), closes_at: new Date(Date.now() - hourMs) }).where('id', '=', id).execute();
	clock.now = new Date(Date.now() + 25 * hourMs);
}

/** What people confide in a round, each text in no other place. */
export const plantedInRound = {
	question: { what: 'what a round asks', text: 'Canary-Shall-We-Name-The-Minister' },
	proposition: { what: 'a proposition', text: 'Canary-We-Leave-The-Capital' },
	workshop: { what: 'the workshop of a proposition', text: 'Canary-Workshop-Of-Widows' },
	translation: { what: 'a proposition in another language', text: 'Canary-Dejamos-La-Capital' },
	reason: { what: 'why a proposition was taken out', text: 'Canary-It-Names-Her-Brother' },
	/** As a ballot holds it: the beginnings of two propositions' ids, one after the other. */
	ballot: { what: 'what somebody voted', text: 'CanaryAgCanaryBo' }
} as const;

/** Confides all of it to a server; gives back what members open again, as text. */
export async function plantInRound(db: Db, origin: string, wrap: Wrap = {}): Promise<string> {
	const p = plantedInRound;
	const clock = { now: new Date() };
	const [steward, member] = await circleOf(db, origin, { members: 2, clock, wrap });
	if (!steward || !member) throw new Error('Nobody.');
	const { id } = await begunRound(steward, { question: { en: p.question.text }, languages: ['en', 'es'] });
	await asks(member, id);
	const round = await roundOf(steward, id);
	sure(await giveBallots(steward.link, round));
	sure(await propose(await roundOf(member, id), { text: p.proposition.text, language: 'en', workshop: p.workshop.text }));
	const [written] = sure(await propositionsOf(round)).propositions;
	if (written === undefined) throw new Error('Nothing was proposed.');
	sure(await translate(round, written, { language: 'es', text: p.translation.text }));
	sure(await rule(round, written, { stands: false, reason: p.reason.text }));
	await votes(member, id, new Map([[p.ballot.text.slice(0, 8), 1], [p.ballot.text.slice(8), 1]]));
	const casting = await castingOf(member, id);
	const earlier = await earlierBallot(casting);
	const read = sure(await propositionsOf(round)).propositions.map(({ text, workshop, takenOut, translations }) => [text, workshop, takenOut, ...translations.values()]);
	return JSON.stringify([round.question, read, earlier.ok && [...earlier.votes.keys()].sort().join('')]);
}
