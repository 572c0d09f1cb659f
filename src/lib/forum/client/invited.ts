import { decodeText, guestKeysOf, guestLinkOf, newGuestKeys, openMemory, openRecord, readSecretWords, sealLetter, sealMemory, sealRecord, VaultFailure, type GuestKeys, type GuestLink, type ReadWords } from '#vault';
import type { DeviceStore } from '#lib/circles/client/device-store.ts';
import { jsonBytes, persist, type Answer as Told, type Line } from '#lib/circles/client/line.ts';
import { canonical, filled, fromCanonical, fromText, sha256, toText, type Bytes, type Json } from '#lib/vault/envelope.ts';
import { isWithin, permitMessage, photographOf, shownBy, type Consent, type Medium, type Permit, type Shown } from '../consent.ts';
import { bondMessage, guestRequestMessage, guestStep, letterPlace, ownPlace, readGuestFragment, readInvitation, readOwn, receiptHash, type Answer, type GuestAnswer, type Invitation, type OwnText, type Reached, type Travel } from '../guest.ts';
import type { Needs, Origin } from '../needs.ts';

/**
 * `gone`: the link was used, replaced or withdrawn, or never was; which of them is told to nobody. `rewound`: the server
 * shows an older answer than this device has sent. `broken`: what it shows does not hold together.
 */
export type InvitedTrouble = 'gone' | 'offline' | 'slow-down' | 'rewound' | 'broken';
type Failed = { readonly ok: false; readonly reason: InvitedTrouble };

/** An invitation in the hands of whom it is for. */
export interface OpenInvitation {
	readonly keys: GuestKeys;
	readonly own: OwnText;
	/** How many answers there were. */
	readonly version: number;
	/** Until when the server keeps it, as it says: later than the letter said where the forum was put off. */
	readonly keptUntil?: string | undefined;
	/** A convenor's browser has opened the newest answer; undefined where there is none, or one of before this was told. */
	readonly isRead: boolean | undefined;
	/** Undefined where it was opened with words: then this device keeps nothing. */
	readonly link: GuestLink | undefined;
	/** The device opens it again with the link; otherwise only the words do. */
	readonly kept: boolean;
}

export type Looked = { readonly ok: true; readonly found: 'letter'; readonly link: GuestLink; /** As the server gave it. */ readonly letter: unknown } | { readonly ok: true; readonly found: 'opened'; readonly opened: OpenInvitation } | Failed;

const path = '/api/invited';

/** What a link leads to: on the device that opened it first, what is there; elsewhere a letter, if nobody has opened it. Nothing is opened by looking. */
export async function lookAtLink(line: Line, store: DeviceStore, fragment: string): Promise<Looked> {
	const secret = fromText(readGuestFragment(fragment) ?? '');
	if (secret?.length !== 16) return { ok: false, reason: 'gone' };
	const link = await guestLinkOf(secret);
	const known = await remembered(store, link);
	if (known) {
		const read = await readOwnText(line, known.keys, known.version);
		if (read.ok) return { ok: true, found: 'opened', opened: { keys: known.keys, link, kept: true, ...read } };
		if (read.reason !== 'gone') return read;
	}
	const letter = await line.ask({ method: 'GET', path, headers: { 'steadfast-guest': link.id } });
	return letter.ok ? { ok: true, found: 'letter', link, letter: letter.value } : failed(letter);
}

/**
 * Opens the letter that looking at the link gave, once: from then on the link leads to nothing, but on this device. If it was
 * replaced meanwhile, so was the link.
 */
