import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import graphs from '@zxcvbn-ts/language-common/dist/adjacencyGraphs.json.mjs';
import diceware from '@zxcvbn-ts/language-common/dist/diceware.json.mjs';

/** Why a passphrase of one's own is too weak. */
export type Weakness = 'too-short' | 'repeats' | 'keyboard' | 'sequence' | 'date' | 'name' | 'few-words' | 'guessable';

/** Fewer characters are tried out by machines, whatever they are. */
const shortest = 14;
/** Ten to the power of this many guesses: each costs a guesser 64 MB of memory and half a second, if he has all that the server has. */
const leastGuessesLog10 = 12;

/**
 * Loaded only when somebody writes a passphrase of her own. With the list of common passwords that estimators usually
 * bring, the joining page would weigh half as much again; there are few of fourteen letters in it, and the words that
 * they are made of are in the list that we do use.
 */
const estimator = new ZxcvbnFactory({ dictionary: { words: diceware }, graphs, maxLength: 200 });

/**
 * Undefined for one that is strong enough. `name` is what a guesser tries first.
 * @public loaded when it is needed, which the search for dead code does not see
 */
export function weaknessOf(passphrase: string, name: string): Weakness | undefined {
	if ([...passphrase].length < shortest) return 'too-short';
	const { guessesLog10, sequence } = estimator.check(passphrase, [name, ...name.split(/\s+/u), 'steadfast']);
	if (guessesLog10 >= leastGuessesLog10) return undefined;
	const longest = [...sequence].sort((a, b) => b.j - b.i - (a.j - a.i))[0];
	switch (longest?.pattern) {
		case 'repeat':
			return 'repeats';
		case 'spatial':
			return 'keyboard';
		case 'sequence':
			return 'sequence';
		case 'date':
			return 'date';
		case 'dictionary':
			return longest['dictionaryName'] === 'userInputs' ? 'name' : 'few-words';
		default:
			return 'guessable';
	}
}
