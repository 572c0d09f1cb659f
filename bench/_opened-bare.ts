/** Runs in the page: decrypts and verifies so many bodies of 1 KB, all at once. */
export async function openedBare(count: number): Promise<number> {
	const { publicKey, privateKey } = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
	const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
	const iv = new Uint8Array(12);
	const sealed = await Promise.all(
		Array.from({ length: count }, async () => {
			const body = crypto.getRandomValues(new Uint8Array(1024));
			return { signature: await crypto.subtle.sign('Ed25519', privateKey, body), bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, body) };
		})
	);
	const begun = performance.now();
	await Promise.all(sealed.map(async ({ signature, bytes }) => crypto.subtle.verify('Ed25519', publicKey, signature, await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes))));
	return performance.now() - begun;
}
