import { client, ready } from '@serenity-kit/opaque';
import { opaqueServer } from '#lib/people/sign-in.ts';
import type { FromOpaqueWorker, ToOpaqueWorker } from './opaque-talk.ts';

/**
 * Note: The only place in a browser that loads OPAQUE.
 * A worker, because its answer alone carries the policy that allows WebAssembly, and because half a second of Argon2
 * would freeze a page. How hard a passphrase is stretched and what the server is called are constants here: a server
 * that could choose them would choose weak ones.
 */
const stretching = { keyStretching: { 'argon2id-custom': { iterations: 3, memory: 65_536, parallelism: 4 } }, identifiers: { server: opaqueServer } };

addEventListener('message', ({ data }: MessageEvent<ToOpaqueWorker>) => {
	void answer(data).then((told) => postMessage(told));
});

async function answer(asked: ToOpaqueWorker): Promise<FromOpaqueWorker> {
	try {
		await ready;
		return { ok: true, value: work(asked) };
	} catch {
		return { ok: false };
	}
}

function work(asked: ToOpaqueWorker): Extract<FromOpaqueWorker, { ok: true }>['value'] {
	const { password } = asked;
	switch (asked.do) {
		case 'begin-registration': {
			const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
			return { state: clientRegistrationState, request: registrationRequest };
		}
		case 'finish-registration': {
			const done = client.finishRegistration({ password, clientRegistrationState: asked.state, registrationResponse: asked.response, ...stretching });
			return { message: done.registrationRecord, exportKey: done.exportKey, serverKey: done.serverStaticPublicKey };
		}
		case 'begin-login': {
			const { clientLoginState, startLoginRequest } = client.startLogin({ password });
			return { state: clientLoginState, request: startLoginRequest };
		}
		case 'finish-login': {
			const done = client.finishLogin({ password, clientLoginState: asked.state, loginResponse: asked.response, ...stretching });
			return done && { message: done.finishLoginRequest, exportKey: done.exportKey, serverKey: done.serverStaticPublicKey };
		}
	}
}
