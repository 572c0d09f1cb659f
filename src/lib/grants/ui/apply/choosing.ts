import type { ChosenFile } from '../../client/sealing.ts';

/**
 * A chosen file as it may be sent; undefined for a picture from which place, time and camera could not be taken, and where
 * the program that does it could not be fetched: then somebody is asked. Only who sends a file loads it.
 */
export async function readyToSend(file: File): Promise<ChosenFile | undefined> {
	try {
		const { cleaned } = await import('./cleaning.ts');
		return await cleaned(file);
	} catch {
		return undefined;
	}
}
