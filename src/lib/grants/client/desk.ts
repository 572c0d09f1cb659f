import { callKeyOf, partRecords, sealRecord, steppedLength } from '#vault';
import * as v from 'valibot';
import type { OpenCircle, Opened, OpenedRecord } from '#lib/circles/client/open-circle.ts';
import type { Link } from '#lib/circles/client/link.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { announcedEpochs } from '#lib/circles/circle-log.ts';
import { canonical, fromText, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import { coarseStates, mostPackedBytes, readAttested, readManifest, type Applicant, type Manifest } from '../application.ts';
import { coarseOf, type MoveName, type Mover } from '../application-state.ts';
import { foldCall, type CallState } from '../call-log.ts';
import { unpacked } from '../packed.ts';
import { afterMove, caseBody, dueOf, hourOf, isAsProposed, readCase, strangeCase, summaryOf, type Case } from '../case.ts';
import type { AnswerPart, Answers } from '../form.ts';
import type { ReferenceDeed } from '../reference.ts';
import type { SoonShredded } from '../keeping.ts';
import { applicationShape, openMessages, openParts, type DeskTrouble, type Found, type ThreadMessage } from './application-opening.ts';
import { caseSecrets, circleSecrets, teamKeysOf } from './part-keys.ts';

/** A call as officers have it: its log verified, and its inboxes compared with the circles behind them. */
export interface DeskCall {
	readonly state: CallState;
	readonly waiting: number;
	readonly overdue: number;
	/** The next that is shredded soon because its time is over; null while nothing is. */
	readonly shredded: SoonShredded | null;
}

/** A call that is not believed, at the address that the server lists. */
export interface UnbelievedCall {
	readonly slug: string;
	readonly trouble: VaultTrouble;
}

export interface DeskLine {
	readonly application: string;
	readonly receivedAt: Date | null;
	readonly inTime: boolean;
	/** Taken back by the applicant, as the server says: our own case may not say so yet. */
	readonly gone: boolean;
	/** Undefined for one that nobody has taken in yet. */
	readonly case: { readonly now: Case; readonly record: OpenedRecord } | undefined;
	/** Why the case could not be opened; it is shown, never left out. */
	readonly trouble: VaultTrouble | undefined;
	readonly unread: boolean;
	readonly dueAt: Date | null;
}

/** A case in a list, or why it could not be opened or is not believed. */
interface ListedCase {
	readonly opened: DeskLine['case'];
	readonly trouble: DeskLine['trouble'];
}

/** An application with every part that we may read, opened. */
export interface OpenApplication {
	readonly application: string;
	readonly manifest: Manifest;
	readonly case: { readonly now: Case; readonly record: OpenedRecord | undefined };
	/** A part that we have no key of is not here: it is for others. */
	readonly parts: ReadonlyMap<AnswerPart, Answers>;
	readonly messages: readonly ThreadMessage[];
	/** The number of the newest message, opened or not. */
	readonly newest: number;
	readonly gone: boolean;
	/** Secrets of the core in older generations, the newest first: files are not sealed again. */
	readonly former: readonly string[];
	/** What did not open or was not believed, each a sentence on the page. */
	readonly troubles: readonly DeskTrouble[];
}

export type DeskOutcome<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: string };

const stamp = v.nullable(v.pipe(v.string(), v.isoTimestamp()));
const listShape = v.object({
	applications: v.array(v.object({ application: v.string(), state: v.picklist(coarseStates), dueAt: stamp, committedAt: v.string(), wholeAt: stamp, inTime: v.boolean(), generation: v.number(), messages: v.number(), change: v.number() })),
	more: v.boolean()
});
const someShape = v.object({ applications: v.array(v.object({ application: v.string(), ...applicationShape.entries })) });
const callShape = v.object({ entries: v.array(v.object({ body: v.string(), signature: v.string() })) });
const deskCallsShape = v.object({ calls: v.array(v.object({ call: v.string(), slug: v.string(), stage: v.string(), waiting: v.number(), overdue: v.number(), shredded: v.nullable(v.object({ on: v.pipe(v.string(), v.isoDate()), count: v.number() })) })) });

/** The desk of one circle: the calls whose core it reads, and their applications. */
export class Desk {
	readonly #link: Link;
	readonly #circle: OpenCircle;

	constructor(link: Link, circle: OpenCircle) {
		this.#link = link;
		this.#circle = circle;
	}

