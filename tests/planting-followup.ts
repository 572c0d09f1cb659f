import { evidenceIn, keepEvidence } from '#lib/followup/client/evidence.ts';
import { keepLetter, lettersIn } from '#lib/followup/client/letters.ts';
import { newEntryId, record } from '#lib/followup/client/recording.ts';
import type { FollowupRequest } from '#lib/followup/recommendation.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { sure } from './desk-officers.ts';
import { somebody } from './somebody.ts';

/** What staff who follow a recommendation confide, each text in no other place. One line for each field. */
export const plantedInFollowup = {
	letter: { what: 'a letter before it is sent', text: 'Canary-We-Have-Seen-The-Cells' },
	evidence: { what: 'what evidence is that is kept back', text: 'Canary-A-Photograph-Of-The-Gate' },
	place: { what: 'where evidence is that is kept back', text: 'Canary-With-The-Tailor' },
	shows: { what: 'what evidence shows that is kept back', text: 'Canary-Two-Guards-By-Name' }
} as const;

/** Confides all of it, and publishes the entry that says that there is evidence; gives back what another member opens, as text. */
export async function plantInFollowup(db: Db, origin: string): Promise<string> {
	const p = plantedInFollowup;
	const [ana, ben] = await Promise.all(['Ana', 'Ben'].map((name) => somebody(db, { name })));
	if (ana === undefined || ben === undefined) throw new Error('Nobody is there.');
	const at = { forum: '2016-a-time-for-peace', document: 'statement' } as const;
	const founded = sure(await ana.circles(origin).foundCircle({ name: 'Follow-up', purpose: '' })).circle;
	const hers = sure(await founded.add({ account: ben.account, name: 'Ben' })).circle;
	const his = sure(await sure(await ben.circles(origin).openCircle(hers.id)).circle.accept()).circle;

	const entry = newEntryId();
	sure(await keepLetter(hers, { ...at, addressee: 'all-states', clauses: [1], language: 'en', text: p.letter.text, delivery: null }));
	sure(await keepEvidence(hers, { entry, name: p.evidence.text, place: p.place.text, words: p.shows.text }));
	const happening = { kind: 'action', by: 'all-states', on: '2026', what: { original: 'en', in: { en: 'A made-up action.' } }, evidence: [], keptBack: true } as const;
	const request: FollowupRequest = { what: 'entry', ...at, id: entry, clauses: [1], happening: { ...happening, evidence: [] } };
	sure(await record(ana.link(origin), request));

	return JSON.stringify([sure(await lettersIn(his, at)).letters.map(({ text }) => text), sure(await evidenceIn(his, new Set([entry]))).evidence.map(({ name, place, words }) => [name, place, words])]);
}
