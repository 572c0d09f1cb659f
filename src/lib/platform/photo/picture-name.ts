/** Whether this is a picture by its type or ending; SVG is none, because it is text that may hold anything. */
export function isPicture({ name, type }: { readonly name: string; readonly type: string }): boolean {
	if (/svg/i.test(type) || /\.svgz?$/i.test(name)) return false;
	return type.startsWith('image/') || /\.(?:jpe?g|png|webp|gif|avif|heic|heif|bmp|tiff?)$/i.test(name);
}

/** The name with the ending that the cleaned picture's type has. */
export function nameAs(name: string, type: string): string {
	const ending = type.replace('image/', '').replace('jpeg', 'jpg');
	return new RegExp(`\\.${ending === 'jpg' ? 'jpe?g' : ending}$`, 'i').test(name) ? name : `${name.replace(/\.[\p{L}\p{N}]{1,5}$/u, '')}.${ending}`;
}
