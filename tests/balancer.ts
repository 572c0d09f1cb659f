import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** One address before several processes, as a proxy has it. */
export interface Balancer extends AsyncDisposable {
	readonly origin: string;
	/** Every connection from now on goes to these ports, in turn. */
	use(ports: readonly number[]): void;
}

/** Passes connections on as they are. Who connects while no process is there is let go. */
export async function openBalancer(): Promise<Balancer> {
	let ports: readonly number[] = [];
	let turn = 0;
	const open = new Set<Socket>();
	const server = createServer((client) => {
		const port = ports[turn++ % ports.length];
		if (port === undefined) return void client.destroy();
		const upstream = connect(port, '127.0.0.1');
		for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
			open.add(one);
			one.pipe(other);
			one.on('error', () => other.destroy());
			one.on('close', () => {
				open.delete(one);
				other.destroy();
			});
		}
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	// Listening on a port there is always such an address.
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://localhost:${port}`,
		use: (next) => (ports = next),
		async [Symbol.asyncDispose]() {
			for (const socket of open) socket.destroy();
			server.close();
			await once(server, 'close');
		}
	};
}
