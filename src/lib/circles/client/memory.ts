/** What a browser remembers between visits, so that a server cannot show it an older state, or another one. */
export interface Memory {
	/** Opens what is kept for this account; once, before anything is compared. */
	load(): Promise<void>;
}
