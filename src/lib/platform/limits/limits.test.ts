import { Session, type Runtime } from 'node:inspector/promises';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Limiter, type Limit } from './limits.ts';

const join: Limit = { name: 'newsletter.join', most: 3, perMs: 60_000 };
const day = 24 * 60 * 60 * 1000;
const at = (ms: number) => new Date(Date.UTC(2026, 10, 20) + ms);

/** How often it is allowed in a row. */
function times(limiter: Limiter, address: string, now = at(0), limit = join): number {
	return Array.from({ length: 10 }, () => limiter.allows(limit, address, now)).filter(Boolean).length;
}

test('as many as the limit says are allowed, and not one more', () => {
	expect(times(new Limiter(), '192.0.2.1')).toBe(3);
});

test('a limit of none allows none', () => {
	expect(times(new Limiter(), '192.0.2.1', at(0), { ...join, most: 0 })).toBe(0);
});

test('after the span it is allowed again, and refused attempts do not make it longer', () => {
	const limiter = new Limiter();
	times(limiter, '192.0.2.1', at(0));

	const late = times(limiter, '192.0.2.1', at(59_999));

	expect([late, times(limiter, '192.0.2.1', at(60_000))]).toEqual([0, 3]);
});

test('one address does not use up the attempts of another, nor one thing those of another', () => {
	const limiter = new Limiter();
	times(limiter, '192.0.2.1');

	expect(times(limiter, '192.0.2.2')).toBe(3);
	expect(times(limiter, '192.0.2.1', at(0), { ...join, name: 'grants.apply' })).toBe(3);
	expect(times(limiter, '192.0.2.1')).toBe(0);
});

