const hourMs = 60 * 60 * 1000;

/** The name of the cookie. `__Host-` makes browsers refuse it from anything but this very host, over TLS, for all paths. */
export const sessionCookie = '__Host-steadfast';
/** After so long without a request a session ends. Counted from whole hours, so it may be up to one hour less. */
export const idleMs = 12 * hourMs;
/** And after so long in any case. */
export const absoluteMs = 7 * 24 * hourMs;

/** The hour in which an instant lies: finer times are not kept, so that a seized server cannot tell when exactly somebody was here. */
export function hourOf(instant: Date): Date {
	return new Date(Math.floor(instant.getTime() / hourMs) * hourMs);
}

export function isAlive({ begunAt, seenAt }: { readonly begunAt: Date; readonly seenAt: Date }, now: Date): boolean {
	const at = now.getTime();
	return at - seenAt.getTime() < idleMs && at - begunAt.getTime() < absoluteMs;
}
