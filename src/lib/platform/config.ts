import { resolve } from 'node:path';

/** What an operator can set. Every name stands in `.env.example` with a sentence of explanation. */
export interface Config {
	readonly databaseUrl: string | undefined;
	/** Where sealed blobs lie instead of in the data folder. */
	readonly blobStore: BlobBucket | undefined;
	readonly smtpUrl: string | undefined;
	readonly mailFrom: string;
	readonly dataDir: string;
	readonly archiveDir: string;
	readonly host: string;
	readonly port: number;
	readonly metricsPort: number | undefined;
	readonly publicOrigin: string;
	readonly vaultOrigin: string;
	readonly clientAddressHeader: string | undefined;
	readonly contact: string | undefined;
	readonly donateUrl: string | undefined;
	readonly getInvolvedUrl: string | undefined;
	/** Where the source of what runs here is, as the AGPL (section 13) asks of whoever runs a changed one. */
	readonly sourceUrl: string | undefined;
	readonly quickExitUrl: string;
	/** How much one circle may keep, in megabytes of 1,048,576 bytes. */
	readonly circleQuotaMb: number;
	/** The hour, 0 to 23 in UTC, in which notices go out. */
	readonly noticeHour: number;
	/** Push services that may be written to: `host`, `*.domain`, or the origin of a stand-in on this machine. None: no web push. */
	readonly pushServices: readonly string[];
	/** `trusted`: the operator answers for the machine's clock. `system`: the machine is asked. */
	readonly clock: 'system' | 'trusted';
	/** Every page of the vault says that nothing in it is real. */
	readonly demonstration: boolean;
	/** Where else to turn instead of applying in a browser with scripts: web, mail and telephone addresses. */
	readonly applyAlternatives: readonly string[];
	/** The publisher's identifier (org-id.guide) in open data about grants; without one there is only the table. */
	readonly grantsPublisher: string | undefined;
	/** How the publisher is called there; without it the programme's name. */
	readonly grantsPublisherName: string | undefined;
}

/** A bucket of an S3-compatible service; `endpoint` is its address with the bucket's name as the path. */
export interface BlobBucket {
	readonly endpoint: string;
	readonly region: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
}

export interface Setting {
	readonly name: string;
	/** What a value may be, in words that end the sentence "allowed: ...". */
	readonly allowed: string;
}

export type ConfigResult =
	| { readonly ok: true; readonly config: Config }
	| { readonly ok: false; readonly problems: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one setting: the parsed value, or undefined for a value that is not allowed. */
type Parse<T> = (value: string) => T | undefined;

const anyText: Parse<string> = (value) => value;

const portNumber: Parse<number> = (value) => {
	const port = Number(value);
	return /^\d{1,5}$/.test(value) && port <= 65535 ? port : undefined;
};

const megabytes: Parse<number> = (value) => {
	const count = Number(value);
	return /^\d{1,7}$/.test(value) && count >= 1 && count <= 1_000_000 ? count : undefined;
};

const hourOfDay: Parse<number> = (value) => (/^\d{1,2}$/.test(value) && Number(value) <= 23 ? Number(value) : undefined);

/** Those of the browsers that there are: Chromium's, Firefox's, Edge's on Windows, Safari's. */
const knownPushServices = ['fcm.googleapis.com', 'updates.push.services.mozilla.com', '*.notify.windows.com', 'web.push.apple.com'];

/** Hosts only, always by https on its own port, so that nobody can have us ask something else; plain http is for this machine. */
const hosts: Parse<readonly string[]> = (value) => {
	if (value === 'none') return [];
	const found = value.split(',').map((one) => one.trim().toLowerCase());
	const isHost = (one: string): boolean => /^(?:\*\.)?(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}$/.test(one);
	const isNear = (one: string): boolean => /^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]):\d{1,5}$/.test(one);
	return found.every((one) => isHost(one) || isNear(one)) ? found : undefined;
};

function urlWith(protocols: readonly string[]): Parse<string> {
	return (value) => (URL.canParse(value) && protocols.includes(new URL(value).protocol) ? value : undefined);
}

/** An origin as browsers write it: no path, no default port. */
const origin: Parse<string> = (value) => {
	if (!URL.canParse(value)) return undefined;
	const url = new URL(value);
	const bare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
	return bare && (url.protocol === 'https:' || url.protocol === 'http:') ? url.origin : undefined;
};

