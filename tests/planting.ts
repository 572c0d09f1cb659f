import { secretWords } from '#vault';
import { noteGuest } from '#lib/forum/client/guests.ts';
import { happeningNow, keepHappenings, lookAfter } from '#lib/forum/client/logistics.ts';
import { answerInvitation, openWithWords } from '#lib/forum/client/invited.ts';
import type { Determination } from '#lib/grants/award.ts';
import type { CallState } from '#lib/grants/call-log.ts';
import { callOf, newEdited } from '#lib/grants/call-editing.ts';
import { callSecret, saveDraft } from '#lib/grants/client/calls.ts';
import { budgetOf, setBudget } from '#lib/grants/client/budgets.ts';
import { handOver } from '#lib/grants/client/handing.ts';
import { openReceipt } from '#lib/grants/client/opening.ts';
import { PayDesk, type OpenPayment } from '#lib/grants/client/paying.ts';
import { answerQuestions, openQuestions } from '#lib/grants/client/refereeing.ts';
import { askApplicant, deskReferences, makeRefereeLink } from '#lib/grants/client/references.ts';
import { beginReissue } from '#lib/grants/client/reissuing.ts';
import { inviteReviewer, openReviews, takeRole } from '#lib/grants/client/reviewers.ts';
import { accountCard, declare, openForReview, reviewTasks, sendReview } from '#lib/grants/client/reviewing.ts';
import { writeToTeam } from '#lib/grants/client/writing.ts';
import type { PaymentDeed } from '#lib/grants/payment.ts';
import { askHash } from '#lib/grants/reference.ts';
import { randomId } from '#lib/vault/envelope.ts';
import { sure, type DeskOfficer, type TestDesks } from './desk-officers.ts';
import { guestDevice, someConsent, someDecision, type TestGuests } from './guest-desk.ts';

/** What people at a desk, who pay, who review and who vouch confide, each text in no other place. One line for each field. */
export const plantedAtDesk = {
	draftTitle: { what: 'the title of a call before it is public', text: 'Canary-A-Call-For-The-North' },
	draftText: { what: 'the summary of a call before it is public', text: 'Canary-Nobody-Knows-Of-It-Yet' },
	draftQuestion: { what: 'the label of a question before it is public', text: 'Canary-Where-Do-You-Hide' },
	draftLine: { what: 'what a draft funds', text: 'Canary-Cars-Without-A-Plate' },
	note: { what: 'a note of an officer', text: 'Canary-She-Sounded-Afraid' },
	reason: { what: 'the reason of a decision', text: 'canary-reason-of-the-two' },
	decision: { what: 'the letter with the decision', text: 'Canary-We-Are-Glad-To-Tell-You' },
	answer: { what: 'what the applicant answers', text: 'Canary-I-Will-Take-The-Bus' },
	asked: { what: 'what the team asks beside the questions', text: 'Canary-May-We-Write-To-Him' },
	referee: { what: 'who is asked', text: 'Canary-Lawyer-Of-The-Valley' },
	question: { what: 'a question to a referee', text: 'Canary-Did-You-See-The-Car' },
	vouched: { what: 'what a referee answers', text: 'Canary-I-Saw-It-Three-Times' },
	reviewer: { what: 'how a reviewer is called', text: 'Canary-Rosa-Of-The-Archive' },
	told: { what: 'what a reviewer is told before declaring', text: 'Canary-About-A-Town-In-The-East' },
	comment: { what: 'the comment of a review', text: 'Canary-The-Sum-Is-Too-Small' },
	abstained: { what: 'why somebody abstains', text: 'Canary-I-Do-Not-Know-The-Law' },
	awarded: { what: 'the amount of an award', text: '7141853753' },
	rateSource: { what: 'where the rate of an award comes from', text: 'Canary-Exchange-By-The-Mosque' },
	budget: { what: 'the budget of a call', text: '64646464064' },
	payee: { what: 'a changed way to be paid', text: 'Canary-Number-Of-A-Sister' },
	checked: { what: 'how a change was checked', text: 'Canary-Asked-By-The-Lawyer' },
	sent: { what: 'the amount that was sent', text: '119183746529' },
	sentRate: { what: 'where the rate of a payment comes from', text: 'Canary-The-Branch-At-The-Port' },
	failed: { what: 'why a payment failed', text: 'Canary-The-Branch-Was-Closed' },
	report: { what: 'an answer of a report', text: 'Canary-We-Changed-The-Locks' },
	called: { what: 'a report that was told in a call', text: 'Canary-She-Told-It-By-Telephone' },
	lost: { what: 'what the holder of the old words is told', text: 'Canary-Your-Paper-Is-Said-Lost' }
} as const;

