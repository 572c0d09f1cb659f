import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfig, settings } from './config.ts';

const words = new Map(settings.map(({ name, allowed }) => [name, allowed]));

test('an empty environment is a whole configuration for one machine', () => {
	expect(parseConfig({})).toEqual({
		ok: true,
		config: {
			databaseUrl: undefined,
			blobStore: undefined,
			smtpUrl: undefined,
			mailFrom: 'Steadfast <steadfast@localhost.invalid>',
			dataDir: resolve('data'),
			archiveDir: resolve('archive'),
			host: '127.0.0.1',
			port: 3000,
			metricsPort: undefined,
			publicOrigin: 'http://localhost:3000',
			vaultOrigin: 'http://localhost:3000',
			clientAddressHeader: undefined,
			contact: undefined,
			donateUrl: undefined,
			getInvolvedUrl: undefined,
			sourceUrl: undefined,
			quickExitUrl: 'https://www.wikipedia.org/',
			circleQuotaMb: 2048,
			noticeHour: 15,
			pushServices: ['fcm.googleapis.com', 'updates.push.services.mozilla.com', '*.notify.windows.com', 'web.push.apple.com'],
			clock: 'system',
			applyAlternatives: [],
			demonstration: false,
			grantsPublisher: undefined,
			grantsPublisherName: undefined
		}
	});
});

test('every value that is allowed arrives, in the form that the program compares with', () => {
	const environment = {
		DATABASE_URL: 'postgresql://name:word@db.example.org/steadfast',
		BLOB_STORE_URL: 'https://AKEY:a%2Fsecret%2B@s3.example.org:9000/steadfast/?region=eu-west-1',
		SMTP_URL: 'smtp://mail.example.org:587',
		MAIL_FROM: 'Foro de Defensoras <news@example.org>',
		DATA_DIR: '/srv/steadfast',
		ARCHIVE_DIR: '/srv/archive',
		HOST: '::1',
		PORT: ' 8080 ',
		METRICS_PORT: '0',
		PUBLIC_ORIGIN: 'HTTPS://Forum.Example.org:443/',
		VAULT_ORIGIN: 'https://vault.example.org:8443',
		CLIENT_ADDRESS_HEADER: 'X-Forwarded-For',
		CONTACT: 'mailto:security@example.org',
		DONATE_URL: 'https://example.org/donate?from=forum',
		GET_INVOLVED_URL: 'http://example.org/#help',
		SOURCE_URL: 'https://example.org/source.tar.gz',
		QUICK_EXIT_URL: 'https://weather.example/',
		CIRCLE_QUOTA_MB: '512',
		NOTICE_HOUR: '0',
		PUSH_SERVICES: 'Push.Example.org, *.push.example.net,http://127.0.0.1:8081',
		CLOCK: 'trusted',
		DEMONSTRATION: 'yes',
		APPLY_ALTERNATIVES: 'tel:+41225550100  mailto:help@example.org',
		GRANTS_PUBLISHER: 'GB-CHC-123456',
		GRANTS_PUBLISHER_NAME: 'A programme for defenders'
	};

	expect(Object.keys(environment)).toEqual([...words.keys()]);
	expect(parseConfig(environment)).toEqual({
		ok: true,
		config: {
			databaseUrl: environment.DATABASE_URL,
			blobStore: { endpoint: 'https://s3.example.org:9000/steadfast', region: 'eu-west-1', accessKeyId: 'AKEY', secretAccessKey: 'a/secret+' },
			smtpUrl: environment.SMTP_URL,
			mailFrom: environment.MAIL_FROM,
			dataDir: '/srv/steadfast',
			archiveDir: '/srv/archive',
			host: '::1',
			port: 8080,
			metricsPort: 0,
			publicOrigin: 'https://forum.example.org',
			vaultOrigin: 'https://vault.example.org:8443',
			clientAddressHeader: 'x-forwarded-for',
			contact: environment.CONTACT,
			donateUrl: environment.DONATE_URL,
			getInvolvedUrl: environment.GET_INVOLVED_URL,
			sourceUrl: environment.SOURCE_URL,
			quickExitUrl: environment.QUICK_EXIT_URL,
			circleQuotaMb: 512,
			noticeHour: 0,
			pushServices: ['push.example.org', '*.push.example.net', 'http://127.0.0.1:8081'],
			clock: 'trusted',
			applyAlternatives: ['tel:+41225550100', 'mailto:help@example.org'],
			demonstration: true,
			grantsPublisher: 'GB-CHC-123456',
			grantsPublisherName: 'A programme for defenders'
		}
	});
});

