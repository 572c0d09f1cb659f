import { createReadStream, createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

// The bare baseline for files: takes each part into a file of its own and gives it back, and serves an empty page.
const [port, folder = ''] = process.argv.slice(2);
createServer((request, response) => {
	const name = /^\/(\d+)$/.exec(request.url ?? '')?.[1];
	if (name === undefined) response.setHeader('content-type', 'text/html').end('<!doctype html><title>bare</title><input type="file">');
	else if (request.method === 'PUT') void pipeline(request, createWriteStream(join(folder, name))).then(() => response.end());
	else void pipeline(createReadStream(join(folder, name)), response);
}).listen(Number(port), '127.0.0.1');
