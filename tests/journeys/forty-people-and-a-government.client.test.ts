import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { madeUpStates, someRecommendation } from '#lib/followup/fixtures.ts';
import type { FollowupRequest } from '#lib/followup/recommendation.ts';
import { newEntryId, record } from '#lib/followup/client/recording.ts';
import { answer, end, notePublication, sign, signaturesOf } from '#lib/statement/client/adoptions.ts';
import { comparePublished } from '#lib/statement/client/comparing.ts';
import { countBallots, type Count } from '#lib/statement/client/counting.ts';
import { amend, applyAmendment, decide, discussionOf, rest, support } from '#lib/statement/client/discussion.ts';
import { clausesOf, setClauseKind } from '#lib/statement/client/drafts.ts';
import { foundCommonGround } from '#lib/statement/client/opinion.ts';
import { propose, propositionsOf } from '#lib/statement/client/propositions.ts';
import { adoptionKey, publicationOf, publish } from '#lib/statement/client/publishing.ts';
import { giveBallots } from '#lib/statement/client/tokens.ts';
import { workerInNode } from '#lib/statement/client/worker-in-node.ts';
import { citable, keptFigures } from '#lib/statement/grounds.ts';
import type { Choice } from '#lib/statement/opinion/index.ts';
import { readRecord, recordBody, recordMessage, type AdoptionRecord } from '#lib/statement/signature.ts';
import { toText } from '#lib/vault/envelope.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { sure } from '../desk-officers.ts';
import { asks, begunRound, castingOf, circleOf, endRound, roundOf, votes, type RoundMember } from '../rounds.ts';
import { startServer, type RunningServer } from '../server.ts';
import { adoptionOf, begunAdoption, consents, draftOf, frozen, lineWithout, noteOf, releasedForum, writtenDraft } from '../statements.ts';

// One story, in its order: each test goes on where the one before has ended. People, sentences and the state are made up; each
// of the forty has a browser's own code and keys.
let server: RunningServer;
let db: Db;
let all: RoundMember[];
let steward: RoundMember;
let round: string;
let count: Count;
let adoption: string;

const clock = { now: new Date() };
const forum = '2027-forty-made-up-people';
const sentences = ['A lawyer within a day for whoever is arrested.', 'We name the sellers of spying software.', 'No money from governments.', 'A common fund pays the families of the imprisoned.', 'We boycott the next conference.', 'We publish the names of judges.'];
const threatened = 'Two of three of us were followed.';

/** All agree on every third; on the rest two camps are against each other. */
const choiceOf = (person: number, sentence: string): Choice => {
	const at = sentences.indexOf(sentence);
	return at % 3 === 0 || at % 2 === person % 2 ? 1 : -1;
};

/** Several at once, as people are: so many as a small machine bears. */
async function each<T>(people: readonly RoundMember[], work: (member: RoundMember, at: number) => Promise<T>): Promise<T[]> {
	const done: T[] = [];
	for (let at = 0; at < people.length; at += 8) done.push(...(await Promise.all(people.slice(at, at + 8).map((member, i) => work(member, at + i)))));
	return done;
}

beforeAll(async () => {
	server = await startServer();
	db = openDatabase(databaseOf(server.dataDir), { connections: 4 });
	all = await circleOf(db, server.origin, { members: 40, clock });
	const [first] = all;
	if (!first) throw new Error('Nobody.');
	steward = first;
	await releasedForum(steward, forum);
});

afterAll(async () => {
	await db.destroy();
	await server[Symbol.asyncDispose]();
});

test('forty propose and vote, each once and none by name, and every browser reckons the same common ground', async () => {
	({ id: round } = await begunRound(steward, { question: { en: 'What do we ask for?' }, languages: ['en'] }));
	await each(all.slice(0, sentences.length), async (member, at) => sure(await propose(await roundOf(member, round), { text: sentences[at] ?? '', language: 'en' })));
	await each(all, (member) => asks(member, round));
	const { given } = sure(await giveBallots(steward.link, await roundOf(steward, round)));
	await each(all, async (member, person) => {
		const { propositions } = sure(await propositionsOf((await castingOf(member, round)).round));
		await votes(member, round, new Map(propositions.map(({ short, text }) => [short, choiceOf(person, text)])));
	});
	await endRound(db, round, clock);

	const counts = await each(all.slice(0, 8), async (member) => {
		const opened = await roundOf(member, round);
		const counted = sure(await countBallots(member.link, opened, sure(await propositionsOf(opened)).propositions)).count;
		if (counted === 'not-over') throw new Error('It is over.');
		return counted;
	});

	[count] = counts as [Count];
	expect(given).toBe(40);
	expect(counts.map(({ counted, refused, tooMany, own }) => [counted, refused, tooMany, own])).toEqual(counts.map(() => [40, 0, false, { answers: sentences.length }]));
	expect(new Set(counts.map(({ fingerprint }) => fingerprint)).size).toBe(1);
});

