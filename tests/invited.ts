import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Canary } from './attacks/traces.ts';

/** What convenors and guest confide, each in no other place. */
export const canaries = {
	called: { what: 'how convenors call a guest', text: 'Canary-Rosa-From-The-Valley' },
	reach: { what: 'how a guest is reached', text: 'Canary-Through-The-Baker' },
	letter: { what: 'what convenors write to a guest', text: 'Canary-Please-Come-Quietly' },
	room: { what: 'the name in the room', text: 'Canary-Call-Me-Sparrow' },
	passport: { what: 'the name in the passport', text: 'CANARY ROSA PASSPORT' },
	access: { what: 'what a guest needs', text: 'Canary-A-Ramp-And-Insulin' },
	emergency: { what: 'whom to call', text: 'Canary-Call-My-Mother' },
	by: { what: 'how a guest travels', text: 'Canary-Flight-Seven' },
	gender: { what: 'how a guest describes herself', text: 'Canary-Woman-Of-The-Hills' },
	listed: { what: 'a name of a list that was brought', text: 'Canary-Second-On-The-List' },
	how: { what: 'how it was told on behalf', text: 'Canary-Her-Sister-Rang' },
	safe: { what: 'how a silence ended', text: 'Canary-Her-Mother-Heard-Her' },
	held: { what: 'how it is known that somebody is prevented', text: 'Canary-Held-At-Gate-Nine' }
} satisfies Record<string, Canary>;

/** What a paper says, as a program of somebody else reads it. With `SHOTS`, a folder, it is kept there. */
export function pdfText(pdf: Buffer): string {
	const folder = process.env['SHOTS'];
	if (folder !== undefined) writeFileSync(`${folder}/${Date.now()}.pdf`, pdf);
	return spawnSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' }).stdout.replaceAll(/[\u2066-\u2069]/g, '');
}

const publicPaths = (slug: string): string[] => [
	...['en', 'es', 'fr', 'ar'].flatMap((language) => ['', '/agenda', '/calendar.ics', '/schedule.xml', '/schedule.json', '/data.jsonld'].map((rest) => `/${language}/forums/${slug}${rest}`)),
	...['en', 'ar'].flatMap((language) => ['/feed.xml', '/feed.json', '/people', '/search?q=Madeup-In-Public'].map((rest) => `/${language}${rest}`)),
	'/sitemap.xml'
];

/** Where among all public pages of a forum a name stands. */
export async function publicPathsWith(origin: string, slug: string, name: string): Promise<string[]> {
	const found: string[] = [];
	for (const path of publicPaths(slug)) {
		const answer = await fetch(`${origin}${path}`);
		expect([path, answer.status]).toEqual([path, 200]);
		// The page of a search repeats what was asked for.
		const text = (await answer.text()).replaceAll(/value="[^"]*"|q=[^"&]*/g, '');
		if (text.includes(name)) found.push(path);
	}
	return found;
}
