import { createServer, type Server } from 'node:http';
import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Figures for the operator, in Prometheus' format. Routes are patterns: no figure is about one person or one page. */
export class Metrics {
	readonly registry = new Registry();
	readonly #requests = new Counter({
		name: 'http_requests_total',
		help: 'Answers by route, status and whether the page cache had them',
		labelNames: ['route', 'status', 'cache'] as const,
		registers: [this.registry]
	});
	readonly #seconds = new Histogram({
		name: 'http_request_seconds',
		help: 'Time to the end of an answer that the page cache did not have',
		labelNames: ['route'] as const,
		buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
		registers: [this.registry]
	});
	readonly #hits = new Map<string, number>();

	constructor() {
		collectDefaultMetrics({ register: this.registry });
	}

	/** A page out of the cache: counted apart and cheaply, because there may be 40,000 a second. */
	hit(route: string): void {
		this.#hits.set(route, (this.#hits.get(route) ?? 0) + 1);
	}

	answered(route: string, status: number, seconds: number, cache: 'miss' | 'none'): void {
		this.#requests.inc({ route, status, cache });
		this.#seconds.observe({ route }, seconds);
	}

	async text(): Promise<string> {
		for (const [route, count] of this.#hits) this.#requests.inc({ route, status: 200, cache: 'hit' }, count);
		this.#hits.clear();
		return this.registry.metrics();
	}
}

/** Hands the figures out on a port of this machine only. */
export function serveMetrics(metrics: Metrics, port: number): Promise<Server> {
	const server = createServer((request, response) => {
		if (request.url !== '/metrics') {
			response.writeHead(404).end();
			return;
		}
		metrics.text().then(
			(text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
			() => response.writeHead(500).end()
		);
	});
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(server));
	});
}
