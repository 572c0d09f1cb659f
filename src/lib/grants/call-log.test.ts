import { beforeAll, expect, test } from 'vitest';
import { inEnglish, publishedCall, someContent, someDeadline, someQuestions, type TestCall } from '../../../tests/calls.ts';
import { newEpoch } from '#lib/vault/index.ts';
import { canonical, fromCanonical, randomId, type Json, type SignedEntry } from '#lib/vault/envelope.ts';
import type { CallInbox } from './call.ts';
import { foldCall, type CallAct } from './call-log.ts';
import { deadlineOf } from './deadline.ts';

let inbox: CallInbox;
let call: TestCall;
beforeAll(async () => {
	inbox = { circle: randomId(), epoch: 1, recipient: (await newEpoch(1)).inbox.recipient };
	call = await publishedCall({ inbox });
});

const later = deadlineOf({ day: '2027-05-15', time: '23:59', zone: 'Etc/GMT+12' });
const extend: CallAct = { do: 'extend', deadline: later, why: inEnglish('Lines were cut for a week.') };

test('a published call says what was published, and every change since, in its order', async () => {
	const [first, second] = [await call.and(extend), await (await call.and(extend)).and({ ...extend, deadline: { ...later, at: '2027-06-01T11:59:00.000Z' } })];
	const [once, twice] = [await foldCall(first.entries), await foldCall(second.entries)];

	expect(once).toMatchObject({ ok: true, state: { stage: 'extended', slug: 'rapid-help', content: someContent(), deadline: later, extensions: [{ from: someDeadline, to: later }] } });
	expect(twice).toMatchObject({ ok: true, state: { extensions: [{ to: later }, { from: later }] } });
});

test.each([
	['an extension to a sooner date', { ...extend, deadline: { ...later, at: '2027-04-01T11:59:00.000Z' } }, 'not-later'],
	['an extension to the same minute', { ...extend, deadline: someDeadline }, 'not-later'],
	['a decision before it closed', { do: 'decide' }, 'wrong-stage'],
	['to be published twice', { do: 'publish', slug: 'again', kind: 'rapid', signing: 'A'.repeat(43), content: someContent(), inboxes: {}, deadline: null }, 'malformed'],
	['another form under the old number', { do: 'revise', content: someContent({ form: { version: 1, questions: someQuestions.slice(1) } }) }, 'same-form-version'],
	['the same form under a new number', { do: 'revise', content: someContent({ form: { version: 2, questions: someQuestions } }) }, 'same-form-version'],
	['a form whose condition names a later question', { do: 'revise', content: someContent({ form: { version: 2, questions: someQuestions.toReversed() } }) }, 'malformed'],
	['an act that nobody knows', { do: 'reopen' }, 'malformed']
] as const)('a call refuses %s', async (_what, act, problem) => {
	const { entries } = await call.and(act as unknown as CallAct);

	expect(await foldCall(entries)).toEqual({ ok: false, seq: 1, problem });
});

test('an archived call stays as it is, and a closed one can be decided or renewed', async () => {
	const closed = await call.and({ do: 'close' });
	const archived = await (await closed.and({ do: 'decide' })).and({ do: 'archive' });

	expect(await foldCall((await closed.and(extend)).entries)).toMatchObject({ problem: 'wrong-stage' });
	expect(await foldCall(archived.entries)).toMatchObject({ ok: true, state: { stage: 'archived' } });
	expect(await foldCall((await archived.and({ do: 'renew', inboxes: { core: inbox, identity: inbox, payee: inbox }, signing: 'B'.repeat(42) + 'A' })).entries)).toMatchObject({ problem: 'wrong-stage' });
});

test('a server can change nothing of a call, move nothing and leave nothing out', async () => {
	const { entries } = await (await call.and(extend)).and({ do: 'close' });
	const [first, second, third] = entries as [SignedEntry, SignedEntry, SignedEntry];
	const changed = (entry: SignedEntry, change: (found: { [key: string]: Json }) => void): SignedEntry => {
		const found = fromCanonical(entry.body) as { [key: string]: Json };
		change(found);
		return { ...entry, body: canonical(found) };
	};
	const otherInbox = changed(first, (found) => {
		const act = found['act'] as { inboxes: { core: { epoch: number } } };
		act.inboxes.core.epoch = 2;
	});

	expect(await foldCall([otherInbox])).toMatchObject({ problem: 'forged' });
	expect(await foldCall([first, changed(second, (found) => (found['at'] = 0)), third])).toMatchObject({ seq: 1, problem: 'forged' });
	expect(await foldCall([first, third])).toMatchObject({ seq: 1, problem: 'wrong-place' });
	expect(await foldCall([first, { ...second, signature: third.signature }])).toMatchObject({ seq: 1, problem: 'forged' });
	expect(await foldCall([second])).toMatchObject({ seq: 0, problem: 'wrong-place' });
	expect(await foldCall([])).toMatchObject({ ok: false });
	const other = await publishedCall({ inbox });
	expect(await foldCall([other.entries[0] as SignedEntry, second])).toMatchObject({ seq: 1, problem: 'wrong-log' });
});