	/**
	 * The calls of this circle, and beside them every listed one that is not believed: whose desk it is of, nobody knows then, so
	 * it is shown at each.
	 */
	async calls(): Promise<DeskOutcome<{ readonly calls: readonly DeskCall[]; readonly unbelieved: readonly UnbelievedCall[] }>> {
		const listed = await this.#ask('/api/desk/calls', deskCallsShape);
		if (!listed.ok) return listed;
		const calls: DeskCall[] = [];
		const unbelieved: UnbelievedCall[] = [];
		for (const { call, slug, waiting, overdue, shredded } of listed.value.calls) {
			const opened = await believed(slug, async () => listedAs({ call, slug }, await this.call(slug)));
			if ('trouble' in opened) unbelieved.push(opened);
			else if (!opened.ok) return opened;
			else if (opened.state.inboxes.core.circle === this.#circle.id) calls.push({ state: opened.state, waiting, overdue, shredded });
		}
		return { ok: true, calls, unbelieved };
	}

	/** One call, its log verified and its inbox compared with what this circle's own log announced. */
	async call(slug: string): Promise<DeskOutcome<{ readonly state: CallState }>> {
		const path = `/api/calls/${slug}`;
		const answer = await fetchCallState(this.#link, slug);
		if (!answer.ok) return answer;
		const { core } = answer.state.inboxes;
		const announced = core.circle === this.#circle.id ? announcedEpochs(this.#circle.state).get(core.epoch) : undefined;
		if (core.circle === this.#circle.id && announced?.inbox !== core.recipient) throw new VaultTrouble('foreign-key', { part: 'answer', path }, { found: 'a call that is sealed to a key that our circle does not know' });
		return answer;
	}

	/** Every application of a call, each with its case where somebody took it in; what changed last comes last. */
	async list(call: CallState): Promise<DeskOutcome<{ readonly lines: readonly DeskLine[] }>> {
		const [listed, cases] = await Promise.all([this.#listed(call), this.#cases()]);
		if (!listed.ok) return listed;
		if (!cases.ok) return cases;
		const lines = listed.applications.map((found): DeskLine => {
			const { opened, trouble } = cases.byId.get(found.application) ?? {};
			const now = opened?.now;
			return {
				application: found.application,
				receivedAt: found.wholeAt === null ? null : new Date(found.wholeAt),
				inTime: found.inTime,
				gone: found.state === 'gone',
				case: opened,
				trouble,
				unread: found.messages > (now?.readTo ?? 0),
				dueAt: now ? dueOf(now, { clocks: call.content.clocks, kind: call.kind }) : found.wholeAt === null ? null : new Date(Date.parse(found.wholeAt) + call.content.clocks.acknowledgeHours * 3_600_000)
			};
		});
		return { ok: true, lines };
	}

	async #listed(call: CallState): Promise<DeskOutcome<{ readonly applications: v.InferOutput<typeof listShape>['applications'] }>> {
		const applications: v.InferOutput<typeof listShape>['applications'] = [];
		for (let after = 0, more = true; more; ) {
			const page = await this.#ask(`/api/desk/calls/${call.call}/applications?after=${after}&limit=500`, listShape);
			if (!page.ok) return page;
			applications.push(...page.value.applications);
			({ more } = page.value);
			after = page.value.applications.at(-1)?.change ?? after;
		}
		return { ok: true, applications };
	}

	async #cases(): Promise<DeskOutcome<{ readonly byId: ReadonlyMap<string, ListedCase> }>> {
		const byId = new Map<string, ListedCase>();
		// The next page is asked for, and opened, while the one before it is opened and read.
		const pages: ReturnType<OpenCircle['list']>[] = [];
		const ask = (after?: string): void => {
			const page = this.#circle.list('grant-case', { limit: 200, order: 'oldest', onNext: ask, ...(after === undefined ? {} : { after }) });
			// What goes wrong is told when its turn comes.
			page.catch(() => undefined);
			pages.push(page);
		};
		ask();
		for (let at = 0; at < pages.length; at++) {
			const page = await pages[at]!;
			if (!page.ok) return page;
			for (const one of page.records) byId.set(one.record, this.#listedCase(one));
		}
		return { ok: true, byId };
	}

	#listedCase(found: Opened): ListedCase {
		if (!found.ok) return { opened: undefined, trouble: found.trouble };
		const now = readCase(found.body);
		return now ? { opened: { now, record: found }, trouble: undefined } : { opened: undefined, trouble: strange(this.#circle.id, found) };
	}

	/** What the server has of some applications, at most `mostAtOnce`, to be opened by `open`; what it leaves out or nobody could read, that asks for by itself. */
	async fetchSome(applications: readonly string[]): Promise<ReadonlyMap<string, Found>> {
		const answer = await this.#link.askBytes(`/api/desk/applications?ids=${applications.join(',')}`, mostPackedBytes * 1.25);
		const read = v.safeParse(someShape, answer.ok && answer.value instanceof Uint8Array ? unpacked(new Uint8Array(answer.value)) : undefined);
		return new Map(read.success ? read.output.applications.map(({ application, ...found }) => [application, found]) : []);
	}

	/**
	 * Opens an application. The first who does finds the parts' secrets in the letter to the circle's inbox; afterwards they
	 * stand in the case. Everything is compared with the manifest that the applicant signed, and what two people decide or have
	 * decided with each version of the case (*Agreed is what was proposed*).
	 * `listed`: its case as the list has it, where that will do; then the versions are not looked at. `fetched`: what
	 * `fetchSome` has brought of it.
	 */
	async open(call: CallState, application: string, { listed, fetched }: { readonly listed?: OpenedRecord | undefined; readonly fetched?: Found | undefined } = {}): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
		const path = `/api/desk/applications/${application}`;
		const answer = await fetchApplication(this.#link, { call, application, fetched });
		if (!answer.ok) return answer;
		const { found, manifest, applicant } = answer;
		const known = listed === undefined ? await this.#circle.read(application) : ({ ok: true, opened: listed } as const);
		if (!known.ok && known.reason !== 'not-found') return known;
		if (known.ok && !known.opened.ok) throw known.opened.trouble;
		const record = known.ok && known.opened.ok ? known.opened : undefined;
		const kept = record && readCase(record.body);
		if (record !== undefined && kept === undefined) throw strange(this.#circle.id, record);
		if (listed === undefined && kept !== undefined && isDecidedByTwo(kept)) {
			const history = await this.#believable(application);
			if (!history.ok) return history;
		}
		// After the first generation the letter is asked in any case: it has the keys of older files as well.
		const own = kept?.secrets.generation === found.generation && found.generation === 1 ? undefined : await circleSecrets(this.#circle, found, { manifest, call });
		const secrets = (kept?.secrets.generation === found.generation ? kept.secrets : undefined) ?? caseSecrets(own);
		const troubles: DeskTrouble[] = [];
		const parts = await openParts(found, { applicant, manifest, call, secrets, troubles });
		const core = parts.get('core');
		if (core === undefined) throw troubles[0]?.trouble ?? new VaultTrouble('not-for-you', { part: 'answer', path }, { found: 'no key of the core' });
		const messages = await openMessages(found, { applicant, manifest, call, secrets, troubles });
		const now: Case = kept ?? {
			application,
			call: call.call,
			form: core.form,
			standing: { state: 'received', heldFrom: null, proposed: null },
			move: { name: 'note', by: 'officer' },
			receivedAt: found.wholeAt === null ? 0 : Date.parse(found.wholeAt),
			agreedAt: null,
			pauses: [],
			assigned: [],
			marks: { urgent: false, duplicateOf: null },
			reason: null,
			note: '',
			summary: summaryOf(core),
			secrets,
			readTo: 0,
			award: null,
			report: null,
			reviewers: [],
			counted: null,
			referees: []
		};
		return { ok: true, opened: { application, manifest, case: { now: { ...now, secrets }, record }, parts: new Map([...parts].map(([part, { answers }]) => [part, answers])), messages, newest: found.messages.at(-1)?.seq ?? 0, gone: found.state === 'gone', former: own?.former.map(({ core }) => core) ?? [], troubles } };
	}

	/** Throws a `VaultTrouble` for a case of which a version could not have been made by its author. */
	async #believable(application: string): Promise<DeskOutcome<object>> {
		const found = await this.#circle.versions(application);
		if (!found.ok) return found;
		const versions = found.versions.map((version) => {
			if (!version.ok) throw version.trouble;
			const now = readCase(version.body);
			if (now === undefined) throw strange(this.#circle.id, version);
			return { now, author: version.author };
		});
		const version = strangeCase(versions);
		if (version !== undefined) throw new VaultTrouble('against-the-rules', { part: 'record', circle: this.#circle.id, record: application, version }, { found: 'a version of a case that its author could not have made' });
		return { ok: true };
	}

	/**
	 * Makes a move: the case first, which is what counts, and then what the server may know of it. `moved-on`: somebody else was
	 * faster; `not-as-proposed`: the second person would agree to something else than the first proposed.
	 */
	async move({ call, opened, move, mover = 'officer', two = true, change = {} }: { readonly call: CallState; readonly opened: OpenApplication; readonly move: MoveName; readonly mover?: Mover; readonly two?: boolean; readonly change?: Partial<Pick<Case, 'reason' | 'note' | 'assigned' | 'readTo' | 'award' | 'counted'>> }): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
		const next = afterMove(opened.case.now, { move, mover, account: this.#link.keys.account, two, now: this.#link.now() });
		if (!next.ok) return { ok: false, reason: next.problem };
		return this.#write(call, opened, { ...next.case, ...change });
	}

	/** Writes what is no move: a note, who works on it, a mark, how far the thread was read. */
	async note(call: CallState, opened: OpenApplication, change: Partial<Pick<Case, 'note' | 'assigned' | 'marks' | 'readTo' | 'award' | 'report' | 'reviewers' | 'referees'>>): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
		const name = change.referees ? 'reference' : change.award ? 'hand-over' : change.report ? 'report' : change.assigned || change.reviewers ? 'assign' : change.marks ? 'mark' : 'note';
		return this.#write(call, opened, { ...opened.case.now, ...change, move: { name, by: 'officer' } });
	}

	async #write(call: CallState, opened: OpenApplication, now: Case): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
		const { record } = opened.case;
		if (!isAsProposed(opened.case.now, now, this.#link.keys.account)) return { ok: false, reason: 'not-as-proposed' };
		const written = await this.#circle.write({ kind: 'grant-case', record: opened.application, body: caseBody(now), basedOn: record });
		if (!written.ok) return { ok: false, reason: written.reason };
		const due = dueOf(now, { clocks: call.content.clocks, kind: call.kind });
		// Whoever opens it next says it again, should this get lost.
		const told = await this.#link.send('POST', `/api/desk/applications/${opened.application}/standing`, { state: coarseOf(now.standing.state), dueAt: due?.toISOString() ?? null });
		if (!told.ok && told.reason !== 'offline') return { ok: false, reason: told.reason };
		return { ok: true, opened: { ...opened, case: { now, record: written.written } } };
	}

	/**
	 * Writes to the applicant, in the programme's name: signed by the call's key, which the applicant's browser knows from
	 * the call, and not by an officer's. `status` is what the applicant is told of where it stands, `deed` what is asked of her.
	 * `on-hold`: nothing is sent out until the hold is released.
	 */
	async say({ call, callSecret, opened, text, status, deed }: { readonly call: CallState; readonly callSecret: Uint8Array; readonly opened: OpenApplication; readonly text: string; readonly status?: { readonly state: string; readonly nextBy: string | null }; readonly deed?: ReferenceDeed }): Promise<DeskOutcome<object>> {
		if (opened.case.now.standing.state === 'on-hold') return { ok: false, reason: 'on-hold' };
		const message = await sealedSaying({ circle: this.#circle.id, call, callSecret, opened, text, status, deed, now: this.#link.now() });
		const answer = await this.#link.send('POST', `/api/desk/applications/${opened.application}/messages`, message);
		return answer.ok ? { ok: true } : { ok: false, reason: answer.reason };
	}

	#ask<Shape extends v.GenericSchema>(path: string, shape: Shape): Promise<DeskOutcome<{ readonly value: v.InferOutput<Shape> }>> {
		return askShaped(this.#link, path, shape);
	}
}

interface Saying {
	readonly circle: string;
	readonly call: CallState;
	readonly callSecret: Uint8Array;
	readonly opened: OpenApplication;
	readonly text: string;
	readonly status?: { readonly state: string; readonly nextBy: string | null } | undefined;
	readonly deed?: ReferenceDeed | undefined;
	readonly now: Date;
}

/** The next message of the thread, sealed in the programme's name, as the server takes it. */
export async function sealedSaying({ circle, call, callSecret, opened, text, status, deed, now }: Saying): Promise<{ readonly seq: number; readonly generation: number; readonly envelope: string }> {
	const { secrets } = opened.case.now;
	const seq = opened.newest + 1;
	const envelope = await sealRecord({
		place: { kind: 'application-message', circle, record: opened.application, epoch: secrets.generation, version: seq },
		seal: { author: call.call, at: hourOf(now), previous: null, head: call.head },
		body: utf8(canonical({ v: 1, text, ...(status && { status }), ...(deed && { deed: deed as unknown as Json }) })),
		key: await partRecords(fromText(secrets.thread) ?? new Uint8Array()),
		signing: await callKeyOf(callSecret),
		lengths: steppedLength
	});
	return { seq, generation: secrets.generation, envelope: toText(envelope) };
}

/** The call at an address, its log verified; to whom it is sealed is for a `Desk` to compare. */
export async function fetchCallState(link: Link, slug: string): Promise<DeskOutcome<{ readonly state: CallState }>> {
	const path = `/api/calls/${slug}`;
	const answer = await askShaped(link, path, callShape);
	if (!answer.ok) return answer;
	const folded = await foldCall(answer.value.entries);
	if (!folded.ok) throw new VaultTrouble('against-the-rules', { part: 'answer', path }, { found: 'a call whose log does not hold', rule: folded.problem });
	return { ok: true, state: folded.state };
}

/** A call that was looked at, or why it is not believed. */
export async function believed<T>(slug: string, look: () => Promise<T>): Promise<T | UnbelievedCall> {
	try {
		return await look();
	} catch (error) {
		if (error instanceof VaultTrouble) return { slug, trouble: error };
		throw error;
	}
}

/** What was found, if it is the call that the server lists at this address. Throws a `VaultTrouble` for another. */
export function listedAs<T extends DeskOutcome<{ readonly state: CallState }>>({ call, slug }: Pick<CallState, 'call' | 'slug'>, found: T): T {
	if (found.ok && (found.state.call !== call || found.state.slug !== slug)) throw new VaultTrouble('foreign-key', { part: 'answer', path: `/api/calls/${slug}` }, { found: 'another call under this address' });
	return found;
}

/** An application and its manifest, compared with the call that we see; what is sealed is still closed. */
export async function fetchApplication(link: Link, { call, application, fetched }: { readonly call: CallState; readonly application: string; readonly fetched?: Found | undefined }): Promise<DeskOutcome<{ readonly found: Found; readonly manifest: Manifest; readonly applicant: Applicant }>> {
	const path = `/api/desk/applications/${application}`;
	const answer = fetched ? ({ ok: true, value: fetched } as const) : await askShaped(link, path, applicationShape);
	if (!answer.ok) return answer;
	const manifest = await readManifest(answer.value);
	if (manifest?.application !== application || manifest.call !== call.call) throw new VaultTrouble('foreign-key', { part: 'answer', path }, { found: 'an application that is not the one that was asked for' });
	if (call.hashes[manifest.head.seq] !== manifest.head.hash) throw new VaultTrouble('forked', { part: 'answer', path }, { found: 'the applicant was shown another call than we are' });
	const again = await readAttested(answer.value.cards, { application, keys: teamKeysOf(call) });
	if (again === undefined) throw new VaultTrouble('foreign-key', { part: 'answer', path }, { found: 'a new receipt that nobody of the desk attested' });
	return { ok: true, found: answer.value, manifest, applicant: { ...manifest, again } };
}

/** An answer of the server in its shape. Throws a `VaultTrouble` for another one. */
export async function askShaped<Shape extends v.GenericSchema>(link: Link, path: string, shape: Shape): Promise<DeskOutcome<{ readonly value: v.InferOutput<Shape> }>> {
	const answer = await link.ask(path);
	if (!answer.ok) return { ok: false, reason: answer.reason };
	const read = v.safeParse(shape, answer.value);
	if (!read.success) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'an answer of another shape' });
	return { ok: true, value: read.output };
}

/** Whether two people decide, or have decided, something of it. */
function isDecidedByTwo({ standing, award }: Case): boolean {
	return award !== null || standing.proposed !== null || standing.state === 'declined' || standing.state === 'waiting-list';
}

function strange(circle: string, { record, version }: { readonly record: string; readonly version: number }): VaultTrouble {
	return new VaultTrouble('unknown-format', { part: 'record', circle, record, version }, { found: 'a case that says something else than its kind' });
}
