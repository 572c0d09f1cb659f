import { randomUUID } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { domainToASCII } from 'node:url';
import type { SendMailOptions, Transporter } from 'nodemailer';
import type { Config } from '../config.ts';
import { writeWhole } from '../files/whole-file.ts';
import { directionOf, type Language } from '../i18n/language.ts';
import { errorCode, Refusal } from '../start/refusal.ts';

/** One letter to one person: plain words and at most one thing to do. */
export interface Message {
	/** An address that its domain has parsed; a text that is not one is refused here once more. */
	readonly to: string;
	readonly subject: string;
	readonly language: Language;
	readonly paragraphs: readonly string[];
	/** The one link; it stands after `paragraphs`. */
	readonly action?: { readonly words: string; readonly url: string };
	readonly afterAction?: readonly string[];
	/** A second link at the very end: how to be left alone. */
	readonly leave?: { readonly words: string; readonly url: string };
	/** In the place of the name that MAIL_FROM gives the sender, where that would say too much. */
	readonly senderName?: string;
	/** Where the reader's mail program may offer to leave (RFC 2369); by one click if it is an https address (RFC 8058). */
	readonly unsubscribeUrl?: string;
}

export interface Mail {
	/** Resolves when the mail server has taken the message, or the file is on the disk. Throws a `MailFailure`. */
	send(message: Message): Promise<void>;
	/** Finishes what is being sent and ends the connections. */
	close(): Promise<void>;
}

/**
 * A message was not sent. Neither the text nor a cause says to whom, what, or what the server answered (servers repeat
 * the address): it goes into logs and into the job queue's table.
 */
export class MailFailure extends Error {
	override readonly name = 'MailFailure';
	readonly code: string;

	constructor(what: string, code: string) {
		super(`${what} (${code}); it was not sent.`);
		this.code = code;
	}
}

/**
 * Mail through the server of SMTP_URL, or, without one, into files: one `.eml` for each message in `mail/` under the
 * data folder, for trying things out and readable by our account only. Nothing is loaded or connected until the first message.
 * Throws a `Refusal` for an SMTP_URL that names no server.
 */
export function openMail({ smtpUrl, mailFrom, dataDir }: Pick<Config, 'smtpUrl' | 'mailFrom' | 'dataDir'>): Mail {
	const from = senderOf(mailFrom);
	return smtpUrl === undefined ? mailToFiles(join(dataDir, 'mail'), from) : mailToServer(smtpUrl, from);
}

/** What one message may take in all; shorter than the 120 seconds after which the queue gives a job to somebody else. */
const longestMs = 60_000;

/**
 * Note: Mail is not sent in the clear.
 * `smtps:` is TLS from the first byte, `smtp:` must become it by STARTTLS (RFC 3207), and the certificate must be good:
 * otherwise neither the password nor a message leaves this machine. A server *on* this machine is the exception: its
 * TLS is used where offered, but not required, and its certificate (commonly self-signed: Postfix, Proton Mail Bridge)
 * is not judged, since nobody stands in between. Of the URL only host, port, name and password count; options after
 * a question mark, with which these checks could be turned off, are not read.
 */
function mailToServer(smtpUrl: string, from: Sender): Mail {
	const url = new URL(smtpUrl);
	const secure = url.protocol === 'smtps:';
	const host = serverOf(url);
	const onThisMachine = /^127(?:\.\d{1,3}){3}$|^::1$/.test(host);
	const options = {
		pool: true,
		maxConnections: 2,
		maxMessages: 100,
		maxRequeues: 1,
		idleTimeout: 30_000,
		host,
		port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
		secure,
		// What HELO says goes into the Received header of the message: never this machine's own name.
		name: from.host,
		...(onThisMachine ? { opportunisticTLS: true, tls: { rejectUnauthorized: false } } : { requireTLS: !secure }),
		...(url.username === '' ? {} : { auth: { user: decoded(url.username), pass: decoded(url.password) } }),
		dnsTimeout: 10_000,
		connectionTimeout: 10_000,
		greetingTimeout: 10_000,
		socketTimeout: 30_000
	} as const;
	let transport: Promise<Transporter> | undefined;
	const opened = (): Promise<Transporter> => (transport ??= import('nodemailer').then(({ createTransport }) => createTransport(options)));
	return {
		async send(message) {
			const composed = compose(message, from);
			try {
				await (await opened()).sendMail({ ...composed, signal: AbortSignal.timeout(longestMs) });
			} catch (error) {
				throw new MailFailure('The mail server did not take a message', answerOf(error));
			}
		},
		async close() {
			(await transport)?.close();
		}
	};
}

function mailToFiles(folder: string, from: Sender): Mail {
	return {
		async send(message) {
			const composed = compose(message, from);
			try {
				const { createTransport } = await import('nodemailer');
				const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
				const { message: bytes } = await transport.sendMail(composed);
				await mkdir(folder, { recursive: true, mode: 0o700 });
				await chmod(folder, 0o700);
				const name = `${new Date().toISOString().replaceAll(':', '')}-${randomUUID()}`;
				await writeWhole({ folder, name: `${name}.eml`, bytes });
			} catch (error) {
				throw new MailFailure('A message could not be written to the mail folder', errorCode(error) || 'unknown');
			}
		},
		close: () => Promise.resolve()
	};
}

