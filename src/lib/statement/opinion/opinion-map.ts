import type { CommonGround } from './common-ground.ts';

export interface Place {
	readonly x: number;
	readonly y: number;
}

export interface MapGroup {
	readonly size: number;
	readonly middle: Place;
	/** The smallest convex outline around its people, against the clock; two places or one where they stand in line. */
	readonly outline: readonly Place[];
}

/**
 * People as dots on a square from 0 to 1, who answer alike side by side, the widest spread across. It shows everybody on a
 * place of their own: for the device that opened the ballots, and for nobody else.
 */
export interface OpinionMap {
	/** Sorted by place, so that their order tells nothing; `group` is null where there are none. */
	readonly dots: readonly (Place & { readonly group: number | null })[];
	readonly groups: readonly MapGroup[];
}

/** The map of a result. Where no groups are to be trusted it has dots and no outlines. */
export function opinionMap({ positions, groupOf, groups, entered }: CommonGround): OpinionMap {
	const rows = Array.from(entered.keys()).filter((row) => entered[row] === 1);
	const places = rows.map((row) => ({ x: positions[row * 2] ?? 0, y: positions[row * 2 + 1] ?? 0 }));
	const square = squareAround(places);
	const dots = rows.map((row, at) => ({ ...square(places[at] ?? { x: 0, y: 0 }), group: groups.length === 0 ? null : (groupOf[row] ?? null) }));
	return {
		dots: dots.sort((a, b) => a.x - b.x || a.y - b.y || (a.group ?? 0) - (b.group ?? 0)),
		groups: groups.map(({ size }, group) => {
			const own = dots.filter((dot) => dot.group === group).map(({ x, y }) => ({ x, y }));
			return { size, middle: middleOf(own), outline: outlineOf(own) };
		})
	};
}

function squareAround(places: readonly Place[]): (place: Place) => Place {
	const range = (of: (place: Place) => number): readonly [number, number] => places.reduce(([least, most], place) => [Math.min(least, of(place)), Math.max(most, of(place))], [0, 0]);
	const [left, right] = range(({ x }) => x);
	const [bottom, top] = range(({ y }) => y);
	const width = Math.max(right - left, top - bottom);
	const thousandths = (share: number): number => Math.round(share * 1000) / 1000;
	const within = (at: number, least: number, most: number): number => (width > 0 ? thousandths(0.5 + (at - (least + most) / 2) / width) : 0.5);
	return ({ x, y }) => ({ x: within(x, left, right), y: within(y, bottom, top) });
}

function middleOf(places: readonly Place[]): Place {
	const sum = places.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
	return { x: sum.x / Math.max(1, places.length), y: sum.y / Math.max(1, places.length) };
}

/** The convex hull, by its lower and its upper half. */
export function outlineOf(places: readonly Place[]): readonly Place[] {
	const sorted = [...places].sort((a, b) => a.x - b.x || a.y - b.y).filter((place, at, all) => at === 0 || place.x !== all[at - 1]?.x || place.y !== all[at - 1]?.y);
	if (sorted.length < 3) return sorted;
	const lower = halfOf(sorted);
	const upper = halfOf(sorted.toReversed());
	return [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

function halfOf(sorted: readonly Place[]): Place[] {
	const half: Place[] = [];
	for (const place of sorted) {
		for (;;) {
			const [before, last] = half.slice(-2);
			if (!before || !last || (last.x - before.x) * (place.y - before.y) - (last.y - before.y) * (place.x - before.x) > 0) break;
			half.pop();
		}
		half.push(place);
	}
	return half;
}
