import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, test } from 'vitest';
import { freePort } from '../../../../tests/server.ts';
import { MailFailure, openMail, type Message } from './mail.ts';

const from = 'The Forum <news@forum.example.org>';

const letter: Message = {
	to: 'ana@example.net',
	subject: 'Please confirm',
	language: 'en',
	paragraphs: ['Somebody asked for the newsletter.'],
	action: { words: 'Confirm it', url: 'https://forum.example.org/en/newsletter/confirm/abc?x=1&y=2' },
	afterAction: ['If it was not you, do nothing.'],
	unsubscribeUrl: 'https://forum.example.org/en/newsletter/unsubscribe/xyz'
};

/** Every header of a message, in order: one more, or one twice, is an injection. */
const headersOfALetter = [
	'from',
	'to',
	'subject',
	'message-id',
	'content-language',
	'auto-submitted',
	'x-auto-response-suppress',
	'list-unsubscribe',
	'list-unsubscribe-post',
	'date',
	'mime-version',
	'content-type'
];

test('a letter arrives in words and in HTML, with its link, and says that a machine wrote it', async () => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: server.url, mailFrom: from, dataDir: '/nowhere' }));

	await mail.send(letter);

	const [taken] = server.taken;
	const { headers, parts } = parse(taken!.raw);
	expect(server.taken).toHaveLength(1);
	expect(taken).toMatchObject({ from: 'news@forum.example.org', to: ['ana@example.net'] });
	expect(headers.map(([name]) => name).sort()).toEqual([...headersOfALetter].sort());
	expect(Object.fromEntries(headers)).toMatchObject({
		from: 'The Forum <news@forum.example.org>',
		to: 'ana@example.net',
		subject: 'Please confirm',
		'message-id': expect.stringMatching(/^<[0-9a-f-]{36}@forum\.example\.org>$/),
		'content-language': 'en',
		'auto-submitted': 'auto-generated',
		'x-auto-response-suppress': 'All',
		'list-unsubscribe': '<https://forum.example.org/en/newsletter/unsubscribe/xyz>',
		'list-unsubscribe-post': 'List-Unsubscribe=One-Click'
	});
	expect(parts.map(({ type }) => type)).toEqual(['text/plain; charset=utf-8', 'text/html; charset=utf-8']);
	expect(parts[0]!.text.trimEnd()).toBe(
		'Somebody asked for the newsletter.\r\n\r\nConfirm it\r\nhttps://forum.example.org/en/newsletter/confirm/abc?x=1&y=2\r\n\r\nIf it was not you, do nothing.'
	);
	expect(parts[1]!.text).toContain('<a href="https://forum.example.org/en/newsletter/confirm/abc?x=1&amp;y=2"><strong>Confirm it</strong></a>');
});

test('a second link stands at the end, and a plainer name of the sender takes the place of the configured one', async () => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: server.url, mailFrom: from, dataDir: '/nowhere' }));

	await mail.send({ ...letter, senderName: 'Plain', leave: { words: 'Stop <it>', url: 'https://forum.example.org/stop?a=1&b=2' } });

	const { headers, parts } = parse(server.taken[0]!.raw);
	const [text, html] = parts.map((part) => part.text.trimEnd());
	expect(headers.map(([name]) => name).sort()).toEqual([...headersOfALetter].sort());
	expect(Object.fromEntries(headers)['from']).toBe('Plain <news@forum.example.org>');
	expect(text).toMatch(/If it was not you, do nothing\.\r\n\r\nStop <it>\r\nhttps:\/\/forum\.example\.org\/stop\?a=1&b=2$/);
	expect(html).toContain('<p>If it was not you, do nothing.</p>\r\n<p><a href="https://forum.example.org/stop?a=1&amp;b=2">Stop &lt;it&gt;</a></p>');
});

test('an Arabic letter reads from right to left, and its subject and words are whole', async () => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: server.url, mailFrom: 'منتدى المدافعين <news@forum.example.org>', dataDir: '/nowhere' }));
	const subject = 'يُرجى تأكيد اشتراككم في النشرة الإخبارية لمنتدى المدافعات والمدافعين عن حقوق الإنسان';
	const words = 'طلب أحدهم، وغالبًا أنتم، أن يتلقّى هذا العنوان النشرة الإخبارية.';

	await mail.send({ ...letter, language: 'ar', subject, paragraphs: [words] });

	const { headers, parts } = parse(server.taken[0]!.raw);
	const [text, html] = parts.map((part) => part.text);
	expect(Object.fromEntries(headers)).toMatchObject({ subject, from: 'منتدى المدافعين <news@forum.example.org>', 'content-language': 'ar' });
	expect(text).toContain(words);
	expect(html).toContain('<html lang="ar" dir="rtl">');
	expect(html).toContain('<div lang="ar" dir="rtl"');
	expect(html).toContain(`<title>${subject}</title>`);
	expect(html).toContain(`<p>${words}</p>`);
	expect(server.taken[0]!.raw).not.toMatch(/[\x80-\xff]/);
});