interface Sender {
	readonly name: string;
	readonly address: string;
	/** The domain of the address: it names us in HELO, and nodemailer puts it into each Message-ID. */
	readonly host: string;
}

function senderOf(mailFrom: string): Sender {
	const found = /^(?:"?([^"<]*?)"? <)?([^\s<>@]+@([^\s<>@]+?))>?$/.exec(mailFrom);
	const host = domainToASCII(found?.[3] ?? '');
	if (found?.[2] === undefined || host === '') throw new Refusal('MAIL_FROM is not an address such as "Forum <news@example.org>".');
	return { name: found[1] ?? '', address: found[2], host };
}

/** The host of the server. `localhost` is this machine (RFC 6761, section 6.3), whatever a name server may say. */
function serverOf(url: URL): string {
	const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
	if (host === '') throw new Refusal('SMTP_URL names no mail server; write it like smtps://name:password@host:465.');
	return host === 'localhost' ? '127.0.0.1' : host;
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		throw new Refusal('The name or the password in SMTP_URL has a % that starts no code; write %25 for the sign itself.');
	}
}

/** Nodemailer's word for what failed and the server's number: all of an answer that is surely not the address. */
function answerOf(error: unknown): string {
	const number = error instanceof Error && 'responseCode' in error ? `_${Number(error.responseCode)}` : '';
	return `${errorCode(error) || 'unknown'}${number}`;
}

function compose(message: Message, from: Sender): SendMailOptions {
	const words: Words = {
		language: message.language,
		subject: oneLine(message.subject),
		before: message.paragraphs.map(oneLine),
		action: message.action && { words: oneLine(message.action.words), url: webAddress(message.action.url) },
		after: (message.afterAction ?? []).map(oneLine),
		leave: message.leave && { words: oneLine(message.leave.words), url: webAddress(message.leave.url) }
	};
	const to = addressOnly(message.to);
	return {
		from: { name: message.senderName === undefined ? from.name : oneLine(message.senderName), address: from.address },
		to: { name: '', address: to },
		envelope: { from: from.address, to: [to] },
		xMailer: false,
		subject: words.subject,
		text: textOf(words),
		html: htmlOf(words),
		headers: {
			'Content-Language': message.language,
			'Auto-Submitted': 'auto-generated',
			'X-Auto-Response-Suppress': 'All',
			...(message.unsubscribeUrl === undefined ? {} : leaveHeaders(webAddress(message.unsubscribeUrl)))
		},
		disableFileAccess: true,
		disableUrlAccess: true
	};
}

/** RFC 8058, section 3.1: one click needs an https address; at http (a trial on localhost) only the link is told. */
function leaveHeaders(url: string): Record<string, { prepared: true; value: string }> {
	// As prepared: a line broken inside of the address is one that some mail programs do not put together again.
	const link = { 'List-Unsubscribe': { prepared: true, value: `<${url}>` } } as const;
	if (!url.startsWith('https:')) return link;
	return { ...link, 'List-Unsubscribe-Post': { prepared: true, value: 'List-Unsubscribe=One-Click' } };
}

/**
 * Note: A header cannot be smuggled in.
 * All words are made one line before they reach nodemailer (which encodes them besides), links are what `URL` wrote,
 * and an address with a character that could begin a second recipient or line is refused without being repeated.
 */
function oneLine(words: string): string {
	return words.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

function addressOnly(to: string): string {
	if (!/^[^\s\p{C}<>()[\]\\,;:"@]+@[A-Za-z0-9.-]+$/u.test(to)) throw new MailFailure('The recipient of a message is not an address', 'EADDRESS');
	return to;
}

function webAddress(url: string): string {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') throw new MailFailure('A link of a message is not a web address', 'ELINK');
	return parsed.href;
}

interface Words {
	readonly language: Language;
	readonly subject: string;
	readonly before: readonly string[];
	readonly action: { readonly words: string; readonly url: string } | undefined;
	readonly after: readonly string[];
	readonly leave: { readonly words: string; readonly url: string } | undefined;
}

function textOf({ before, action, after, leave }: Words): string {
	const link = (to: Words['action']) => (to ? [`${to.words}\n${to.url}`] : []);
	return [...before, ...link(action), ...after, ...link(leave)].join('\n\n') + '\n';
}

/**
 * No picture, no script, nothing fetched, and no colour: the mail program's own scheme, light or dark, stays readable.
 * Language and direction stand twice, because webmail takes our `html` element away.
 */
function htmlOf({ language, subject, before, action, after, leave }: Words): string {
	const place = `lang="${language}" dir="${directionOf(language)}"`;
	const paragraph = (words: string) => `<p>${escaped(words)}</p>`;
	const last = leave ? [`<p><a href="${escaped(leave.url)}">${escaped(leave.words)}</a></p>`] : [];
	const link = action ? [`<p><a href="${escaped(action.url)}"><strong>${escaped(action.words)}</strong></a></p>`] : [];
	return `<!doctype html>
<html ${place}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped(subject)}</title>
</head>
<body>
<div ${place} style="max-width: 36em; margin: 0 auto; padding: 1em; font: 17px/1.5 system-ui, sans-serif">
${[...before.map(paragraph), ...link, ...after.map(paragraph), ...last].join('\n')}
</div>
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(words: string): string {
	return words.replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}
