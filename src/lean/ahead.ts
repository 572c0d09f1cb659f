declare global {
	var callAhead: Promise<Response> | undefined;
}

/** Asks for the call while the page that verifies it is still coming: a round trip less until the first question. */
const [, , , slug = ''] = location.pathname.split('/');

const asked = fetch(`/api/calls/${slug}`, { headers: { accept: 'application/json' }, redirect: 'error', cache: 'no-store', credentials: 'omit' });
asked.catch(() => undefined);
globalThis.callAhead = asked;
