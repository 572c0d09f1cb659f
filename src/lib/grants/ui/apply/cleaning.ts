import { isPicture, nameAs } from '#lib/platform/photo/picture-name.ts';
import { cleanedPicture } from '#lib/platform/photo/redraw.ts';
import type { ChosenFile } from '../../client/sealing.ts';

/** A file as it may be sent: a picture without place, time and camera. Undefined for a picture of which none could be made. */
export async function cleaned(file: File): Promise<ChosenFile | undefined> {
	if (!isPicture(file)) return { name: file.name, content: file };
	const picture = await cleanedPicture(file).catch(() => ({ ok: false as const }));
	return picture.ok ? { name: nameAs(file.name, picture.type), content: picture.blob } : undefined;
}
