import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPushService } from '../../../../tests/push-service.ts';
import { temporaryFolder } from '../../../../tests/temporary.ts';
import { openPush } from './push.ts';

const now = new Date('2026-11-25T15:00:00Z');

function pushTo(services: readonly string[], contact?: string) {
	const dataDir = temporaryFolder('push');
	const config = { dataDir, pushServices: services, contact, vaultOrigin: 'https://vault.example.org' };
	return { config, push: openPush(config), [Symbol.dispose]: () => rmSync(dataDir, { recursive: true }) };
}

test('a knock says who knocks, signed for this push service and for half a day, and nothing else', async () => {
	await using service = await openPushService();
	using ours = pushTo([service.origin], 'mailto:security@example.org');

	const outcome = await ours.push.knock(`${service.origin}/send/abc?d=1`, now);

	expect(outcome).toBe('taken');
	expect(service.knocks).toEqual([
		{
			path: '/send/abc?d=1',
			body: '',
			headers: { ttl: '86400', topic: 'news', urgency: 'normal' },
			key: await ours.push.publicKey(),
			claims: { aud: service.origin, exp: now.getTime() / 1000 + 12 * 60 * 60, sub: 'mailto:security@example.org' }
		}
	]);
});

test('the key is the same after a restart, in a file for our account only', async () => {
	using ours = pushTo(['push.example.org']);

	const keys = [await ours.push.publicKey(), await openPush(ours.config).publicKey()];

	expect(keys[1]).toBe(keys[0]);
	expect(Buffer.from(keys[0]!, 'base64url')).toHaveLength(65);
	expect(statSync(join(ours.config.dataDir, 'secrets', 'web-push-key')).mode & 0o777).toBe(0o600);
});

test('without a contact that may be written to, a push service is told the vault’s address', async () => {
	await using service = await openPushService();
	using ours = pushTo([service.origin], 'tel:+15550100');

	await ours.push.knock(`${service.origin}/x`, now);

	expect(service.knocks[0]?.claims?.sub).toBe('https://vault.example.org');
});

test.each([404, 410])('a subscription that the push service answers with %i is gone', async (status) => {
	await using service = await openPushService();
	using ours = pushTo([service.origin]);
	service.answer = { status };

	expect(await ours.push.knock(`${service.origin}/x`, now)).toBe('gone');
});

test.each([302, 400, 403, 429, 500])('a push service that answers %i is tried again later, and nobody learns where it was', async (status) => {
	await using service = await openPushService();
	await using elsewhere = await openPushService();
	using ours = pushTo([service.origin, elsewhere.origin]);
	service.answer = { status, headers: { location: `${elsewhere.origin}/inside` } };

	const failure = await ours.push.knock(`${service.origin}/secret-path`, now).catch((error: unknown) => error);

	expect(String(failure)).toBe(`PushFailure: A push service did not take a knock (HTTP_${status}).`);
	expect(elsewhere.knocks).toEqual([]);
});

test('a push service that is not there is a failure with its code', async () => {
	const service = await openPushService();
	using ours = pushTo([service.origin]);
	await service[Symbol.asyncDispose]();

	await expect(ours.push.knock(`${service.origin}/x`, now)).rejects.toThrow('(ECONNREFUSED)');
});

const services = ['push.example.org', '*.notify.example.net', 'http://127.0.0.1:8081'];

test.each([
	['https://push.example.org/send/abc:def=1', true],
	['https://db5p.notify.example.net/?token=a%2b', true],
	['http://127.0.0.1:8081/x', true],
	['http://push.example.org/x', false],
	['https://push.example.org:8443/x', false],
	['https://notify.example.net/x', false],
	['https://evilnotify.example.net/x', false],
	['https://push.example.org.evil.example/x', false],
	['https://evil.example/https://push.example.org/', false],
	['https://push.example.org@evil.example/x', false],
	['https://somebody@push.example.org/x', false],
	['https://127.0.0.1/x', false],
	['http://127.0.0.1:8082/x', false],
	['http://localhost:8081/x', false],
	['http://[::1]:8081/x', false],
	['https://push.example.org/a b', false],
	['https://push.example.org/"', false],
	['https://push.example.org/\\', false],
	['https://push.example.org/x#y', false],
	[`https://push.example.org/${'x'.repeat(800)}`, false],
	['file:///etc/passwd', false],
	['javascript:alert(1)', false],
	['', false]
])('an endpoint %j is written to: %s', async (endpoint, isTaken) => {
	using ours = pushTo(services);

	expect(ours.push.takes(endpoint)).toBe(isTaken);
	if (!isTaken) await expect(ours.push.knock(endpoint, now)).rejects.toThrow('EHOST');
});
