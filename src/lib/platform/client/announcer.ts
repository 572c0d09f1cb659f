import type { Plugin } from 'vite';

/**
 * Note: The announcer without an inline style.
 * SvelteKit reads the title of each new page out to screen readers from an element that it hides with a style
 * attribute, which the vault's policy refuses. The class `away` (platform/ui/tokens.css) hides it as well. Throws where
 * SvelteKit's file is no longer as it was, so that an update cannot bring the attribute back unnoticed.
 */
export function announcerWithoutStyle(): Plugin {
	return {
		name: 'steadfast-announcer',
		enforce: 'pre',
		transform: {
			filter: { id: /@sveltejs\/kit\/src\/runtime\/components\/root\.svelte$/ },
			handler(code) {
				const styled = code.match(/\sstyle="[^"]*"/g) ?? [];
				if (styled.length !== 1 || !code.includes('id="svelte-announcer"')) throw new Error("SvelteKit's root component should have one style attribute, the announcer's.");
				return { code: code.replace(/\sstyle="[^"]*"/, ' class="away"'), map: null };
			}
		}
	};
}
