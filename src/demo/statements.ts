import { linkNow, openCircle } from '#lib/circles/client/circles.ts';
import { lineTo } from '#lib/circles/client/line.ts';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { keepEvidence } from '#lib/followup/client/evidence.ts';
import { keepLetter } from '#lib/followup/client/letters.ts';
import { newEntryId, record } from '#lib/followup/client/recording.ts';
import type { FollowupRequest } from '#lib/followup/recommendation.ts';
import type { Answer } from '#lib/statement/adoption.ts';
import { answer, beginAdoption, openAdoption } from '#lib/statement/client/adoptions.ts';
import { castBallot } from '#lib/statement/client/casting.ts';
import { beginDraft, clausesOf, draftNote, freeze, setClauseKind, versionsOf } from '#lib/statement/client/drafts.ts';
import { propose, propositionsOf } from '#lib/statement/client/propositions.ts';
import { beginRound, openRound } from '#lib/statement/client/rounds.ts';
import { askForBallot, giveBallots, standingOf } from '#lib/statement/client/tokens.ts';
import { as, circleOf, sure, type Person } from './people.ts';
import { circleWords } from './said.ts';
import { draftWords, followupWords as words, madeUpAddressees, roundWords } from './said-of-statements.ts';

const origin = process.env['DEMO_ORIGIN'] ?? '';
const hourMs = 3_600_000;

/** The forum whose files `src/demo/record` holds. */
const followed = { forum: 'demonstration-five-years-ago', document: 'statement' } as const;

/** A circle with a round that is open and a draft in adoption; and the statement of five years ago with what is said to have become of it. */
export async function fillStatements({ officers, others }: { readonly officers: readonly [Person, Person]; readonly others: readonly Person[] }): Promise<void> {
	const [ana] = officers;
	const assembly = await circleOf([...officers, ...others], circleWords.assembly);
	await vote([...officers, ...others], assembly);
	await adopt([...officers, ...others], assembly);
	await follow(ana, await circleOf(officers, circleWords.followers));
}

async function circleNow(id: string): Promise<OpenCircle> {
	return sure(await openCircle(id)).circle;
}

function linkOf(): Link {
	const link = linkNow();
	if (link === undefined) throw new Error('Nobody sits at the tab.');
	return link;
}

/** For two weeks from this hour; three propose, three have ballots, two have voted, and one waits for theirs. */
async function vote([ana, ben, ...others]: readonly [Person, Person, ...Person[]], id: string): Promise<void> {
	const thisHour = Math.floor(Date.now() / hourMs) * hourMs;
	const round = await as(ana, async () => {
		const begun = sure(await beginRound(linkOf(), await circleNow(id), { question: roundWords.question, languages: ['en', 'es', 'fr', 'ar'], opensAt: thisHour, closesAt: thisHour + 14 * 24 * hourMs, proposals: 'members' })).round;
		return begun.id;
	});
	const roundNow = async () => sure(await openRound(await circleNow(id), round)).round;
	for (const [at, [language, text]] of roundWords.propositions.entries()) await as(at % 2 === 0 ? ana : ben, async () => sure(await propose(await roundNow(), { language, text })));
	const voters = [ana, ben, ...others.slice(0, 1)];
	for (const voter of voters) await as(voter, async () => sure(await askForBallot(linkOf(), await roundNow())));
	await as(ana, async () => sure(await giveBallots(linkOf(), await roundNow())));
	for (const [nth, voter] of voters.slice(1).entries()) {
		await as(voter, async () => {
			const open = await roundNow();
			const { standing } = sure(await standingOf(linkOf(), open));
			if (standing.kind !== 'has') throw new Error('A ballot of the demonstration is missing.');
			const { propositions } = sure(await propositionsOf(open));
			const votes = new Map(propositions.map(({ short }, at) => [short, (at + nth) % 3 === 0 ? -1 : 1] as const));
			// Without a session, as ballots are sent.
			sure(await castBallot({ line: lineTo(origin, { origin }), round: open, voter: standing.voter, token: standing.token }, votes));
		});
	}
	for (const late of others.slice(1, 2)) await as(late, async () => sure(await askForBallot(linkOf(), await roundNow())));
}

