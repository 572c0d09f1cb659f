import { randomBytes } from 'node:crypto';
import { foundCircle } from '#lib/circles/server/index.ts';
import type { CallAct } from '#lib/grants/call-log.ts';
import type { CallInbox, CallKind } from '#lib/grants/call.ts';
import { readSecrets } from '#lib/grants/client/sealing.ts';
import { deadlineOf, type Deadline } from '#lib/grants/deadline.ts';
import { readManifest, type Manifest } from '#lib/grants/application.ts';
import { appendToCall, publishCall } from '#lib/grants/server/index.ts';
import { answerParts } from '#lib/grants/form.ts';
import type { Clock } from '#lib/platform/clock/clock.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { randomId, type Json } from '#lib/vault/envelope.ts';
import { decodeText, newEpoch, openLetter, openRecord, partRecords, sealEpochKeys, signEntry, steppedLength, type EpochKeys } from '../src/lib/vault/index.ts';
import { publishedCall, someContent, type TestCall } from './calls.ts';
import { officer, type TestOfficer } from './desk.ts';

/** A circle of one officer who reads applications, and its keys. */
export interface ReadingCircle extends TestOfficer {
	readonly circle: string;
	readonly inbox: CallInbox;
	readonly epoch: EpochKeys;
}

async function readingCircle(db: Db, now = new Date('2026-11-01T08:00:00Z')): Promise<ReadingCircle> {
	const founder = await officer(db);
	const epoch = await newEpoch(1);
	const found = await signEntry({ log: 'circle', of: null, seq: 0, previous: null, by: founder.actor.account, act: { do: 'found', own: false, epoch: { ...epoch.announced } } }, founder.keys.signing);
	const letter = await sealEpochKeys({ circle: randomId(), epochs: [epoch], members: [{ account: founder.actor.account, signing: founder.keys.signing.publicKey, recipient: founder.keys.recipient }], by: founder.keys, at: now });
	const named = { record: randomId(), kind: 'circle', epoch: 1, version: 1, envelope: Buffer.concat([Buffer.from('SFR1'), randomBytes(196)]) };
	const founded = await foundCircle({ db, quotaBytes: 64 * 1024 * 1024 }, founder.actor, { found, letter, records: [named] }, now);
	if (!founded.ok) throw new Error(founded.reason);
	return { ...founder, circle: founded.circle, epoch, inbox: { circle: founded.circle, epoch: 1, recipient: epoch.announced.inbox } };
}

/** A call as everybody can read it, whose parts all go to one circle unless told. */
export interface OpenedCall {
	readonly desk: ReadingCircle;
	readonly slug: string;
	readonly call: TestCall;
	append(act: CallAct, now: Date): Promise<void>;
}

/** The deadline of these tests: the first instant that is too late is a whole minute, 2026-11-20T12:00Z. */
export const someClosing = new Date('2026-11-20T12:00:00Z');
const someDeadline: Deadline = deadlineOf({ day: '2026-11-20', time: '11:59', zone: 'UTC' });

export async function openedCall({ db, clock }: { readonly db: Db; readonly clock: Clock }, { kind = 'call', slug = `call-${randomBytes(4).toString('hex')}`, deadline = kind === 'call' ? someDeadline : null, content = someContent(), at = new Date('2026-11-01T08:00:00Z'), desk }: { readonly kind?: CallKind; readonly slug?: string; readonly deadline?: Deadline | null; readonly content?: ReturnType<typeof someContent>; readonly at?: Date; readonly desk?: ReadingCircle } = {}): Promise<OpenedCall> {
	const reader = desk ?? (await readingCircle(db));
	let call = await publishedCall({ inbox: reader.inbox, slug, kind, deadline, content, at: new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000) });
	const first = await publishCall({ db, clock }, reader.actor, call.entries[0] ?? { body: '', signature: '' }, at);
	if (!first.ok) throw new Error(first.reason);
	return {
		desk: reader,
		slug,
		get call() {
			return call;
		},
		async append(act, now) {
			call = await call.and(act, new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000));
			const appended = await appendToCall({ db, clock }, reader.actor, slug, call.entries.at(-1) ?? { body: '', signature: '' }, now);
			if (!appended.ok) throw new Error(appended.reason);
		}
	};
}

/** What an officer's browser opens of an application: every part's answers, with the circle's inbox key alone. */
export async function openedByDesk(db: Db, application: string, { circle, epoch }: Pick<ReadingCircle, 'circle' | 'epoch'>): Promise<{ readonly manifest: Manifest; readonly parts: Readonly<Record<string, Json>> }> {
	const row = await db.selectFrom('grant_application').select(['manifest', 'manifest_signature']).where('id', '=', application).executeTakeFirstOrThrow();
	const manifest = await readManifest({ manifest: row.manifest, signature: row.manifest_signature });
	if (!manifest) throw new Error('a manifest that is none');
	const key = Buffer.from(manifest.receipt.signing, 'base64url');
	const { sealed_letter } = await db.selectFrom('grant_letter').select('sealed_letter').where('application_id', '=', application).where('addressee', '=', circle).executeTakeFirstOrThrow();
	const { body } = await openLetter({ letter: sealed_letter, identity: epoch.inbox, expected: { kind: 'part-keys', circle, about: application, authorKey: (author) => (author === application ? key : undefined) } });
	const secrets = readSecrets(JSON.parse(decodeText(body)) as Json)?.secrets ?? {};
	const parts: Record<string, Json> = {};
	for (const part of answerParts) {
		const secret = secrets[part];
		if (secret === undefined) continue;
		const { sealed_envelope } = await db.selectFrom('grant_part').select('sealed_envelope').where('application_id', '=', application).where('part', '=', part).executeTakeFirstOrThrow();
		const place = { kind: `application-${part}`, circle, record: application, epoch: 1, version: 1 };
		const opened = await openRecord({ envelope: sealed_envelope, place, key: await partRecords(secret), authorKey: () => key, lengths: steppedLength });
		parts[part] = JSON.parse(decodeText(opened.body)) as Json;
	}
	return { manifest, parts };
}

