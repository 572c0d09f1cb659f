/** To which length something of a length is padded. */
export type Lengths = (length: number) => number;

/**
 * The length to which something of `length` bytes is padded (Padmé: Nikitin and others, "Reducing Metadata Leakage from
 * Encrypted Files and Communication with PURBs", 2019, section 4): at most 1/16 more, and of lengths up to L only about
 * log log L bits are told. Nothing is shorter than 256 bytes. Throws for what is no length.
 */
export function paddedLength(length: number): number {
	if (!Number.isSafeInteger(length) || length < 0) throw new Error('a length that is none');
	if (length <= 256) return 256;
	// floor(log2), exactly: Math.log2 rounds, and browsers differ in its last digit.
	const exponent = length.toString(2).length - 1;
	const kept = exponent.toString(2).length;
	const step = 2 ** (exponent - kept);
	return Math.ceil(length / step) * step;
}

/**
 * Four times as much at each step, from 16 KiB: for what is sent once by somebody unknown, whose length would tell too
 * much. Of an application of 900 characters and one of 3,900 nobody can say which is which, in any script.
 */
export function steppedLength(length: number): number {
	if (!Number.isSafeInteger(length) || length < 0) throw new Error('a length that is none');
	let step = 16 * 1024;
	while (step < length) step *= 4;
	return step;
}
