// Two windows at work at once with one home: both runs go on, the books of both agree with the provider's bill, and a
// limit for the day holds over both.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatUsd } from '../../../src/core/money.ts';
import { FileJournal } from '../../../src/store/journal.ts';
import { root } from '../build.mjs';
import { until } from './desk.mjs';
import { makeProject } from './market.mjs';

/** Less than any call of the model may cost at its worst. */
const ROOM = 2_000_000;

export class Together {
	constructor(desk, market, temporary) {
		Object.assign(this, { desk, market });
		this.folders = ['east', 'west'].map((name) => path.join(temporary, name));
	}

	async run() {
		const { market, desk } = this;
		const answers = this.folders.map((folder, at) =>
			makeProject(
				folder,
				[{ name: `side${at}.js`, base: `exports.side = ${at};\n`, patched: `exports.side = -${at}1;\n` }],
				market.env,
			),
		);
		// Whoever asks names its file.
		const answer = (asked) => answers[JSON.stringify(asked.body).includes('side1.js') ? 1 : 0];
		const [before, billed, asked] = [await this.spent(), market.billed, market.asked];
		// Neither is answered before both have asked.
		let both;
		const met = new Promise((resolve) => {
			both = resolve;
		});
		market.server.behave = (one) => ({ kind: 'answer', answer: { text: answer(one) }, after: met });
		const windows = [];
		for (const folder of this.folders) {
			windows.push(await desk.window(folder));
		}
		for (const window of windows) {
			await desk.turnTo(window);
			await window.fixRedTest();
		}
		await until('two calls at once', () => market.asked === asked + 2);
		both();
		for (const window of windows) {
			await desk.turnTo(window);
			await window.status('1 fix to review').waitFor();
		}
		assert.equal((await this.spent()) - before, market.billed - billed);
		await this.agree(windows);

		// One call is under way and takes its time; the other window's would not fit beside it.
		const [first, second] = windows;
		let comes;
		const after = new Promise((resolve) => {
			comes = resolve;
		});
		market.server.behave = (one) => ({ kind: 'answer', answer: { text: answer(one) }, after });
		const now = market.asked;
		await desk.turnTo(first);
		await first.fixRedTest();
		await until('the first call', () => market.asked === now + 1);
		const held = await this.spent();
		this.limit((held + ROOM) / 1e9);
		await desk.turnTo(second);
		await second.fixRedTest();
		await second
			.message('limit for today')
			.waitFor()
			.catch((error) => {
				const books = readFileSync(path.join(market.state, 'spend.jsonl'), 'utf8');
				throw new Error(`${error.message}\n${market.asked - now} calls, ${books}`);
			});
		assert.equal(market.asked, now + 1, 'a call left above the limit');
		comes();
		await desk.turnTo(first);
		await first.status('1 fix to review').waitFor();
		assert.ok((await this.spent()) <= held);
		this.limit(undefined);
		assert.equal((await this.spent()) - before, market.billed - billed);
		await this.agree(windows);
		for (const window of windows) {
			await window.close();
		}
		return `${formatUsd((await this.spent()) - before)} in three runs of two windows, a fourth held back by the limit`;
	}

	/** Both windows and the terminal say what the books hold. */
	async agree(windows) {
		const spent = await this.spent();
		for (const window of windows) {
			await this.desk.turnTo(window);
			await window.run('underbid.discardAll');
			await window.run('notifications.clearAll');
			await window.status(`${formatUsd(spent)} today`).waitFor();
			await window.shot('windows-together');
		}
		const { stdout } = spawnSync(process.execPath, [path.join(root, 'dist/cli.js'), 'spend', '--json'], {
			env: { ...process.env, ...this.market.env },
			encoding: 'utf8',
		});
		const { billed, estimated } = JSON.parse(stdout).total;
		assert.equal(billed + estimated, spent);
	}

	limit(day) {
		const file = path.join(this.market.state, 'settings.json');
		const { caps: _, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
		writeFileSync(
			file,
			JSON.stringify(day === undefined ? rest : { ...rest, caps: { day: day.toFixed(9) } }),
		);
	}

	async spent() {
		const { today } = await new FileJournal(path.join(this.market.state, 'spend.jsonl')).totals();
		return today.spent + today.reserved;
	}
}
