import { formatNumber, isLanguage, type Language } from '#lib/platform/i18n/language.ts';
import type { SaidWords, ShownItem, ShownQuestion } from '../shown-questions.ts';
import { doWork, newToken } from './working.ts';

/** What the page hands over: where it is, and its words with places for figures. */
interface Page {
	readonly root: HTMLElement;
	readonly topic: string;
	/** The item's page, without script. */
	readonly here: string;
	readonly language: Language;
	readonly words: Readonly<Record<string, string>>;
}

/** Follows the public item that a document shows; does nothing in a document that shows none. */
export function follow(document: Document): void {
	const root = document.querySelector<HTMLElement>('[data-follow]');
	const { follow: topic, here } = root?.dataset ?? {};
	if (!root || topic === undefined || here === undefined) return;
	const { lang } = document.documentElement;
	// Written by our own page.
	const words = JSON.parse(root.dataset['words'] ?? '{}') as Page['words'];
	const page: Page = { root, topic, here, language: isLanguage(lang) ? lang : 'en', words };
	const show = root.dataset['display'] === undefined ? showList : showStage;
	keepUp(page, (item) => show(page, item));
	for (const place of document.querySelectorAll<HTMLElement>('[data-player]')) offerPlayer(place);
	const form = document.querySelector<HTMLFormElement>('[data-ask]');
	if (form) sendBy(page, form);
}

const pollMs = 6000;
const retryMs = 30_000;

/** A pause that is not everybody's: half of it to one and a half. */
function about(ms: number): number {
	return ms * (0.5 + Math.random());
}

/**
 * Note: Three ways to keep up.
 * The stream of versions; where it is refused or not there, asking every few seconds; and the page without script, which
 * can always be loaded again. What is asked for is the same small file for all three, with its ETag. After a lost line the
 * browser connects again by itself, after the pause that the server told it, each another one.
 */
function keepUp(page: Page, show: (item: ShownItem) => void): void {
	let known = Number(page.root.dataset['version']);
	let polling: number | undefined;
	let isPolling = false;
	let due: number | undefined;

	const look = async (): Promise<void> => {
		due = undefined;
		try {
			const answer = await fetch(`${page.here}/state.json`, { credentials: 'omit', cache: 'no-cache' });
			if (!answer.ok) throw new Error('no answer');
			// Our own server's answer; it is shown as text alone.
			const item = (await answer.json()) as ShownItem;
			known = item.version;
			show(item);
			if (isPolling) say(page, 'polling');
		} catch {
			say(page, 'lost');
		}
	};
	const lookSoon = (ms: number): void => {
		due ??= window.setTimeout(() => void look(), Math.random() * ms);
	};
	const poll = (): void => {
		isPolling = true;
		polling ??= window.setTimeout(() => {
			polling = undefined;
			void look().then(() => isPolling && poll());
		}, about(pollMs));
	};
	const stopPolling = (): void => {
		isPolling = false;
		window.clearTimeout(polling);
		polling = undefined;
	};
	const listen = (): void => {
		const stream = new EventSource(`/live/${page.topic}`);
		stream.addEventListener('open', () => {
			stopPolling();
			say(page, 'live');
			// Something may have changed while nobody listened.
			lookSoon(1500);
		});
		stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
			if (Number(data) !== known) lookSoon(300);
		});
		stream.addEventListener('error', () => {
			poll();
			say(page, 'polling');
			if (stream.readyState === EventSource.CLOSED) window.setTimeout(listen, about(retryMs));
		});
	};

	listen();
	// Votes come without an event.
	window.setInterval(() => lookSoon(pollMs), retryMs);
}

function say({ root }: Page, status: 'live' | 'polling' | 'lost'): void {
	for (const one of root.querySelectorAll<HTMLElement>('[data-status]')) one.hidden = one.dataset['status'] !== status;
}

function part<Kind extends HTMLElement = HTMLElement>(of: ParentNode, name: string): Kind | null {
	return of.querySelector<Kind>(`[data-part="${name}"]`);
}

function write(element: HTMLElement | null, said: SaidWords | undefined): void {
	if (!element) return;
	element.textContent = said?.words ?? '';
	element.dir = said?.dir ?? 'auto';
	if (said?.lang === undefined) element.removeAttribute('lang');
	else element.lang = said.lang;
}

function meta({ words, language }: Page, { number, lane }: ShownQuestion): string {
	return (words['number'] ?? '').replace('{number}', formatNumber(number, language)).replace('{lane}', words[lane] ?? '');
}

function showStage(page: Page, { questions }: ShownItem): void {
	const asked = questions.find(({ state }) => state === 'asked');
	const line = part(page.root, 'meta');
	if (line) line.textContent = asked ? meta(page, asked) : '';
	write(part(page.root, 'said'), asked?.said);
	write(part(page.root, 'original'), asked?.original);
}

