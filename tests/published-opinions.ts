import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ballotsFrom, type Ballots, type Vote } from '#lib/statement/opinion/index.ts';
import { recordsOf } from './csv.ts';

/** Where published conversations lie, beside the repository: they are too large for it and not ours. */
const opinions = join(process.env['PUBLISHED_DATA_DIR'] ?? join(import.meta.dirname, '../../shared/data'), 'opinion');

/** Two conversations of Bowling Green, published by those who held them; see docs/benchmarks.md. */
export type PublishedConversation = 'bg2050-volunteers' | 'bowling-green';

/** Said in the name of a test that needs one and has none. */
export const withoutConversations = existsSync(opinions) ? '' : ' (skipped: no data)';

export interface Published {
	readonly votes: readonly Vote[];
	readonly propositions: readonly string[];
	readonly moderated: ReadonlySet<string>;
	readonly ballots: Ballots;
	/** By person, in the order of the ballots: the published group, or -1. */
	readonly groupOf: Int32Array;
	/** By proposition, where it was published. */
	readonly consensus: ReadonlyMap<string, number>;
}

/** A published conversation, from its matrix: its counts of agreeing are of votes cast and not of last votes. */
export function published(name: PublishedConversation): Published {
	const people = recordsOf(readFileSync(join(opinions, name, 'participants-votes.csv'), 'utf8'));
	const comments = recordsOf(readFileSync(join(opinions, name, 'comments.csv'), 'utf8'));
	const propositions = Object.keys(people[0] ?? {}).filter((column) => /^\d+$/.test(column));
	const moderated = new Set(comments.filter((comment) => comment['moderated'] === '-1').map((comment) => comment['comment-id'] ?? ''));
	const votes = people.flatMap((person) => propositions.flatMap((proposition): Vote[] => choiceOf(person[proposition]).map((choice) => ({ person: person['participant'] ?? '', proposition, choice }))));
	const ballots = ballotsFrom(votes, { propositions, moderated });
	const groups = new Map(people.map((person) => [person['participant'], person['group-id'] || '-1']));
	return {
		votes,
		propositions,
		moderated,
		ballots,
		groupOf: Int32Array.from(ballots.people, (person) => Number(groups.get(person))),
		consensus: new Map(comments.flatMap((comment) => (comment['group-informed-consensus'] ? [[comment['comment-id'] ?? '', Number(comment['group-informed-consensus'])]] : [])))
	};
}

function choiceOf(cell: string | undefined): Vote['choice'][] {
	return cell === '1' ? [1] : cell === '-1' ? [-1] : cell === '0' ? [0] : [];
}
