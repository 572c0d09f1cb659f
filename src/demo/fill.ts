import { newReceipt, secretWords, type Receipt } from '#vault';
import { linkNow, openCircle } from '#lib/circles/client/circles.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { moves, type ApplicationState, type MoveName } from '#lib/grants/application-state.ts';
import type { PaymentAct } from '#lib/grants/award.ts';
import { usualClocks, type CallContent, type CallKind } from '#lib/grants/call.ts';
import type { CallState } from '#lib/grants/call-log.ts';
import type { Case } from '#lib/grants/case.ts';
import { fetchCall } from '#lib/grants/client/call.ts';
import { callSecret, inboxOf, publishCall } from '#lib/grants/client/calls.ts';
import { Desk, type OpenApplication } from '#lib/grants/client/desk.ts';
import { handOver } from '#lib/grants/client/handing.ts';
import { lineTo } from '#lib/circles/client/line.ts';
import { openReceipt } from '#lib/grants/client/opening.ts';
import { PayDesk } from '#lib/grants/client/paying.ts';
import { sealApplication } from '#lib/grants/client/sealing.ts';
import { parcelOf, sendParcel } from '#lib/grants/client/sending.ts';
import { withdrawApplication, writeToTeam } from '#lib/grants/client/writing.ts';
import { anywhereOnEarth, deadlineOf } from '#lib/grants/deadline.ts';
import type { Answers } from '#lib/grants/form.ts';
import { regions } from '#lib/platform/text/region.ts';
import { usualQuestions } from '#lib/grants/usual-form.ts';
import { randomId } from '#lib/vault/envelope.ts';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { fillForums } from './forums.ts';
import { as, circleOf, invited, joining, sure, type Person } from './people.ts';
import { accounts, callWords, circleWords, replies } from './said.ts';
import { madeUp, situations } from './situations.ts';
import { fillStatements } from './statements.ts';

/** The moves that lead to each state; one that needs two people is made by both officers. */
const waysTo: Readonly<Record<ApplicationState, readonly MoveName[]>> = {
	received: [],
	triage: ['acknowledge'],
	'more-information': ['acknowledge', 'ask'],
	verification: ['acknowledge', 'verify'],
	review: ['acknowledge', 'review'],
	determination: ['acknowledge', 'verify', 'conclude'],
	awarded: ['acknowledge', 'conclude', 'award'],
	declined: ['acknowledge', 'conclude', 'decline'],
	'waiting-list': ['acknowledge', 'conclude', 'wait'],
	referred: ['acknowledge', 'refer'],
	agreed: ['acknowledge', 'conclude', 'award', 'agree'],
	active: ['acknowledge', 'conclude', 'award', 'agree', 'begin'],
	'report-due': ['acknowledge', 'conclude', 'award', 'agree', 'begin', 'ask-report'],
	closed: ['acknowledge', 'conclude', 'award', 'agree', 'begin', 'ask-report', 'close'],
	withdrawn: ['acknowledge', 'withdraw'],
	'on-hold': ['acknowledge', 'hold'],
	shredded: ['acknowledge', 'refer', 'close', 'shred']
};

/** How many of each there are, forty in all: as on a desk in the middle of a month. */
const counts: Readonly<Record<ApplicationState, number>> = {
	received: 5, triage: 5, 'more-information': 3, verification: 3, review: 4, determination: 3, awarded: 2, declined: 3, 'waiting-list': 1,
	referred: 1, agreed: 2, active: 2, 'report-due': 1, closed: 2, withdrawn: 1, 'on-hold': 1, shredded: 1
};

const origin = process.env['DEMO_ORIGIN'] ?? '';
const line = lineTo(origin, { origin });

const [keeperLink = ''] = process.argv.slice(2);
await fill(keeperLink);
process.exit(0);

async function fill(link: string): Promise<void> {
	tell('People and circles ...');
	const keeper = await joining(link, accounts.keeper);
	const ana = await invited(keeper, { ...accounts.ana, role: 'staff' });
	const ben = await invited(keeper, { ...accounts.ben, role: 'staff' });
	const payer = await invited(keeper, { ...accounts.payer, role: 'staff' });
	await circleOf([keeper, ana, ben, payer], circleWords.colleagues);
	const [desk, identity, payments] = [await circleOf([ana, ben], circleWords.desk), await circleOf([ana, ben], circleWords.identity), await circleOf([ana, payer, keeper], circleWords.payments)];
	await as(ana, async () => sure(await (await circleNow(desk)).writePaper({ ...circleWords.paper, basedOn: [] })));
	tell('Calls ...');
	const slugs = [await publish(ana, { slug: 'rapid-support', kind: 'rapid', circles: { desk, identity, payments } }), await publish(ana, { slug: 'rest-and-travel', kind: 'call', circles: { desk, identity, payments } })] as const;
	const officers = [ana, ben] as const;
	tell('Forums ...');
	await fillForums(officers);
	tell('Statements ...');
	await fillStatements({ officers, others: [keeper, payer] });
	// Two who decided nothing: who determines an award approves no payment of it.
	const payers = [payer, keeper] as const;
	const wanted = languagesInTurn(Object.entries(counts).flatMap(([state, count]) => Array.from<ApplicationState>({ length: count }).fill(state as ApplicationState)));
	const shown: string[] = [];
	for (const [at, { state, language }] of wanted.entries()) {
		const slug = at % 5 === 4 ? slugs[1] : slugs[0];
		const { receipt, application } = await apply({ slug, language, situation: at % situations.length });
		await lead({ officers, payers, desk, payments, slug, application, state, language, receipt });
		if (state === 'more-information' || state === 'report-due') shown.push(`${(await secretWords(receipt.secret, language)).join(' ')}  (${state}, ${language})`);
		if (at % 5 === 4) tell(`${at + 1} of ${wanted.length} applications ...`);
	}
	tell(`Receipts of some applications, which are told this once, for ${origin}/en/receipt:\n${shown.map((words) => `  ${words}`).join('\n')}`);
}