test('what all support becomes clauses that rest on figures, an amendment that thirty support changes the text, and one objection sets a clause aside', async () => {
	const { propositions } = sure(await propositionsOf(await roundOf(steward, round)));
	const { ground } = sure(await foundCommonGround(count.ballots, { open: workerInNode }));
	const supported = citable(ground).filter(({ standing }) => standing === 'supported').flatMap((ranked) => propositions.filter(({ id }) => id === ranked.proposition).map((proposition) => ({ ranked, proposition })));
	const draft = await writtenDraft(steward, { title: 'What forty of us ask for', clauses: [['preamble', 'We are forty, and made up.'], ['finding', threatened]] });
	// Three write the recommendations, each in a paragraph of their own and at once.
	await Promise.all(
		supported.map(async ({ proposition }, at) => {
			const note = await noteOf(await draftOf(all[at + 1]!, draft.id));
			const last = note.text.paragraphs.at(-1)!;
			const clause = note.text.split(last.id, last.text.length);
			note.text.type(clause, [{ at: 0, remove: 0, insert: `Parliament should see to this by June 2027: ${proposition.text}` }]);
			setClauseKind(note.text, clause, 'recommendation');
			sure(await note.send());
		})
	);
	const clauses = clausesOf((await noteOf(draft)).text);
	for (const { proposition, ranked } of supported) {
		const clause = clauses.find(({ text }) => text.endsWith(proposition.text))!;
		sure(await rest(draft, sure(await discussionOf(draft)).discussion, { clause: clause.id, propositions: [{ round, proposition: proposition.id, text: proposition.text, fingerprint: count.fingerprint, ...keptFigures(ranked) }] }));
	}
	const hers = await draftOf(all[9]!, draft.id);
	const last = clauses.at(-1)!;
	sure(await amend(hers, { clause: last.id, base: last.text, text: last.text.replace('June', 'May'), reason: 'It is urgent.' }));
	const amendment = sure(await discussionOf(hers)).discussion.amendments[0]!;
	await each(all.slice(10), async (member) => {
		const own = await draftOf(member, draft.id);
		sure(await support(own, sure(await discussionOf(own)).discussion, { amendment: amendment.id, supports: true }));
	});
	const before = sure(await discussionOf(draft)).discussion;
	sure(await applyAmendment(await noteOf(draft), amendment));
	sure(await decide(draft, before, { amendment: amendment.id, decision: 'accepted', reason: 'Thirty ask for it.' }));
	adoption = await begunAdoption(steward, await frozen(draft), { quorumPercent: 75, thresholdPercent: 100 });
	const opened = await adoptionOf(steward, adoption);
	const followed = opened.adoption.clauses.find(({ text }) => text === threatened)!;
	await each(all.slice(0, 38), async (member, at) => sure(await answer(await adoptionOf(member, adoption), at === 5 ? { answer: 'objects', clauses: [followed.id], reason: 'It points to the two.' } : at === 6 ? { ...consents, answer: 'stands-aside' } : consents)));
	sure(await end(await adoptionOf(steward, adoption), { setAside: [followed.id], now: new Date() }));

	const seen = await each(all, async (member) => (await adoptionOf(member, adoption)).ended);

	expect(supported.map(({ proposition }) => proposition.text).toSorted()).toEqual(sentences.filter((_, at) => at % 3 === 0).toSorted());
	expect(before.amendments.map(({ supporters }) => supporters.length)).toEqual([30]);
	expect(new Set(seen.map((ended) => JSON.stringify([ended?.adoptedHash, ended?.outcome, ended?.missing, ended?.ownMissing])))).toEqual(new Set([JSON.stringify([seen[0]?.adoptedHash, { kind: 'adopted', counts: { participants: 40, consents: 37, standsAside: 1, objects: 0, silent: 2 } }, 0, false])]));
	expect(seen[0]?.text).toContain('by May 2027');
	expect(seen[0]?.text).not.toContain(threatened);
});

