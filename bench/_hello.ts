import { createServer } from 'node:http';

// The bare baseline: what this machine's Node can answer at most.
createServer((_request, response) => response.end('hello')).listen(Number(process.argv[2]), '127.0.0.1');
