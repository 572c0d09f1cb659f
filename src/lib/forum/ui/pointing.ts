import { lengthOf, minutesOf } from '../editing.ts';
import type { PlannedItem } from '../plan.ts';

/** Where something is being dragged to, snapped to five minutes. */
export interface Dragged {
	readonly id: string;
	readonly day: string;
	readonly room: string | null;
	readonly from: number;
	readonly minutes: number;
	readonly isResized: boolean;
}

/** What the grid is at this moment, and what it does with what a pointer has done. */
export interface PointedGrid {
	readonly lanes: readonly (string | null)[];
	/** The minutes that the height of a day stands for. */
	readonly hours: { readonly from: number; readonly until: number };
	item(id: string): PlannedItem | undefined;
	dragging(dragged: Dragged | undefined): void;
	dropped(dragged: Dragged): void;
	/** On empty space. */
	pressed(place: { readonly day: string; readonly room: string | null; readonly from: number }): void;
}

const snapMinutes = 5;
/** What moves less than this was a press. */
const leastPx = 5;
const lastMinute = 24 * 60 - snapMinutes;

/**
 * Drags blocks within the days below this element, and makes out where empty space was pressed. A block's lower edge is
 * what resizes it. Escape puts everything back. Days are marked by `data-day`, blocks by `data-item`. Gives back how to stop.
 */
export function pointing(root: HTMLElement, grid: PointedGrid): () => void {
	let held: { readonly id: string; readonly pointer: number; readonly x: number; readonly y: number; readonly grabbed: number; readonly isResized: boolean; readonly block: HTMLElement } | undefined;
	let dragged: Dragged | undefined;
	let justDropped = false;

	const down = (event: PointerEvent): void => {
		justDropped = false;
		const block = event.button === 0 && event.target instanceof Element ? event.target.closest<HTMLElement>('[data-item]') : null;
		const item = block?.dataset['item'] === undefined ? undefined : grid.item(block.dataset['item']);
		if (!block || !item || item.starts === null) return;
		const box = block.getBoundingClientRect();
		held = { id: item.id, pointer: event.pointerId, x: event.clientX, y: event.clientY, grabbed: event.clientY - box.top, isResized: box.height > 20 && box.bottom - event.clientY < 8, block };
	};

	const move = (event: PointerEvent): void => {
		if (event.pointerId !== held?.pointer) return;
		if (dragged === undefined && Math.hypot(event.clientX - held.x, event.clientY - held.y) < leastPx) return;
		const item = grid.item(held.id);
		if (!item) return drop();
		held.block.setPointerCapture(held.pointer);
		const minutes = lengthOf(item);
		if (held.isResized) {
			const at = placeAt(held.x, event.clientY);
			const from = minutesOf(item.starts ?? '00:00');
			if (at) dragged = { id: item.id, day: item.day, room: item.room, from, minutes: Math.max(snapMinutes, Math.min(at.minute, from + lastMinute) - from), isResized: true };
		} else {
			const at = placeAt(event.clientX, event.clientY - held.grabbed);
			if (at) dragged = { id: item.id, day: at.day, room: at.room, from: Math.min(Math.max(at.minute, 0), lastMinute), minutes, isResized: false };
		}
		grid.dragging(dragged);
	};

	const up = (event: PointerEvent): void => {
		if (event.pointerId !== held?.pointer) return;
		const done = dragged;
		drop();
		if (done === undefined) return;
		justDropped = true;
		grid.dropped(done);
	};

	const drop = (): void => {
		held = dragged = undefined;
		grid.dragging(undefined);
	};

	const click = (event: MouseEvent): void => {
		// What follows the end of dragging is no press; Enter is one, and has no detail.
		if (justDropped && event.detail > 0) {
			justDropped = false;
			event.stopPropagation();
			event.preventDefault();
			return;
		}
		if (!(event.target instanceof Element) || event.target.closest('[data-item]') || !event.target.closest('[data-day]')) return;
		const at = placeAt(event.clientX, event.clientY);
		if (at) grid.pressed({ day: at.day, room: at.room, from: Math.min(Math.floor(at.exact / 15) * 15, lastMinute) });
	};

	const escape = (event: KeyboardEvent): void => {
		if (event.key !== 'Escape' || !dragged) return;
		justDropped = true;
		drop();
	};

	/** Day, lane and minute below a point of the window; undefined beside the days. */
	function placeAt(x: number, y: number): { readonly day: string; readonly room: string | null; readonly minute: number; readonly exact: number } | undefined {
		for (const field of root.querySelectorAll<HTMLElement>('[data-day]')) {
			const box = field.getBoundingClientRect();
			if (x < box.left || x >= box.right) continue;
			const along = getComputedStyle(field).direction === 'rtl' ? box.right - x : x - box.left;
			const room = grid.lanes[Math.min(Math.floor((along / box.width) * grid.lanes.length), grid.lanes.length - 1)];
			const exact = grid.hours.from + ((y - box.top) / box.height) * (grid.hours.until - grid.hours.from);
			return { day: field.dataset['day'] ?? '', room: room ?? null, minute: Math.round(exact / snapMinutes) * snapMinutes, exact };
		}
		return undefined;
	}

	root.addEventListener('pointerdown', down);
	root.addEventListener('pointermove', move);
	root.addEventListener('pointerup', up);
	root.addEventListener('pointercancel', drop);
	root.addEventListener('click', click, { capture: true });
	addEventListener('keydown', escape);
	return () => {
		root.removeEventListener('pointerdown', down);
		root.removeEventListener('pointermove', move);
		root.removeEventListener('pointerup', up);
		root.removeEventListener('pointercancel', drop);
		root.removeEventListener('click', click, { capture: true });
		removeEventListener('keydown', escape);
	};
}
