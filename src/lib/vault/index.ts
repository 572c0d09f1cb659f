/** Whether this is the real vault, the only place that may hold private keys: a browser's. */
export function isVault(): boolean {
	return true;
}
