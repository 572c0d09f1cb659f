/**
 * The adjusted Rand index of two groupings of the same people: 1 where they are the same, about 0 where they agree no more
 * than by chance. Two that tell nobody apart are the same.
 */
export function adjustedRand(one: Int32Array, other: Int32Array): number {
	const widthOne = 1 + one.reduce((most, group) => Math.max(most, group), 0);
	const widthOther = 1 + other.reduce((most, group) => Math.max(most, group), 0);
	const both = new Float64Array(widthOne * widthOther);
	const first = new Float64Array(widthOne);
	const second = new Float64Array(widthOther);
	for (let person = 0; person < one.length; person++) {
		const a = one[person] ?? 0;
		const b = other[person] ?? 0;
		both[a * widthOther + b] = (both[a * widthOther + b] ?? 0) + 1;
		first[a] = (first[a] ?? 0) + 1;
		second[b] = (second[b] ?? 0) + 1;
	}
	const pairs = (sizes: Float64Array): number => sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
	const all = (one.length * (one.length - 1)) / 2;
	if (all === 0) return 1;
	const expected = (pairs(first) * pairs(second)) / all;
	const most = (pairs(first) + pairs(second)) / 2;
	return most === expected ? 1 : (pairs(both) - expected) / (most - expected);
}
