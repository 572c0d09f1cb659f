/**
 * The length to which something of `length` bytes is padded (Padmé: Nikitin and others, "Reducing Metadata Leakage from
 * Encrypted Files and Communication with PURBs", 2019, section 4): at most 12 % more, and of lengths up to L only about
 * log log L bits are told. Nothing is shorter than 256 bytes.
 */
export function paddedLength(length: number): number {
	if (length <= 256) return 256;
	const exponent = Math.floor(Math.log2(length));
	const kept = Math.floor(Math.log2(exponent)) + 1;
	const step = 2 ** (exponent - kept);
	return Math.ceil(length / step) * step;
}