test.each([
	['PORT', ['65536', '-1', '3e3', '80.0', 'http', '0x50', '٣٠٠٠']],
	['METRICS_PORT', ['65536', 'off', '9 464']],
	['PUBLIC_ORIGIN', ['forum.example.org', 'https://forum.example.org/path', 'https://forum.example.org/?q', 'https://forum.example.org/#top', 'ftp://forum.example.org', 'javascript:alert(1)']],
	['VAULT_ORIGIN', ['vault', 'https://vault.example.org/vault']],
	['MAIL_FROM', ['news', 'Forum', 'Forum <news@example.org', 'news@example.org>', 'Forum <news at example.org>', 'a <b> <c@example.org>', 'Forum\r\nBcc all <news@example.org>']],
	['HOST', ['local host', 'http://localhost', 'host/path']],
	['CLIENT_ADDRESS_HEADER', ['X Forwarded For', 'X-Forwarded-For:', 'x\r\ny']],
	['NOTICE_HOUR', ['24', '-1', '7.5', '7am', '007']],
	['PUSH_SERVICES', ['https://push.example.org', 'push', '*', '*.org.', 'push.example.org:8443', 'push.example.org/path', 'http://push.example.org:80', 'http://10.0.0.1:80', 'none,push.example.org', ',']],
	['CONTACT', ['security@example.org', 'http://example.org', 'javascript:alert(1)']],
	['DONATE_URL', ['example.org/donate', 'javascript:alert(1)', 'data:text/html,x', 'mailto:a']],
	['GET_INVOLVED_URL', ['/get-involved', 'javascript:alert(1)']],
	['SOURCE_URL', ['git@example.org:steadfast', 'javascript:alert(1)']],
	['QUICK_EXIT_URL', ['wikipedia.org', 'javascript:alert(1)']],
	['CIRCLE_QUOTA_MB', ['0', '-1', '1.5', '2 GB', '1000001']],
	['CLOCK', ['yes', 'System', 'ntp']],
	['APPLY_ALTERNATIVES', ['call us', 'javascript:alert(1)', 'data:text/html,x', 'tel:1 tel:2 tel:3 tel:4 tel:5 tel:6 tel:7 tel:8 tel:9']],
	['GRANTS_PUBLISHER', ['123456', 'gb-chc-123456', 'GB-CHC 123456', '<b>']],
	['GRANTS_PUBLISHER_NAME', ['two\nlines', 'x'.repeat(201)]]
])('a wrong %s is refused with its name, what was found and what is allowed', (name, values) => {
	for (const value of values) {
		expect(parseConfig({ [name]: value })).toEqual({ ok: false, problems: [`${name}: found ${JSON.stringify(value)}; allowed: ${words.get(name)}.`] });
	}
});