export async function openLetterOnce(line: Line, store: DeviceStore, { link, letter }: Pick<Extract<Looked, { readonly found: 'letter' }>, 'link' | 'letter'>): Promise<{ readonly ok: true; readonly opened: OpenInvitation } | Failed> {
	const invitation = await openedLetter(link, textOf(letter, 'letter'));
	const version = versionOf(letter);
	if (!invitation || version < 0) return { ok: false, reason: 'broken' };
	const keys = (await remembered(store, link))?.keys ?? (await newGuestKeys());
	const [signing, showing] = [toText(keys.signing.publicKey), toText(keys.showing.publicKey)];
	const own: OwnText = { invitation, bond: { signing, showing, signature: toText(await link.signing.sign(bondMessage({ invitation: invitation.id, signing, showing }))) }, answer: null, travel: null };
	// Kept before it is sent: whatever becomes of the answer, the device can go on.
	const kept = await remember(store, link, { keys, version });
	const body = jsonBytes({ mailbox: keys.mailbox, signing, own: toText(await sealedOwn(keys, own, version, line.now())) });
	const sent = await persist(line, await signedBy(link.signing, { path, named: link.id, body }), () => undefined);
	if (!sent.ok) {
		// The answer to an earlier try may have been lost; then it is ours.
		const read = await readOwnText(line, keys, 0);
		return read.ok ? { ok: true, opened: { keys, link, kept, ...read } } : failed(sent);
	}
	return { ok: true, opened: { keys, own, version, link, kept, isRead: undefined } };
}

export type OpenedWithWords = { readonly ok: true; readonly opened: OpenInvitation } | Failed | Extract<ReadWords, { readonly ok: false }>;

/** Opens with the twelve words, on any device. */
export async function openWithWords(line: Line, typed: string): Promise<OpenedWithWords> {
	const words = await readSecretWords(typed, 12);
	if (!words.ok) return words;
	const keys = await guestKeysOf(words.secret);
	const read = await readOwnText(line, keys, 0);
	return read.ok ? { ok: true, opened: { keys, link: undefined, kept: false, ...read } } : read;
}

/** What a guest decides: whether they come, their three names, what they allow and what they need. */
export interface Decision {
	readonly says: GuestAnswer;
	readonly roomName: string;
	/** As in the passport; empty where it is not told. */
	readonly passportName: string;
	readonly needs: Needs;
	readonly consent: Consent;
	readonly origin: Origin;
	/** Where they say that they are by now. */
	readonly reached: Reached;
}

export type Decided = { readonly ok: true; readonly opened: OpenInvitation; /** What is public shows less already. */ readonly narrowed: boolean } | { readonly ok: false; readonly reason: 'gone-narrowed' | 'gone' | 'moved-on' | 'refused' | 'cancelled' };

/**
 * Sends an answer until it has arrived. Where it lets the public see less than the one before, the server is told that
 * first, by a signature that names the forum and not the invitation, and obeys it at once; then the convenors are told.
 * A key that has shown nobody yet is not known there: then the guest's own key says that somebody was invited. `gone-narrowed`:
 * the invitation is over, and yet the server obeys that less is to be shown.
 */
export async function answerInvitation(line: Line, store: DeviceStore, opened: OpenInvitation, decision: Decision, { onWaiting = () => undefined, signal }: { readonly onWaiting?: () => void; readonly signal?: AbortSignal } = {}): Promise<Decided> {
	const { keys, own, link } = opened;
	const { invitation, bond } = own;
	const version = opened.version + 1;
	const permit = await signedPermit(keys, invitation, { version: version * 2, shown: shownBy(decision.consent) });
	const answer: Answer = { version, says: decision.says, roomName: decision.roomName, consent: decision.consent, permit, origin: decision.origin, receipt: toText(crypto.getRandomValues(new Uint8Array(16))) };
	const travel: Travel = { version, name: decision.passportName, needs: decision.needs, says: decision.says, roomName: decision.roomName, photographs: photographOf(decision.consent.media), reached: decision.reached };
	let narrowed = false;
	const narrowing = await narrowingFrom(keys, invitation, { was: own.answer?.permit.shown ?? null, permit, fewerMedia: (own.answer?.consent.media ?? []).some((medium) => recorded.has(medium) && !decision.consent.media.includes(medium)) });
	if (narrowing) {
		const to = `${path}/shown`;
		const body = jsonBytes({ slug: invitation.slug, person: invitation.person, permit: narrowing });
		const anonymous = await persist(line, { method: 'POST', path: to, body, headers: { 'content-type': 'application/json' }, signal }, onWaiting);
		const told = anonymous.ok || anonymous.status !== 404 ? anonymous : await persist(line, { ...(await signedBy(keys.signing, { path: to, named: keys.mailbox, body })), signal }, onWaiting);
		if (!told.ok) return { ok: false, reason: refusal(told) };
		narrowed = typeof told.value === 'object' && told.value !== null && 'changed' in told.value && told.value.changed === true;
	}
	const next: OwnText = { invitation, bond, answer, travel };
	const body = jsonBytes({
		version,
		own: toText(await sealedOwn(keys, next, version, line.now())),
		answer: toText(await letterOf(keys, invitation, { kind: 'guest-answer', body: { v: 1, answer, bond } })),
		travel: toText(await letterOf(keys, invitation, { kind: 'guest-travel', body: { v: 1, travel, bond } }))
	});
	const sent = await persist(line, { ...(await signedBy(keys.signing, { path: `${path}/own`, named: keys.mailbox, body })), signal }, onWaiting);
	if (!sent.ok) {
		const reason = refusal(sent);
		return { ok: false, reason: reason === 'gone' && narrowing ? 'gone-narrowed' : reason };
	}
	if (link) await remember(store, link, { keys, version });
	return { ok: true, opened: { ...opened, own: next, version, isRead: false }, narrowed };
}

