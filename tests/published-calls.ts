import { Clock } from '#lib/platform/clock/clock.ts';
import { openDatabase, type DatabaseAddress } from '#lib/platform/db/database.ts';
import { appendToCall, publishCall, publishRelease } from '../src/lib/grants/server/index.ts';
import { firstDayOf, quarterOf, type PooledCell } from '../src/lib/grants/pooling.ts';
import { releaseBody, releaseMessage } from '../src/lib/grants/release.ts';
import { toText } from '../src/lib/vault/envelope.ts';
import { deadlineOf } from '../src/lib/grants/deadline.ts';
import type { CallAct } from '../src/lib/grants/call-log.ts';
import type { CallContent } from '../src/lib/grants/call.ts';
import type { Question } from '../src/lib/grants/form.ts';
import type { Text } from '../src/lib/platform/i18n/text.ts';
import type { SignedEntry } from '../src/lib/vault/envelope.ts';
import { publishedCall, someContent, type TestCall } from './calls.ts';
import { deskIn } from './desk.ts';

/** Slugs of what `publishCalls` makes, open ones first. */
export const testCalls = ['rapid-support', 'travel-and-rest', 'local-archives', 'earlier-call'] as const;

const en = (en: string, ar: string): Text => ({ original: 'en', in: { en, ar } });

const questions: readonly Question[] = [
	{ id: 'situation', part: 'core', kind: 'long-text', label: en('What has happened?', 'ماذا حدث؟'), help: en('Tell only what we need to understand the risk.', 'اذكروا فقط ما نحتاج إليه لفهم الخطر.'), required: true, choices: [], when: null, most: 4000 },
	{
		id: 'kind', part: 'core', kind: 'choices', label: en('What do you need?', 'ماذا تحتاجون؟'), help: null, required: true, when: null, most: 3,
		choices: [{ id: 'legal', label: en('Legal help', 'مساعدة قانونية') }, { id: 'medical', label: en('Medical care', 'رعاية طبية') }, { id: 'move', label: en('To leave for a time', 'المغادرة لفترة') }]
	},
	{ id: 'where', part: 'core', kind: 'text', label: en('Where would you go?', 'إلى أين ستذهبون؟'), help: null, required: false, choices: [], when: { question: 'kind', is: ['move'] }, most: 200 },
	{ id: 'budget', part: 'core', kind: 'budget', label: en('What does it cost?', 'كم تبلغ التكلفة؟'), help: null, required: true, choices: [], when: null, most: 10 },
	{ id: 'name', part: 'identity', kind: 'text', label: en('How may we call you?', 'كيف نناديكم؟'), help: null, required: true, choices: [], when: null, most: 200 },
	{ id: 'way', part: 'payee', kind: 'long-text', label: en('How could money reach you without risk?', 'كيف يمكن أن يصلكم المال دون خطر؟'), help: null, required: false, choices: [], when: null, most: 2000 },
	{ id: 'vouch', part: 'references', kind: 'long-text', label: en('Who knows your work?', 'من يعرف عملكم؟'), help: null, required: false, choices: [], when: null, most: 2000 }
];

const content: CallContent = someContent({
	title: { original: 'en', in: { en: 'Rapid support for defenders at risk', es: 'Apoyo rápido para personas defensoras en riesgo', fr: 'Soutien rapide aux défenseurs en danger', ar: 'دعم عاجل للمدافعين المعرضين للخطر' } },
	summary: {
		original: 'en',
		in: {
			en: 'For human rights defenders who are threatened because of their work, and for their families. We answer quickly and ask little.\n\nYou can apply for somebody else who cannot do it.',
			es: 'Para personas defensoras de derechos humanos amenazadas por su trabajo, y para sus familias. Respondemos rápido y preguntamos poco.\n\nSe puede solicitar para otra persona que no puede hacerlo.',
			fr: 'Pour les personnes qui défendent les droits humains et sont menacées à cause de leur travail, et pour leurs familles. Nous répondons vite et demandons peu.\n\nOn peut faire la demande pour quelqu’un qui ne le peut pas.',
			ar: 'للمدافعين عن حقوق الإنسان المهددين بسبب عملهم، ولعائلاتهم. نجيب بسرعة ونسأل قليلًا.\n\nيمكنكم تقديم الطلب عن شخص آخر لا يستطيع ذلك.'
		}
	},
	funded: [en('Legal costs and bail', 'التكاليف القانونية والكفالة'), en('Medical and psychological care', 'الرعاية الطبية والنفسية'), en('Moving to a safer place for a time', 'الانتقال إلى مكان أكثر أمانًا لفترة')],
	notFunded: [en('Running costs of organisations', 'التكاليف الجارية للمنظمات'), en('Political campaigns', 'الحملات السياسية')],
	eligibility: [{ id: 'work', question: en('Does the risk come from work for human rights?', 'هل ينشأ الخطر عن العمل من أجل حقوق الإنسان؟'), needed: 'yes', otherwise: en('We cannot help with it; other organisations can.', 'لا نستطيع المساعدة في ذلك، وتستطيع منظمات أخرى.') }],
	criteria: [
		{ id: 'risk', name: en('How great the risk is', 'مقدار الخطر'), explanation: en('Now, and if nothing is done.', 'الآن، وإذا لم يُفعل شيء.'), weight: 3 },
		{ id: 'effect', name: en('Whether the money lowers it', 'هل يخفضه المال'), explanation: null, weight: 2 },
		{ id: 'other', name: en('Whether others help already', 'هل يساعد آخرون بالفعل'), explanation: null, weight: 1 }
	],
	form: { version: 1, questions }
});

