import type { OpenCircle, OpenedRecord, Outcome } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { derivedRecord } from '#lib/circles/limits.ts';

/** What a record says, with the record that the next version is based on; neither where there is none yet. */
export interface Kept<T> {
	readonly says: T;
	readonly record: OpenedRecord;
}

type Kind = 'workshop' | 'workshop-notes' | 'workshop-points' | 'forum-workshops' | 'logistics' | 'forum-logistics';

/** The one record of a kind that there is for a circle or a plan. Throws where it says something else, or was not written by a steward. */
export async function only<T>(circle: OpenCircle, { kind, of, read, anybody = false }: { readonly kind: Kind; readonly of: string; readonly read: (body: unknown) => T | undefined; readonly anybody?: boolean }): Promise<Outcome<{ readonly kept: Kept<T> | undefined; readonly id: string }>> {
	const id = await derivedRecord(kind, of);
	const found = await circle.read(id);
	if (!found.ok) return found.reason === 'not-found' ? { ok: true, kept: undefined, id } : found;
	const { opened } = found;
	if (!opened.ok) throw opened.trouble;
	const says = opened.kind === kind ? read(opened.body) : undefined;
	const place = { part: 'record', circle: circle.id, record: id, version: opened.version } as const;
	if (says === undefined) throw new VaultTrouble('unknown-format', place, { found: 'a record that says something else than its kind' });
	if (!anybody && !circle.state.moments.some(({ members }) => members.get(opened.author)?.steward === true)) throw new VaultTrouble('against-the-rules', place, { found: 'a record that only a steward may write' });
	return { ok: true, kept: { says, record: opened }, id };
}