test('thirty sign each in their way, it is published, and forty browsers and a stranger find in public what they counted', async () => {
	await each(all.slice(0, 30), async (member, at) => sure(await sign(member.link, await adoptionOf(member, adoption), at % 3 === 0 ? { kind: 'named', name: `Made-up Person ${at}` } : at % 3 === 1 ? { kind: 'pseudonym', name: `Made-up Bird ${at}` } : { kind: 'counted', name: '' })));
	const asItIs = await adoptionOf(steward, adoption);
	const publication = await publicationOf(asItIs, { forum, before: undefined, correction: '', translations: [], releaseAt: undefined });
	sure(await publish(steward.link, forum, publication!));
	sure(await notePublication(asItIs, { forum, version: 1 }));

	const compared = await each(all, async (member) => sure(await comparePublished(lineWithout(server.origin), await adoptionOf(member, adoption))).comparison);
	const page = await (await fetch(`${server.origin}/en/forums/${forum}/statement/adoption`)).text();

	expect(signaturesOf(asItIs)).toHaveLength(30);
	expect(compared).toEqual(all.map(() => ({ kind: 'compared', version: 1, differences: [] })));
	for (const words of ['Made-up Person 27', 'Made-up Bird 28', 'Signed without a name: 10', asItIs.ended?.adoptedHash ?? 'no hash']) expect(page).toContain(words);
	for (const { who } of all) expect(page).not.toContain(who.account);
});

interface PublicRecord {
	readonly versions: { text: string; readonly record: { body: string; signature: string }; readonly signatures: unknown[] }[];
	readonly document: { readonly clauses: string[] }[];
}

test('whatever a server changes of the public record, alone or with a member who signs it anew with the key that all have, every member is told in which figure', async () => {
	const asItIs = await adoptionOf(all[7]!, adoption);
	const line = lineWithout(server.origin);
	const key = await adoptionKey(asItIs.adoption);
	const differs = async (lie: (told: PublicRecord) => unknown) => {
		const lying: typeof line = {
			...line,
			ask: async (asking) => {
				const told = await line.ask(asking);
				if (told.ok) await lie(told.value as PublicRecord);
				return told;
			}
		};
		const { comparison } = sure(await comparePublished(lying, asItIs));
		return comparison.kind === 'compared' ? comparison.differences : comparison.kind;
	};
	const newest = (told: PublicRecord) => told.versions[0]!;
	const signedAnew = async (told: PublicRecord, change: Partial<AdoptionRecord>) => {
		const { record } = newest(told);
		record.body = recordBody({ ...readRecord(record.body)!, ...change });
		record.signature = toText(await key.sign(recordMessage(record.body)));
	};
	const counts = { participants: 40, consents: 36, standsAside: 1, objects: 1, silent: 2 };

	expect(await differs((told) => signedAnew(told, { counts }))).toEqual([{ figure: 'consents', ours: 37, theirs: 36 }, { figure: 'objects', ours: 0, theirs: 1 }]);
	expect(await differs((told) => signedAnew(told, { setAside: 0, rule: { quorumPercent: 50, thresholdPercent: 100 } }))).toEqual([{ figure: 'setAside', ours: 1, theirs: 0 }, { figure: 'rule' }]);
	expect(await differs((told) => (newest(told).record.body = newest(told).record.body.replace('"silent":2', '"silent":3')))).toEqual([{ figure: 'silent', ours: 2, theirs: 3 }, { figure: 'signed' }]);
	expect(await differs((told) => signedAnew(told, { key: toText(crypto.getRandomValues(new Uint8Array(32))) }))).toEqual([{ figure: 'key' }]);
	expect(await differs((told) => newest(told).signatures.pop())).toEqual([{ figure: 'signatures', missing: 1, foreign: 0 }]);
	expect(await differs((told) => (told.document[0]!.clauses[0] = 'We are nobody.'))).toEqual([{ figure: 'document', language: 'en' }]);
	expect(await differs((told) => (newest(told).text = newest(told).text.replace('May', 'June')))).toContainEqual({ figure: 'text' });
	expect(await differs(() => undefined)).toEqual([]);
});

test('what is asked of a government is handed over, and everybody reads what it answered', async () => {
	const [state] = madeUpStates;
	const at = { forum, document: 'statement' };
	const clauses = [2];
	const today = new Date().toISOString().slice(0, 10);
	sure(await record(steward.link, { what: 'addressee', addressee: state! }));
	sure(await record(steward.link, { what: 'recommendation', ...at, recommendation: someRecommendation({ clause: 2 }) } as FollowupRequest));
	sure(await record(steward.link, { what: 'entry', ...at, clauses, id: newEntryId(), happening: { kind: 'sent', to: state!.id, on: today, channel: 'post', by: 'A made-up secretariat' } }));

	sure(await record(steward.link, { what: 'entry', ...at, clauses, id: newEntryId(), happening: { kind: 'response', from: state!.id, on: today, answer: 'supported', words: { original: 'en', in: { en: 'The made-up state will change its law.' } } } }));

	const page = await (await fetch(`${server.origin}/en/followup/${forum}/statement/2`)).text();
	for (const words of ['Parliament should see to this by', 'A made-up secretariat', 'A made-up state of the north', 'The made-up state will change its law.']) expect(page).toContain(words);
	expect(page).not.toContain(steward.who.account);
});