/** Rows are kept where nothing changed, so that who reads or is about to press a button is not disturbed. */
function showList(page: Page, { isBlanked, questions }: ShownItem): void {
	for (const [name, isShown] of [['blanked', isBlanked], ['empty', !isBlanked && questions.length === 0]] as const) {
		const line = part(page.root, name);
		if (line) line.hidden = !isShown;
	}
	for (const [name, isOne] of [['waiting', (state: string) => state === 'approved'], ['done', (state: string) => state !== 'approved']] as const) {
		const block = part(page.root, name);
		const list = block?.querySelector('ol');
		if (!block || !list) continue;
		const own = questions.filter(({ state }) => isOne(state));
		block.hidden = own.length === 0;
		const before = [...list.children];
		const rows = new Map(before.map((row) => [row instanceof HTMLElement ? (row.dataset['said'] ?? '') : '', row]));
		const wanted = own.map((question) => rows.get(JSON.stringify(question)) ?? rowOf(page, question));
		for (const row of before) if (!wanted.includes(row)) row.remove();
		wanted.forEach((row, at) => {
			if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
		});
	}
}

const votedFor = new Set<string>();

function rowOf(page: Page, question: ShownQuestion): Element {
	const form = document.querySelector<HTMLTemplateElement>('#question-form');
	const row = form?.content.firstElementChild?.cloneNode(true);
	if (!(row instanceof HTMLElement)) throw new Error('The page has no form for questions.');
	row.dataset['said'] = JSON.stringify(question);
	row.id = `q-${question.number}`;
	const line = part(row, 'meta');
	if (line) line.textContent = meta(page, question);
	write(part(row, 'said'), question.said);
	write(part(row, 'original'), question.original);
	write(part(row, 'answer'), question.answer);
	const votes = part(row, 'votes');
	if (votes) votes.textContent = question.votes === 0 ? '' : (page.words['votes'] ?? '').replace('{count}', formatNumber(question.votes, page.language));
	for (const [name, isThere] of [['asked', question.state === 'asked'], ['original-line', question.original !== undefined], ['answer-block', question.answer !== undefined], ['vote', question.state === 'approved' && !votedFor.has(question.id)]] as const) if (!isThere) part(row, name)?.remove();
	part<HTMLButtonElement>(row, 'vote')?.addEventListener('click', ({ currentTarget }) => {
		if (currentTarget instanceof HTMLButtonElement) void vote(page, question.id, currentTarget);
	});
	return row;
}

async function vote(page: Page, question: string, button: HTMLButtonElement): Promise<void> {
	button.disabled = true;
	try {
		const token = newToken();
		const body = new URLSearchParams({ question, token, work: await doWork({ about: `${page.topic} ${question}`, token }) });
		const { ok } = await fetch(`${page.here}/vote`, { method: 'POST', body, credentials: 'omit' });
		button.disabled = ok;
		if (!ok) return;
		votedFor.add(question);
		button.textContent = page.words['voted'] ?? '';
	} catch {
		button.disabled = false;
	}
}

/** The player is asked for by a click and never before. */
function offerPlayer(place: HTMLElement): void {
	const { player, title } = place.dataset;
	if (player === undefined) return;
	place.hidden = false;
	place.querySelector('button')?.addEventListener('click', () => {
		const frame = document.createElement('iframe');
		frame.src = player;
		frame.title = title ?? '';
		frame.allow = 'fullscreen; autoplay';
		frame.referrerPolicy = 'no-referrer';
		frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
		place.replaceChildren(frame);
	});
}

function sendBy(page: Page, form: HTMLFormElement): void {
	const section = form.parentElement ?? form;
	const problems = [...section.querySelectorAll<HTMLElement>('[data-problem]')];
	const [told, working, button] = [part(section, 'told'), part(section, 'working'), form.querySelector('button')];

	const send = async (): Promise<void> => {
		const token = newToken();
		const body = new URLSearchParams([...new FormData(form)].map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : '']));
		body.set('token', token);
		body.set('work', await doWork({ about: page.topic, token }));
		const answer = await fetch(`${page.here}/ask`, { method: 'POST', body });
		const said = (await answer.json()) as { readonly reason?: string; readonly isKept?: boolean };
		if (!answer.ok) {
			for (const problem of problems) problem.hidden = problem.dataset['problem'] !== said.reason;
			return;
		}
		form.reset();
		if (told) told.hidden = false;
		for (const [name, isOne] of [['told-kept', said.isKept === true], ['told-link', said.isKept !== true]] as const) {
			const line = part(section, name);
			if (line) line.hidden = !isOne;
		}
		const link = part<HTMLAnchorElement>(section, 'own-link');
		if (link) link.href = said.isKept === true ? `${page.here}/mine` : `${page.here}/mine/${token}`;
	};

	form.addEventListener('submit', (event) => {
		event.preventDefault();
		for (const problem of problems) problem.hidden = true;
		if (told) told.hidden = true;
		if (working) working.hidden = false;
		if (button) button.disabled = true;
		send()
			// The same form, sent as it would be without us.
			.catch(() => form.submit())
			.finally(() => {
				if (working) working.hidden = true;
				if (button) button.disabled = false;
			});
	});
}
