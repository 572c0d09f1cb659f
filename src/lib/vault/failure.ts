/**
 * Why something could not be opened or believed. Each has a sentence of its own on the screen; none is ever shown as an
 * empty field, because a silent gap is how people lose what they wrote.
 */
export type FailureKind =
	/** Cut off, altered, sealed under another key, or a file that changed while it was read. */
	| 'damaged'
	/** None of our keys is among those that it was sealed to. */
	| 'not-for-you'
	/** Whole and signed, but made for another place than where the server said it was. */
	| 'wrong-place'
	/** The signature is not that of the author whom it names. */
	| 'forged'
	/** The author was not a member of the circle then. */
	| 'not-a-member'
	/** The server shows an older state than this browser has seen. */
	| 'rewound'
	/** The server shows another history than this browser has seen. */
	| 'forked'
	/** Keys that do not belong to the id under which the server gave them. */
	| 'foreign-key'
	/** An entry of a log that its rules do not allow. */
	| 'against-the-rules'
	/** Written by a newer Steadfast, or by none. */
	| 'unknown-format'
	/** A recipient that is not of the hybrid kind, alone or beside others. */
	| 'weak-recipient'
	/** Larger than an envelope may be: what has to be sealed, or what a server hands out. */
	| 'too-large';

export class VaultFailure extends Error {
	readonly kind: FailureKind;

	constructor(kind: FailureKind, found: string) {
		super(`${kind}: ${found}`);
		this.name = 'VaultFailure';
		this.kind = kind;
	}
}