test.each([
	['DATABASE_URL', ['mysql://a.example.org', 'localhost', 'postgres']],
	['SMTP_URL', ['https://mail.example.org', 'mail.example.org:465']],
	[
		'BLOB_STORE_URL',
		[
			's3://key:secret@bucket',
			'https://s3.example.org/bucket',
			'https://key@s3.example.org/bucket',
			'https://key:secret@s3.example.org',
			'https://key:secret@s3.example.org/bucket/below',
			'https://key:secret@s3.example.org/bucket?region=',
			'https://key:secret@s3.example.org/bucket?other=1',
			'https://key:se/cret@s3.example.org/bucket',
			'https://key:%zz@s3.example.org/bucket',
			'http://key:secret@s3.example.org/bucket'
		]
	]
])('a wrong %s is refused without being repeated', (name, values) => {
	for (const value of values) {
		expect(parseConfig({ [name]: value })).toEqual({ ok: false, problems: [`${name}: found a value of another kind; allowed: ${words.get(name)}.`] });
	}
});

test('a bucket on this machine may do without TLS and without a region', () => {
	expect(parseConfig({ BLOB_STORE_URL: 'http://key:secret@127.0.0.1:9000/steadfast' })).toMatchObject({ config: { blobStore: { endpoint: 'http://127.0.0.1:9000/steadfast', region: 'auto' } } });
});

test('all wrong values are told at once', () => {
	const result = parseConfig({ PORT: 'x', HOST: 'a b', CONTACT: 'nobody', DATA_DIR: 'fine' });

	expect(result).toMatchObject({ ok: false, problems: [/^PORT: /, /^HOST: /, /^CONTACT: /].map((start) => expect.stringMatching(start)) });
});

test('a password is never printed, in whatever setting somebody put the address that carries it', () => {
	const addresses = ['postgres://steadfast:s3cret@db.example.org/x y', 'smtps://forum:s3cret@mail.example.org:46500', 'https://key:s3cret@s3.example.org/a/bucket', 'https://forum:s3cret@forum.example.org/path', 'ftp://forum:a/s3cret@b@example.org', 'forum:s3cret@example.org/x'];

	const told = [...words.keys()].flatMap((name) => addresses.flatMap((value) => {
		const result = parseConfig({ [name]: value });
		return result.ok ? [] : result.problems;
	}));

	expect(told.length).toBeGreaterThan(30);
	expect(told.filter((problem) => problem.includes('s3cret'))).toEqual([]);
});

test('an empty value is the same as none', () => {
	const empty = Object.fromEntries([...words.keys()].map((name, n) => [name, n % 2 === 0 ? '' : '  ']));

	expect(parseConfig(empty)).toEqual(parseConfig({}));
});

test('mail comes from the host of the public origin, where nothing else is said', () => {
	expect(parseConfig({ PUBLIC_ORIGIN: 'https://forum.example.org' })).toMatchObject({ config: { mailFrom: 'Steadfast <steadfast@forum.example.org>' } });
});

test('whatever stands in the environment, it is either a configuration or told in words, and never an exception', () => {
	const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string(), fc.webUrl(), fc.ipV6(), fc.constantFrom('http://', 'https://:@', 'postgres:', '//', '@', ':', '%zz', 'https://[', '\u0000', 'https://xn--'));
	const environment = fc.record(Object.fromEntries([...words.keys()].map((name) => [name, value])), { requiredKeys: [] });

	fc.assert(
		fc.property(environment, (found) => {
			const result = parseConfig(found);

			if (result.ok) expect(new URL(result.config.publicOrigin).origin).toBe(result.config.publicOrigin);
			else for (const problem of result.problems) expect(words.has(problem.split(':')[0] ?? '')).toBe(true);
		}),
		{ numRuns: 500 }
	);
});

test('.env.example names every setting once, changes nothing as it stands, and gives examples that work', () => {
	const text = readFileSync('.env.example', 'utf8');
	const examples = text.split('\n').filter((line) => /^#[A-Z_]+=/.test(line)).map((line) => line.slice(1));

	expect(examples.map((line) => line.split('=')[0]).sort()).toEqual([...words.keys()].sort());
	expect(parseEnv(text)).toEqual({});
	expect(parseConfig(parseEnv(examples.join('\n')))).toMatchObject({ ok: true });
});
