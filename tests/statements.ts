import type { OpenNote } from '#lib/circles/client/open-circle.ts';
import { lineTo } from '#lib/circles/client/line.ts';
import { someItem, somePlan } from '#lib/forum/fixtures.ts';
import { releaseOf } from '#lib/forum/released.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { Answer, Rule } from '#lib/statement/adoption.ts';
import { answer, beginAdoption, end, openAdoption, sign, type AdoptionAsItIs } from '#lib/statement/client/adoptions.ts';
import { amend, comment, decide, discussionOf, rest, support } from '#lib/statement/client/discussion.ts';
import { beginDraft, clausesOf, draftNote, freeze, openDraft, setClauseKind, versionsOf, type FrozenVersion, type OpenDraft } from '#lib/statement/client/drafts.ts';
import { keepTranslation, translationOf } from '#lib/statement/client/translations.ts';
import { clauseHash, type ClauseKind } from '#lib/statement/draft.ts';
import { randomId, type Json } from '#lib/vault/envelope.ts';
import { sure } from './desk-officers.ts';
import { circleOf, type RoundMember } from './rounds.ts';

type Written = readonly [kind: ClauseKind, text: string];

const someClauses: readonly Written[] = [
	['preamble', 'We met for three days, and listened.'],
	['finding', 'Two of three of us were followed on the way.'],
	['recommendation', 'Parliament should repeal the law by June 2027.']
];

/** The draft as a member's own browser opens it. */
export async function draftOf({ circle }: RoundMember, id: string): Promise<OpenDraft> {
	return sure(await openDraft(sure(await circle.refresh()).circle, id)).draft;
}

/** Its text, read. */
export async function noteOf(draft: OpenDraft): Promise<OpenNote> {
	const { note } = sure(await draftNote(draft));
	sure(await note.bring());
	return note;
}

/** Begins a draft with these clauses. */
export async function writtenDraft(steward: RoundMember, { title = 'What we ask for', clauses = someClauses, language = 'en' }: { readonly title?: string; readonly clauses?: readonly Written[]; readonly language?: 'en' | 'es' | 'fr' | 'ar' } = {}): Promise<OpenDraft> {
	const { draft } = sure(await beginDraft(sure(await steward.circle.refresh()).circle, { title, language }));
	const note = await noteOf(draft);
	let id = note.text.paragraphs[0]?.id ?? '';
	for (const [at, [kind, text]] of clauses.entries()) {
		if (at > 0) id = note.text.split(id, note.text.textOf(id).length);
		note.text.type(id, [{ at: 0, remove: 0, insert: text }]);
		setClauseKind(note.text, id, kind);
	}
	sure(await note.send());
	return draft;
}

/** Freezes a draft as its text stands. */
export async function frozen(draft: OpenDraft): Promise<FrozenVersion> {
	const note = await noteOf(draft);
	const { next } = sure(await versionsOf(draft));
	return sure(await freeze(draft, { title: draft.title, clauses: clausesOf(note.text), next })).version;
}

/** An adoption as a member's own browser opens it. */
export async function adoptionOf({ circle }: RoundMember, id: string): Promise<AdoptionAsItIs> {
	return sure(await openAdoption(sure(await circle.refresh()).circle, id));
}

const someRule: Rule = { quorumPercent: 50, thresholdPercent: 100 };

export async function begunAdoption(steward: RoundMember, version: FrozenVersion, rule = someRule): Promise<string> {
	return sure(await beginAdoption(sure(await steward.circle.refresh()).circle, version, rule)).id;
}

export const consents: Answer = { answer: 'consents', clauses: [], reason: '' };

export async function answers(member: RoundMember, id: string, said: Answer = consents): Promise<void> {
	sure(await answer(await adoptionOf(member, id), said));
}

/** A forum that a circle has released, so that something of it can be public. */
export async function releasedForum({ link, circle }: Pick<RoundMember, 'link' | 'circle'>, slug: string): Promise<string> {
	const released = releaseOf(somePlan({ slug, items: [someItem({ id: 'open', people: [] })] }), { shown: new Set(), before: undefined });
	const answered = await link.send('POST', '/api/forums', { circle: circle.id, version: 1, released, shown: [] } as unknown as Json);
	if (!answered.ok) throw new Error(`The forum was not released: ${answered.reason}.`);
	return slug;
}

