import { client, ready, server } from '@serenity-kit/opaque';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { opaqueServer } from '#lib/people/sign-in.ts';
import type { Begun, Done, FromOpaqueWorker, ToOpaqueWorker } from './opaque-talk.ts';

// What a worker's own world has and Node has not: the worker's file asks for these two alone.
let ask: (asked: ToOpaqueWorker) => Promise<FromOpaqueWorker>;
const before = { addEventListener: globalThis.addEventListener, postMessage: globalThis.postMessage };

beforeAll(async () => {
	await ready;
	let listener: (event: { readonly data: ToOpaqueWorker }) => void = () => undefined;
	let told: (answer: FromOpaqueWorker) => void = () => undefined;
	Object.assign(globalThis, { addEventListener: (_: string, given: typeof listener) => (listener = given), postMessage: (answer: FromOpaqueWorker) => told(answer) });
	await import('./opaque-worker.ts');
	ask = (data) =>
		new Promise((resolve) => {
			told = resolve;
			listener({ data });
		});
});

afterAll(() => void Object.assign(globalThis, before));

const password = 'six words that nobody else has';
const userIdentifier = 'name';
const serverSetup = (): string => server.createSetup();

async function toldBy<T extends Begun | Done>(asked: ToOpaqueWorker): Promise<T | undefined> {
	const answer = await ask(asked);
	if (!answer.ok) throw new Error('The worker could not.');
	return answer.value as T | undefined;
}

/** Registers as the page of joining does, and gives back what the server keeps. */
async function registered(setup: string): Promise<string> {
	const begun = (await toldBy<Begun>({ do: 'begin-registration', password }))!;
	const { registrationResponse: response } = server.createRegistrationResponse({ serverSetup: setup, userIdentifier, registrationRequest: begun.request });
	return (await toldBy<Done>({ do: 'finish-registration', password, state: begun.state, response }))!.message;
}

/** Whether somebody who stretches with these figures gets in. */
function entersWith(setup: string, record: string, figures: { readonly iterations: number; readonly memory: number; readonly parallelism: number }): boolean {
	const { clientLoginState, startLoginRequest } = client.startLogin({ password });
	const { loginResponse } = server.startLogin({ serverSetup: setup, userIdentifier, registrationRecord: record, startLoginRequest, identifiers: { server: opaqueServer } });
	return client.finishLogin({ password, clientLoginState, loginResponse, keyStretching: { 'argon2id-custom': figures }, identifiers: { server: opaqueServer } }) !== undefined;
}

test('a passphrase is stretched by three rounds of Argon2id over 64 MiB, and whoever stretches less does not get in', async () => {
	const setup = serverSetup();

	const record = await registered(setup);

	expect(entersWith(setup, record, { iterations: 3, memory: 65_536, parallelism: 4 })).toBe(true);
	for (const less of [{ iterations: 2 }, { memory: 32_768 }, { parallelism: 1 }, { iterations: 1, memory: 8, parallelism: 1 }]) {
		expect(entersWith(setup, record, { iterations: 3, memory: 65_536, parallelism: 4, ...less }), JSON.stringify(less)).toBe(false);
	}
});

test('a record that was stretched less, which a server put in the place of the right one, opens nothing', async () => {
	const setup = serverSetup();
	const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
	const { registrationResponse } = server.createRegistrationResponse({ serverSetup: setup, userIdentifier, registrationRequest });
	const weak = client.finishRegistration({ password, clientRegistrationState, registrationResponse, keyStretching: { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } }, identifiers: { server: opaqueServer } }).registrationRecord;
	const signIn = async (record: string): Promise<Done | undefined> => {
		const begun = (await toldBy<Begun>({ do: 'begin-login', password }))!;
		const { loginResponse: response } = server.startLogin({ serverSetup: setup, userIdentifier, registrationRecord: record, startLoginRequest: begun.request, identifiers: { server: opaqueServer } });
		return toldBy<Done>({ do: 'finish-login', password, state: begun.state, response });
	};

	expect(await signIn(await registered(setup))).toBeDefined();
	expect(await signIn(weak)).toBeUndefined();
});
