import { show } from '#lib/platform/client/lean/show.ts';
import { bringVerifier, isSignedBy } from '#lib/vault/envelope.ts';
import Apply from './Apply.svelte';

// A browser without Ed25519 of its own gets one with the vault, which brings it along; the others do not wait for that.
bringVerifier(async (...signed) => {
	await import('#lib/grants/ui/apply/later.ts');
	return isSignedBy(...signed);
});

await show(Apply);
