import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../tests/temporary.ts';
import { isExportRecipient, newExportKey, sealExport } from './export.ts';
import { newEpoch } from './epoch.ts';

const ageCommand = ['/usr/bin/age', '/usr/local/bin/age', '/opt/homebrew/bin/age'].find((path) => existsSync(path));

function streamOf(text: string): ReadableStream<Uint8Array> {
	return new Blob([text]).stream();
}

test.skipIf(ageCommand === undefined)('what is exported opens with the age command and the export key, and with no other (needs age installed)', async () => {
	const folder = temporaryFolder('export');
	const [key, other] = await Promise.all([newExportKey(), newExportKey()]);
	writeFileSync(join(folder, 'key.txt'), `${key.identity}\n`);
	writeFileSync(join(folder, 'other.txt'), `${other.identity}\n`);
	writeFileSync(join(folder, 'paper.age'), new Uint8Array(await new Response(await sealExport(streamOf('قرار المجلس'), key.recipient)).arrayBuffer()));
	const open = (name: string): string => execFileSync(ageCommand ?? '', ['-d', '-i', join(folder, name), join(folder, 'paper.age')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

	expect(open('key.txt')).toBe('قرار المجلس');
	expect(() => open('other.txt')).toThrow();
	rmSync(folder, { recursive: true });
});

test('an export goes to nothing but an age recipient, typed without a mistake', async () => {
	const { recipient, identity } = await newExportKey();
	const { inbox } = await newEpoch(1);
	const mistyped = recipient.replace(/.$/, recipient.endsWith('q') ? 'p' : 'q');

	expect([recipient, inbox.recipient].map(isExportRecipient)).toEqual([true, true]);
	expect([identity, mistyped, '', 'age1', recipient.toUpperCase(), `${recipient} `, 'ssh-ed25519 AAAA'].map(isExportRecipient)).toEqual([false, false, false, false, false, false, false]);
	await expect(sealExport(streamOf('x'), identity)).rejects.toMatchObject({ kind: 'weak-recipient' });
});
