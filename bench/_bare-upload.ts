/** Runs in the bare page: sends the chosen file part by part, and waits for each. */
export async function bareUpload(bytes: number): Promise<number> {
	const file = document.querySelector('input')?.files?.[0] ?? new File([], '');
	const begun = performance.now();
	for (let at = 0, part = 0; at < file.size; at += bytes, part++) await fetch(`/${part}`, { method: 'PUT', body: file.slice(at, at + bytes) });
	return performance.now() - begun;
}