/** What people confide while they draft and adopt, each text in no other place. */
export const plantedInStatement = {
	title: { what: 'the title of a draft', text: 'Canary-Title-Of-A-Statement' },
	clause: { what: 'a clause of a draft', text: 'Canary-Clause-The-Minister-Must-Go' },
	comment: { what: 'a comment', text: 'Canary-Comment-Her-Cousin-Is-A-Judge' },
	amendment: { what: 'an amendment', text: 'Canary-Amendment-The-General-Must-Go' },
	reason: { what: 'why somebody amends', text: 'Canary-Reason-He-Signed-The-Order' },
	decided: { what: 'why an amendment was rejected', text: 'Canary-Rejected-It-Names-Him' },
	grounds: { what: 'a proposition on which a clause rests', text: 'Canary-Grounds-We-Leave-In-May' },
	translation: { what: 'a translation', text: 'Canary-Traduccion-El-Ministro' },
	objection: { what: 'why somebody objects', text: 'Canary-Objection-My-Brother-Is-Held' },
	signer: { what: 'the name under which somebody signs', text: 'Canary-Signer-Falcon' }
} as const;

/** Confides all of it to a server; gives back what members open again, as text. */
export async function plantInStatement(db: Db, origin: string, circle?: readonly RoundMember[]): Promise<string> {
	const p = plantedInStatement;
	const [steward, member, other] = circle ?? (await circleOf(db, origin, { members: 3 }));
	if (!steward || !member || !other) throw new Error('Nobody.');
	const draft = await writtenDraft(steward, { title: p.title.text, clauses: [['preamble', 'We met.'], ['recommendation', p.clause.text]] });
	const hers = await draftOf(member, draft.id);
	const clauses = clausesOf((await noteOf(hers)).text);
	const clause = clauses[1]?.id ?? '';
	sure(await comment(hers, { clause, text: p.comment.text }));
	sure(await amend(hers, { clause, base: p.clause.text, text: p.amendment.text, reason: p.reason.text }));
	const { discussion } = sure(await discussionOf(draft));
	const amendment = discussion.amendments[0]?.id ?? '';
	sure(await support(hers, discussion, { amendment, supports: true }));
	sure(await decide(draft, discussion, { amendment, decision: 'rejected', reason: p.decided.text }));
	sure(await rest(draft, discussion, { clause, propositions: [{ round: randomId(), proposition: randomId(), text: p.grounds.text, standing: 'supported', tallies: { everyone: { seen: 9, agrees: null, disagrees: null, passes: null }, nearlyAll: 'agree', groups: null }, fingerprint: '0000 0000 0000' }] }));
	const none = sure(await translationOf(draft, 'es'));
	sure(await keepTranslation(draft, none, { ...none.translation, title: 'Lo que pedimos', clauses: [{ clause, of: await clauseHash(clauses[1]!), text: p.translation.text, state: 'draft' }] }));
	const id = await begunAdoption(steward, await frozen(draft), { quorumPercent: 50, thresholdPercent: 60 });
	await answers(steward, id);
	await answers(member, id);
	await answers(other, id, { answer: 'objects', clauses: [clause], reason: p.objection.text });
	sure(await end(await adoptionOf(steward, id), { setAside: [], now: new Date() }));
	sure(await sign(member.link, await adoptionOf(member, id), { kind: 'pseudonym', name: p.signer.text }));
	const read = sure(await discussionOf(await draftOf(other, draft.id))).discussion;
	const adopted = await adoptionOf(other, id);
	return JSON.stringify([draft.title, clausesOf((await noteOf(draft)).text), read.comments, read.amendments, [...read.grounds.values()], sure(await translationOf(draft, 'es')).translation, [...adopted.answers.values()].map(({ reason, signature }) => [reason, signature?.name])]);
}

/** A line without a session, as withdrawing uses it. */
export function lineWithout(origin: string) {
	return { ...lineTo(origin, { origin }), pause: () => Promise.resolve() };
}