test.each([
	['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
	['2001:db8:1:2::1', '2001:0DB8:0001:0002:0:0:0:9'],
	['2001:db8::1', '2001:db8:0:0:5::'],
	['fe80::1%eth0', 'fe80::2%eth1'],
	['::1', '0:0:0:0:0:0:0:2'],
	['192.0.2.1', '::ffff:192.0.2.1'],
	['192.0.2.1', '::FFFF:c000:201'],
	['192.0.2.1', '0:0:0:0:0:ffff:192.0.2.1'],
	['192.0.2.1', '192.0.2.1:50123'],
	['2001:db8:1:2::1', '[2001:db8:1:2::1]:50123']
])('%s and %s count together', (one, other) => {
	const limiter = new Limiter();
	times(limiter, one);

	expect(times(limiter, other)).toBe(0);
});

test.each([
	['2001:db8:1:2::1', '2001:db8:1:3::1'],
	['2001:db8::1', '2001:db8:0:1::1'],
	['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
	['::ffff:c000:201', '::ffff:c000:202'],
	['192.0.2.1:80', '192.0.2.2:80'],
	['1::', '::1'],
	['unknown', '192.0.2.1']
])('%s and %s count apart', (one, other) => {
	const limiter = new Limiter();
	times(limiter, one);

	expect(times(limiter, other)).toBe(3);
});

test('after a day everything is forgotten, even a limit that runs longer', () => {
	const limiter = new Limiter();
	const year = { ...join, perMs: 365 * day };
	times(limiter, '192.0.2.1', at(0), year);

	expect(times(limiter, '192.0.2.1', at(day - 1), year)).toBe(0);
	expect(times(limiter, '192.0.2.1', at(day), year)).toBe(3);
});

test('neither the memory of a seized process nor a log of the limiter holds an address', async () => {
	const planted = ['203.0.113.77', '2001:db8:77:88::99', '198.51.100.7'];
	const limiter = new Limiter();
	for (const address of planted) times(limiter, address);

	const everything = `${JSON.stringify(limiter)}${inspect(limiter, { showHidden: true, depth: null })}${await insides(limiter)}`;

	expect(everything).toMatch(/counters/);
	for (const piece of ['203.0', '113.77', '2001', 'db8', '198.51', '100.7', 'newsletter']) expect(everything).not.toContain(piece);
});

test('the same address leaves another trace in another process and on another day', async () => {
	const traces: string[][] = [];
	for (const [limiter, now] of [[new Limiter(), at(0)], [new Limiter(), at(0)]] as const) {
		limiter.allows(join, '203.0.113.77', now);
		traces.push(keysIn(await insides(limiter)));
		limiter.allows(join, '203.0.113.77', at(day));
		traces.push(keysIn(await insides(limiter)));
	}

	expect(traces.map((keys) => keys.length)).toEqual([1, 1, 1, 1]);
	expect(new Set(traces.flat()).size).toBe(4);
});

test('a flood from ever new addresses does not fill the memory, and who came last is still counted', async () => {
	const limiter = new Limiter(1000);
	const sizes: number[] = [];
	for (let n = 0; n < 5000; n++) {
		limiter.allows(join, `10.0.${n >> 8}.${n & 255}`, at(n));
		if (n % 250 === 249) sizes.push(await countersOf(limiter));
	}
	times(limiter, '192.0.2.1', at(5000));

	expect(times(limiter, '192.0.2.1', at(5000))).toBe(0);
	expect(sizes.slice(0, 4)).toEqual([250, 500, 750, 1000]);
	expect(Math.max(...sizes)).toBe(1000);
});

test('what is still counted is not forgotten for the sake of what has expired', () => {
	const limiter = new Limiter(1000);
	times(limiter, '192.0.2.1', at(0), { ...join, perMs: day });
	for (let n = 0; n < 5000; n++) limiter.allows({ ...join, perMs: 10 }, `10.0.${n >> 8}.${n & 255}`, at(n));

	expect(times(limiter, '192.0.2.1', at(5000), { ...join, perMs: day })).toBe(0);
});

/** All that a debugger finds in an object, private fields and the entries of maps included, as text. */
async function insides(object: object): Promise<string> {
	return inspecting(object, async (session, root) => {
		const seen: string[] = [];
		const look = async ({ objectId, ...value }: Runtime.RemoteObject, depth: number): Promise<void> => {
			seen.push(JSON.stringify(value.value ?? value.description ?? ''));
			if (objectId === undefined || depth > 6) return;
			for (const { name, value: inner } of await propertiesOf(session, objectId)) {
				seen.push(name);
				if (inner) await look(inner, depth + 1);
			}
		};
		await look(root, 0);
		return seen.join('\n');
	});
}

function keysIn(text: string): string[] {
	return [...new Set(text.match(/[\w-]{43}/g) ?? [])];
}

async function countersOf(limiter: Limiter): Promise<number> {
	return inspecting(limiter, async (session, { objectId = '' }) => {
		const map = (await propertiesOf(session, objectId)).find(({ name }) => name === '#counters')?.value?.description;
		return Number(/^Map\((\d+)\)$/.exec(map ?? '')?.[1]);
	});
}

interface Property {
	readonly name: string;
	readonly value?: Runtime.RemoteObject | undefined;
}

async function propertiesOf(session: Session, objectId: string): Promise<Property[]> {
	// The types of Node leave out the private ones, which V8 gives all the same.
	const found: Runtime.GetPropertiesReturnType & { readonly privateProperties?: readonly Property[] } = await session.post('Runtime.getProperties', { objectId, ownProperties: true });
	const entries = (found.internalProperties ?? []).filter(({ name }) => name === '[[Entries]]'); // The other ones lead out of the object.
	return [...found.result, ...entries, ...(found.privateProperties ?? [])];
}

async function inspecting<T>(object: object, look: (session: Session, root: Runtime.RemoteObject) => Promise<T>): Promise<T> {
	const session = new Session();
	session.connect();
	Reflect.set(globalThis, 'inspected', object);
	try {
		return await look(session, (await session.post('Runtime.evaluate', { expression: 'globalThis.inspected' })).result);
	} finally {
		Reflect.deleteProperty(globalThis, 'inspected');
		session.disconnect();
	}
}
