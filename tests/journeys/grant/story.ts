import type { Browser, BrowserContext, Page } from 'playwright-core';
import { readSecretWords, receiptOf, type Receipt } from '#vault';
import type { Answers } from '#lib/grants/form.ts';
import { lastDayOf, quarterOf } from '#lib/grants/pooling.ts';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { openWithWords, steps } from '../../applying-steps.ts';
import { databaseOf } from '../../attacks/seizure.ts';
import type { Canary } from '../../attacks/traces.ts';
import { openBrowser } from '../../browser.ts';
import { accept, joined, type Person } from '../../circle-steps.ts';
import { sure, TestDesks, type DeskOfficer } from '../../desk-officers.ts';
import { accountOf, anew, answersAt, linkFor } from '../../desk-steps.ts';
import { firstLink } from '../../joining.ts';
import { phone } from '../../phone.ts';
import { startServer, type RunningServer } from '../../server.ts';
import { somebody } from '../../somebody.ts';
import { readyToLook } from '../look.ts';

export const slug = 'rapid-support';
export const desk = `/en/desk/grants/${slug}`;

/** Of a quarter that has not ended nothing is told: the awards of this story are of the last day of the one before. */
export const quarter = quarterOf(new Date(Date.UTC(new Date().getUTCFullYear(), Math.floor(new Date().getUTCMonth() / 3) * 3, 0)).toISOString().slice(0, 10));
export const awardedOn = lastDayOf(quarter);

/** What is confided on the way, each text in no other place. */
export const planted = {
	happened: { what: 'what has happened', text: 'Canary-Two-Men-Wait-At-The-Door' },
	room: { what: 'a line of a budget', text: 'Canary-Room-For-Two-Weeks' },
	paper: { what: 'the name of a file', text: 'canary-summons-made-up.txt' },
	name: { what: 'who the applicant is', text: 'Canary-Maryam-Made-Up' },
	way: { what: 'how money arrives', text: 'Canary-By-A-Bank-In-The-Next-Town' },
	question: { what: 'what the team asked', text: 'Canary-Can-You-Leave-Today' },
	answer: { what: 'what the applicant answered', text: 'Canary-Yes-At-Night' },
	file: { what: 'the name of a file in the thread', text: 'canary-letter-from-the-court.txt' },
	content: { what: 'the content of a file in the thread', text: 'Canary-Court-Summons-On-Friday' },
	referee: { what: 'the name of a referee', text: 'Canary-Referee-Lawyer-Invented' },
	asked: { what: 'a question that was approved', text: 'Canary-Question-Do-You-Know-The-Work' },
	struck: { what: 'a question that was struck out', text: 'Canary-Question-Where-Is-The-House' },
	known: { what: 'what a referee answered', text: 'Canary-Answer-I-Know-It-Since-Nine-Years' },
	told: { what: 'what a reviewer is told before declaring', text: 'Canary-Lawyers-Of-The-Capital' },
	comment: { what: 'a reviewer’s comment', text: 'Canary-They-Need-It-This-Week' },
	second: { what: 'another reviewer’s comment', text: 'Canary-A-Room-Is-Not-Enough' },
	rateSource: { what: 'where a rate comes from', text: 'Canary-Exchange-Office' },
	why: { what: 'why a payment failed', text: 'Canary-The-Branch-Was-Closed' },
	payee: { what: 'a changed way to be paid', text: 'Canary-Number-Of-A-Sister' },
	checked: { what: 'how a change was checked', text: 'Canary-Asked-By-The-Lawyer' },
	used: { what: 'what a report says', text: 'Canary-We-Changed-The-Locks' }
} satisfies Record<string, Canary>;
/** What is typed as an amount is kept in cents, so that is what would be found. */
const cents = { asked: 9_000_050, awarded: 371_853, second: 71_853, sent: 119_183_746, budget: 64_646_464_064 };
export const amounts = Object.entries(cents).map(([what, amount]) => ({ what: `an amount: ${what}`, text: `"amountMinor":${amount}` }));

export const situation = `مختلَق للاختبار: ينتظر رجلان أمام المكتب منذ الثلاثاء، ويسألان الجيران متى نعود ليلًا. ${planted.happened.text}`;

/** What somebody else writes, who tells of the same. */
export const answers: Answers = {
	situation: { kind: 'text', text: situation }, need: { kind: 'choices', chosen: ['safety'] }, amount: { kind: 'amount', amountMinor: cents.asked, currency: 'KES' },
	budget: { kind: 'budget', currency: 'EUR', lines: [{ what: planted.room.text, amountMinor: 120_000 }] }, who: { kind: 'text', text: 'A made-up name' }
};

interface Cast {
	/** Officers: two with a browser, two in Node. */
	readonly amina: Person;
	readonly luis: Person;
	readonly nadia: DeskOfficer;
	readonly noor: DeskOfficer;
	/** Who pays, in a circle that shares no key with the desk. */
	readonly pia: Person;
	readonly pol: Person;
	/** Who reviews from outside. */
	readonly rosa: Person;
	readonly omar: Person;
	readonly sami: Person;
}

