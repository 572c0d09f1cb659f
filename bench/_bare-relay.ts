import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

// The bare baseline for writing together: keeps whatever is sent in memory, unread, and gives back what came after a number.
const kept: Buffer[] = [];
createServer((request, response) => {
	if (request.method === 'POST') {
		void buffer(request).then((body) => response.end(String(kept.push(body))));
		return;
	}
	response.end(Buffer.concat(kept.slice(Number(request.url?.split('=')[1] ?? 0))));
}).listen(Number(process.argv[2]), '127.0.0.1');
