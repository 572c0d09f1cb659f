import { isMap, type Node } from 'yaml';
import { affectedPersons } from '#lib/followup/affected.ts';
import { addresseeKinds, answers, assessors, channels, happeningKinds, inOrder, isState, verdicts, type DocumentFollowup, type Entry, type Recommendation } from '#lib/followup/recommendation.ts';
import { rights } from '#lib/followup/rights.ts';
import { entryProblem, problemWords } from '#lib/followup/story.ts';
import { goalsAndTargets } from '#lib/followup/targets.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import { count, date, languageTag, line, lineOfKey, listOf, oneOf, optional, orElse, required, shape, slug, text, webAddress, yesOrNo, type FieldsFile, type Place, type Read } from './fields.ts';
import type { ForumDocument } from './forum.ts';
import { precisionOf } from './shapes.ts';
import { clauseNumbers } from './prose.ts';

// What front matter of follow-up may hold: archive/README.md in code.

const language = required(oneOf(languages));

const state: Read<string> = (node, place) => {
	const found = line(node, place);
	if (found === undefined || isState(found)) return found;
	place.file.report(place.line, `"${place.key}" must be the two letters that ISO 3166-1 gives to a country, as GT; found "${found}".`);
	return undefined;
};

const addressee = shape({ id: required(slug), kind: required(oneOf(addresseeKinds)), name: required(text), state: optional(state) });

/** The front matter of addressees.md. */
export const addresseesShape = shape({ language, addressees: listOf(addressee) }, ({ addressees = [] }, file) => refuseTwice(addressees, file));

const evidence = shape({ name: required(line), url: optional(webAddress) });

/** Said where it is so, and left out otherwise. */
const keptBack: Read<true> = (node, place) => {
	if (yesOrNo(node, place) === true) return true;
	place.file.report(place.line, '"kept_back" must be true, or not be there.');
	return undefined;
};

/** `16.1` and `16` are numbers to YAML, and 16.10 would be 16.1: so they are written in quotation marks. */
const target: Read<string> = (node, place) => {
	const found = line(node, place);
	if (found === undefined || goalsAndTargets().includes(found)) return found;
	place.file.report(place.line, `"${place.key}" must be a goal or a target as "16" or "16.10", in quotation marks; found "${found}".`);
	return undefined;
};

const right = oneOf(rights());

const suggested = shape({ of: required((node: Node | null, place: Place) => (rights().some((one) => isNamed(node, one)) ? right(node, place) : target(node, place))), words: listOf(line) });

function isNamed(node: Node | null, name: string): boolean {
	return node?.toJSON() === name;
}

const recommendation = shape({
	clause: required(count),
	addressees: listOf(slug),
	rights: listOf(right),
	targets: listOf(target),
	themes: listOf(text),
	affected: listOf(oneOf(affectedPersons)),
	suggested: optional(listOf(suggested).read)
});

const common = { id: required(slug), clauses: listOf(count), recordedOn: required(date) };
const on = required(date);

/** By kind, what stands beside it. */
const entryShapes = {
	planned: shape({ ...common, kind: required(oneOf(['planned'])), to: required(slug), on: optional(date), session: optional(line) }),
	sent: shape({ ...common, kind: required(oneOf(['sent'])), to: required(slug), on, channel: required(oneOf(channels)), by: required(line) }),
	response: shape({ ...common, kind: required(oneOf(['response'])), from: required(slug), on, answer: required(oneOf(answers)), words: optional(text), document: optional(evidence) }),
	action: shape({ ...common, kind: required(oneOf(['action'])), by: optional(slug), on, what: required(text), evidence: listOf(evidence), keptBack: optional(keptBack) }),
	assessment: shape({ ...common, kind: required(oneOf(['assessment'])), by: required(oneOf(assessors)), name: optional(line), on, verdict: required(oneOf(verdicts)), why: optional(text), evidence: listOf(evidence), keptBack: optional(keptBack) }),
	coverage: shape({ ...common, kind: required(oneOf(['coverage'])), on, medium: required(line), title: required(line), language: required(languageTag), country: optional(state), url: required(webAddress), archived: optional(webAddress) }),
	'taken-back': shape({ ...common, kind: required(oneOf(['taken-back'])), of: required(slug), on, why: required(text), blank: orElse(yesOrNo, false) }),
	blanked: shape({ ...common, kind: required(oneOf(['blanked'])), on })
} satisfies Record<Entry['kind'], Read<Entry>>;

