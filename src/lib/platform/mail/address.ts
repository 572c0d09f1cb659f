/** A mail address in its one spelling, as `parseAddress` gives it back: safe in a header, equal if it is the same. */
export type MailAddress = string & { readonly brand: 'MailAddress' };

export type AddressResult =
	| { readonly ok: true; readonly address: MailAddress }
	| { readonly ok: false; readonly reason: 'address-missing' | 'address-too-long' | 'address-malformed' };

/** RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3 with erratum 1690. */
const longestOctets = 254;
const longestLocalOctets = 64;

/**
 * The address that somebody wrote, without the space around it and with its domain in lower case and in ASCII (IDNA,
 * as browsers do it). The part before the @ stays as it is: only its own server knows whether capitals matter there.
 * Quoted local parts (`"a b"@example.org`) and numeric hosts are not taken. Never throws.
 */
export function parseAddress(written: string): AddressResult {
	const trimmed = written.trim();
	if (trimmed === '') return { ok: false, reason: 'address-missing' };
	const [local = '', domain = '', ...more] = trimmed.split('@');
	const host = asciiHost(domain);
	if (more.length > 0 || !isPlain(local) || host === undefined) return { ok: false, reason: 'address-malformed' };
	const address = `${local}@${host}`;
	if (octets(local) > longestLocalOctets || octets(address) > longestOctets) return { ok: false, reason: 'address-too-long' };
	return { ok: true, address: address as MailAddress };
}

/** Whether it has neither space, control, bidirectional or otherwise invisible characters, nor RFC 5322's specials. */
function isPlain(part: string): boolean {
	return /^[^\s\p{C}<>()[\]\\,;:"]+$/u.test(part);
}

const hostName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

function asciiHost(domain: string): string | undefined {
	// What `URL` would read as the end of the host, or as an escape in it, does not get there.
	if (!isPlain(domain) || /[/?#%]/.test(domain)) return undefined;
	const url = `http://${domain}`;
	const { hostname } = URL.canParse(url) ? new URL(url) : { hostname: '' };
	return hostName.test(hostname) ? hostname : undefined;
}

function octets(text: string): number {
	return new TextEncoder().encode(text).length;
}
