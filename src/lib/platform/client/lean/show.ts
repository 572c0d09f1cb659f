import { mount, type Component } from 'svelte';
import LeanRoot from './LeanRoot.svelte';
import { bringWords } from '../words.svelte.ts';

/** Shows a lean page, once the words of its language are there; without them there is nothing to show. */
export async function show(content: Component): Promise<void> {
	const [, language = 'en'] = location.pathname.split('/');
	if (!(await bringWords(language)) && !(await bringWords('en'))) return;
	mount(LeanRoot, { target: document.body, props: { content } });
}
