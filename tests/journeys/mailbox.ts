import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { until } from '../server.ts';

/** A letter as it arrived, as much of it as the journeys read. */
export interface Letter {
	readonly to: readonly string[];
	/** Lower-case names; unfolded, but not decoded. */
	readonly headers: Readonly<Record<string, string>>;
	/** The part in plain words. */
	readonly words: string;
}

/** A mail server on this machine that takes everything. */
export interface Mailbox extends AsyncDisposable {
	readonly url: string;
	readonly letters: readonly Letter[];
	/** The letters to this address, as soon as there are so many. */
	lettersTo(address: string, atLeast: number): Promise<Letter[]>;
}

export async function openMailbox(wantedPort = 0): Promise<Mailbox> {
	const letters: Letter[] = [];
	const server = new SMTPServer({
		disabledCommands: ['AUTH', 'STARTTLS'],
		logger: false,
		closeTimeout: 100,
		onData(stream, { envelope }, callback) {
			void buffer(stream).then((bytes) => {
				letters.push({ to: envelope.rcptTo.map(({ address }) => address), ...read(bytes.toString('latin1')) });
				callback();
			});
		}
	});
	server.listen(wantedPort, '127.0.0.1');
	await once(server.server, 'listening');
	const { port } = server.server.address() as AddressInfo;
	const to = (address: string): Letter[] => letters.filter((letter) => letter.to.includes(address));
	return {
		url: `smtp://127.0.0.1:${port}`,
		letters,
		async lettersTo(address, atLeast) {
			await until(() => to(address).length >= atLeast);
			return to(address);
		},
		[Symbol.asyncDispose]: () => new Promise((resolve) => (server.server.listening ? server.close(() => resolve()) : resolve()))
	};
}

function read(raw: string): Pick<Letter, 'headers' | 'words'> {
	const [head = '', ...rest] = raw.split('\r\n\r\n');
	const headers = headersOf(head);
	const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1];
	const body = rest.join('\r\n\r\n');
	const parts = boundary === undefined ? [raw] : body.split(`--${boundary}`).map((part) => part.replace(/^\r\n/, ''));
	const plain = parts.find((part) => /^content-type: text\/plain/im.test(part.split('\r\n\r\n')[0] ?? '')) ?? '';
	const [partHead = '', ...partBody] = plain.split('\r\n\r\n');
	return { headers, words: decoded(partBody.join('\r\n\r\n'), headersOf(partHead)['content-transfer-encoding'] ?? '') };
}

function headersOf(head: string): Record<string, string> {
	return Object.fromEntries(
		head
			.replaceAll(/\r\n[ \t]+/g, ' ')
			.split('\r\n')
			.map((line): [string, string] => [line.split(':')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()])
	);
}

function decoded(text: string, coding: string): string {
	if (/base64/i.test(coding)) return Buffer.from(text, 'base64').toString('utf8');
	const bytes = /quoted-printable/i.test(coding)
		? text.replaceAll('=\r\n', '').replaceAll(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
		: text;
	return Buffer.from(bytes, 'latin1').toString('utf8');
}
