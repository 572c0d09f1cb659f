import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { isFound, searches, workText } from '../work.ts';
import { doWork, newToken } from './working.ts';

test('what a browser works for is what the server takes, and another question’s is not', async () => {
	const [token, other] = [newToken(), newToken()];
	const [span = 0, ...found] = (await doWork({ about: 'a-forum/an-item', token })).split(' ').map(Number);
	const holds = (of: string) => found.filter((one, search) => isFound(createHash('sha256').update(workText({ about: 'a-forum/an-item', span, token: of, search, found: one })).digest())).length;

	expect(token).toMatch(/^[\w-]{22}$/);
	expect(found).toHaveLength(searches);
	expect(holds(token)).toBe(searches);
	expect(holds(other)).toBeLessThan(searches);
});
