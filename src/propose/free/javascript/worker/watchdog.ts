// A thread of its own that ends the worker when it takes too much memory or its parent has gone, also while the
// main thread is stuck in a loop.
import { Worker } from 'node:worker_threads';
import { channelDescriptor } from '../protocol';

const program = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const parent = process.ppid;
const gone = () => {
	if (process.platform !== 'win32') return process.ppid !== parent;
	try { process.kill(parent, 0); return false; } catch { return true; }
};
setInterval(() => {
	if (process.memoryUsage.rss() > workerData.memoryBytes) {
		try { writeSync(workerData.descriptor, 'memory\\n'); } catch {}
		process.kill(process.pid, 'SIGKILL');
	}
	if (gone()) process.kill(process.pid, 'SIGKILL');
}, 50);
`;

export function startWatchdog(memoryBytes: number): void {
	const thread = new Worker(program, {
		eval: true,
		workerData: { memoryBytes, descriptor: channelDescriptor },
		env: {},
		resourceLimits: { maxOldGenerationSizeMb: 8 },
	});
	thread.unref();
}
