// A project on disk, two models for sale over real HTTP with a meter, and the built program to run on it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NANO_PER_USD } from '../../src/core/money';
import { type Price, rateOf } from '../../src/core/price';
import type { FixOutput } from '../../src/terminal/fixOutput';
import type { Behaviour } from './wire/behaviour';
import { WireServer } from './wire/server';

const cli = path.join(__dirname, '../../dist/cli.js');
const usd = (dollars: number) => rateOf(Math.round(dollars * NANO_PER_USD));
const STRONG: Price = { input: usd(3), output: usd(15), tiers: [] };
const PRICES: Record<string, Price> = {
	'acme/small': { input: usd(0.0375), output: usd(0.15), tiers: [] },
	strong: STRONG,
};
const KEYS = {
	OPENROUTER_API_KEY: 'sk-or-v1-0123456789abcdef0',
	ANTHROPIC_API_KEY: 'sk-ant-0123456789abcdef01',
};

export interface Ended {
	readonly status: number | null;
	readonly said: FixOutput;
	readonly stderr: string;
}

export class PaidProject {
	private constructor(
		readonly home: string,
		readonly folder: string,
		readonly server: WireServer,
	) {}

	static async open(files: Readonly<Record<string, string>>): Promise<PaidProject> {
		const home = mkdtempSync(path.join(os.tmpdir(), 'paid-'));
		const folder = path.join(home, 'project');
		for (const [file, text] of Object.entries(files)) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), text);
		}
		mkdirSync(path.join(home, 'tmp'));
		mkdirSync(path.join(home, 'state'));
		execFileSync('git', ['init', '-q'], { cwd: folder });
		writeFileSync(
			path.join(home, 'state', 'settings.json'),
			JSON.stringify({
				models: ['openrouter/acme/small', 'anthropic/strong'],
				prices: {
					'openrouter/acme/small': { input: '0.0375', output: '0.15' },
					'anthropic/strong': { input: '3', output: '15' },
				},
				limits: {
					'openrouter/acme/small': { context: 100_000, output: 16_000 },
					'anthropic/strong': { context: 200_000, output: 32_000 },
				},
			}),
		);
		const server = await WireServer.start({ price: (model) => PRICES[model] ?? STRONG });
		return new PaidProject(home, folder, server);
	}

	async close(): Promise<void> {
		await this.server.close();
		rmSync(this.home, { recursive: true, force: true });
	}

	get state(): string {
		return path.join(this.home, 'state');
	}

	/** What the provider would bill, in nano-dollars. */
	metered(): number {
		return Object.values(KEYS).reduce((sum, key) => sum + Number(this.server.meter.total(key)), 0);
	}

	/** `underbid fix --json` with these words; `ended` settles when it is gone. */
	fix(...args: readonly string[]) {
		const child = spawn(process.execPath, [cli, 'fix', '--json', ...args], {
			cwd: this.folder,
			env: {
				...process.env,
				...KEYS,
				UNDERBID_HOME: this.state,
				TMPDIR: path.join(this.home, 'tmp'),
				HOME: this.home,
				UNDERBID_OPENROUTER_URL: this.server.base('openrouter'),
				UNDERBID_ANTHROPIC_URL: this.server.base('anthropic'),
			},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let [stdout, stderr] = ['', ''];
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			stdout += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			stderr += text;
		});
		const ended = new Promise<Ended>((resolve) =>
			child.on('close', (status) =>
				resolve({ status, said: (stdout === '' ? {} : JSON.parse(stdout)) as FixOutput, stderr }),
			),
		);
		return { child, ended };
	}
}

/** An answer of one block of SEARCH and REPLACE. */
export function edits(file: string, search: string, replace: string): Behaviour {
	return {
		kind: 'answer',
		answer: {
			text: `${file}\n\`\`\`js\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n\`\`\`\n`,
		},
	};
}
