import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that can be cut: below HTTP, so that a browser meets what it meets when a network goes away. */
export interface Line extends AsyncDisposable {
	readonly origin: string;
	/** How many bytes have passed, up to the server and down from it. */
	readonly passed: { readonly up: number; readonly down: number };
	readonly isCut: boolean;
	/** Breaks every connection as soon as so many more bytes have passed that way, and takes no new one until it is mended. */
	cutAfter(bytes: { readonly up?: number; readonly down?: number }): void;
	/** Lets nothing more pass, either way, as soon as so many more bytes have come down (none: at once): every connection stands, silent, until it is mended. */
	holdAfter(bytes: { readonly down: number }): void;
	mend(): void;
}

export async function openLine(target: string): Promise<Line> {
	const { hostname, port: targetPort } = new URL(target);
	const sockets = new Set<Socket>();
	const passed = { up: 0, down: 0 };
	let cutAt = { up: Infinity, down: Infinity };
	let isCut = false;
	let holdAt = Infinity;
	const isHeld = () => passed.down >= holdAt;

	const server = createServer((near) => {
		if (isCut) {
			near.destroy();
			return;
		}
		const far = connect(Number(targetPort), hostname);
		join(near, far, 'up');
		join(far, near, 'down');
	});

	function join(from: Socket, to: Socket, way: 'up' | 'down'): void {
		sockets.add(from);
		if (isHeld()) from.pause();
		from.on('data', (piece) => {
			passed[way] += piece.length;
			if (passed[way] >= cutAt[way]) cut();
			else if (!to.write(piece) || isHeld()) from.pause();
		});
		to.on('drain', () => {
			if (!isHeld()) from.resume();
		});
		from.on('end', () => to.end());
		from.on('error', () => to.destroy());
		from.on('close', () => {
			sockets.delete(from);
			to.destroy();
		});
	}

	function cut(): void {
		isCut = true;
		cutAt = { up: Infinity, down: Infinity };
		for (const socket of sockets) socket.destroy();
	}

	await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
	// Listening on a port there is always such an address.
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://localhost:${port}`,
		passed,
		get isCut() {
			return isCut;
		},
		cutAfter({ up = Infinity, down = Infinity }) {
			cutAt = { up: passed.up + up, down: passed.down + down };
		},
		holdAfter({ down }) {
			holdAt = passed.down + down;
			if (down === 0) for (const socket of sockets) socket.pause();
		},
		mend() {
			isCut = false;
			holdAt = Infinity;
			for (const socket of sockets) socket.resume();
		},
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}
