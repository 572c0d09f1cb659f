import * as v from 'valibot';
import { dropDraft, draftOf, keepDraft } from '#lib/circles/client/drafts.ts';
import { lineTo } from '#lib/circles/client/line.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { session, type Unlocked } from '#lib/people/client/session.svelte.ts';
import { oneVote, votesWithout, withVotes, type Votes } from '../ballot.ts';
import { castBallot, earlierBallot, type Casting } from '../client/casting.ts';
import type { Choice } from '../opinion/index.ts';

/**
 * Note: When a ballot is sent.
 * Somebody who watches the server sees from which address and when a ballot comes, and when who opened the vault. So answers
 * are gathered and sent together, after a time that chance draws, and what was sent earlier is asked for then and not when the
 * page opens. Nothing is kept on the device unless somebody asks for it.
 */
const delaySeconds = { least: 45, most: 240 };

export type Sending = 'idle' | 'waits' | 'sends' | 'offline' | 'closed' | 'another-key' | 'failed';

/** Somebody's answers in a round while their vault is open in this tab. */
export class Voting {
	/** All that we know: brought, and given here. By the beginnings of propositions' ids. */
	answers: Votes = $state.raw(withVotes());
	unsent: Votes = $state.raw(withVotes());
	sending: Sending = $state('idle');
	/** Whether what was sent earlier, perhaps from another device, is here. */
	brought = $state(false);
	/** Whether unsent answers are kept on this device, sealed. */
	kept = $state(false);
	trouble: VaultTrouble | undefined = $state.raw();
	readonly round: string;
	readonly #casting: Casting;
	readonly #unlocked: Unlocked;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(unlocked: Unlocked, casting: Omit<Casting, 'line'>) {
		this.#unlocked = unlocked;
		this.round = casting.round.id;
		this.#casting = { ...casting, line: lineTo() };
		addEventListener('beforeunload', this.#askFirst);
		addEventListener('online', this.#comesBack);
		addEventListener('steadfast:leave', this.#end);
		void this.#takeKept();
		this.#later(() => this.bring());
	}

	/** Gives or changes an answer; it is sent later, with others. */
	answer(proposition: string, choice: Choice): void {
		const given = oneVote(proposition, choice);
		this.answers = withVotes(this.answers, given);
		this.unsent = withVotes(this.unsent, given);
		void this.#keep();
		if (this.sending === 'sends' || this.sending === 'waits') return;
		this.sending = 'waits';
		this.#later(() => this.send());
	}

	/** Brings what was sent earlier, without sending anything. */
	async bring(): Promise<void> {
		if (this.brought || this.#isOver()) return;
		await this.#believing(async () => {
			const found = await earlierBallot(this.#casting);
			if (!found.ok) return;
			this.answers = withVotes(found.votes, this.answers);
			this.brought = true;
		});
	}

	/** Sends all that is unsent now. */
	async send(): Promise<void> {
		clearTimeout(this.#timer);
		if (this.sending === 'sends' || this.unsent.size === 0 || this.#isOver()) return;
		this.sending = 'sends';
		const given = this.unsent;
		await this.#believing(async () => {
			const cast = await castBallot(this.#casting, given);
			if (!cast.ok) {
				this.sending = cast.reason === 'slow-down' ? 'failed' : cast.reason;
				if (cast.reason === 'offline' || cast.reason === 'slow-down') this.#later(() => this.send());
				return;
			}
			this.unsent = votesWithout(this.unsent, given);
			this.answers = withVotes(cast.votes, this.answers);
			this.brought = true;
			this.sending = this.unsent.size > 0 ? 'waits' : 'idle';
			if (this.unsent.size > 0) this.#later(() => this.send());
			await this.#keep();
		});
	}

	/** Keeps unsent answers on this device, sealed for this account, or not any longer. */
	async keepHere(kept: boolean): Promise<void> {
		this.kept = kept;
		await (kept ? this.#keep() : dropDraft(this.#unlocked.keys, this.#place()));
	}

	#later(work: () => Promise<void>): void {
		const [chance = 0] = crypto.getRandomValues(new Uint32Array(1));
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void work(), 1000 * (delaySeconds.least + (delaySeconds.most - delaySeconds.least) * (chance / 2 ** 32)));
	}

	async #believing(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			this.sending = 'failed';
			if (!(error instanceof VaultTrouble)) throw error;
			this.trouble = error;
		}
	}

	#place() {
		return { circle: this.#casting.round.circle.id, page: `round ${this.round}` };
	}

	async #keep(): Promise<void> {
		if (!this.kept) return;
		const { keys } = this.#unlocked;
		if (this.unsent.size === 0) await dropDraft(keys, this.#place());
		else await keepDraft(keys, { ...this.#place(), record: null, basedOn: [], title: '', text: JSON.stringify(Array.from(this.unsent, ([proposition, choice]) => ({ proposition, choice }))), at: 0 });
	}

	/** What this device kept from another time. */
	async #takeKept(): Promise<void> {
		const draft = await draftOf(this.#unlocked.keys, this.#place());
		if (draft === undefined) return;
		this.kept = true;
		for (const { proposition, choice } of v.parse(keptShape, JSON.parse(draft.text))) if (!this.answers.has(proposition)) this.answer(proposition, choice);
	}

	#isOver(): boolean {
		return session.current !== this.#unlocked;
	}

	readonly #askFirst = (event: BeforeUnloadEvent): void => {
		if (this.unsent.size > 0 && !this.kept && !this.#isOver()) event.preventDefault();
	};

	readonly #comesBack = (): void => {
		if (this.sending === 'offline') void this.send();
	};

	readonly #end = (): void => {
		clearTimeout(this.#timer);
		this.unsent = withVotes();
		removeEventListener('beforeunload', this.#askFirst);
		removeEventListener('online', this.#comesBack);
	};
}

const keptShape = v.array(v.strictObject({ proposition: v.string(), choice: v.picklist([1, -1, 0]) }));

const votings = new WeakMap<Unlocked, Voting[]>();

/** The answers of the open account in a round: the same for as long as the vault is open. */
export function votingIn(unlocked: Unlocked, casting: Omit<Casting, 'line'>): Voting {
	const own = votings.get(unlocked) ?? [];
	const known = own.find(({ round }) => round === casting.round.id);
	if (known) return known;
	const voting = new Voting(unlocked, casting);
	votings.set(unlocked, [...own, voting]);
	return voting;
}
