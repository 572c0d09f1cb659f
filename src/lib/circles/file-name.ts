import { cleanText } from '#lib/platform/text/clean.ts';

/** What should make somebody careful before a file is kept or opened. */
export type FileWarning =
	/** It ends like a picture or document and then like something else: `photo.jpg.exe`. */
	| 'two-endings'
	/** Systems run or install it when it is opened. */
	| 'runs'
	/** Its name held signs that turn the writing direction, which hide its real ending. */
	| 'turned-around';

const longestName = 120;

/**
 * A name under which a file can be kept on any system: no folder, no sign that hides or turns anything, no name that
 * Windows keeps for devices, at most 120 characters with its ending.
 */
export function safeFileName(name: string): string {
	const clean = cleanText(name)
		.replace(/[\u061c\u200b-\u200f\u2060-\u2064]/g, '')
		.replace(/[/\\:*?"<>|]+/g, '_')
		.replace(/^[.\s]+|[.\s]+$/g, '');
	const named = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(clean) ? `_${clean}` : clean;
	const letters = Array.from(named);
	if (letters.length <= longestName) return named === '' ? 'file' : named;
	const ending = /\.[^.]{1,12}$/u.exec(named)?.[0] ?? '';
	return `${letters.slice(0, longestName - ending.length).join('').trimEnd()}${ending}`;
}

/** The ending of a name in lower case without its dot; empty where it has none. */
export function endingOf(name: string): string {
	return /[^.]\.([\p{L}\p{N}]{1,12})$/u.exec(name)?.[1]?.toLowerCase() ?? '';
}

const running: readonly string[] = [
	'exe', 'scr', 'com', 'bat', 'cmd', 'msi', 'msix', 'pif', 'cpl', 'hta', 'js', 'jse', 'mjs', 'vbs', 'vbe', 'wsf', 'wsh', 'ps1', 'psm1', 'reg', 'lnk', 'url', 'scf', 'inf', 'chm', 'jar', 'apk', 'xapk', 'ipa',
	'dmg', 'pkg', 'app', 'command', 'sh', 'run', 'deb', 'rpm', 'appimage', 'desktop', 'iso', 'img', 'html', 'htm', 'xhtml', 'mht', 'svg', 'docm', 'xlsm', 'pptm', 'dotm', 'xlam', 'one', 'py', 'pl', 'rb', 'php'
];
const harmless: readonly string[] = ['pdf', 'doc', 'docx', 'odt', 'rtf', 'txt', 'md', 'csv', 'xls', 'xlsx', 'ods', 'ppt', 'pptx', 'odp', 'jpg', 'jpeg', 'png', 'gif', 'webp', 'avif', 'heic', 'bmp', 'tif', 'tiff', 'mp3', 'ogg', 'wav', 'm4a', 'mp4', 'mov', 'mkv', 'avi', 'zip', 'eml'];

export function fileWarnings(name: string): readonly FileWarning[] {
	const endings = safeFileName(name).toLowerCase().split('.').slice(1).map((ending) => ending.trim());
	const warnings: FileWarning[] = [];
	if (endings.length > 1 && harmless.includes(endings.at(-2) ?? '') && endings.at(-1) !== endings.at(-2)) warnings.push('two-endings');
	if (running.includes(endings.at(-1) ?? '')) warnings.push('runs');
	if (/[\u202a-\u202e\u2066-\u2069]/.test(name)) warnings.push('turned-around');
	return warnings;
}
