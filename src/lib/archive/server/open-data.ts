import { publicReleases } from '#lib/grants/server/index.ts';
import type { Publisher } from '#lib/grants/open-data.ts';
import type { PooledCell } from '#lib/grants/pooling.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import type { House } from '#lib/platform/house.ts';
import { programme, type Reading } from './reading.ts';

/** What is told of grants, and by whom; undefined before the first release. `publisher` is where the operator gave its identifier. */
export async function grantsData(house: Reading & Pick<House, 'db' | 'recall' | 'config'>, origin: string): Promise<{ readonly cells: readonly PooledCell[]; readonly currency: string; readonly publisher: Publisher | undefined; readonly at: Date } | undefined> {
	const { releases, cells, currency } = await publicReleases(house);
	const last = releases.at(-1)?.read.on;
	if (currency === undefined || last === undefined) return undefined;
	const about = await programme(house);
	const name = house.config.grantsPublisherName ?? (about ? shown(about.name, 'en').words : 'Steadfast');
	const organisation = house.config.grantsPublisher;
	return { cells, currency, publisher: organisation === undefined ? undefined : { name, organisation, policyUrl: `${origin}/en/grants/open-data#policy`, currency }, at: new Date(`${last}T00:00:00Z`) };
}
