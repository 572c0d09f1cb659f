import type { YearOfProgress } from './tracker.ts';
import { steps, type Step } from './story.ts';

/** A column's part, in the picture's own units from its upper left corner. */
export interface Bar {
	readonly step: Step;
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

export interface Picture {
	readonly width: number;
	readonly height: number;
	readonly bars: readonly Bar[];
	/** Years under some of the columns: the first, the last, and between them as many as have room. */
	readonly years: readonly { readonly x: number; readonly year: number }[];
	/** Beside the last column, each step that is in it; never over each other. */
	readonly labels: readonly { readonly step: Step; readonly count: number; readonly x: number; readonly y: number; readonly fromY: number }[];
	/** Where the last column ends, for lines from there to the labels. */
	readonly edge: number;
}

const height = 230;
const base = 200;
const top = 14;
const room = { columns: 430, labels: 190 } as const;
const labelHeight = 22;

/** Columns of years; the furthest step stands at the bottom. In Arabic time runs from right to left. */
export function pictureOf(progress: readonly YearOfProgress[], { rightToLeft }: { readonly rightToLeft: boolean }): Picture {
	const width = room.columns + room.labels;
	const totals = progress.map(({ steps: counts }) => steps.reduce((sum, step) => sum + counts[step], 0));
	const most = Math.max(1, ...totals);
	const each = room.columns / Math.max(1, progress.length);
	const thick = Math.min(40, each * 0.8);
	const leftOf = (at: number): number => (rightToLeft ? width - (at + 1) * each : at * each) + (each - thick) / 2;
	const upwards = steps.toReversed();
	const bars = progress.flatMap(({ steps: counts }, at): Bar[] => {
		let y = base;
		return upwards.flatMap((step) => {
			const tall = (counts[step] / most) * (base - top);
			y -= tall;
			// A line of paper between two steps tells them apart where colours do not.
			return tall === 0 ? [] : [{ step, x: round(leftOf(at)), y: round(y), width: round(thick), height: round(Math.max(1, tall - 1)) }];
		});
	});
	const every = Math.max(1, Math.ceil(progress.length / 6));
	const years = progress.flatMap(({ year }, at) => (at === progress.length - 1 || (at % every === 0 && progress.length - 1 - at >= every) ? [{ x: round(leftOf(at) + thick / 2), year }] : []));
	const last = progress.at(-1);
	const own = bars.filter(({ x }) => x === round(leftOf(progress.length - 1))).toReversed();
	let free = top + 4;
	const labels = own.map(({ step, y, height: tall }) => {
		const middle = y + tall / 2;
		const at = Math.max(middle + 5, free);
		free = at + labelHeight;
		return { step, count: last?.steps[step] ?? 0, x: rightToLeft ? room.labels - 24 : room.columns + 24, y: round(at), fromY: round(middle) };
	});
	const edge = rightToLeft ? leftOf(progress.length - 1) : leftOf(progress.length - 1) + thick;
	return { width, height, bars, years, labels, edge: round(edge) };
}

/** How many items the press had in a year. */
export interface YearOfPress {
	readonly year: number;
	readonly count: number;
}

export interface PressPicture {
	readonly width: number;
	readonly height: number;
	/** One for each year with any; its count stands above it, at `middle`. */
	readonly columns: readonly { readonly count: number; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly middle: number }[];
	readonly years: Picture['years'];
}

/** A column for each year; in Arabic time runs from right to left. */
export function pressPictureOf(all: readonly YearOfPress[], { rightToLeft }: { readonly rightToLeft: boolean }): PressPicture {
	const width = room.columns + room.labels;
	const most = Math.max(1, ...all.map(({ count }) => count));
	const each = Math.min(90, width / Math.max(1, all.length));
	const thick = Math.min(40, each * 0.7);
	const leftOf = (at: number): number => (rightToLeft ? width - (at + 1) * each : at * each) + (each - thick) / 2;
	const columns = all.flatMap(({ count }, at) => {
		const tall = (count / most) * (base - 3 * top);
		return count === 0 ? [] : [{ count, x: round(leftOf(at)), y: round(base - tall), width: round(thick), height: round(tall), middle: round(leftOf(at) + thick / 2) }];
	});
	const every = Math.max(1, Math.ceil(all.length / 8));
	const years = all.flatMap(({ year }, at) => (at === all.length - 1 || (at % every === 0 && all.length - 1 - at >= every) ? [{ x: round(leftOf(at) + thick / 2), year }] : []));
	return { width, height, columns, years };
}

function round(value: number): number {
	return Math.round(value * 10) / 10;
}
