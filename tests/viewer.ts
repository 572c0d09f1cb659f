import { get, type ClientRequest } from 'node:http';

/** Somebody who follows a topic, as a browser's EventSource does on the wire. */
export interface Viewer {
	/** The versions that came, in their order. */
	readonly versions: readonly number[];
	/** The pause that the server told, in milliseconds. */
	readonly retryMs: number;
	/** Whether the server let go. */
	isOver(): boolean;
	close(): void;
}

/** Follows `forum/item` at an origin; throws where the server refuses. */
export function viewer(origin: string, topic: string): Promise<Viewer> {
	return new Promise((resolve, reject) => {
		const versions: number[] = [];
		let over = false;
		const asked: ClientRequest = get(`${origin}/live/${topic}`, { agent: false, headers: { accept: 'text/event-stream' } }, (response) => {
			if (response.statusCode !== 200) return reject(new Error(`The server answered ${response.statusCode}.`));
			let text = '';
			let retryMs: number | undefined;
			response.setEncoding('utf8');
			response.on('data', (piece: string) => {
				text += piece;
				const events = text.split('\n\n');
				text = events.pop() ?? '';
				for (const event of events) {
					const [, pause] = /^retry: (\d+)$/.exec(event) ?? [];
					const [, version] = /^data: (\d+)$/.exec(event) ?? [];
					if (version !== undefined) versions.push(Number(version));
					if (pause !== undefined && retryMs === undefined) {
						retryMs = Number(pause);
						resolve({ versions, retryMs, isOver: () => over, close: () => asked.destroy() });
					}
				}
			});
			response.on('error', () => (over = true));
			response.on('close', () => (over = true));
		});
		asked.on('error', (error) => {
			over = true;
			reject(error);
		});
	});
}
