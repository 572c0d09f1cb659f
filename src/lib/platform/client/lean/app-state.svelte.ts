/** What `$app/state` gives, for pages that run without SvelteKit's client: the address, which changes with the language alone. */
class Page {
	url = $state.raw(new URL(location.href));
}

export const page = new Page();
