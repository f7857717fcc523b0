// A fix under review that is judged once more, by the real engine: real git, real tests.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createEngine } from '../../../src/engine/engine';

const dist = path.join(__dirname, '../../../dist');
const BASE = 'exports.add = (a, b) => a - b;\n';
const FIXED = 'exports.add = (a, b) => a + b;\n';
const TEST = `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { add } = require('./add.js');
test('adds', () => assert.equal(add(2, 3), 5));
test('adds nothing', () => assert.equal(add(2, 0), 2));
`;

describe('judging a fix again', function () {
	this.timeout(60_000);
	let home: string;
	let folder: string;

	before(() => assert.ok(existsSync(path.join(dist, 'cli.js')), 'node esbuild.js first'));
	beforeEach(() => {
		home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'again-')));
		folder = path.join(home, 'sums');
		mkdirSync(folder);
		for (const [name, text] of [
			['package.json', '{ "name": "sums", "scripts": { "test": "node --test" } }\n'],
			['add.js', FIXED],
			['add.test.js', TEST],
		] as const) {
			writeFileSync(path.join(folder, name), text);
		}
		for (const argv of [
			['init', '-q'],
			['add', '-A'],
			['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', 'commit', '-q', '-m', 'first'],
		]) {
			execFileSync('git', argv, { cwd: folder });
		}
	});
	afterEach(() => rmSync(home, { recursive: true, force: true }));

	const again = async (testWritten?: true) => {
		const engine = createEngine({
			dist,
			environment: { ...process.env, UNDERBID_HOME: path.join(home, 'state') },
		});
		return engine.verify(
			{
				...{ folder, unsaved: [], target: { kind: 'named', names: ['adds'] }, timeMs: 60_000 },
				bases: new Map([[path.join(folder, 'add.js'), BASE]]),
				...(testWritten === undefined ? {} : { testWritten }),
			},
			() => undefined,
			new AbortController().signal,
		);
	};

	it('verifies it against a test that was there before', async () => {
		const { outcome, evidence, receipt } = await again();
		assert.equal(outcome.kind, 'solved');
		assert.deepEqual([evidence.verified, evidence.checked], [true, false]);
		assert.match(receipt, /^## Verified fix/);
	});

	it('calls it checked, and nothing in the receipt verified, where its test was written for it', async () => {
		const { outcome, evidence, receipt } = await again(true);
		assert.equal(outcome.kind, 'solved');
		assert.deepEqual([evidence.verified, evidence.checked], [false, true]);
		assert.match(receipt, /^## Checked fix/);
		assert.doesNotMatch(receipt, /\bverified\b/i);
		assert.equal(evidence.attempts.at(-1)?.result, 'checked');
	});
});
