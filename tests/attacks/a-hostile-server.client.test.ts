import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { newAccount, newEpoch, openEpochKeys, openLetter, recordHash, sealEpochKeys, signEntry, type EpochKeys } from '#vault';
import { announcedEpochs } from '#lib/circles/circle-log.ts';
import { CircleCore, type Contacts } from '#lib/circles/client/core.ts';
import type { OpenCircle, Outcome } from '#lib/circles/client/open-circle.ts';
import { seal } from '#lib/circles/client/seal.ts';
import { VaultTrouble, type Place } from '#lib/circles/client/trouble.ts';
import { derivedRecord, personRecord } from '#lib/circles/limits.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { entryHash, toText, type SignedEntry } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../api-server.ts';
import { memoryStore, somebody, type Somebody } from '../somebody.ts';
import { accountAsItWas, flipped, startHostile, type Hostile, type Tampering } from './hostile.ts';

let database: TestDatabase;
let api: ApiServer;
let hostile: Hostile;
let ana: Somebody;
let ben: Somebody;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	hostile = await startHostile(api.origin);
	ana = await somebody(database.db, { name: 'Ana' });
	ben = await somebody(database.db, { name: 'Ben' });
});

afterAll(async () => {
	await hostile[Symbol.asyncDispose]();
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

afterEach(() => hostile.calm());

/** What the answers of `/api` have that is lied about here. */
interface Told {
	entries: SignedEntry[];
	cards: Record<string, SignedEntry>;
	letter: string;
	circles: { own: boolean }[];
	records: { record: string; kind: string; version: number; envelope: string }[];
}

function sure<T extends object>(outcome: Outcome<T>): { readonly ok: true } & T {
	if (!outcome.ok) throw new Error(`Refused: ${outcome.reason}`);
	return outcome;
}

/** A circle of Ana, who is its steward, and Ben, with a paper of two versions. The server is honest meanwhile. */
async function stage(): Promise<{ hers: OpenCircle; his: OpenCircle; paper: string }> {
	const founded = sure(await ana.circles(hostile.origin).foundCircle({ name: 'Legal aid', purpose: '' })).circle;
	const hers = sure(await founded.add({ account: ben.account, name: 'Ben' })).circle;
	const his = sure(await sure(await ben.circles(hostile.origin).openCircle(hers.id)).circle.accept()).circle;
	const { written } = sure(await his.writePaper({ title: 'Hearing', text: 'Tuesday', basedOn: [] }));
	sure(await his.writePaper({ record: written.record, title: 'Hearing', text: 'Thursday', basedOn: [1] }));
	return { hers: sure(await hers.refresh()).circle, his, paper: written.record };
}

/** What a lie leads to: the trouble that is thrown, or that stands in the place of a record; nothing if it is believed. */
async function troubleOf(lie: Tampering, work: () => Promise<unknown>): Promise<{ kind: string; place: Place } | undefined> {
	const calm = hostile.tamper(lie);
	try {
		const found = await work();
		return found instanceof VaultTrouble ? { kind: found.kind, place: found.place } : undefined;
	} catch (error) {
		if (error instanceof VaultTrouble) return { kind: error.kind, place: error.place };
		throw error;
	} finally {
		calm();
		expect(hostile.told(lie.name)).toBeGreaterThan(0);
	}
}

/** Opens a circle in a browser that has never seen it, or in one that remembers it. */
const opened = (who: Somebody, id: string, { remembers }: { remembers: boolean }) => async () => {
	const outcome = await who.circles(hostile.origin, remembers ? who.store : memoryStore()).openCircle(id);
	return outcome.ok ? (outcome.circle.aboutTrouble ?? outcome.circle.members.find(({ trouble }) => trouble !== undefined)?.trouble ?? outcome) : outcome;
};

/** Opens a circle anew and in it a paper; the trouble with its newest version, if there is any. */
const read = (who: Somebody, id: string, paper: string, { remembers }: { remembers: boolean }) => async () => {
	const { circle } = sure(await who.circles(hostile.origin, remembers ? who.store : memoryStore()).openCircle(id));
	const found = sure(await circle.read(paper)).opened;
	return found.ok ? found : found.trouble;
};

/** For a core that no snapshot is made of. */
const nobodyKnown = (): Promise<Contacts> => Promise.resolve({ known: new Map(), failed: undefined });

const log = /\/log\?/;
const keys = /\/keys$/;

describe('a server is caught that', () => {
	test('hands out its own keys as those of a member', async () => {
		const { hers } = await stage();
		const evil = await newAccount();
		const lie: Tampering = { name: 'swaps a card', path: log, json: (answer: Told) => void (answer.cards[ben.account] = evil.found) };

		expect(await troubleOf(lie, opened(ana, hers.id, { remembers: false }))).toEqual({ kind: 'foreign-key', place: { part: 'card', account: ben.account } });
	});

	test('hands out its own keys for somebody who is to be added, and gets no letter', async () => {
		const { hers } = await stage();
		const evil = await newAccount();
		const chi = await somebody(database.db, { name: 'Chi' });
		const lie: Tampering = { name: 'swaps a new card', path: /\/api\/accounts\//, json: () => ({ role: 'staff', log: [evil.found] }) };
		const before = hostile.asked.length;

		const trouble = await troubleOf(lie, () => hers.add({ account: chi.account, name: 'Chi' }));

		expect(trouble).toEqual({ kind: 'foreign-key', place: { part: 'card', account: chi.account } });
		expect(hostile.asked.slice(before).filter((asked) => asked.startsWith('POST'))).toEqual([]);
	});

	test('adds itself to a circle', async () => {
		const { hers } = await stage();
		const evil = await newAccount();
		const { head } = hers.state;
		const entry = await signEntry({ log: 'circle', of: hers.id, seq: head.seq + 1, previous: head.hash, by: ana.account, act: { do: 'add', account: evil.account, invitation: null } }, evil.signing);
		const byItself = await signEntry({ log: 'circle', of: hers.id, seq: head.seq + 1, previous: head.hash, by: evil.account, act: { do: 'add', account: evil.account, invitation: null } }, evil.signing);
		const lie = (name: string, added: typeof entry): Tampering => ({
			name,
			path: log,
			json: (answer: Told) => {
				answer.entries.push(added);
				answer.cards[evil.account] = evil.found;
			}
		});
		const place = { part: 'log', circle: hers.id, seq: head.seq + 1 };

		expect(await troubleOf(lie('adds itself in a steward’s name', entry), opened(ana, hers.id, { remembers: true }))).toEqual({ kind: 'forged', place });
		expect(await troubleOf(lie('adds itself in its own name', byItself), opened(ana, hers.id, { remembers: true }))).toEqual({ kind: 'against-the-rules', place });
		expect(await troubleOf(lie('adds itself while a circle is open', byItself), () => hers.refresh())).toEqual({ kind: 'against-the-rules', place });
	});

	test('shows an old log to a browser that has seen a newer one', async () => {
		const { hers } = await stage();
		const lie: Tampering = { name: 'truncates', path: log, json: (answer: Told) => void answer.entries.pop() };

		expect(await troubleOf(lie, opened(ana, hers.id, { remembers: true }))).toEqual({ kind: 'rewound', place: { part: 'log', circle: hers.id, seq: 2 } });
	});

	test('shows an old log to a new browser, where a member’s record tells of a newer one', async () => {
		const { hers, paper } = await stage();
		const lie: Tampering = { name: 'truncates', path: log, json: (answer: Told) => void (answer.entries = answer.entries.slice(0, 2 - (hers.state.head.seq - answer.entries.length + 1))) };

		expect(await troubleOf(lie, read(ana, hers.id, paper, { remembers: false }))).toEqual({ kind: 'rewound', place: { part: 'log', circle: hers.id, seq: 2 } });
	});

	test('shows two members two histories', async () => {
		const { hers, his, paper } = await stage();
		const { head } = his.state;
		const epoch = await newEpoch(2);
		const known = await database.db.selectFrom('circle_letter').select('sealed_letter').where('circle_id', '=', hers.id).orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow();
		const earlier = await openEpochKeys({ letter: known.sealed_letter, circle: hers.id, upTo: 1, announced: announcedEpochs(hers.state), account: ben.keys, authorKey: () => ana.keys.signing.publicKey });
		const letterOf = async (epochs: readonly EpochKeys[]) => toText(await sealEpochKeys({ circle: hers.id, epochs, members: [{ account: ben.account, signing: ben.keys.signing.publicKey, recipient: ben.keys.recipient }], by: ana.keys, at: new Date() }));
		// Ana signed two entries for the same place, as if her browser had been led to do so; Ben gets the other one.
		const other = await signEntry({ log: 'circle', of: hers.id, seq: head.seq + 1, previous: head.hash, by: ana.account, act: { do: 'rotate', epoch: { ...epoch.announced } } }, ana.keys.signing);
		const mine = sure(await hers.rotate()).circle;
		sure(await mine.writePaper({ record: paper, title: 'Hearing', text: 'Friday', basedOn: [2] }));
		const [letter, partial] = await Promise.all([letterOf([...earlier, epoch]), letterOf([epoch])]);
		const lies: Tampering[] = [
			{ name: 'forks the log', path: new RegExp(`${hers.id}/log`), json: (answer: Told) => void (answer.entries = answer.entries.length > 0 ? [...answer.entries.slice(0, -1), other] : []) },
			{ name: 'forks the keys', path: new RegExp(`${hers.id}/keys`), json: () => ({ upTo: 2, by: ana.account, letter }) }
		];
		const withhold = hostile.tamper({ name: 'leaves out an epoch', path: new RegExp(`${hers.id}/keys`), json: () => ({ upTo: 2, by: ana.account, letter: partial }) });
		expect(await troubleOf(lies[0]!, opened(ben, hers.id, { remembers: false }))).toEqual({ kind: 'against-the-rules', place: { part: 'keys', circle: hers.id } });
		withhold();
		const calm = hostile.tamper(lies[1]!);

		// In a new browser, which remembers nothing: what Ana wrote is sealed under a key that Ben's history does not have.
		expect(await troubleOf(lies[0]!, read(ben, hers.id, paper, { remembers: false }))).toEqual({ kind: 'damaged', place: { part: 'record', circle: hers.id, record: paper, version: 3 } });
		calm();
		// And Ben's own, once he has seen the true one, says so.
		sure(await his.refresh());
		expect(await troubleOf(lies[0]!, opened(ben, hers.id, { remembers: true }))).toEqual({ kind: 'forked', place: { part: 'log', circle: hers.id, seq: 3 } });
	});

	test('forks a log within one epoch, where a record names the other history', async () => {
		const { hers, paper } = await stage();
		const chi = await somebody(database.db, { name: 'Chi' });
		const { head } = hers.state;
		const other = await signEntry({ log: 'circle', of: hers.id, seq: head.seq + 1, previous: head.hash, by: ana.account, act: { do: 'add', account: chi.account, invitation: chi.account } }, ana.keys.signing);
		const mine = sure(await hers.add({ account: chi.account, name: 'Chi' })).circle;
		sure(await mine.writePaper({ record: paper, title: 'Hearing', text: 'Friday', basedOn: [2] }));
		const lie: Tampering = { name: 'forks', path: log, json: (answer: Told) => void (answer.entries = answer.entries.length > 0 ? [...answer.entries.slice(0, -1), other] : []) };

		expect(await troubleOf(lie, opened(ben, hers.id, { remembers: false }))).toEqual({ kind: 'forked', place: { part: 'log', circle: hers.id, seq: 3 } });
	});

	test('withholds that the key was changed', async () => {
		const { hers, his, paper } = await stage();
		const old = sure(await ben.link(api.origin).ask(`/api/circles/${hers.id}/keys`) as Outcome<{ value: unknown }>).value;
		const mine = sure(await hers.rotate()).circle;
		const lie: Tampering = { name: 'hands out the old keys', path: keys, json: () => old };

		expect(await troubleOf(lie, opened(ben, hers.id, { remembers: true }))).toEqual({ kind: 'rewound', place: { part: 'keys', circle: hers.id } });

		// Where it hides the entry too, the next record in the new epoch says so.
		sure(await mine.writePaper({ record: paper, title: 'Hearing', text: 'Friday', basedOn: [2] }));
		const hides: Tampering = { name: 'hides the rotation', path: log, json: (answer: Told) => void (answer.entries = []) };
		expect(await troubleOf(hides, () => his.read(paper))).toEqual({ kind: 'rewound', place: { part: 'log', circle: hers.id, seq: 3 } });
	});

	test('serves an old version of a record', async () => {
		const { hers, his, paper } = await stage();
		sure(await hers.read(paper));
		const all = (await ben.link(api.origin).ask(`/api/circles/${hers.id}/records/${paper}?after=0`)) as unknown as { value: { records: object[] } };
		const lie: Tampering = { name: 'replays a version', path: /newest=1/, json: () => ({ records: [all.value.records[0]], more: false }) };
		const cut: Tampering = { name: 'cuts versions off', path: /\?after=0$/, json: (answer: Told) => void answer.records.pop() };
		const gap: Tampering = { name: 'leaves a version out', path: /\?after=0$/, json: (answer: Told) => void answer.records.shift() };

		expect(await troubleOf(lie, read(ana, hers.id, paper, { remembers: true }))).toEqual({ kind: 'rewound', place: { part: 'record', circle: hers.id, record: paper, version: 1 } });
		expect(await troubleOf(cut, () => his.paper(paper))).toEqual({ kind: 'rewound', place: { part: 'record', circle: hers.id, record: paper, version: 1 } });
		expect(await troubleOf(gap, () => his.paper(paper))).toEqual({ kind: 'rewound', place: { part: 'record', circle: hers.id, record: paper, version: 2 } });
	});

	test('moves an envelope to another place', async () => {
		const { hers, his, paper } = await stage();
		const other = sure(await his.writePaper({ title: 'Another', text: 'Never mind', basedOn: [] })).written.record;
		const theirs = (await ben.link(api.origin).ask(`/api/circles/${hers.id}/records/${other}?newest=1`)) as unknown as { value: { records: { envelope: string }[] } };
		const toRecord: Tampering = { name: 'moves to another record', path: /newest=1/, json: (answer: Told) => void (answer.records[0]!.envelope = theirs.value.records[0]!.envelope) };
		const toVersion: Tampering = { name: 'moves to another version', path: /newest=1/, json: (answer: Told) => void (answer.records[0]!.version = 3) };
		const toKind: Tampering = { name: 'moves to another kind', path: /newest=1/, json: (answer: Told) => void (answer.records[0]!.kind = 'file') };
		const place = { part: 'record', circle: hers.id, record: paper, version: 2 };

		expect(await troubleOf(toRecord, read(ana, hers.id, paper, { remembers: false }))).toEqual({ kind: 'damaged', place });
		expect(await troubleOf(toVersion, read(ana, hers.id, paper, { remembers: false }))).toEqual({ kind: 'damaged', place: { ...place, version: 3 } });
		expect(await troubleOf(toKind, read(ana, hers.id, paper, { remembers: false }))).toEqual({ kind: 'damaged', place });
	});

	test('flips a bit', async () => {
		const { hers, paper } = await stage();
		const record: Tampering = { name: 'flips a bit of a record', path: /newest=1/, json: (answer: Told) => void (answer.records[0]!.envelope = flipped(answer.records[0]!.envelope)) };
		const letter: Tampering = { name: 'flips a bit of a letter', path: keys, json: (answer: Told) => void (answer.letter = flipped(answer.letter)) };
		const signature: Tampering = { name: 'flips a bit of a signature', path: log, json: (answer: Told) => void answer.entries.splice(1, 1, { ...answer.entries[1]!, signature: flipped(answer.entries[1]!.signature, 5) }) };
		const name: Tampering = { name: 'flips a bit of a name', path: /kind=circle,person/, json: (answer: Told) => void (answer.records[0]!.envelope = flipped(answer.records[0]!.envelope)) };

		expect(await troubleOf(record, read(ana, hers.id, paper, { remembers: false }))).toEqual({ kind: 'damaged', place: { part: 'record', circle: hers.id, record: paper, version: 2 } });
		expect(await troubleOf(letter, opened(ana, hers.id, { remembers: false }))).toEqual({ kind: 'damaged', place: { part: 'keys', circle: hers.id } });
		expect(await troubleOf(signature, opened(ana, hers.id, { remembers: false }))).toEqual({ kind: 'forged', place: { part: 'log', circle: hers.id, seq: 1 } });
		expect(await troubleOf(name, opened(ana, hers.id, { remembers: false }))).toMatchObject({ kind: 'damaged', place: { part: 'record', circle: hers.id } });
	});

	test('hands out one circle as another, or hides the circle of one’s own', async () => {
		const { hers } = await stage();
		const second = await stage();
		const whole = (await ana.link(api.origin).ask(`/api/circles/${second.hers.id}/log?after=-1`)) as unknown as { value: object };
		sure(await ana.circles(hostile.origin).openOwnCircle());
		const other: Tampering = { name: 'swaps circles', path: log, json: () => whole.value };
		const hides: Tampering = { name: 'hides the own circle', path: /\/api\/circles$/, json: (answer: Told) => void (answer.circles = answer.circles.filter((circle) => !circle.own)) };

		expect(await troubleOf(other, opened(ana, hers.id, { remembers: false }))).toEqual({ kind: 'foreign-key', place: { part: 'log', circle: hers.id, seq: 0 } });
		expect(await troubleOf(hides, () => ana.circles(hostile.origin).openOwnCircle())).toMatchObject({ kind: 'rewound', place: { part: 'log' } });
	});

	test('shows an account as it was before it ended, and gets no letter for it', async () => {
		const { hers } = await stage();
		const chi = await somebody(database.db, { name: 'Chi' });
		const before = { log: [chi.keys.found] };
		const end = await signEntry({ log: 'account', of: chi.account, seq: 1, previous: await entryHash(chi.keys.found.body), by: chi.account, act: { do: 'end' } }, chi.keys.signing);
		await database.db.insertInto('account_entry').values({ account_id: chi.account, seq: 1, ...end, hash: await entryHash(end.body) }).execute();
		const lie = accountAsItWas(/\/api\/accounts\//, before);
		const adding = async (): Promise<unknown> => sure(await ana.circles(hostile.origin).openCircle(hers.id)).circle.add({ account: chi.account, name: 'Chi' });
		expect(await adding()).toEqual({ ok: false, reason: 'unknown-account' });
		const asked = hostile.asked.length;

		expect(await troubleOf(lie, adding)).toEqual({ kind: 'rewound', place: { part: 'card', account: chi.account } });
		expect(hostile.asked.slice(asked).filter((one) => one.startsWith('POST'))).toEqual([]);
	});

	test('hides that a circle has a name, or answers in no shape that we know', async () => {
		const { hers } = await stage();
		const nameless: Tampering = { name: 'hides the name', path: /kind=circle,person/, json: () => ({ records: [], more: false }) };

		expect(await troubleOf(nameless, opened(ana, hers.id, { remembers: false }))).toMatchObject({ kind: 'rewound', place: { part: 'record', circle: hers.id } });
		for (const [at, answer] of [null, [], {}, { entries: 7 }, { entries: [{ body: 1, signature: '' }], cards: {} }, { entries: [{ body: 'x', signature: 'y' }], cards: {}, closedOn: null, usedBytes: 0, quotaBytes: 0 }].entries()) {
			const lie: Tampering = { name: `answers strangely, ${at}`, path: log, json: () => answer ?? 'null' };
			expect(await troubleOf(lie, opened(ana, hers.id, { remembers: false }))).toMatchObject({ kind: 'unknown-format' });
		}
	});

	test('takes a record from a member who may not write it', async () => {
		const { hers, his } = await stage();
		const core = new CircleCore({ link: ben.link(api.origin), id: hers.id, contacts: nobodyKnown, meet: nobodyKnown });
		sure(await core.bring());
		const page = (await ben.link(api.origin).ask(`/api/circles/${hers.id}/records?kind=circle,person&limit=200&after=0`)) as unknown as { value: { records: { kind: string; record: string; change: number; envelope: string }[] } };
		const forge = async (kind: string, record: string, version: number, body: { [field: string]: string }): Promise<Tampering> => {
			const original = page.value.records.find((one) => one.record === record)!;
			const sealed = await seal({ circle: hers.id, record, kind, version, previous: await recordHash(Buffer.from(original.envelope, 'base64url')), body, head: core.state.head, epoch: core.keys.get(1)!, by: ben.keys, at: new Date() });
			return { name: `takes a ${kind} from a member`, path: new RegExp(`${hers.id}/records\\?kind=circle,person`), json: () => ({ records: [{ ...sealed, record, change: 99 }], more: false }) };
		};
		const about = await derivedRecord('circle', hers.id);
		const hersName = await personRecord(ana.account);

		expect(await his.rename({ name: 'Hijacked', purpose: '' })).toEqual({ ok: false, reason: 'not-a-steward' });
		expect(await troubleOf(await forge('circle', about, 2, { name: 'Hijacked', purpose: '' }), opened(ana, hers.id, { remembers: true }))).toEqual({ kind: 'against-the-rules', place: { part: 'record', circle: hers.id, record: about, version: 2 } });
		expect(await troubleOf(await forge('person', hersName, 2, { account: ana.account, name: 'Ben' }), () => hers.refresh().then((outcome) => sure(outcome).circle.members.find(({ trouble }) => trouble)?.trouble))).toEqual({ kind: 'against-the-rules', place: { part: 'record', circle: hers.id, record: hersName, version: 2 } });
	});

	test('tampers with the parts of a file', async () => {
		const { hers, his } = await stage();
		const content = new Uint8Array(5_000_000).map((_, at) => at % 251);
		const { written, details } = sure((await his.upload({ file: new Blob([content]), name: 'evidence.pdf' })) as Outcome<{ written: never; details: { blob: string } }>);
		const save = async (): Promise<unknown> => new Response(sure(await hers.download(written)).stream).arrayBuffer();
		const flips: Tampering = { name: 'flips a bit of a file', path: /\/parts\/1$/, bytes: (bytes) => Buffer.from(bytes.map((byte, at) => (at === 7 ? byte ^ 1 : byte))) };
		const cuts: Tampering = { name: 'cuts a file', path: /\/parts\/1$/, bytes: (bytes) => bytes.subarray(0, -1) };
		const place = { part: 'file', circle: hers.id, blob: details.blob, piece: 1 };

		expect(new Uint8Array((await save()) as ArrayBuffer)).toEqual(content);
		expect(await troubleOf(flips, save)).toEqual({ kind: 'damaged', place });
		expect(await troubleOf(cuts, save)).toEqual({ kind: 'damaged', place });
	});
});

test('whoever was removed opens nothing that was written later, and learns that they were removed', async () => {
	const { hers, his, paper } = await stage();
	const before = ben.circles(hostile.origin, memoryStore());
	sure(await before.openCircle(hers.id));
	const after = sure(await hers.remove(ben.account)).circle;
	sure(await after.writePaper({ record: paper, title: 'Hearing', text: 'Moved to Friday', basedOn: [2] }));
	const theirs = (await ana.link(api.origin).ask(`/api/circles/${hers.id}/records/${paper}?newest=1`)) as unknown as { value: { records: { epoch: number; envelope: string }[] } };
	const letter = (await ana.link(api.origin).ask(`/api/circles/${hers.id}/keys`)) as unknown as { value: { letter: string } };
	const [newest] = theirs.value.records;
	const old = new CircleCore({ link: ben.link(api.origin), id: hers.id, contacts: nobodyKnown, meet: nobodyKnown });

	expect(await old.bring()).toEqual({ ok: false, reason: 'removed' });
	expect(await his.refresh()).toEqual({ ok: false, reason: 'removed' });
	expect(await before.openCircle(hers.id)).toEqual({ ok: false, reason: 'removed' });
	expect(await ben.link(api.origin).ask(`/api/circles/${hers.id}/records/${paper}?newest=1`)).toEqual({ ok: false, status: 404, reason: 'not-found' });
	expect(await ben.link(api.origin).ask(`/api/circles/${hers.id}/keys`)).toEqual({ ok: false, status: 404, reason: 'not-found' });
	// And where a server that works with him hands out both:
	expect(newest?.epoch).toBe(2);
	await expect(openLetter({ letter: Buffer.from(letter.value.letter, 'base64url'), identity: ben.keys, expected: { kind: 'epoch-keys', circle: hers.id, about: '2', authorKey: () => ana.keys.signing.publicKey } })).rejects.toMatchObject({ kind: 'not-for-you' });
});
