// A tree as a tar, as every machine can unpack it: names longer than the format has room for go ahead of their entry.
import { createReadStream, lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';

const BLOCK = 512;
const LONG_NAME = 'L';
const LONG_LINK = 'K';

/** @param files relative to `root`, `/`-separated; what is not there any more, and what is neither file nor link, is left out. */
export async function* tarOf(root: string, files: readonly string[]): AsyncGenerator<Buffer> {
	for (const file of files) {
		const found = lstatSync(path.join(root, file), { throwIfNoEntry: false });
		if (found?.isSymbolicLink()) {
			yield* entry(file, {
				type: '2',
				mode: 0o777,
				size: 0,
				seconds: 0,
				link: readlinkSync(path.join(root, file)),
			});
		} else if (found?.isFile()) {
			const mode = (found.mode & 0o100) === 0 ? 0o644 : 0o755;
			yield* entry(file, { type: '0', mode, size: found.size, seconds: found.mtimeMs / 1000, link: '' });
			yield* content(path.join(root, file), found.size);
		}
	}
	yield Buffer.alloc(2 * BLOCK);
}

interface Head {
	readonly type: string;
	readonly mode: number;
	readonly size: number;
	readonly seconds: number;
	readonly link: string;
}

function* entry(name: string, head: Head): Generator<Buffer> {
	for (const [type, text] of [
		[LONG_NAME, name],
		[LONG_LINK, head.link],
	] as const) {
		if (Buffer.byteLength(text) > 100) {
			const bytes = Buffer.from(`${text}\0`);
			yield header('././@LongLink', { type, mode: 0, size: bytes.length, seconds: 0, link: '' });
			yield padded(bytes);
		}
	}
	yield header(name, head);
}

function header(name: string, { type, mode, size, seconds, link }: Head): Buffer {
	const block = Buffer.alloc(BLOCK);
	Buffer.from(name).copy(block, 0, 0, 100);
	const octal = (value: number, at: number, width: number): void => {
		block.write(
			`${Math.floor(value)
				.toString(8)
				.padStart(width - 1, '0')}\0`,
			at,
			'latin1',
		);
	};
	octal(mode, 100, 8);
	octal(0, 108, 8);
	octal(0, 116, 8);
	octal(size, 124, 12);
	octal(seconds, 136, 12);
	block.fill(' ', 148, 156);
	block.write(type, 156, 'latin1');
	Buffer.from(link).copy(block, 157, 0, 100);
	block.write('ustar  \0', 257, 'latin1');
	const sum = block.reduce((all, byte) => all + byte, 0);
	block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return block;
}

function padded(bytes: Buffer): Buffer {
	return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** Exactly `size` bytes, whatever happens to the file meanwhile. */
async function* content(file: string, size: number): AsyncGenerator<Buffer> {
	let left = size;
	if (size > 0) {
		for await (const chunk of createReadStream(file, { end: size - 1 }) as AsyncIterable<Buffer>) {
			left -= chunk.length;
			yield chunk;
		}
	}
	const missing = left + ((BLOCK - (size % BLOCK)) % BLOCK);
	if (missing > 0) {
		yield Buffer.alloc(missing);
	}
}