/** A draft that was frozen and put to the circle; two have answered, one of them with an objection. */
async function adopt([ana, ben, ...others]: readonly [Person, Person, ...Person[]], id: string): Promise<void> {
	const adoption = await as(ana, async () => {
		const circle = await circleNow(id);
		const { draft } = sure(await beginDraft(circle, { title: draftWords.title, language: 'en' }));
		const { note } = sure(await draftNote(draft));
		sure(await note.bring());
		let paragraph = note.text.paragraphs[0]?.id ?? '';
		for (const [at, [kind, text]] of draftWords.clauses.entries()) {
			if (at > 0) paragraph = note.text.split(paragraph, note.text.textOf(paragraph).length);
			note.text.type(paragraph, [{ at: 0, remove: 0, insert: text }]);
			setClauseKind(note.text, paragraph, kind);
		}
		sure(await note.send());
		const { next } = sure(await versionsOf(draft));
		const { version } = sure(await freeze(draft, { title: draft.title, clauses: clausesOf(note.text), next }));
		return sure(await beginAdoption(await circleNow(id), version, { quorumPercent: 50, thresholdPercent: 75 })).id;
	});
	const said = async (person: Person, of: (clauses: readonly string[]) => Answer): Promise<unknown> =>
		as(person, async () => {
			const now = sure(await openAdoption(await circleNow(id), adoption));
			return sure(await answer(now, of(now.adoption.clauses.map((clause) => clause.id))));
		});
	await said(ben, () => ({ answer: 'consents', clauses: [], reason: '' }));
	for (const person of others.slice(0, 1)) await said(person, (clauses) => ({ answer: 'objects', clauses: [clauses[3] ?? ''], reason: 'It should say who publishes it. (An objection of the demonstration.)' }));
}

type Happening = Extract<FollowupRequest, { what: 'entry' }>['happening'];
const [state, parliament, council, movement] = ['republic-of-exampleland', 'parliament-of-exampleland', 'council-of-made-up-nations', 'defenders-of-nowhere'] as const;

