import type { Page } from 'playwright-core';

/** Escape three times in one breath: they count together within two seconds, and a slow machine may take longer to be asked for each. */
export async function escapeThrice(page: Page): Promise<void> {
	const devtools = await page.context().newCDPSession(page);
	const presses = [1, 2, 3].flatMap(() => (['keyDown', 'keyUp'] as const).map((type) => devtools.send('Input.dispatchKeyEvent', { type, key: 'Escape', code: 'Escape', windowsVirtualKeyCode: 27 })));
	// The page may be gone before it has taken the last of them.
	await Promise.allSettled(presses);
}