/** Confides all of it to a server, through the code that browsers run; gives back all that those who may read open again, as text. */
export async function plantAtDesk(desks: TestDesks): Promise<string> {
	const { ana, ben, slug, call } = await desks.three();
	const [first, second] = [await desks.applied(slug), await desks.applied(slug)];
	const open = (officer: DeskOfficer, application = first.application) => desks.open(officer, call, application);
	const receipt = (of = first) => desks.receipt(of.receipt);
	const p = plantedAtDesk;

	const edited = newEdited('en');
	[edited.title.en, edited.summary.en, edited.funded.en, edited.questions[0]!.label.en] = [p.draftTitle.text, p.draftText.text, p.draftLine.text, p.draftQuestion.text];
	const draft = sure(await saveDraft(ana.circle, { draft: callOf(edited), basedOn: undefined })).record;
	sure(await setBudget({ ...ana, call }, sure(await budgetOf({ ...ana, call })).kept, { amountMinor: Number(p.budget.text), currency: 'EUR' }));

	sure(await ana.desk.move({ call, opened: await open(ana), move: 'acknowledge', change: { note: p.note.text, assigned: [ben.who.account] } }));
	const at = { ...ana, call };
	sure(await askApplicant(at, await open(ana), { reference: 'vouches', who: p.referee.text, questions: [p.question.text], text: p.asked.text }));
	const [ask] = (await receipt()).thread.flatMap((message) => (message.ok && message.deed?.do === 'ask' ? [message.deed] : []));
	if (ask === undefined) throw new Error('Nothing was asked.');
	sure(await writeToTeam(desks.line(), await receipt(), { text: p.answer.text, files: [], deed: { do: 'reply', id: ask.id, of: await askHash(ask), approved: [0] } }));
	const made = sure(await makeRefereeLink(at, { application: first.application, ask: ask.id, days: 14 })).opened;
	const questions = sure(await openQuestions(desks.line(), `${call.call}.${made.case.now.referees.at(-1)?.secret}`)).opened;
	sure(await answerQuestions(desks.line(), questions, [p.vouched.text]));

	const reviews = await review(desks, { ana, ben, call, application: first.application });
	const payment = await award(desks, { ana, ben, call, application: first.application });
	const { secret } = sure(await callSecret(ana.circle, call));
	sure(await ana.desk.say({ call, callSecret: secret, opened: await open(ana), text: p.decision.text, status: { state: 'agreed', nextBy: null } }));
	sure(await writeToTeam(desks.line(), await receipt(), { text: p.report.text, files: [], report: [p.report.text, '', ''] }));
	sure(await ana.desk.note(call, await open(ana), { report: { kind: 'call', by: ana.who.account, on: '2026-11-30', words: p.called.text } }));
	sure(await ben.desk.note(call, await open(ben, second.application), { marks: { urgent: true, duplicateOf: first.application } }));
	sure(await beginReissue(ana.link, { circle: ana.circle, call, opened: await open(ana, second.application) }, p.lost.text));

	const [opened, other, asked] = [await open(ben), await open(ben, second.application), await deskReferences(at, await open(ana))];
	const mine = sure(await openReceipt(desks.line(), first.receipt)).opened;
	return JSON.stringify([draft.body, sure(await budgetOf({ ...ben, call })).kept.budget, opened.case.now, opened.messages, other.messages, asked, reviews, payment.history, mine.thread, questions.questions]);
}

interface Work {
	readonly ana: DeskOfficer;
	readonly ben: DeskOfficer;
	readonly call: CallState;
	readonly application: string;
}

