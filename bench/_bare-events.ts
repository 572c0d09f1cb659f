import { createServer, type ServerResponse } from 'node:http';

// The bare baseline for events: keeps whoever asks for /live, and tells them all a number when somebody posts it.
const viewers = new Set<ServerResponse>();
createServer((request, response) => {
	if (request.method === 'POST') {
		const text = `data: ${request.url?.slice(1)}\n\n`;
		for (const viewer of viewers) viewer.write(text);
		response.end();
		return;
	}
	response.writeHead(200, { 'content-type': 'text/event-stream' });
	response.write(': here\n\n');
	viewers.add(response);
	response.on('close', () => viewers.delete(response));
}).listen(Number(process.argv[2]), '127.0.0.1');