const titled = (en: string, ar: string): CallContent => ({ ...content, title: { original: 'en', in: { en, ar } } });

/** Pooled figures, made up: one region alone, the others together, in the two quarters before the one of a day. */
function cellsBefore(now: Date): PooledCell[] {
	const before = (quarter: string): string => quarterOf(new Date(Date.parse(firstDayOf(quarter)) - 86_400_000).toISOString().slice(0, 10));
	const to = before(quarterOf(now.toISOString().slice(0, 10)));
	const stretch = { from: before(to), to };
	return [{ region: 'asia', ...stretch, grants: 31, thousands: 142 }, { region: null, ...stretch, grants: 17, thousands: 66 }];
}

/**
 * Publishes calls and pooled figures into a database through the server's own functions: one without a deadline; one that was extended
 * twice, with a circle for each part; one in the time zone of Colombia, in English alone; one that is over and closed.
 */
export async function publishCalls(address: DatabaseAddress, now: Date): Promise<void> {
	const db = openDatabase(address, { connections: 2 });
	const ground = { db, clock: new Clock({ clock: 'trusted' }) };
	const [core, payee] = [await deskIn(db), await deskIn(db)];
	await payee.add(core);
	const hour = (days: number): Date => new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000 + days * 86_400_000);
	const day = (days: number): string => hour(days).toISOString().slice(0, 10);
	const last = ({ entries }: TestCall): SignedEntry => entries.at(-1) as SignedEntry;
	const inbox = core.inbox();
	const publish = async (call: TestCall, at: Date): Promise<TestCall> => {
		const published = await publishCall(ground, core.actor, last(call), at);
		if (!published.ok) throw new Error(published.reason);
		return call;
	};
	const append = async (call: TestCall, slug: string, act: CallAct, at: Date): Promise<TestCall> => {
		const next = await call.and(act, at);
		const appended = await appendToCall(ground, core.actor, slug, last(next), at);
		if (!appended.ok) throw new Error(appended.reason);
		return next;
	};
	const [rapid, travel, local, earlier] = testCalls;
	try {
		const first = await publish(await publishedCall({ inbox, slug: rapid, kind: 'rapid', content, at: hour(0) }), hour(0));
		const body = releaseBody({ release: 0, previous: null, call: first.id, on: day(0), currency: 'EUR', cells: cellsBefore(now) });
		const released = await publishRelease(ground, core.actor, { body, signature: toText(await first.key.sign(releaseMessage(body))) }, now);
		if (!released.ok) throw new Error(released.reason);
		const everywhere = (days: number) => deadlineOf({ day: day(days), time: '23:59', zone: 'Etc/GMT+12' });
		let extended = await publish(await publishedCall({ inbox, inboxes: { core: inbox, identity: inbox, payee: payee.inbox() }, slug: travel, deadline: everywhere(20), content: titled('Travel and rest for defenders', 'السفر والراحة للمدافعين'), at: hour(-5) }), hour(-5));
		extended = await append(extended, travel, { do: 'extend', deadline: everywhere(40), why: en('Lines were cut for a week in several countries.', 'انقطعت الاتصالات أسبوعًا في عدة بلدان.') }, hour(-3));
		await append(extended, travel, { do: 'extend', deadline: everywhere(60), why: { original: 'en', in: { en: 'The form could not be opened on some old phones.' } } }, hour(-1));
		await publish(await publishedCall({ inbox, slug: local, deadline: deadlineOf({ day: day(90), time: '17:00', zone: 'America/Bogota' }), content: { ...content, title: { original: 'en', in: { en: 'Archives of local groups' } }, ceiling: null }, at: hour(0) }), hour(0));
		const over = deadlineOf({ day: day(-20), time: '12:00', zone: 'UTC' });
		await append(await publish(await publishedCall({ inbox, slug: earlier, deadline: over, content: titled('An earlier call', 'دعوة سابقة'), at: hour(-30) }), hour(-30)), earlier, { do: 'close' }, hour(-10));
	} finally {
		await db.destroy();
	}
}