function refusal({ status, reason }: { readonly status: number; readonly reason: string }): 'gone' | 'moved-on' | 'refused' | 'cancelled' {
	return reason === 'cancelled' ? 'cancelled' : status === 404 ? 'gone' : status === 409 ? 'moved-on' : 'refused';
}

/** What may be in the record as a recording. */
const recorded: ReadonlySet<Medium> = new Set(['sound', 'video-kept']);

/**
 * What the server is told before anybody else; undefined where nothing that could be public becomes less. Another name takes
 * the old one away first. Of media it is not told which: a higher number is enough to take recordings off.
 */
async function narrowingFrom(keys: GuestKeys, invitation: Invitation, { was, permit, fewerMedia }: { readonly was: Shown; readonly permit: Permit; readonly fewerMedia: boolean }): Promise<Permit | undefined> {
	if (!fewerMedia && (was === null || isWithin(was, permit.shown))) return undefined;
	return isWithin(permit.shown, was) ? permit : signedPermit(keys, invitation, { version: permit.version - 1, shown: null });
}

async function signedPermit(keys: GuestKeys, { slug, person }: Invitation, { version, shown }: Pick<Permit, 'version' | 'shown'>): Promise<Permit> {
	return { key: toText(keys.showing.publicKey), version, shown, signature: toText(await keys.showing.sign(permitMessage({ slug, person, version, shown }))) };
}

/** What is for travel goes to the circle that sees to it, where there is one. */
function letterOf(keys: GuestKeys, { id, circle: convenors, inbox, logistics }: Invitation, { kind, body }: { readonly kind: 'guest-answer' | 'guest-travel'; readonly body: object }): Promise<Bytes> {
	const { circle, recipient } = kind === 'guest-travel' && logistics !== null ? logistics : { circle: convenors, recipient: inbox.recipient };
	// Its shape is plain JSON. The time is left out: the day of a consent stands in it.
	return sealLetter({ header: { kind, circle, about: id, author: toText(keys.signing.publicKey), at: 0 }, body: filled(canonical(body as unknown as Json), guestStep), recipients: [recipient], signing: keys.signing });
}

async function sealedOwn(keys: GuestKeys, own: OwnText, version: number, now: Date): Promise<Bytes> {
	const seal = { author: keys.mailbox, at: now.getTime(), previous: null, head: { seq: 0, hash: toText(new Uint8Array(32)) } };
	return sealRecord({ place: ownPlace(keys.mailbox, version + 1), seal, body: filled(canonical({ v: 1, ...own } as unknown as Json), guestStep), key: keys.own, signing: keys.signing });
}