/** Everything is recorded today, of days in five years. */
async function follow(ana: Person, id: string): Promise<void> {
	const year = new Date().getUTCFullYear() - 5;
	const on = (years: number, monthAndDay = ''): string => `${year + years}${monthAndDay && `-${monthAndDay}`}`;
	const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
	await as(ana, async () => {
		const circle = await circleNow(id);
		const send = async (request: FollowupRequest): Promise<unknown> => sure(await record(linkOf(), request));
		const happened = async (clauses: number[], happening: Happening, entry = newEntryId()): Promise<string> => {
			await send({ what: 'entry', ...followed, id: entry, clauses, happening });
			return entry;
		};
		for (const addressee of madeUpAddressees) await send({ what: 'addressee', addressee });
		for (const recommendation of recommendations) await send({ what: 'recommendation', ...followed, recommendation });

		const wrong = await happened([3], { kind: 'sent', to: state, on: on(0, '11-01'), channel: 'post', by: words.office });
		await happened([3], { kind: 'taken-back', of: wrong, on: on(0, '11-20'), why: words.wrongDay, blank: false });
		await happened([1, 3], { kind: 'planned', to: state, on: on(0, '12-09') });
		await happened([1, 3], { kind: 'sent', to: state, on: on(0, '12-09'), channel: 'by-hand', by: words.office });
		await happened([2], { kind: 'sent', to: parliament, on: on(0, '12-10'), channel: 'session', by: words.office });
		await happened([1], { kind: 'response', from: state, on: on(1, '03'), answer: 'noted', words: words.noted });
		await happened([3], { kind: 'response', from: state, on: on(1, '12'), answer: 'no-reply' });
		await happened([2], { kind: 'response', from: parliament, on: on(1, '05-20'), answer: 'supported-in-part', words: words.inPart, document: { name: words.report } });
		await happened([1, 2], { kind: 'coverage', on: on(1, '06-02'), medium: words.papers.example, title: words.headlines.repeal, language: 'en', country: 'AQ', url: 'https://example.org/repeal', archived: 'https://example.com/archive/repeal' });
		await happened([5], { kind: 'action', by: movement, on: on(1), what: words.letters, evidence: [] });
		await happened([1], { kind: 'action', by: state, on: on(2, '02'), what: words.bill, evidence: [{ name: words.report, url: 'https://example.org/bill' }] });
		await happened([1], { kind: 'assessment', by: 'government', on: on(2, '06'), verdict: 'full', evidence: [] });
		await happened([1], { kind: 'assessment', by: 'programme', on: on(2, '07'), verdict: 'partial', evidence: [] });
		await happened([2], { kind: 'coverage', on: on(2, '09-14'), medium: words.papers.radio, title: words.headlines.law, language: 'en', country: 'AQ', url: 'https://example.org/hearing' });
		await happened([4], { kind: 'coverage', on: on(2, '10-01'), medium: words.papers.quotidien, title: words.headlines.visit, language: 'fr', url: 'https://example.org/visite' });
		const raids = newEntryId();
		sure(await keepEvidence(circle, { entry: raids, ...words.sealed }));
		await happened([1], { kind: 'action', on: on(3, '04-11'), what: words.raids, evidence: [], keptBack: true }, raids);
		await happened([1], { kind: 'assessment', by: 'others', name: words.others, on: on(3, '05'), verdict: 'regression', evidence: [] });
		await happened([2], { kind: 'action', by: parliament, on: on(4, '01-30'), what: words.law, evidence: [{ name: words.report, url: 'https://example.org/law' }] });
		await happened([2], { kind: 'assessment', by: 'programme', on: on(4, '06'), verdict: 'partial', why: words.halfDone, evidence: [] });
		await happened([3], { kind: 'assessment', by: 'programme', on: on(4, '06'), verdict: 'no-progress', evidence: [] });
		await happened([1, 2, 3], { kind: 'coverage', on: on(4, '12-09'), medium: words.papers.example, title: words.headlines.anniversary, language: 'en', country: 'AQ', url: 'https://example.org/five-years' });
		await happened([4], { kind: 'planned', to: council, on: yesterday });
		await happened([3], { kind: 'planned', to: state, session: words.session });
		sure(await keepLetter(circle, { ...followed, addressee: council, clauses: [4], language: 'en', text: letterText, delivery: null }));
	});
}

const letterText = 'To the Council of Made-up Nations\n\nThis letter is part of a demonstration. It was begun and not finished.\n';

type Recommendation = Extract<FollowupRequest, { what: 'recommendation' }>['recommendation'];

const recommendations: readonly Recommendation[] = [
	{ clause: 1, addressees: [state], rights: ['ICCPR-22', 'ICESCR-8', 'DHRD-5'], targets: ['16.3', '16.10'], themes: [words.theme], affected: ['defenders'] },
	{ clause: 2, addressees: [parliament], rights: ['DHRD-2', 'DHRD-12', 'ICCPR-25'], targets: ['16.7'], themes: [], affected: ['defenders', 'women-defenders'] },
	{ clause: 3, addressees: [state], rights: ['ICCPR-19', 'ICCPR-9'], targets: ['16.1', '16.10'], themes: [], affected: ['journalists'] },
	{ clause: 4, addressees: [council], rights: ['DHRD-9'], targets: ['17.16'], themes: [], affected: ['everybody'] },
	{ clause: 5, addressees: [movement], rights: ['ICCPR-10'], targets: ['16.3'], themes: [], affected: ['detainees'] }
];
