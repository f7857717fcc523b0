// A project with a red test that no template repairs, models over real HTTP that bill by a meter of their own, and the
// built program as an MCP server that the official client started.
import { execFileSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
	type CallToolResult,
	ElicitRequestSchema,
	type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import { NANO_PER_USD } from '../../../src/core/money';
import { type Price, rateOf } from '../../../src/core/price';
import type { Behaviour } from '../../fakes/wire/behaviour';
import { WireServer } from '../../fakes/wire/server';

export const cli = path.join(__dirname, '../../../dist/cli.js');
const rate = (dollars: number) => rateOf(Math.round(dollars * NANO_PER_USD));
const STRONG: Price = { input: rate(3), output: rate(15), tiers: [] };
const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-0123456789abcdef01' };

export const sample: Record<string, string> = {
	'package.json': '{ "name": "roman", "scripts": { "test": "node --test" } }\n',
	'src/roman.js':
		'// Writes a number in Roman numerals.\nexports.roman = (n) => {\n\treturn String(n);\n};\nexports.most = (list) => {\n\tlet best = list[0];\n\tfor (let i = 1; i < list.length - 1; i++) {\n\t\tif (list[i] > best) best = list[i];\n\t}\n\treturn best;\n};\n',
	'test/roman.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { roman, most } = require('../src/roman.js');
test('writes Roman numerals', () => assert.equal(roman(1994), 'MCMXCIV'));
test('gives text', () => assert.equal(typeof roman(1), 'string'));
test('finds the most', () => assert.equal(most([1, 2, 3]), 3));
`,
};
const TABLE =
	"[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']";
export const answer = (text: string): Behaviour => ({ kind: 'answer', answer: { text } });
export const RIGHT = answer(
	`src/roman.js\n\`\`\`js\n<<<<<<< SEARCH\n\treturn String(n);\n=======\n\tlet out = '';\n\tfor (const [value, sign] of [${TABLE}]) {\n\t\twhile (n >= value) {\n\t\t\tout += sign;\n\t\t\tn -= value;\n\t\t}\n\t}\n\treturn out;\n>>>>>>> REPLACE\n\`\`\`\n`,
);
export const ROMAN = 'test/roman.test.js::writes Roman numerals';
export const MOST = 'test/roman.test.js::finds the most';

/** What the person in front of the client says; absent: the client cannot ask. */
export type Person = (message: string) => ElicitResult | Promise<ElicitResult>;

export interface Said {
	readonly text: string;
	readonly data: Readonly<Record<string, unknown>>;
	readonly failed: boolean;
}

export class McpBed {
	readonly home = mkdtempSync(path.join(os.tmpdir(), 'mcp-'));
	readonly folder = path.join(this.home, 'roman');
	readonly asked: string[] = [];
	private readonly clients: Client[] = [];

	private constructor(readonly models: WireServer) {}

	static async open(): Promise<McpBed> {
		const bed = new McpBed(await WireServer.start({ price: () => STRONG }));
		for (const [file, text] of Object.entries(sample)) {
			mkdirSync(path.dirname(path.join(bed.folder, file)), { recursive: true });
			writeFileSync(path.join(bed.folder, file), text);
		}
		mkdirSync(path.join(bed.home, 'tmp'));
		bed.settings({});
		bed.git('init', '-q');
		bed.git('add', '-A');
		bed.git('commit', '-q', '-m', 'first');
		bed.models.behave = () => RIGHT;
		return bed;
	}

	settings(more: object): void {
		mkdirSync(path.join(this.home, 'state'), { recursive: true });
		writeFileSync(
			path.join(this.home, 'state/settings.json'),
			JSON.stringify({
				models: ['anthropic/strong'],
				prices: { 'anthropic/strong': { input: '3', output: '15' } },
				limits: { 'anthropic/strong': { context: 200_000, output: 8_000 } },
				...more,
			}),
		);
	}

	git(...args: string[]): string {
		return execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], {
			cwd: this.folder,
			encoding: 'utf8',
			env: { ...process.env, HOME: this.home },
		});
	}

	get environment(): Record<string, string> {
		return {
			...(process.env as Record<string, string>),
			...KEYS,
			UNDERBID_HOME: path.join(this.home, 'state'),
			UNDERBID_ANTHROPIC_URL: this.models.base('anthropic'),
			UNDERBID_MCP_TEST: this.home,
			TMPDIR: path.join(this.home, 'tmp'),
			HOME: this.home,
		};
	}

	async client(args: readonly string[] = [], person?: Person): Promise<Client> {
		const client = new Client(
			{ name: 'test', version: '1' },
			{ capabilities: person === undefined ? {} : { elicitation: {} } },
		);
		if (person !== undefined) {
			client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
				this.asked.push(params.message);
				return person(params.message);
			});
		}
		await client.connect(
			new StdioClientTransport({
				command: process.execPath,
				args: [cli, 'mcp', ...args],
				cwd: this.folder,
				env: this.environment,
				stderr: 'ignore',
			}),
		);
		this.clients.push(client);
		return client;
	}

	async call(
		client: Client,
		name: string,
		args: Readonly<Record<string, unknown>>,
		options: { readonly signal?: AbortSignal; readonly told?: string[] } = {},
	): Promise<Said> {
		const { signal, told } = options;
		const said = (await client.callTool({ name, arguments: args }, undefined, {
			timeout: 100_000,
			...(signal === undefined ? {} : { signal }),
			...(told === undefined ? {} : { onprogress: ({ message }) => void told.push(message ?? '') }),
		})) as CallToolResult;
		const [first] = said.content;
		return {
			text: first?.type === 'text' ? first.text : '',
			data: said.structuredContent ?? {},
			failed: said.isError === true,
		};
	}

	/** Nano-dollars, by the provider's own measure. */
	get metered(): number {
		return Number(this.models.meter.total(KEYS.ANTHROPIC_API_KEY));
	}

	/** Everything that a run could leave behind; `but`: the server's own process. */
	leftovers(but?: number | null): string[] {
		const trees = readdirSync(path.join(this.home, 'tmp')).filter((name) => name.startsWith('underbid'));
		const links = path.join(this.folder, '.git/worktrees');
		return [
			...trees,
			...(existsSync(links) ? readdirSync(links) : []),
			...processesOf(`UNDERBID_MCP_TEST=${this.home}`).filter((pid) => pid !== but),
		].map(String);
	}

	async close(): Promise<void> {
		for (const client of this.clients) {
			await client.close();
		}
		await this.models.close();
		rmSync(this.home, { recursive: true, force: true });
	}
}

export async function until(what: string, is: () => boolean, withinMs = 30_000): Promise<void> {
	const endMs = performance.now() + withinMs;
	while (!is()) {
		if (performance.now() > endMs) {
			throw new Error(`waited in vain for ${what}`);
		}
		await sleep(30);
	}
}

/** Linux only; elsewhere none can be told. */
function processesOf(mark: string): number[] {
	if (process.platform !== 'linux') {
		return [];
	}
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter((pid) => {
			try {
				return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
			} catch {
				return false;
			}
		})
		.map(Number);
}
