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
