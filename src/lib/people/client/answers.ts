import * as v from 'valibot';
import { roles } from '#lib/people/account.ts';
import { fromText } from '#lib/vault/envelope.ts';

/** What the server's answers must look like to be read at all. */
const bytes = v.pipe(v.string(), v.transform(fromText), v.instance(Uint8Array<ArrayBuffer>));
const entry = v.object({ body: v.string(), signature: v.string() });
const log = v.array(entry);
const role = v.picklist(roles);

const shapes = {
	installation: v.object({ fingerprint: v.string() }),
	response: v.object({ response: v.string() }),
	passkeyOptions: v.object({ challenge: v.string(), party: v.string(), algorithms: v.array(v.number()) }),
	passkeyQuestion: v.object({ challenge: v.string(), party: v.string() }),
	challenge: v.object({ challenge: v.string() }),
	begunLogin: v.object({ challenge: v.string(), response: v.string() }),
	signedIn: v.object({ account: v.string(), role, tag: v.string(), unlock: bytes, version: v.number(), profile: v.nullable(bytes), log }),
	liveSession: v.variant('signedIn', [v.object({ signedIn: v.literal(false) }), v.object({ signedIn: v.literal(true), account: v.string(), hasPassphrase: v.boolean(), hasPasskey: v.boolean() })]),
	invitation: v.object({ id: v.string(), role, circle: v.nullable(v.string()), by: v.nullable(v.object({ account: v.string(), found: entry })) }),
	invitationMade: v.object({ id: v.string() }),
	account: v.object({
		hasPassphrase: v.boolean(),
		passkeys: v.array(v.object({ id: v.string(), label: v.nullable(bytes), createdOn: v.string(), usedOn: v.string() })),
		sessions: v.array(v.object({ tag: v.string(), label: v.nullable(bytes), begunAt: v.string(), seenAt: v.string(), isThis: v.boolean() }))
	}),
	unlock: v.object({ unlock: bytes, version: v.number(), log }),
	accountLog: v.object({ role, log }),
	invitations: v.object({ invitations: v.array(v.object({ id: v.string(), role, circle: v.nullable(v.string()), state: v.picklist(['open', 'used', 'expired', 'withdrawn']), madeOn: v.string(), expiresAt: v.string(), usedBy: v.nullable(v.string()) })) }),
	introductions: v.object({ introductions: v.array(v.object({ id: v.string(), invitation: v.string(), circle: v.nullable(v.string()), from: v.string(), letter: bytes, found: entry })) })
};

type Shapes = typeof shapes;
export type AnswerOf<Name extends keyof Shapes> = v.InferOutput<Shapes[Name]>;

/** Reads an answer; undefined for one of another shape. */
export function reads<Name extends keyof Shapes>(name: Name): (found: unknown) => AnswerOf<Name> | undefined {
	return (found) => {
		const { success, output } = v.safeParse(shapes[name], found);
		return success ? output : undefined;
	};
}
