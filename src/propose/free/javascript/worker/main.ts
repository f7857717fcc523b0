// The warm worker's program. It lives as long as the pipe to its parent.
import { Socket } from 'node:net';
import { channelDescriptor, type Envelope, type Reply, type Request } from '../protocol';
import { Session } from './session';
import { startWatchdog } from './watchdog';

const exit = process.exit.bind(process);
startWatchdog(Number(process.env['UNDERBID_MEMORY'] ?? Infinity));
Reflect.deleteProperty(process.env, 'UNDERBID_MEMORY');
const session = new Session();
const channel = new Socket({ fd: channelDescriptor, readable: true, writable: true });
let rest = '';
let queue = Promise.resolve();

function send(envelope: Envelope<Reply>): void {
	channel.write(`${JSON.stringify(envelope)}\n`);
}

async function answer(line: string): Promise<void> {
	const { id, body } = JSON.parse(line) as Envelope<Request>;
	try {
		send({ id, body: await session.answer(body) });
	} catch (error) {
		send({ id, body: { kind: 'unavailable', reason: String(error) } });
	}
}

channel.setEncoding('utf8');
channel.on('data', (chunk: string) => {
	const lines = (rest + chunk).split('\n');
	rest = lines.pop() ?? '';
	for (const line of lines) {
		queue = queue.then(() => answer(line));
	}
});
channel.on('close', () => exit(0));
channel.on('error', () => exit(0));
