/**
 * Note: The last minute before a deadline.
 * Hundreds may come at once, and each needs a connection to the database. Who has to wait for one too long is refused,
 * tries again and may by then be late. So they wait here instead, with the time at which they came: it is taken before
 * the turn, and what is judged is when somebody came and not when the database had time. Promises have a lane of their
 * own, because bodies and files may come for three more days.
 */
export class Turns {
	#free: number;
	readonly #waiting: (() => void)[] = [];

	constructor(atOnce: number) {
		this.#free = atOnce;
	}

	/** Does something in its turn; first come, first served. */
	async take<T>(work: () => Promise<T>): Promise<T> {
		if (this.#free > 0) this.#free -= 1;
		else await new Promise<void>((resolve) => this.#waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = this.#waiting.shift();
			if (next) next();
			else this.#free += 1;
		}
	}
}

export const promises = new Turns(3);
export const arrivals = new Turns(3);