test('a mail program that opens the letter fetches nothing and tells nobody, and no colour fights its dark scheme', async () => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: server.url, mailFrom: from, dataDir: '/nowhere' }));

	await mail.send(letter);

	const { parts } = parse(server.taken[0]!.raw);
	const html = parts[1]!.text;
	expect(html.match(/https?:[^"]*/g)).toEqual(['https://forum.example.org/en/newsletter/confirm/abc?x=1&amp;y=2']);
	expect(html).not.toMatch(/<(img|link|script|iframe|object|video|style)|src=|url\(|color:|background/i);
	expect(html).toContain('<meta name="color-scheme" content="light dark">');
});

test('words that look like HTML stay words', async () => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: server.url, mailFrom: from, dataDir: '/nowhere' }));
	const hostile = `<img src=x onerror="alert('1')">&`;

	await mail.send({ ...letter, subject: hostile, paragraphs: [hostile], action: { words: hostile, url: `https://x.example/?"><script>'` }, afterAction: [hostile] });

	const { headers, parts } = parse(server.taken[0]!.raw);
	const html = parts[1]!.text;
	const inert = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;';
	expect(Object.fromEntries(headers)['subject']).toBe(hostile);
	expect(html.split(inert)).toHaveLength(5);
	expect(html).not.toMatch(/<img|<script/);
});

test('no subject, word or link can add a header, a recipient or a second message', async () => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: server.url, mailFrom: from, dataDir: '/nowhere' }));
	const hostile = fc.oneof(
		fc.constantFrom('\r\nBcc: spy@evil.example', '\nBcc: spy@evil.example\n\nbody', '\r\n.\r\nMAIL FROM:<spy@evil.example>\r\n', '\u2028Bcc: x@y.example', '\0', '\ud800'),
		fc.string({ unit: 'binary', maxLength: 300 })
	);

	await fc.assert(
		fc.asyncProperty(hostile, hostile, hostile, async (subject, words, path) => {
			server.taken.length = 0;

			await mail.send({
				...letter,
				senderName: `N${subject}`,
				leave: { words, url: `https://x.example/${path}` },
				subject: `S${subject}`,
				paragraphs: [words],
				action: { words: `W${words}`, url: `https://x.example/${path}` },
				unsubscribeUrl: `https://x.example/${path}`
			});

			expect(server.taken).toHaveLength(1);
			expect(server.taken[0]!.to).toEqual(['ana@example.net']);
			const { headers, parts } = parse(server.taken[0]!.raw);
			expect(headers.map(([name]) => name).sort()).toEqual([...headersOfALetter].sort());
			expect(headers.find(([name]) => name === 'subject')?.[1]).toMatch(/^S[^\p{Cc}\p{Zl}\p{Zp}]*$/u);
			expect(parts).toHaveLength(2);
		}),
		{ numRuns: 60 }
	);
});

test.each([
	'ana@example.net\r\nRCPT TO:<spy@evil.example>', 'ana@example.net>\r\nDATA', 'ana@example.net, spy@evil.example', 'ana@example.net spy@evil.example',
	'Ana <ana@example.net>', '"ana@x"@example.net', 'ana@example.net\0', 'ana\u202e@example.net', '@example.net', ''
])('the recipient %j is refused, unrepeated, and no mail server hears of it', async (to) => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: server.url, mailFrom: from, dataDir: '/nowhere' }));

	const failure = await failureOf(mail.send({ ...letter, to }));

	expect(failure.message).toBe('The recipient of a message is not an address (EADDRESS); it was not sent.');
	expect(server.connections()).toBe(0);
});

test('a link that is not a web address is refused', async () => {
	await using mail = closing(openMail({ smtpUrl: undefined, mailFrom: from, dataDir: '/nowhere' }));

	const failure = await failureOf(mail.send({ ...letter, action: { words: 'x', url: 'javascript:alert(1)' } }));

	expect(failure.code).toBe('ELINK');
});

test('a mail server that repeats the address and the words in its refusal does not get them into our logs', async () => {
	await using server = await mailServer({
		onRcptTo: ({ address }, _session, callback) => callback(Object.assign(new Error(`<${address}> Please confirm: no such mailbox`), { responseCode: 550 }))
	});
	await using mail = closing(openMail({ smtpUrl: server.url, mailFrom: from, dataDir: '/nowhere' }));

	const failure = await failureOf(mail.send(letter));

	expect(failure.message).toBe('The mail server did not take a message (EENVELOPE_550); it was not sent.');
	expect(everythingIn(failure)).not.toMatch(/ana|example\.net|Please|newsletter/);
});

