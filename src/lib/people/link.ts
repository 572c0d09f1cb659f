import { fromText, isId, toText } from '#lib/vault/envelope.ts';

/** What an invitation link says behind its `#`, which browsers never send. See the note in vault/invitation.ts. */
export interface InvitationLink {
	/** 16 bytes. */
	readonly secret: Uint8Array;
	/** The account that invites; undefined in the operator's links. */
	readonly by: string | undefined;
	readonly circle: string | undefined;
	/** Whose sign-in server it must be: see `fingerprintOf`. */
	readonly installation: string;
}

/** The whole address. `origin` is the vault's. */
export function writeLink({ origin, language, link }: { readonly origin: string; readonly language: string; readonly link: InvitationLink }): string {
	const { secret, by, circle, installation } = link;
	return `${origin}/${language}/join#${[toText(secret), by ?? '-', circle ?? '-', installation].join('.')}`;
}

/** What stands behind the `#`, with it or without; undefined where a part is missing or was cut off. */
export function readLink(hash: string): InvitationLink | undefined {
	const [secret = '', by = '', circle = '', installation = '', ...rest] = hash.replace(/^#/, '').split('.');
	const bytes = fromText(secret);
	if (bytes?.length !== 16 || !isId(installation) || rest.length > 0) return undefined;
	if (![by, circle].every((id) => id === '-' || isId(id))) return undefined;
	return { secret: bytes, by: by === '-' ? undefined : by, circle: circle === '-' ? undefined : circle, installation };
}
