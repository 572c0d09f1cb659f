import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';

test.each([
	['  Ana.Defender@Example.NET\n', 'Ana.Defender@example.net'],
	['a@bücher.example', 'a@xn--bcher-kva.example'],
	['a@مثال.إختبار', 'a@xn--mgbh0fb.xn--kgbechtv'],
	['علي@example.net', 'علي@example.net'],
	["o'neil+news=x@sub.example.co.uk", "o'neil+news=x@sub.example.co.uk"],
	[`${'a'.repeat(64)}@example.net`, `${'a'.repeat(64)}@example.net`]
])('%j is taken as %j', (written, address) => {
	expect(parseAddress(written)).toEqual({ ok: true, address });
});

test.each([
	['', 'address-missing'],
	[' \t\u00a0', 'address-missing'],
	...[
		'ana', 'ana@', '@example.net', 'a@b@example.net', 'ana@example.net@evil.example', 'ana@localhost', 'ana@example.net.', 'ana@.example.net', 'ana@exa mple.net', 'a na@example.net',
		'ana@example.net\r\nBcc: x@y.example', 'a\rb@example.net', 'ana\0@example.net', 'ana\u202e@example.net', 'ana@exam\u202eple.net', 'ana@exam\u00adple.net', '\u200fana@example.net',
		'ana@[127.0.0.1]', 'ana@127.0.0.1', 'ana@0x7f.1', 'ana@2130706433', 'ana@example.net/path', 'ana@example.net:25', 'ana@example.net?x', 'ana@example.net#x', 'ana@ex%61mple.net',
		'ana@exam\\ple.net', 'Ana <ana@example.net>', '"a b"@example.net', 'a,b@example.net', 'ana@-example.net', 'ana@example-.net', 'ana@ex_ample.net', 'ana@example.1',
		'ana\ud800@example.net', 'ana@example.net,x@y.example', 'ana@user:x.example.net'
	].map((written) => [written, 'address-malformed']),
	[`${'a'.repeat(65)}@example.net`, 'address-too-long'],
	[`${'ع'.repeat(33)}@example.net`, 'address-too-long'],
	[`a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.example.net`, 'address-too-long']
])('%j is no address: %s', (written, reason) => {
	expect(parseAddress(written)).toEqual({ ok: false, reason });
});

test('whatever somebody writes is answered, and an accepted address is safe in a header and stays as it is', () => {
	const anything = fc.oneof(
		fc.string({ unit: 'binary' }),
		fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
		fc.tuple(fc.string({ unit: 'grapheme' }), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
		fc.tuple(fc.emailAddress(), fc.string()).map(([address, more]) => address + more),
		fc.emailAddress()
	);

	fc.assert(
		fc.property(anything, (written) => {
			const result = parseAddress(written);

			if (!result.ok) return;
			expect(result.address).toMatch(/^[^\s\p{C}<>()[\]\\,;:"@]+@[a-z0-9.-]+$/u);
			expect(Buffer.byteLength(result.address)).toBeLessThanOrEqual(254);
			expect(parseAddress(result.address)).toEqual(result);
		}),
		{ numRuns: 3000 }
	);
});
