import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new folder for a test. Others may pass through it, as through any data folder: run by root, PostgreSQL under its
 * own account could not enter a closed one, and its cluster would go to /var/lib/steadfast and stay there.
 */
export function temporaryFolder(name: string): string {
	const folder = mkdtempSync(join(tmpdir(), `steadfast-${name}-`));
	chmodSync(folder, 0o711);
	return folder;
}