/** The guest's own text in its newest version; `least` is the version that this device has sent last. */
async function readOwnText(line: Line, keys: GuestKeys, least: number): Promise<{ readonly ok: true; readonly own: OwnText; readonly version: number; readonly keptUntil: string | undefined; readonly isRead: boolean | undefined } | Failed> {
	const answer = await line.ask({ method: 'GET', path: `${path}/own`, headers: { 'steadfast-guest': keys.mailbox } });
	if (!answer.ok) return failed(answer);
	const { value } = answer;
	const version = versionOf(value);
	if (version >= 0 && version < least) return { ok: false, reason: 'rewound' };
	const own = await unsealed(textOf(value, 'own'), { place: ownPlace(keys.mailbox, version + 1), key: keys.own, author: keys.mailbox, signing: keys.signing.publicKey }, readOwn);
	const day = textOf(value, 'keptUntil');
	const receipt = own?.answer?.receipt;
	const isRead = receipt === undefined ? undefined : textOf(value, 'read') === (await receiptHash(receipt));
	return own ? { ok: true, own, version, isRead, keptUntil: /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : undefined } : { ok: false, reason: 'broken' };
}

function openedLetter(link: GuestLink, letter: string): Promise<Invitation | undefined> {
	return unsealed(letter, { place: letterPlace(link.id), key: link.letter, author: link.id, signing: link.signing.publicKey }, readInvitation);
}

interface Sealed {
	readonly place: ReturnType<typeof letterPlace>;
	readonly key: CryptoKey;
	readonly author: string;
	readonly signing: Uint8Array;
}

async function unsealed<Output>(sealed: string, { place, key, author, signing }: Sealed, read: (found: unknown) => Output | undefined): Promise<Output | undefined> {
	try {
		const { body } = await openRecord({ envelope: fromText(sealed) ?? new Uint8Array(), place, key, authorKey: (by) => (by === author ? signing : undefined) });
		return read(fromCanonical(decodeText(body).trimEnd()));
	} catch (error) {
		if (error instanceof VaultFailure) return undefined;
		throw error;
	}
}

/** Less than none where it is not there. */
function versionOf(found: unknown): number {
	return typeof found === 'object' && found !== null && 'version' in found && typeof found.version === 'number' ? found.version : -1;
}

function textOf(found: unknown, name: string): string {
	const text = typeof found === 'object' && found !== null ? new Map<string, unknown>(Object.entries(found)).get(name) : undefined;
	return typeof text === 'string' ? text : '';
}

function failed({ status }: Extract<Told, { readonly ok: false }>): Failed {
	return { ok: false, reason: status === 404 ? 'gone' : status === 429 ? 'slow-down' : 'offline' };
}

async function signedBy(signing: GuestKeys['signing'], { path: to, named, body }: { readonly path: string; readonly named: string; readonly body: Uint8Array<ArrayBuffer> }) {
	const signature = toText(await signing.sign(guestRequestMessage({ path: to, bodyHash: toText(await sha256(body)) })));
	return { method: 'POST', path: to, body, headers: { 'content-type': 'application/json', 'steadfast-guest': named, 'steadfast-signature': signature } } as const;
}

/**
 * Note: What a device keeps of an invitation.
 * The guest's own secret, under a key that is made from the link, and the number of the newest answer. Whoever has the
 * device without the link sees that something is kept; whoever has the link without the device has nothing. A quick exit
 * deletes it; then there are the words.
 */
async function remember(store: DeviceStore, link: GuestLink, { keys, version }: { readonly keys: GuestKeys; readonly version: number }): Promise<boolean> {
	return store.put(link.id, await sealMemory({ secret: toText(keys.secret), version }, link.device)).then(
		() => true,
		() => false
	);
}

async function remembered(store: DeviceStore, link: GuestLink): Promise<{ readonly keys: GuestKeys; readonly version: number } | undefined> {
	const sealed = await store.get(link.id).catch(() => undefined);
	if (!(sealed instanceof Uint8Array)) return undefined;
	const found = await openMemory(sealed, link.device);
	if (typeof found !== 'object' || found === null || !('secret' in found) || !('version' in found)) return undefined;
	const { secret, version } = found as { readonly secret: Json; readonly version: Json };
	const bytes = typeof secret === 'string' ? fromText(secret) : undefined;
	return bytes?.length === 16 && typeof version === 'number' ? { keys: await guestKeysOf(bytes), version } : undefined;
}