test('a dead mail server is an error at once, and a message is taken as soon as the server lives', async () => {
	const port = await freePort();
	await using mail = closing(openMail({ smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: from, dataDir: '/nowhere' }));

	const failure = await failureOf(mail.send(letter));
	await using server = await mailServer({}, port);
	await mail.send(letter);

	expect(failure.code).toMatch(/^E(SOCKET|CONNECTION|CONNREFUSED)$/);
	expect(everythingIn(failure)).not.toMatch(/ana|example\.net|Please|newsletter/);
	expect(server.taken).toHaveLength(1);
});

test('a server elsewhere that offers no encryption gets neither the password nor the message', async () => {
	const tried: string[] = [];
	await using server = await mailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true, onAuth: (auth, _session, done) => (tried.push(auth.method), done(null, { user: 1 })) });
	// 0.0.0.0 reaches this machine, but is no loopback address: for us it is a server elsewhere.
	await using mail = closing(openMail({ smtpUrl: `smtp://name:secret@0.0.0.0:${server.port}`, mailFrom: from, dataDir: '/nowhere' }));

	const failure = await failureOf(mail.send(letter));

	expect(failure.code).toMatch(/^ETLS/);
	expect({ tried, taken: server.taken }).toEqual({ tried: [], taken: [] });
});

test('a server elsewhere whose certificate nobody vouches for gets nothing', async () => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: `smtp://0.0.0.0:${server.port}`, mailFrom: from, dataDir: '/nowhere' }));

	await failureOf(mail.send(letter));

	expect(server.taken).toEqual([]);
});

test('options smuggled into SMTP_URL cannot turn the certificate check off', async () => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: `smtp://0.0.0.0:${server.port}/?tls.rejectUnauthorized=false&ignoreTLS=true`, mailFrom: from, dataDir: '/nowhere' }));

	await failureOf(mail.send(letter));

	expect(server.taken).toEqual([]);
});

test('a server on this machine is spoken to in TLS where it offers it, and without where it does not', async () => {
	await using offers = await mailServer();
	await using plain = await mailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });

	for (const { port } of [offers, plain]) {
		await using mail = closing(openMail({ smtpUrl: `smtp://localhost:${port}`, mailFrom: from, dataDir: '/nowhere' }));
		await mail.send(letter);
	}

	expect([offers.taken[0]?.encrypted, plain.taken[0]?.encrypted]).toEqual([true, false]);
});

test('name and password are those of SMTP_URL, and the machine keeps its own name to itself', async () => {
	const seen: unknown[] = [];
	await using server = await mailServer({ disabledCommands: [], onAuth: ({ username, password }, _session, done) => (seen.push(username, password), done(null, { user: 1 })) });
	await using mail = closing(openMail({ smtpUrl: `smtp://us%40er:p%3Aw%25@127.0.0.1:${server.port}`, mailFrom: from, dataDir: '/nowhere' }));

	await mail.send(letter);

	expect(seen).toEqual(['us@er', 'p:w%']);
	expect(server.taken[0]!.helo).toBe('forum.example.org');
	expect(server.taken[0]!.raw).not.toContain(hostname());
});

test.each(['smtp://', 'smtps://na%me:x@host'])('SMTP_URL %s is refused at the start, not at the first letter', (smtpUrl) => {
	expect(() => openMail({ smtpUrl, mailFrom: from, dataDir: '/nowhere' })).toThrow(/SMTP_URL/);
});

test('without a mail server each letter is a whole file that only we can read', async () => {
	await using folder = await temporaryFolder();
	await mkdir(join(folder.path, 'mail'), { mode: 0o755 });
	await using mail = closing(openMail({ smtpUrl: undefined, mailFrom: from, dataDir: folder.path }));

	await Promise.all([mail.send(letter), mail.send({ ...letter, language: 'ar' })]);

	const names = await readdir(join(folder.path, 'mail'));
	expect(names).toHaveLength(2);
	expect(names.join()).not.toMatch(/ana|unfinished/);
	expect((await stat(join(folder.path, 'mail'))).mode & 0o777).toBe(0o700);
	for (const name of names) {
		expect(name).toMatch(/\.eml$/);
		expect((await stat(join(folder.path, 'mail', name))).mode & 0o777).toBe(0o600);
		const { headers, parts } = parse(await readFile(join(folder.path, 'mail', name), 'latin1'));
		expect(headers.map(([header]) => header).sort()).toEqual([...headersOfALetter].sort());
		expect(parts[0]!.text).toContain('Somebody asked for the newsletter.');
	}
});