/** Somebody from outside writes a review, and an officer abstains; gives back what is read of both. */
async function review(desks: TestDesks, { ana, ben, call, application }: Work): Promise<unknown> {
	const p = plantedAtDesk;
	const rosa = await desks.somebody({ name: p.reviewer.text, role: 'member' });
	const link = rosa.link(desks.origin);
	const card = await accountCard(ana.link, rosa.account);
	if (card === undefined) throw new Error('Nobody to invite.');
	sure(await inviteReviewer({ ...ana, call, opened: await desks.open(ana, call, application) }, { card, name: p.reviewer.text, words: p.told.text, dueOn: null, parts: [] }));
	const [task] = sure(await reviewTasks(link)).tasks;
	if (task === undefined) throw new Error('Nothing to review.');
	sure(await declare(link, task, false));
	sure(await openForReview(link, sure(await reviewTasks(link)).tasks[0]!));
	const sends = (from: typeof link, verdict: Parameters<typeof sendReview>[1]['verdict']) => sendReview(from, { application, call: call.call, inbox: call.inboxes.core, version: 1, verdict });
	sure(await sends(link, { kind: 'scored', scores: { need: 4, effect: 2 }, comment: p.comment.text }));
	sure(await takeRole(ben.link, application, 'ready'));
	sure(await sends(ben.link, { kind: 'abstains', reason: p.abstained.text }));
	return [task.invitation, sure(await openReviews({ ...ben, opened: await desks.open(ben, call, application) })).reviews];
}

/** Two award, and who pays tries in vain. */
async function award(desks: TestDesks, { ana, ben, call, application }: Work): Promise<OpenPayment> {
	const p = plantedAtDesk;
	const awarded = { amountMinor: Number(p.awarded.text), currency: 'EUR' };
	const proposed: Determination = { requested: { amountMinor: 9_000_000, currency: 'KES' }, rate: { from: 'KES', to: 'EUR', rate: '0.0067', source: p.rateSource.text, on: '2026-11-20' }, awarded, region: 'africa', on: null, deciders: [], plan: [{ id: randomId(), amount: awarded, due: null }], payment: null };
	const open = (officer: DeskOfficer) => desks.open(officer, call, application);
	sure(await ana.desk.move({ call, opened: await open(ana), move: 'conclude' }));
	sure(await ana.desk.move({ call, opened: await open(ana), move: 'award', mover: 'decider', change: { reason: p.reason.text, award: proposed } }));
	sure(await ben.desk.move({ call, opened: await open(ben), move: 'award', mover: 'decider', change: { award: { ...proposed, on: '2026-11-30', deciders: [ana.who.account, ben.who.account] } } }));
	sure(await ana.desk.move({ call, opened: await open(ana), move: 'agree' }));
	sure(await handOver({ ...ana, call, opened: await open(ana) }));

	const people = await Promise.all(['Pia', 'Pol'].map((name) => desks.somebody({ name })));
	for (const who of people) {
		sure(await (await desks.again(ana)).circle.add({ account: who.account, name: who.name }));
		sure(await sure(await who.circles(desks.origin).openCircle(ana.circle.id)).circle.accept());
	}
	const [pia, pol] = (await Promise.all(people.map(async (who) => new PayDesk(who.link(desks.origin), sure(await who.circles(desks.origin).openCircle(ana.circle.id)).circle)))) as [PayDesk, PayDesk];
	const [line] = sure(await pia.list()).lines;
	if (line?.handed === undefined) throw new Error('Nothing was handed over.');
	sure(await pia.takeIn({ call: line.call, handed: line.handed, route: 'bank' }));
	const opened = async (by: PayDesk): Promise<OpenPayment> => sure(await by.open(line.payment)).opened;
	const instalment = proposed.plan[0]!.id;
	const deeds: readonly (readonly [PayDesk, PaymentDeed])[] = [
		[pia, { what: 'change-payee', words: p.payee.text, checked: p.checked.text }],
		[pol, { what: 'confirm-payee' }],
		[pol, { what: 'act', instalment, act: { do: 'reroute', route: 'cash-partner', payee: 2 } }],
		[pia, { what: 'act', instalment, act: { do: 'approve', by: people[0]!.account } }],
		[pol, { what: 'act', instalment, act: { do: 'approve', by: people[1]!.account } }],
		[pia, { what: 'act', instalment, act: { do: 'send', amount: { amountMinor: Number(p.sent.text), currency: 'KES' }, rate: { from: 'EUR', to: 'KES', rate: '144.1', source: p.sentRate.text, on: '2026-12-01' }, on: '2026-12-01' } }],
		[pia, { what: 'act', instalment, act: { do: 'fail', on: '2026-12-02', why: p.failed.text } }]
	];
	for (const [by, deed] of deeds) sure(await by.act(await opened(by), deed));
	return opened(pol);
}