const entry: Read<Entry> = (node, place) => {
	const kind = isMap(node) ? happeningKinds.find((one) => node.get('kind') === one) : undefined;
	if (kind === undefined) {
		place.file.report(place.line, `"kind" must be one of ${happeningKinds.join(', ')}.`);
		return undefined;
	}
	const found = entryShapes[kind](node, place);
	if (found === undefined) return undefined;
	if (precisionOf(found.recordedOn) !== 'day') place.file.report(lineOfKey(place.file, found, 'recordedOn'), '"recorded_on" must be a day as 2017-05-08.');
	if (found.clauses.length === 0) place.file.report(lineOfKey(place.file, found, 'clauses'), '"clauses" must name one clause at least, as [1].');
	return found;
};

/** The front matter of a file of follow-up. */
export const followupFileShape = shape({ language, recommendations: listOf(recommendation), history: listOf(entry) }, ({ recommendations = [], history = [] }, file) => {
	const seen = new Set<number>();
	for (const one of recommendations) {
		if (seen.has(one.clause)) file.report(lineOfKey(file, one, 'clause'), `The clause ${one.clause} stands here twice.`);
		seen.add(one.clause);
	}
	refuseTwice(history, file);
});

function refuseTwice(all: readonly { readonly id: string }[], file: FieldsFile): void {
	const seen = new Set<string>();
	for (const one of all) {
		if (seen.has(one.id)) file.report(lineOfKey(file, one, 'id'), `The id "${one.id}" stands here twice.`);
		seen.add(one.id);
	}
}

/** What a file of follow-up says, and where: for what is compared with other files. */
export interface ReadFollowup {
	readonly forum: string;
	readonly document: string;
	readonly path: string;
	readonly facts: { readonly recommendations: readonly Recommendation[]; readonly history: readonly Entry[] };
	readonly file: FieldsFile;
}

/** The follow-up of a statement, or none after it was reported why: everything that it names is there, and its history holds together. */
export function followupFrom({ forum, document, path, facts, file }: ReadFollowup, { documents, addressees, refuse }: { readonly documents: readonly ForumDocument[]; readonly addressees: ReadonlySet<string>; readonly refuse: (problem: { readonly file: string; readonly message: string }) => void }): DocumentFollowup[] {
	const statement = documents.find((one) => one.forum === forum && one.slug === document);
	if (statement?.kind !== 'statement') {
		refuse({ file: path, message: `There is no statement "${document}" of this forum.` });
		return [];
	}
	const clauses = new Set(clauseNumbers(statement.body.in[statement.body.original]?.prose ?? []));
	for (const one of facts.recommendations) {
		if (!clauses.has(one.clause)) file.report(lineOfKey(file, one, 'clause'), `The statement has no clause ${one.clause}.`);
		for (const id of one.addressees) if (!addressees.has(id)) file.report(lineOfKey(file, one, 'addressees'), `addressees.md has no "${id}".`);
	}
	for (const [at, one] of facts.history.entries()) {
		const problem = entryProblem(one, { recommendations: facts.recommendations, addressees, history: facts.history.slice(0, at) });
		if (problem !== undefined) file.report(lineOfKey(file, one, 'id'), problemWords[problem]);
	}
	return [{ forum, document, recommendations: facts.recommendations.map(inOrder).toSorted((a, b) => a.clause - b.clause), history: facts.history }];
}