function tell(words: string): void {
	console.log(words);
}

function languagesInTurn(states: readonly ApplicationState[]): readonly { readonly state: ApplicationState; readonly language: Language }[] {
	return states.map((state, at) => ({ state, language: languages[at % languages.length] ?? 'en' }));
}

async function circleNow(id: string): Promise<OpenCircle> {
	return sure(await openCircle(id)).circle;
}

function linkOf() {
	const link = linkNow();
	if (link === undefined) throw new Error('Nobody sits at the tab.');
	return link;
}

async function publish(by: Person, { slug, kind, circles }: { readonly slug: string; readonly kind: CallKind; readonly circles: { readonly desk: string; readonly identity: string; readonly payments: string } }): Promise<string> {
	const { title, summary } = kind === 'rapid' ? callWords.rapid : callWords.call;
	const content: CallContent = {
		title, summary, funded: callWords.funded, notFunded: callWords.notFunded,
		eligibility: [{ id: 'work', question: callWords.eligible, needed: 'yes', otherwise: callWords.otherwise }],
		criteria: [{ id: 'risk', name: callWords.risk, explanation: null, weight: 2 }, { id: 'effect', name: callWords.effect, explanation: null, weight: 1 }],
		ceiling: { amountMinor: 500_000, currency: 'EUR' }, clocks: usualClocks, keepMonths: 12, form: { version: 1, questions: usualQuestions }
	};
	const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
	const deadline = kind === 'call' ? deadlineOf({ day, time: '23:59', zone: anywhereOnEarth }) : null;
	return as(by, async () => {
		const [core, identity, payee] = [await circleNow(circles.desk), await circleNow(circles.identity), await circleNow(circles.payments)];
		sure(await publishCall(linkOf(), core, { draft: { slug, kind, deadline, content }, inboxes: { core: inboxOf(core), identity: inboxOf(identity), payee: inboxOf(payee) } }));
		return slug;
	});
}

/** Applies as a stranger does: without an account, by the public call. */
async function apply({ slug, language, situation }: { readonly slug: string; readonly language: Language; readonly situation: number }): Promise<{ readonly receipt: Receipt; readonly application: string }> {
	const written = situations[situation];
	if (written === undefined) throw new Error('There is no such situation.');
	const { text, need, amount, cost } = written;
	const answers: Answers = {
		situation: { kind: 'text', text: `${text[language]}\n\n(${madeUp[language]})` },
		need: { kind: 'choices', chosen: [need] },
		amount: { kind: 'amount', amountMinor: amount * 100, currency: 'EUR' },
		budget: { kind: 'budget', currency: 'EUR', lines: [{ what: cost[language], amountMinor: amount * 100 }] },
		who: { kind: 'text', text: madeUp[language] },
		'money-way': { kind: 'text', text: madeUp[language] },
		vouch: { kind: 'text', text: madeUp[language] }
	};
	const receipt = await newReceipt();
	const { state } = sure(await fetchCall(line, slug, undefined)).call;
	const sealed = await sealApplication({ call: state, language, role: situation % 5 === 4 ? 'other' : 'self', answers, files: {}, receipt, second: null, now: new Date() });
	sure(await sendParcel(line, await parcelOf(sealed, { slug, late: undefined, receipt })));
	return { receipt, application: sealed.application };
}

interface Led {
	readonly officers: readonly [Person, Person];
	readonly payers: readonly [Person, Person];
	readonly desk: string;
	readonly payments: string;
	readonly slug: string;
	readonly application: string;
	readonly state: ApplicationState;
	readonly language: Language;
	readonly receipt: Receipt;
}

