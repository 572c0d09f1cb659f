import { openCard, VaultFailure, type AccountCard } from '#vault';
import { foldAccount } from '#lib/people/account.ts';
import { isId } from '#lib/vault/envelope.ts';
import { reads } from './answers.ts';
import { memoryOf } from './device-memory.ts';
import { goesOn } from './seen.ts';
import { askJson, session } from './session.svelte.ts';
import { believing, type Trouble } from './trouble.ts';

/** The public half of somebody's account, held against its id, its log and what this browser has seen of it. Who it is, only people can tell each other. */
export async function cardOf(account: string): Promise<{ readonly ok: true; readonly card: AccountCard } | Trouble> {
	if (!isId(account)) return { ok: false, reason: 'not-found' };
	const answer = await askJson(`/api/accounts/${account}`, reads('accountLog'));
	if (!answer.ok) return answer;
	return believing(async () => {
		const { log } = answer.value;
		const folded = await foldAccount(account, log);
		if (!folded.ok) throw new VaultFailure(folded.reason, `entry ${folded.seq} of an account's log`);
		if (session.current !== undefined) await goesOn(memoryOf(session.current.keys), account, { log, head: folded.state.head });
		const [found] = log;
		if (found === undefined) throw new VaultFailure('against-the-rules', 'an empty log');
		return { ok: true, card: await openCard(account, found) };
	});
}