interface Ground {
	readonly server: RunningServer;
	readonly browser: Browser;
	readonly db: Db;
	readonly desks: TestDesks;
	/** The applicant's browser, on a phone. */
	readonly hers: BrowserContext;
}

/** One grant, and everybody who has to do with it. */
export class Story implements AsyncDisposable {
	readonly ground: Ground;
	readonly cast: Cast;
	/** What the applicant has on paper. */
	words: readonly string[] = [];
	application = '';
	/** What a referee was given. */
	link = '';
	#receipt: Receipt | undefined;

	private constructor(ground: Ground, cast: Cast) {
		this.ground = ground;
		this.cast = cast;
	}

	/** A server on which all of them have joined; two circles, whose only common member is Amina. */
	static async begin(): Promise<Story> {
		const server = await startServer({ env: { GRANTS_PUBLISHER: 'XM-DAC-00000', GRANTS_PUBLISHER_NAME: 'A programme of tests' } });
		const browser = await openBrowser();
		const db = openDatabase(databaseOf(server.dataDir), { connections: 4 });
		const desks = new TestDesks(db, server.origin);
		const amina = await joined(browser, firstLink(server), 'Amina');
		const joining = async (names: readonly [string, string, string], role: 'member' | 'staff'): Promise<[Person, Person, Person]> => {
			const links = [await linkFor(amina.page, role), await linkFor(amina.page, role), await linkFor(amina.page, role)] as const;
			return Promise.all([joined(browser, links[0], names[0]), joined(browser, links[1], names[1]), joined(browser, links[2], names[2])]);
		};
		const [luis, pia, pol] = await joining(['Luis', 'Pia', 'Pol'], 'staff');
		const [rosa, omar, sami] = await joining(['Rosa', 'Omar', 'Sami'], 'member');
		await anew(amina.page, '/en/invite');
		for (const name of ['Rosa', 'Omar', 'Sami']) await amina.page.getByText(name).first().waitFor();
		const [first, second, payer] = [await somebody(db, { name: 'Nadia' }), await somebody(db, { name: 'Noor' }), await somebody(db, { name: 'Paul' })];
		const deciding = await desks.founded(first, 'Grants desk', [second, await accountOf(amina), await accountOf(luis)]);
		const paying = await desks.founded(payer, 'Payers', [await accountOf(amina), await accountOf(pia), await accountOf(pol)]);
		for (const [person, circle] of [[amina, deciding], [amina, paying], [luis, deciding], [pia, paying], [pol, paying]] as const) await accept(person.page, `/en/circles/${circle.id}`);
		const noor = desks.officer(second, await desks.accepted(second, deciding.id));
		const nadia = desks.officer(first, sure(await deciding.refresh()).circle);
		const hers = await browser.newContext({ ...phone, locale: 'ar' });
		await readyToLook(hers);
		return new Story({ server, browser, db, desks, hers }, { amina, luis, nadia, noor, pia, pol, rosa, omar, sami });
	}

	/** The applicant comes back on her phone, with the twelve words. */
	async comesBack(): Promise<Page> {
		const page = await this.ground.hers.newPage();
		await openWithWords(page, `${this.ground.server.origin}/ar/receipt`, this.words, steps.ar);
		await page.getByText('أين وصل طلبك').waitFor();
		return page;
	}

	/** What the applicant's words open, in Node. */
	async opened(): ReturnType<TestDesks['receipt']> {
		const read = await readSecretWords(this.words.join(' '), 12);
		if (!read.ok) throw new Error(read.reason);
		this.#receipt ??= await receiptOf(read.secret);
		return this.ground.desks.receipt(this.#receipt);
	}

	/** What the applicant was told and has written. */
	async told(): Promise<{ readonly state: string | undefined; readonly texts: readonly (string | false)[] }> {
		const { status, thread } = await this.opened();
		return { state: status?.state, texts: thread.map((message) => message.ok && message.text) };
	}

	/** What whoever declared a conflict finds at every door, beside what others find there: an officer, and somebody from outside. */
	async doors(): Promise<unknown> {
		const { nadia, luis, omar, sami } = this.cast;
		const own = `/api/desk/applications/${this.application}`;
		const ofDesk = [own, `${own}/reviews`, `${own}/references`, `${own}/receipt`, `/api/circles/${nadia.circle.id}/records/${this.application}`];
		const ofReviewer = [`/api/reviews/${this.application}`];
		const officer: unknown[] = [];
		for (const path of ofDesk) {
			const answer = await nadia.link.ask(path);
			officer.push(answer.ok ? answer.value : answer.reason);
		}
		const { lines } = sure(await nadia.desk.list(sure(await nadia.desk.call(slug)).state));
		officer.push(lines.find((line) => line.application === this.application)?.case);
		return { others: [await answersAt(luis.page, ofDesk), await answersAt(omar.page, ofReviewer)], officer, reviewer: await answersAt(sami.page, [...ofReviewer, ...ofDesk]) };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.ground.db.destroy();
		await this.ground.browser.close();
		await this.ground.server[Symbol.asyncDispose]();
	}
}
