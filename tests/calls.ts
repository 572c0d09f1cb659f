import { callKeyOf, headOf, newCallSecret, signEntry, type SigningKey } from '../src/lib/vault/index.ts';
import { toText, type Json, type SignedEntry } from '../src/lib/vault/envelope.ts';
import { usualClocks, type CallContent, type CallInbox, type CallInboxes, type CallKind } from '../src/lib/grants/call.ts';
import type { CallAct } from '../src/lib/grants/call-log.ts';
import { deadlineOf, type Deadline } from '../src/lib/grants/deadline.ts';
import type { Question } from '../src/lib/grants/form.ts';
import type { Text } from '../src/lib/platform/i18n/text.ts';

/** A call of tests: its log so far, and the key that signs what comes next. */
export interface TestCall {
	readonly entries: readonly SignedEntry[];
	readonly id: string;
	/** Signs for the call. */
	readonly key: SigningKey;
	/** The log with one more entry. */
	and(act: CallAct, at?: Date): Promise<TestCall>;
}

export function inEnglish(en: string): Text {
	return { original: 'en', in: { en } };
}

const question = (id: string, more: Partial<Question>): Question => ({ id, part: 'core', kind: 'text', label: inEnglish(`Question ${id}`), help: null, required: false, choices: [], when: null, most: 4000, ...more });

/** A form with a question of every kind and part. */
export const someQuestions: readonly Question[] = [
	question('situation', { kind: 'long-text', required: true, label: { original: 'en', in: { en: 'What has happened?', ar: 'ماذا حدث؟', es: '¿Qué ha ocurrido?', fr: 'Que s’est-il passé ?' } } }),
	question('kind', { kind: 'choice', required: true, choices: ['legal', 'medical', 'relocation'].map((id) => ({ id, label: inEnglish(id) })) }),
	question('where-to', { when: { question: 'kind', is: ['relocation'] }, most: 200 }),
	question('wanted', { kind: 'amount' }),
	question('budget', { kind: 'budget', most: 10 }),
	question('since', { kind: 'date' }),
	question('papers', { kind: 'file', most: 3 }),
	question('name', { part: 'identity', most: 200 }),
	question('account', { part: 'payee', kind: 'long-text' }),
	question('vouches', { part: 'references', kind: 'long-text' })
];

export function someContent(more: Partial<CallContent> = {}): CallContent {
	return {
		title: { original: 'en', in: { en: 'Rapid help for defenders (demo)', ar: 'مساعدة عاجلة للمدافعين (مثال)' } },
		summary: inEnglish('A call made up for tests.'),
		funded: [inEnglish('Legal costs')],
		notFunded: [inEnglish('Running costs')],
		eligibility: [{ id: 'rights', question: inEnglish('Does the risk come from work for human rights?'), needed: 'yes', otherwise: inEnglish('This call is for defenders of human rights.') }],
		criteria: [
			{ id: 'need', name: inEnglish('Need'), explanation: null, weight: 2 },
			{ id: 'effect', name: inEnglish('Effect'), explanation: null, weight: 1 }
		],
		ceiling: { amountMinor: 750_000, currency: 'EUR' },
		clocks: usualClocks,
		keepMonths: 12,
		form: { version: 1, questions: someQuestions },
		...more
	};
}

/** Half a minute before midnight, anywhere on Earth. */
export const someDeadline: Deadline = deadlineOf({ day: '2027-04-30', time: '23:59', zone: 'Etc/GMT+12' });

/** A published call whose parts all go to one inbox, unless told. */
export async function publishedCall({ inbox, inboxes = { core: inbox, identity: inbox, payee: inbox }, slug = 'rapid-help', kind = 'call', deadline = kind === 'call' ? someDeadline : null, content = someContent(), at = new Date('2026-11-01T08:00:00Z') }: {
	readonly inbox: CallInbox;
	readonly inboxes?: CallInboxes;
	readonly slug?: string;
	readonly kind?: CallKind;
	readonly deadline?: Deadline | null;
	readonly content?: CallContent;
	readonly at?: Date;
}): Promise<TestCall> {
	const key = await callKeyOf(newCallSecret());
	const longer = (entries: readonly SignedEntry[], id = ''): TestCall => ({
		entries,
		id,
		key,
		async and(act, at = new Date('2026-11-02T08:00:00Z')) {
			const head = await headOf(entries);
			const { hash: previous = null } = head ?? {};
			const of = entries.length === 0 ? null : await idOf(entries);
			const entry = await signEntry({ log: 'call', of, seq: entries.length, previous, by: null, at: at.getTime(), act: act as unknown as { do: string; [field: string]: Json } }, key);
			const all = [...entries, entry];
			return longer(all, await idOf(all));
		}
	});
	return longer([]).and({ do: 'publish', slug, kind, signing: toText(key.publicKey), content, inboxes, deadline }, at);
}

async function idOf(entries: readonly SignedEntry[]): Promise<string> {
	const { entryHash, idOfHash } = await import('../src/lib/vault/envelope.ts');
	return idOfHash(await entryHash(entries[0]?.body ?? ''));
}
