import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseManifest, type ClientManifest } from '#lib/platform/client/manifest.ts';
import { differences, type Fetched } from '#lib/platform/client/verify.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { run } from '#lib/platform/start/run.ts';

await run(async () => {
	const [address, file] = process.argv.slice(2);
	if (address === undefined || !URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
		throw new Refusal('Use: npm run verify-site -- <address of the vault, https://vault.example.org> [manifest file]\nWithout a file, the manifest of this checkout is compared.');
	}
	const { origin } = new URL(address);
	const manifest = readManifest(file);
	const found = await differences(manifest, (path) => ask(origin + path));
	const files = Object.keys(manifest.files).length;
	if (found.length === 0) {
		console.log(`${origin} serves what version ${manifest.version} should: ${files} files and ${manifest.pages.length} pages in every language, with their policies.`);
		return;
	}
	throw new Refusal(`${found.join('\n')}\n${origin} differs from version ${manifest.version} in ${found.length} ${found.length === 1 ? 'thing' : 'things'}. If it should be this version, do not sign in there, and tell those who run it by another way.`);
});

function readManifest(file: string | undefined): ClientManifest {
	// npm runs this in the checkout; the person may stand elsewhere.
	const path = file === undefined ? 'build/client-manifest.json' : resolve(process.env['STEADFAST_CALLED_FROM'] ?? '.', file);
	try {
		return parseManifest(readFileSync(path, 'utf8'));
	} catch {
		throw new Refusal(`${path} could not be read as a manifest.`);
	}
}

async function ask(url: string): Promise<Fetched> {
	try {
		const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(30_000) });
		return { status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) };
	} catch {
		throw new Refusal(`${url} did not answer. Nothing can be said about this server; try again when it can be reached.`);
	}
}
