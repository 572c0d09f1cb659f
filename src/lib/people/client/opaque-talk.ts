/** What is asked of the worker for passphrases, and what it tells. */
export type ToOpaqueWorker =
	| { readonly do: 'begin-registration' | 'begin-login'; readonly password: string }
	| { readonly do: 'finish-registration' | 'finish-login'; readonly password: string; readonly state: string; readonly response: string };

export interface Begun {
	readonly state: string;
	readonly request: string;
}

export interface Done {
	/** What the server gets: a record, or the last message of a login. */
	readonly message: string;
	readonly exportKey: string;
	readonly serverKey: string;
}

export type FromOpaqueWorker = { readonly ok: true; readonly value: Begun | Done | undefined } | { readonly ok: false };
