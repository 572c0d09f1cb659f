import { lanes, type QuestionLane } from './question.ts';

/** What decides whose turn it is. */
export interface InLane {
	readonly lane: QuestionLane;
	/** Where moderators put it within its lane. */
	readonly place: number;
	readonly number: number;
}

/**
 * Note: Whose turn it is.
 * The lane of which fewest were asked comes next, the room before the stream and the stream before the press where they are
 * even; a lane in which nobody waits is passed over and gets its turns back as soon as somebody does, but no more than one
 * ahead of the others. Within a lane the moderators' order counts. Votes are shown and decide nothing.
 */
export function inTurn<Question extends InLane>(approved: readonly Question[], asked: readonly InLane[]): Question[] {
	const waiting = new Map(lanes.map((lane) => [lane, approved.filter((question) => question.lane === lane).toSorted((a, b) => a.place - b.place || a.number - b.number)]));
	const had = new Map(lanes.map((lane) => [lane, asked.filter((question) => question.lane === lane).length]));
	const order: Question[] = [];
	while (order.length < approved.length) {
		const open = lanes.filter((lane) => (waiting.get(lane)?.length ?? 0) > 0);
		const lane = open.reduce<QuestionLane | undefined>((best, one) => (best === undefined || (had.get(one) ?? 0) < (had.get(best) ?? 0) ? one : best), undefined);
		const next = lane === undefined ? undefined : waiting.get(lane)?.shift();
		if (lane === undefined || next === undefined) break;
		order.push(next);
		// Who had no question while others went on does not now take all turns in a row.
		const ahead = Math.max(...lanes.map((one) => had.get(one) ?? 0));
		had.set(lane, Math.max((had.get(lane) ?? 0) + 1, ahead - 1));
	}
	return order;
}