/** Leads an application to a state, by the moves that officers make. */
async function lead({ officers: [ana, ben], payers, desk, payments, slug, application, state, language, receipt }: Led): Promise<void> {
	const said = replies[language];
	for (const move of waysTo[state]) {
		if (move === 'withdraw') sure(await withdrawApplication(line, sure(await openReceipt(line, receipt)).opened));
		const mover = move === 'begin' ? 'payer' : needsTwo(move) ? 'decider' : 'officer';
		for (const officer of needsTwo(move) ? [ana, ben] : [ana]) {
			await atDesk(officer, { desk, slug, application }, async ({ office, call, opened, circle }) => {
				const reported = move === 'close' && opened.case.now.award !== null ? sure(await office.note(call, opened, { report: { kind: 'call', by: officer.unlocked.keys.account, on: new Date().toISOString().slice(0, 10), words: madeUp.en } })).opened : opened;
				const moved = sure(await office.move({ call, opened: reported, move, mover, change: decided({ move, now: reported.case.now, deciders: [ana, ben] }) })).opened;
				if (move === 'agree') sure(await handOver({ link: linkOf(), circle, desk: office, call, opened: moved }));
				const words = move === 'acknowledge' && state !== 'withdrawn' ? said.thanks : move === 'ask' ? said.asked : undefined;
				if (words === undefined) return;
				const { secret } = sure(await callSecret(circle, call));
				sure(await office.say({ call, callSecret: secret, opened: moved, text: words, status: { state: moved.case.now.standing.state, nextBy: null } }));
			});
		}
	}
	if (waysTo[state].includes('begin')) await pay({ payers, payments, application, isConfirmed: state !== 'active' });
	if (state === 'review' || state === 'verification') sure(await writeToTeam(line, sure(await openReceipt(line, receipt)).opened, { text: said.answered, files: [] }));
}

function needsTwo(move: MoveName): boolean {
	return move !== 'release' && 'second' in moves[move];
}

async function atDesk<T>(officer: Person, { desk, slug, application }: { readonly desk: string; readonly slug: string; readonly application: string }, work: (at: { readonly office: Desk; readonly circle: OpenCircle; readonly call: CallState; readonly opened: OpenApplication }) => Promise<T>): Promise<T> {
	return as(officer, async () => {
		const circle = await circleNow(desk);
		const office = new Desk(linkOf(), circle);
		const call = sure(await office.call(slug)).state;
		return work({ office, circle, call, opened: sure(await office.open(call, application)).opened });
	});
}

/** What a determination says besides the move: the first proposes, the second agrees to what stands there. */
function decided({ move, now, deciders }: { readonly move: MoveName; readonly now: Case; readonly deciders: readonly Person[] }): Partial<Pick<Case, 'award' | 'reason'>> {
	if (move === 'decline' || move === 'wait') return { reason: move === 'decline' ? 'outside' : 'no-money' };
	if (move !== 'award') return {};
	const today = new Date().toISOString().slice(0, 10);
	if (now.award !== null) return { award: { ...now.award, on: today, deciders: deciders.map(({ unlocked }) => unlocked.keys.account) } };
	const requested = now.summary.wanted ?? { amountMinor: 100_000, currency: 'EUR' };
	const half = { ...requested, amountMinor: requested.amountMinor / 2 };
	const region = regions[requested.amountMinor % regions.length] ?? 'africa';
	return { award: { requested, rate: null, awarded: requested, region, on: null, deciders: [], plan: [{ id: randomId(), amount: half, due: null }, { id: randomId(), amount: half, due: null }], payment: null } };
}

/** The first instalment: taken in, approved by two, sent, and where it is said so, confirmed. */
async function pay({ payers: [first, second], payments, application, isConfirmed }: { readonly payers: readonly [Person, Person]; readonly payments: string; readonly application: string; readonly isConfirmed: boolean }): Promise<void> {
	let payment = '';
	await as(first, async () => {
		const office = new PayDesk(linkOf(), await circleNow(payments));
		const line = sure(await office.list()).lines.find(({ handed }) => handed?.application === application);
		if (line?.handed === undefined) throw new Error('What was handed over did not arrive.');
		sure(await office.takeIn({ call: line.call, handed: line.handed, route: 'money-transfer' }));
		({ payment } = line);
	});
	const today = new Date().toISOString().slice(0, 10);
	const deeds: readonly (readonly [Person, 'approve' | 'send' | 'confirm'])[] = [[first, 'approve'], [second, 'approve'], [first, 'send'], ...(isConfirmed ? ([[first, 'confirm']] as const) : [])];
	for (const [payer, deed] of deeds) {
		await as(payer, async () => {
			const office = new PayDesk(linkOf(), await circleNow(payments));
			const { opened } = sure(await office.open(payment));
			const [instalment] = opened.now.award.instalments;
			if (instalment === undefined) throw new Error('An award without an instalment.');
			const { amount } = instalment;
			const act: PaymentAct = deed === 'approve' ? { do: 'approve', by: payer.unlocked.keys.account } : deed === 'send' ? { do: 'send', amount, rate: null, on: today } : { do: 'confirm', amount, on: today };
			sure(await office.act(opened, { what: 'act', instalment: instalment.id, act }));
		});
	}
}