const address: Parse<string> = (value) => (/^(?:[^<>\r\n]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(value) ? value : undefined);

/** Over TLS, or to this machine: else whoever reads the line could use a request's signature again. */
const bucket: Parse<BlobBucket> = (value) => {
	if (!URL.canParse(value)) return undefined;
	const { protocol, hostname, origin: service, pathname, searchParams, hash, username, password } = new URL(value);
	const isNear = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
	const region = searchParams.get('region') ?? 'auto';
	const accessKeyId = unescaped(username);
	const secretAccessKey = unescaped(password);
	if (protocol !== 'https:' && !(protocol === 'http:' && isNear)) return undefined;
	if (!/^\/[A-Za-z0-9._-]{1,100}\/?$/.test(pathname) || !/^[A-Za-z0-9-]{1,60}$/.test(region) || hash !== '') return undefined;
	if (!accessKeyId || !secretAccessKey || [...searchParams.keys()].some((key) => key !== 'region')) return undefined;
	return { endpoint: `${service}${pathname.replace(/\/$/, '')}`, region, accessKeyId, secretAccessKey };
};

function unescaped(part: string): string | undefined {
	try {
		return decodeURIComponent(part);
	} catch {
		return undefined;
	}
}

const contactUrl: Parse<string> = (value) => urlWith(['https:', 'mailto:', 'tel:'])(value);

const clockWord: Parse<Config['clock']> = (value) => (value === 'system' || value === 'trusted' ? value : undefined);

const yes: Parse<true> = (value) => (value === 'yes' ? true : undefined);

const alternatives: Parse<readonly string[]> = (value) => {
	const addresses = value.split(/\s+/);
	const allowed = urlWith(['https:', 'http:', 'mailto:', 'tel:']);
	return addresses.length <= 8 && addresses.every((address) => address.length <= 300 && allowed(address) !== undefined) ? addresses : undefined;
};

/** A register's code and what it calls the organisation: `GB-CHC-123456`, `XM-DAC-00000`. */
const organisation: Parse<string> = (value) => (/^[A-Z0-9]{2,10}-[A-Za-z0-9._-]{2,60}$/.test(value) ? value : undefined);

const shortName: Parse<string> = (value) => (value.length <= 200 && !/[\r\n]/.test(value) ? value : undefined);

const headerName: Parse<string> = (value) => (/^[A-Za-z0-9-]{1,60}$/.test(value) ? value.toLowerCase() : undefined);

const hostName: Parse<string> = (value) => (/^[A-Za-z0-9.:-]{1,255}$/.test(value) ? value : undefined);

const allowedWords = {
	DATABASE_URL: 'a PostgreSQL address such as postgres://name:password@host:5432/database, or nothing for the embedded one',
	BLOB_STORE_URL: 'an S3-compatible bucket such as https://key:secret@s3.example.org/bucket?region=eu-west-1 (in key and secret write %2F for /, %2B for +), or nothing for files in the data folder',
	SMTP_URL: 'a mail server such as smtps://name:password@host:465 or smtp://host:587, or nothing to write mail to files',
	MAIL_FROM: 'an address such as "Forum <news@example.org>"',
	DATA_DIR: 'a folder',
	ARCHIVE_DIR: 'a folder',
	HOST: 'a host name or address to listen on',
	PORT: 'a whole number from 0 to 65535',
	METRICS_PORT: 'a whole number from 0 to 65535, or nothing for no metrics',
	PUBLIC_ORIGIN: 'an origin such as https://forum.example.org, without a path',
	VAULT_ORIGIN: 'an origin such as https://vault.example.org, without a path',
	CLIENT_ADDRESS_HEADER: "the name of the header in which your proxy puts the visitor's address, such as X-Forwarded-For",
	CONTACT: 'an address for reports of security faults: mailto:, https: or tel:',
	DONATE_URL: 'a web address, https: or http:',
	GET_INVOLVED_URL: 'a web address, https: or http:',
	SOURCE_URL: 'a web address, https: or http:',
	QUICK_EXIT_URL: 'a web address, https: or http:',
	CIRCLE_QUOTA_MB: 'a whole number of megabytes from 1 to 1000000',
	NOTICE_HOUR: 'an hour of the day in UTC, a whole number from 0 to 23',
	PUSH_SERVICES: 'host names with commas between them, such as fcm.googleapis.com,*.notify.windows.com, or none for no web push',
	CLOCK: 'system (the machine is asked whether its clock is kept right) or trusted (you answer for it)',
	DEMONSTRATION: 'yes, or nothing',
	APPLY_ALTERNATIVES: 'up to eight addresses with spaces between them: https:, http:, mailto: or tel:',
	GRANTS_PUBLISHER: "an organisation's identifier from org-id.guide such as GB-CHC-123456",
	GRANTS_PUBLISHER_NAME: 'a name of up to 200 characters on one line'
} as const;

export type SettingName = keyof typeof allowedWords;

/** All settings, for documents and for the test that `.env.example` lists them. */
export const settings: readonly Setting[] = Object.entries(allowedWords).map(([name, allowed]) => ({ name, allowed }));

/**
 * The configuration that an environment describes, or one sentence for each wrong value: its name, what was found and
 * what is allowed. A value that may carry a password (the three server addresses, and whatever looks like one in the place of
 * another) is never repeated in the sentence.
 * An empty value is the same as none.
 */
export function parseConfig(environment: Environment): ConfigResult {
	const problems: string[] = [];

	function read<T>(name: SettingName, parse: Parse<T>): T | undefined {
		const value = environment[name]?.trim();
		if (value === undefined || value === '') return undefined;
		const parsed = parse(value);
		if (parsed === undefined) {
			const mayCarryPassword = ['DATABASE_URL', 'BLOB_STORE_URL', 'SMTP_URL'].includes(name) || /:.*@/s.test(value);
			const found = mayCarryPassword ? 'a value of another kind' : JSON.stringify(value);
			problems.push(`${name}: found ${found}; allowed: ${allowedWords[name]}.`);
		}
		return parsed;
	}

	const port = read('PORT', portNumber) ?? 3000;
	const publicOrigin = read('PUBLIC_ORIGIN', origin) ?? `http://localhost:${port}`;
	const config: Config = {
		databaseUrl: read('DATABASE_URL', urlWith(['postgres:', 'postgresql:'])),
		blobStore: read('BLOB_STORE_URL', bucket),
		smtpUrl: read('SMTP_URL', urlWith(['smtp:', 'smtps:'])),
		mailFrom: read('MAIL_FROM', address) ?? `Steadfast <steadfast@${mailHost(publicOrigin)}>`,
		dataDir: resolve(read('DATA_DIR', anyText) ?? 'data'),
		archiveDir: resolve(read('ARCHIVE_DIR', anyText) ?? 'archive'),
		host: read('HOST', hostName) ?? '127.0.0.1',
		port,
		metricsPort: read('METRICS_PORT', portNumber),
		publicOrigin,
		vaultOrigin: read('VAULT_ORIGIN', origin) ?? publicOrigin,
		clientAddressHeader: read('CLIENT_ADDRESS_HEADER', headerName),
		contact: read('CONTACT', contactUrl),
		donateUrl: read('DONATE_URL', urlWith(['https:', 'http:'])),
		getInvolvedUrl: read('GET_INVOLVED_URL', urlWith(['https:', 'http:'])),
		sourceUrl: read('SOURCE_URL', urlWith(['https:', 'http:'])),
		quickExitUrl: read('QUICK_EXIT_URL', urlWith(['https:', 'http:'])) ?? 'https://www.wikipedia.org/',
		circleQuotaMb: read('CIRCLE_QUOTA_MB', megabytes) ?? 2048,
		noticeHour: read('NOTICE_HOUR', hourOfDay) ?? 15,
		pushServices: read('PUSH_SERVICES', hosts) ?? knownPushServices,
		clock: read('CLOCK', clockWord) ?? 'system',
		demonstration: read('DEMONSTRATION', yes) ?? false,
		applyAlternatives: read('APPLY_ALTERNATIVES', alternatives) ?? [],
		grantsPublisher: read('GRANTS_PUBLISHER', organisation),
		grantsPublisherName: read('GRANTS_PUBLISHER_NAME', shortName)
	};
	return problems.length > 0 ? { ok: false, problems } : { ok: true, config };
}

function mailHost(publicOrigin: string): string {
	const { hostname } = new URL(publicOrigin);
	return hostname.includes('.') ? hostname : `${hostname}.invalid`;
}
