import { expect, test } from 'vitest';
import { noNeeds, type Needs } from './needs.ts';
import { clocksDiffer, courseOf, deadlinesOf, isExpected, joined, nextLook, silenceOf, type Happening, type TravellerRecord } from './traveller.ts';
import type { Travel } from './guest.ts';

const zone = 'America/New_York';
const ana = 'A'.repeat(22);
let made = 0;
const idOf = (n: number): string => `${'B'.repeat(18)}${String(n).padStart(3, '0')}A`;
type Said = Happening extends infer One ? (One extends Happening ? Omit<One, 'id' | 'by' | 'at' | 'words'> : never) : never;
const happened = (one: Said, at = '2027-10-12T03:00:00.000Z'): Happening => ({ ...one, id: idOf(made++), by: ana, at, words: '' });

/** Somebody who is to land in New York at 22:40 on 11 October (02:40 UTC) and to leave on the 15th at noon. */
const landing: Partial<Needs> = { arrives: { day: '2027-10-11', time: '22:40', by: 'XX 7' }, leaves: { day: '2027-10-15', time: '12:00', by: '' } };
function traveller({ needs = landing, travel = {}, happened: all = [], comes = false }: { readonly needs?: Partial<Needs>; readonly travel?: Partial<Travel>; readonly happened?: readonly Happening[]; readonly comes?: boolean } = {}): TravellerRecord {
	return {
		of: { guest: idOf(900), name: 'Made-up Rosa', role: 'speaker', reach: '', links: [], comes, photographs: 'no', over: false },
		travel: { version: 1, name: '', needs: { ...noNeeds(), ...needs }, says: 'accepted', roomName: 'Sparrow', photographs: 'ask', reached: '', ...travel },
		happened: all
	};
}
const at = (text: string): { device: Date; server: Date } => ({ device: new Date(text), server: new Date(text) });
const alarm = (one: TravellerRecord, clock: string) => silenceOf(one, zone, at(clock));

test('whoever was to land at 22:40 and is not heard of is missed two hours later, by the venue’s clock and nobody else’s', () => {
	expect(alarm(traveller(), '2027-10-12T04:39:00Z')).toBeUndefined();
	expect(alarm(traveller(), '2027-10-12T04:40:00Z')).toEqual({ leg: 'there', since: new Date('2027-10-12T04:40:00Z'), sure: true });
	// A day without an hour lasts until midnight there.
	expect(deadlinesOf(traveller({ needs: { arrives: { day: '2027-10-11', time: '', by: '' } } }), zone)).toEqual([{ leg: 'there', at: new Date('2027-10-12T06:00:00Z') }]);
});

test('a clock that lies raises no sure alarm, in whichever of the two it is, and hides none', () => {
	const [early, late] = [new Date('2027-10-11T20:00:00Z'), new Date('2027-10-12T09:00:00Z')];
	expect(silenceOf(traveller(), zone, { device: late, server: early })?.sure).toBe(false);
	expect(silenceOf(traveller(), zone, { device: early, server: late })?.sure).toBe(false);
	expect([clocksDiffer({ device: early, server: late }), clocksDiffer(at('2027-10-12T09:00:00Z'))]).toEqual([true, false]);
	// What a member noted with a wrong clock is no later or sooner for it: what was kept last holds.
	const undone = traveller({ happened: [happened({ kind: 'safe-there' }, '2031-01-01T00:00:00.000Z'), happened({ kind: 'not-seen' }, '2019-01-01T00:00:00.000Z')] });
	expect(alarm(undone, '2027-10-12T09:00:00Z')?.leg).toBe('there');
});

test('nobody is missed who was seen at the door, was reached, or said so; and who came is missed again when not heard of at home', () => {
	const heard = [traveller({ happened: [happened({ kind: 'door' })] }), traveller({ happened: [happened({ kind: 'safe-there' })] }), traveller({ travel: { reached: 'arrived' } })];
	for (const one of heard) {
		expect(alarm(one, '2027-10-13T00:00:00Z')).toBeUndefined();
		// A day after noon on the 15th there, and two hours.
		expect(alarm(one, '2027-10-16T17:59:00Z')).toBeUndefined();
		expect(alarm(one, '2027-10-16T18:00:00Z')?.leg).toBe('home');
	}
	const told = traveller({ needs: { ...landing, home: { day: '2027-10-17', time: '08:00', by: '' } }, travel: { reached: 'arrived' } });
	expect([alarm(told, '2027-10-17T13:59:00Z'), alarm(told, '2027-10-17T14:00:00Z')?.leg]).toEqual([undefined, 'home']);
	for (const one of [traveller({ travel: { reached: 'home' } }), traveller({ happened: [happened({ kind: 'safe-home' })] })]) expect(alarm(one, '2028-01-01T00:00:00Z')).toBeUndefined();
});

test('whoever is prevented from attending, takes part from afar, declined or was withdrawn is asked nothing and raises nothing; undone, the silence counts again', () => {
	const prevented = happened({ kind: 'prevented', why: 'detained' });
	const quiet = [traveller({ happened: [prevented] }), traveller({ happened: [happened({ kind: 'remote' })] }), traveller({ travel: { says: 'declined' } }), { ...traveller(), of: { ...traveller().of, over: true } }];
	for (const one of quiet) expect([isExpected(one), deadlinesOf(one, zone), nextLook([one], zone, new Date('2027-10-12T09:00:00Z'))]).toEqual([false, [], null]);
	const back = traveller({ happened: [prevented, happened({ kind: 'free' })] });
	expect([courseOf(back).prevented, alarm(back, '2027-10-12T09:00:00Z')?.leg]).toEqual([undefined, 'there']);
});

test('the server is told one full hour, of the first who would be missed; of a silence the next, or that until which all are looked after', () => {
	const later = traveller({ needs: { arrives: { day: '2027-10-12', time: '09:10', by: '' } } });
	const now = new Date('2027-10-12T00:05:00Z');
	expect(nextLook([later, traveller()], zone, now)).toEqual(new Date('2027-10-12T05:00:00Z'));
	expect(nextLook([later, traveller()], zone, new Date('2027-10-12T05:00:00Z'))).toEqual(new Date('2027-10-12T06:00:00Z'));
	const watched = traveller({ happened: [happened({ kind: 'watching', until: '2027-10-12T08:20:00.000Z' })] });
	expect(nextLook([watched], zone, new Date('2027-10-12T05:00:00Z'))).toEqual(new Date('2027-10-12T09:00:00Z'));
	expect(nextLook([watched, traveller()], zone, new Date('2027-10-12T05:00:00Z'))).toEqual(new Date('2027-10-12T06:00:00Z'));
	// A device whose clock is years ahead does not silence anything for longer than six hours.
	const forever = traveller({ happened: [happened({ kind: 'watching', until: '2031-01-01T00:00:00.000Z' })] });
	expect(nextLook([forever], zone, new Date('2027-10-12T05:00:00Z'))).toEqual(new Date('2027-10-12T11:00:00Z'));
});

test('what two people noted at the door without a line is joined, and nothing is there twice', () => {
	const [door, safe, note] = [happened({ kind: 'door' }), happened({ kind: 'safe-there' }), happened({ kind: 'note' })];
	expect(joined([door, safe], [safe, note])).toEqual([door, safe, note]);
	expect(joined([door], [door])).toEqual([door]);
});