/** What convenors and a guest confide before anything of it is public, each text in no other place. One line for each field. */
export const plantedByGuests = {
	name: { what: 'how convenors call a guest', text: 'Canary-The-Baker-Of-Two-Rivers' },
	reach: { what: 'how a guest is reached', text: 'Canary-Through-A-Nurse' },
	words: { what: 'the words of an invitation', text: 'Canary-Come-By-The-Night-Train' },
	told: { what: 'by which way something was told for a guest', text: 'Canary-Her-Sister-Called-Us' },
	roomName: { what: 'the name in the room', text: 'Canary-Name-Inside-The-Room' },
	passportName: { what: 'the name in the passport', text: 'CANARY NAME OF A PASSPORT' },
	publicName: { what: 'a name for the public, before it is released', text: 'Canary-Not-Public-Yet' },
	affiliation: { what: 'an organisation, before it is released', text: 'Canary-Office-By-The-Canal' },
	country: { what: 'a country, before it is released', text: 'Canary-Country-Of-The-East' },
	arrives: { what: 'by what a guest comes', text: 'Canary-Flight-ZZ-4711' },
	leaves: { what: 'by what a guest goes', text: 'Canary-Over-The-Northern-Border' },
	home: { what: 'how a guest gets home', text: 'Canary-By-The-Ferry-Of-Monday' },
	visa: { what: 'what a guest needs for a visa', text: 'Canary-A-Letter-To-A-Consul' },
	lodging: { what: 'where a guest sleeps', text: 'Canary-Not-On-The-Ground-Floor' },
	food: { what: 'what a guest eats', text: 'Canary-Nothing-From-The-Sea' },
	access: { what: 'what a guest needs to get in', text: 'Canary-A-Lift-For-A-Chair' },
	children: { what: 'whom a guest brings', text: 'Canary-A-Daughter-Of-Four' },
	emergency: { what: 'whom to call for a guest', text: 'Canary-Call-The-Tall-Neighbour' },
	gender: { what: 'how a guest describes themselves', text: 'Canary-A-Woman-Of-The-Delta' },
	receivers: { what: 'the name of a logistics circle', text: 'Canary-Those-Who-Wait-At-Night' },
	held: { what: 'how it is known that a guest is held', text: 'Canary-Taken-At-Gate-Nine' }
} as const;

/** Confides all of it, as above; gives back what the convenors read, and the guest on another device. */
export async function plantByGuests(guests: TestGuests): Promise<string> {
	const { name, reach, words, told, roomName, passportName, publicName, affiliation, country, arrives, leaves, home, ...needed } = plantedByGuests;
	const receivers = await guests.receivedBy(needed.receivers.text);
	const stage = await guests.approved({ name: name.text, reach: reach.text, words: words.text });
	await guests.handed(stage, receivers);
	const opened = await guests.opened(stage);
	const crossing = { day: '2026-12-12', time: '09:30' };
	const needs = { arrives: { ...crossing, by: arrives.text }, leaves: { ...crossing, by: leaves.text }, diet: [], languages: [], words: { visa: needed.visa.text, lodging: needed.lodging.text, food: needed.food.text, access: needed.access.text, children: needed.children.text, emergency: needed.emergency.text }, home: { ...crossing, by: home.text } };
	const consent = someConsent({ name: publicName.text, affiliation: affiliation.text, country: country.text });
	sure(await noteGuest(guests.his, await stage.guest(guests.his), { toldFor: { says: 'accepted', how: told.text } }));
	sure(await answerInvitation(guests.line(), guestDevice(), opened, someDecision({ roomName: roomName.text, passportName: passportName.text, needs, consent, origin: { region: 'asia', gender: needed.gender.text } })));
	const { travellers } = sure(await lookAfter(receivers)).journeys;
	for (const one of travellers) sure(await keepHappenings(receivers, one, [happeningNow(receivers, { kind: 'prevented', why: 'refused-exit', words: needed.held.text })]));
	await guests.handed(stage, receivers);
	const { journeys } = sure(await lookAfter(receivers));
	const { of } = await stage.guest(guests.his);
	const again = sure(await openWithWords(guests.line(), (await secretWords(opened.keys.secret, 'en')).join(' '))).opened;
	return JSON.stringify([of, again.own, receivers.circle.about, journeys.travellers.map(({ says }) => says)]);
}

/** Two applications of one person in the same words, and one of somebody else that came in between; their ids. */
export async function appliedTwice(desks: TestDesks): Promise<{ readonly mine: readonly [string, string]; readonly other: string }> {
	const { slug } = await desks.three();
	const [one, other, two] = [await desks.applied(slug), await desks.applied(slug), await desks.applied(slug)];
	return { mine: [one.application, two.application], other: other.application };
}
