import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, OpenedRecord } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { idOfHash, isId, sha256, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import { isSettled, moneyShape, totalsOf } from '../award.ts';
import type { CallState } from '../call-log.ts';
import { isCurrency, type Money } from '../money.ts';
import type { DeskLine, DeskOutcome } from './desk.ts';
import { casesOf, moneyOf, type MoneyLine } from './handing.ts';
import { callKeeping } from './keeping.ts';

const sumShape = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/**
 * Note: What outlasts the cases.
 * Totals are added up over the cases of a call, and these are shredded when their time is over. So what was spent on an
 * application that is closed and settled, or that will be shredded within a month, is added to sums by currency in the budget's record,
 * once: its id stands beside the sums for as long as the desk lists it, and is then taken out. Which amount was whose stands
 * nowhere. What changes about such an application afterwards is not reckoned.
 */
const budgetShape = v.strictObject({
	v: v.literal(1),
	call: v.string(),
	budget: v.nullable(moneyShape),
	spent: v.pipe(v.array(v.strictObject({ currency: v.pipe(v.string(), v.check(isCurrency)), committedMinor: sumShape, paidMinor: sumShape })), v.maxLength(200)),
	counted: v.pipe(v.array(v.pipe(v.string(), v.check(isId))), v.maxLength(20_000))
});

/** What was spent on applications that were counted once and for all. */
export type Spent = v.InferOutput<typeof budgetShape>['spent'][number];

/** What a call may spend, and what it has spent beyond the cases, as its circle keeps it. */
export interface KeptBudget {
	/** Null where nobody set it. */
	readonly budget: Money | null;
	readonly spent: readonly Spent[];
	/** The applications in `spent` that the desk still lists. */
	readonly counted: ReadonlySet<string>;
	readonly record: OpenedRecord | undefined;
}

interface Budgeted {
	readonly circle: OpenCircle;
	readonly call: CallState;
}

/** A record of its own beside the call's secret, at an id that is made from the call's. */
async function budgetId(call: string): Promise<string> {
	return idOfHash(toText(await sha256(utf8(`steadfast/budget/1\n${call}`))));
}

/** Throws a `VaultTrouble` for a record that is not what it says. */
export async function budgetOf({ circle, call: { call } }: Budgeted): Promise<DeskOutcome<{ readonly kept: KeptBudget }>> {
	const read = await circle.read(await budgetId(call));
	if (!read.ok) return read.reason === 'not-found' ? { ok: true, kept: { budget: null, spent: [], counted: new Set(), record: undefined } } : read;
	if (!read.opened.ok) throw read.opened.trouble;
	const { success, output } = v.safeParse(budgetShape, read.opened.body);
	if (!success || output.call !== call) throw new VaultTrouble('unknown-format', { part: 'record', circle: circle.id, record: read.opened.record, version: read.opened.version }, { found: 'a budget that says something else than its kind' });
	const { budget, spent, counted } = output;
	return { ok: true, kept: { budget, spent, counted: new Set(counted), record: read.opened } };
}

/** `moved-on`: another officer was faster. */
export function setBudget(of: Budgeted, kept: KeptBudget, budget: Money): Promise<DeskOutcome<{ readonly kept: KeptBudget }>> {
	return keep(of, { ...kept, budget });
}

async function keep({ circle, call: { call } }: Budgeted, kept: KeptBudget): Promise<DeskOutcome<{ readonly kept: KeptBudget }>> {
	const { budget, spent, counted, record } = kept;
	const body: Json = { v: 1, call, budget: budget && { ...budget }, spent: spent.map((sum) => ({ ...sum })), counted: [...counted] };
	const written = await circle.write({ kind: 'grant-budget', record: await budgetId(call), body, basedOn: record });
	return written.ok ? { ok: true, kept: { ...kept, record: written.written } } : { ok: false, reason: written.reason };
}

/** Within so many days an application counts as it is: when it is shredded nobody may be looking. */
const soonMs = 30 * 86_400_000;

/** The applications of a call that are shredded within a month. */
async function soonShreddedOf(link: Link, call: CallState): Promise<DeskOutcome<{ readonly soon: ReadonlySet<string> }>> {
	const keeping = await callKeeping(link, call);
	if (!keeping.ok) return keeping;
	const until = new Date(link.now().getTime() + soonMs).toISOString().slice(0, 10);
	return { ok: true, soon: new Set(keeping.value.applications.flatMap(({ application, on }) => (on <= until ? [application] : []))) };
}

/** What a call has spent: the awards that can be read, and what was kept of others. What is now to be counted once and for all is kept on the way. */
export async function spendingOf({ link, circle, call }: Budgeted & { readonly link: Link }, listed: readonly DeskLine[]): Promise<DeskOutcome<{ readonly kept: KeptBudget; readonly lines: readonly MoneyLine[] }>> {
	const [found, told, shredding] = await Promise.all([budgetOf({ circle, call }), moneyOf({ link, circle, call }, casesOf(listed)), soonShreddedOf(link, call)]);
	if (!found.ok) return found;
	if (!told.ok) return told;
	if (!shredding.ok) return shredding;
	const { lines } = told;
	const { kept } = found;
	const ids = new Set(listed.map(({ application }) => application));
	const fresh = lines.filter(({ application, now, instalments, trouble }) => trouble === undefined && !kept.counted.has(application) && (shredding.soon.has(application) || (now.standing.state === 'closed' && isSettled(instalments))));
	const stays = [...kept.counted].filter((application) => ids.has(application));
	if (fresh.length === 0 && stays.length === kept.counted.size) return { ok: true, kept, lines };
	const next = await keep({ circle, call }, { ...kept, spent: withLines(kept.spent, fresh), counted: new Set([...stays, ...fresh.map(({ application }) => application)]) });
	if (next.ok) return { ok: true, kept: next.kept, lines };
	// Somebody who was faster has counted the same.
	const again = next.reason === 'moved-on' ? await budgetOf({ circle, call }) : next;
	return again.ok ? { ok: true, kept: again.kept, lines } : again;
}

function withLines(spent: readonly Spent[], lines: readonly MoneyLine[]): Spent[] {
	const currencies = new Set([...spent.map(({ currency }) => currency), ...lines.flatMap(({ now }) => (now.award ? [now.award.awarded.currency] : []))]);
	return [...currencies].map((currency) => {
		const { committed, paid } = totalsOf(lines.filter(({ now }) => now.award?.awarded.currency === currency), { currency, budget: null, spent });
		return { currency, committedMinor: committed.amountMinor, paidMinor: paid.amountMinor };
	});
}

/** Counts what will be shredded within a month, where there is any: the desk's list asks it, because few look at the money in time. */
export async function countInTime(of: Budgeted & { readonly link: Link }, listed: readonly DeskLine[]): Promise<void> {
	const shredding = await soonShreddedOf(of.link, of.call);
	if (shredding.ok && casesOf(listed).some(({ application, award }) => award?.on != null && shredding.soon.has(application))) await spendingOf(of, listed);
}