test('a letter that cannot be written is an error, and its words are not in it', async () => {
	await using folder = await temporaryFolder();
	await writeFile(join(folder.path, 'mail'), 'a file stands where the folder should');
	await using mail = closing(openMail({ smtpUrl: undefined, mailFrom: from, dataDir: folder.path }));

	const failure = await failureOf(mail.send(letter));

	expect(failure.message).toBe('A message could not be written to the mail folder (EEXIST); it was not sent.');
	expect(everythingIn(failure)).not.toMatch(/ana|example\.net|Please/);
});

test('at an http origin the reader is offered the link to leave, but no one-click that would not be safe', async () => {
	await using server = await mailServer();
	await using mail = closing(openMail({ smtpUrl: server.url, mailFrom: from, dataDir: '/nowhere' }));

	await mail.send({ ...letter, unsubscribeUrl: 'http://localhost:3000/en/newsletter/unsubscribe/xyz' });

	const names = parse(server.taken[0]!.raw).headers.map(([name]) => name);
	expect(names.filter((name) => name.startsWith('list-'))).toEqual(['list-unsubscribe']);
});

interface Taken {
	readonly from: string;
	readonly to: readonly string[];
	readonly helo: string;
	readonly encrypted: boolean;
	readonly raw: string;
}

async function mailServer(options: SMTPServerOptions = {}, port = 0) {
	const taken: Taken[] = [];
	let connections = 0;
	const server = new SMTPServer({
		disabledCommands: ['AUTH'],
		authOptional: true,
		logger: false,
		closeTimeout: 100,
		onConnect: (_session, callback) => (connections++, callback()),
		onData(stream, { envelope, hostNameAppearsAs, secure }, callback) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
				taken.push({ from: sender, to: envelope.rcptTo.map(({ address }) => address), helo: hostNameAppearsAs, encrypted: secure, raw: Buffer.concat(chunks).toString('latin1') });
				callback();
			});
		},
		...options
	});
	server.on('error', () => undefined);
	server.listen(port, '0.0.0.0');
	await once(server.server, 'listening');
	const listening = (server.server.address() as AddressInfo).port;
	return {
		taken,
		port: listening,
		url: `smtp://127.0.0.1:${listening}`,
		connections: () => connections,
		[Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve))
	};
}

function closing<Closable extends { close(): Promise<void> }>(thing: Closable): Closable & AsyncDisposable {
	return { ...thing, [Symbol.asyncDispose]: () => thing.close() };
}

async function temporaryFolder() {
	const path = await mkdtemp(join(tmpdir(), 'steadfast-mail-'));
	return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

async function failureOf(sending: Promise<void>): Promise<MailFailure> {
	const error: unknown = await sending.then(() => undefined).catch((thrown: unknown) => thrown);
	if (!(error instanceof MailFailure)) throw new Error(`Expected a MailFailure, found ${inspect(error)}`);
	return error;
}

/** All that a log or the job queue could write of an error. */
function everythingIn(error: Error): string {
	const seen = inspect(error, { showHidden: true, depth: 9 });
	// Our own paths may say what we test.
	return [error.stack, error.message, JSON.stringify(error), seen].join('\n').replaceAll(/^\s+at .*$/gm, '');
}

/** The least of RFC 5322, 2045 and 2047 that reads what we write, and nothing of nodemailer's. */
function parse(raw: string): { headers: [string, string][]; parts: { type: string; text: string }[] } {
	const { headers, body } = split(raw);
	const boundary = /boundary="([^"]+)"/.exec(headers.find(([name]) => name === 'content-type')?.[1] ?? '')?.[1] ?? '';
	const parts = body
		.split(new RegExp(`(?:^|\r\n)--${boundary}(?:--)?\r\n`))
		.slice(1, -1)
		.map((part) => {
			const entity = split(part);
			const { 'content-type': type = '', 'content-transfer-encoding': encoding } = Object.fromEntries(entity.headers);
			return { type, text: (encoding === 'base64' ? Buffer.from(entity.body, 'base64') : quoted(entity.body)).toString('utf8') };
		});
	return { headers, parts };
}

function split(raw: string): { headers: [string, string][]; body: string } {
	const end = raw.indexOf('\r\n\r\n');
	const headers = raw
		.slice(0, end)
		.replaceAll(/\r\n[ \t]+/g, ' ')
		.split('\r\n')
		.map((line): [string, string] => [line.slice(0, line.indexOf(':')).toLowerCase(), decodeWords(line.slice(line.indexOf(':') + 1).trim())]);
	return { headers, body: raw.slice(end + 4) };
}

function quoted(text: string): Buffer {
	return Buffer.from(text.replaceAll('=\r\n', '').replaceAll(/=([0-9A-F]{2})/g, (_code, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1');
}

function decodeWords(value: string): string {
	return value
		.replaceAll(/\?=\s+=\?/g, '?==?')
		.replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_word, kind: string, text: string) =>
			(kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64') : quoted(text.replaceAll('_', ' '))).toString('utf8')
		);
}
