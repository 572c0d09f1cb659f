/**
 * Something that a page shows and no script reads. SvelteKit writes whatever a load function returns as JavaScript for
 * the browser, also for pages without any, which took a quarter of the time of a public page; what is unsent is left
 * out of that (`transport` in hooks.ts).
 */
export class Unsent<Value> {
	readonly value: Value;

	constructor(value: Value) {
		this.value = value;
	}
}
