interface Policies {
	createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown };
}

let policy: ReturnType<Policies['createPolicy']> | undefined;

/** Where our own workers lie: what the build names by its hash, and the one for notices with a language after it. */
const ours = /^\/_app\/immutable\/workers\/[\w.-]+\.js$|^\/service-worker\.js\?[a-z]{2}$/;

/**
 * The address of a worker of ours in the form that the vault's policy lets through (Trusted Types, `steadfast-worker`).
 * Throws for every other address.
 */
export function trustedWorker(address: string): string {
	const { trustedTypes } = window as { trustedTypes?: Policies };
	policy ??= trustedTypes?.createPolicy('steadfast-worker', { createScriptURL: onlyOurs });
	// The types of the DOM do not know trusted addresses yet.
	return (policy?.createScriptURL(address) ?? onlyOurs(address)) as string;
}

function onlyOurs(address: string): string {
	const { origin, pathname, search } = new URL(address, location.href);
	if (origin !== location.origin || !ours.test(pathname + search)) throw new TypeError('only our own workers');
	return address;
}
