/**
 * Note: The vault is absent.
 * Everywhere but in a browser `#vault` is this file: the same names, each refusing. So the server's program holds no
 * code that could open an envelope, whatever somebody imports by mistake.
 */
function refuse(): never {
	throw new Error('The vault exists in browsers only; the server can neither seal nor open.');
}

export function isVault(): boolean {
	return refuse();
}
