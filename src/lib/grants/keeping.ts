import type { CoarseState } from './application.ts';
import type { CallKind } from './call.ts';

/** What was withdrawn is shredded after so many days, if officers have not done it before. */
const withdrawnDays = 30;
/**
 * So many days before, those who read something are told that it will be shredded: three times, because somebody is away on one
 * of them. From the first on their desk shows it.
 */
const toldDays: readonly number[] = [30, 7, 1];
/** While something is still to be paid, what is known of a payment is kept for so many months at least after the last that happened to it. */
const openPaymentMonths = 12;

/** Why an application will be shredded: `withdrawn` by the applicant, or `time`, because what was promised of keeping it is over. */
export type ShredReason = 'withdrawn' | 'time';

/** How long a call's applications are kept, as it promises, and since when that runs. */
export interface Keeping {
	readonly kind: CallKind;
	readonly keepMonths: number;
	/** The day on which the call was decided, or archived without; null while it is neither. */
	readonly decidedOn: string | null;
}

/**
 * The day on which an application is shredded, and why; undefined while none is set. Of a call the promise runs from its decision, for
 * every application that it had, also one that nobody closed. A rapid call is never over: there it runs for each from the
 * day on which it was done. Days are YYYY-MM-DD, of UTC.
 */
export function shreddedOn({ kind, keepMonths, decidedOn }: Keeping, { state, endedOn }: { readonly state: CoarseState; readonly endedOn: string | null }): { readonly on: string; readonly why: ShredReason } | undefined {
	const days: { readonly on: string; readonly why: ShredReason }[] = [];
	if (state === 'gone' && endedOn !== null) days.push({ on: daysAfter(endedOn, withdrawnDays), why: 'withdrawn' });
	if (decidedOn !== null) days.push({ on: monthsAfter(decidedOn, keepMonths), why: 'time' });
	else if (kind === 'rapid' && state === 'done' && endedOn !== null) days.push({ on: monthsAfter(endedOn, keepMonths), why: 'time' });
	return days.toSorted((a, b) => (a.on < b.on ? -1 : 1))[0];
}

/**
 * The day on which all that is kept of a payment is shredded; undefined while none is set. Of a call that is over the day of its
 * applications, whatever is still open. Of a rapid call it runs for each from the end of the month in which something last
 * happened to it: of a finer day the server could tell whose application it belongs to. `month` is the first day of that.
 */
export function paymentShreddedOn({ kind, keepMonths, decidedOn }: Keeping, { month, settled }: { readonly month: string; readonly settled: boolean }): string | undefined {
	if (decidedOn !== null) return monthsAfter(decidedOn, keepMonths);
	return kind === 'rapid' ? monthsAfter(month, 1 + (settled ? keepMonths : Math.max(keepMonths, openPaymentMonths))) : undefined;
}

/** What is shredded soon: the first of some days, and how many are of it; null while all of them are further away than the first notice. */
export interface SoonShredded {
	readonly on: string;
	readonly count: number;
}

export function soonShredded(days: readonly string[], today: string): SoonShredded | null {
	const [on] = days.toSorted();
	return on === undefined || on > daysAfter(today, Math.max(...toldDays)) ? null : { on, count: days.filter((day) => day === on).length };
}

/** Whether a notice is owed today of something that is shredded on a day. */
export function isToldToday(on: string, today: string): boolean {
	return toldDays.some((days) => daysAfter(today, days) === on);
}

function daysAfter(day: string, days: number): string {
	const at = new Date(`${day}T00:00:00Z`);
	at.setUTCDate(at.getUTCDate() + days);
	return at.toISOString().slice(0, 10);
}

/** The same day so many months later; of a month that is shorter, its last. */
function monthsAfter(day: string, months: number): string {
	const at = new Date(`${day}T00:00:00Z`);
	const date = at.getUTCDate();
	at.setUTCMonth(at.getUTCMonth() + months);
	// 31 August and six months is the last of February, not the third of March.
	if (at.getUTCDate() !== date) at.setUTCDate(0);
	return at.toISOString().slice(0, 10);
}
