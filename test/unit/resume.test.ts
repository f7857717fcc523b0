// A run that was cut off is taken up again: the built program, killed for real, models over real HTTP with a meter.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { receiptOf } from '../../src/core/receipt';
import { solve } from '../../src/core/solve';
import { reportLines } from '../../src/terminal/report';
import { styleFor } from '../../src/terminal/style';
import { type Ended, edits, PaidProject } from '../fakes/paidProject';
import type { Behaviour } from '../fakes/wire/behaviour';
import { base, costing, offer, patches, suite, usd, world } from '../fakes/world';

const FILES: Readonly<Record<string, string>> = {
	'package.json': '{ "name": "roman", "scripts": { "test": "node --test" } }\n',
	'src/roman.js': 'exports.roman = (n) => {\n\treturn String(n);\n};\n',
	'test/roman.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { roman } = require('../src/roman.js');
test('writes Roman numerals', () => assert.equal(roman(1994), 'MCMXCIV'));
test('takes the small ones', () => assert.equal(typeof roman(3), 'string'));
`,
};
const TABLE =
	"[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']";
const LOOP = `\tlet out = '';\n\tfor (const [value, sign] of [${TABLE}]) {\n\t\twhile (n >= value) {\n\t\t\tout += sign;\n\t\t\tn -= value;\n\t\t}\n\t}\n\treturn out;`;
const NARROW_LOOP = `\tif (n < 50) {\n\t\tthrow new RangeError('too small');\n\t}\n${LOOP}`;
const OLD = '\treturn String(n);';
const RIGHT = edits('src/roman.js', OLD, LOOP);
/** Passes the target and breaks another test. */
const NARROW = edits('src/roman.js', OLD, NARROW_LOOP);
const HANG: Behaviour = { kind: 'hang' };
const tool = (name: string, args: object): Behaviour => ({
	kind: 'answer',
	answer: { tools: [{ name, arguments: JSON.stringify(args) }] },
});
const ASK = ['--max-spend', '2', '--temper', 'determined', '--proposers', 'openrouter,anthropic'];

describe('--resume', function () {
	this.timeout(180_000);
	let project: PaidProject;
	beforeEach(async () => {
		project = await PaidProject.open(FILES);
	});
	afterEach(() => project.close());

	const isAgent = (body: Record<string, unknown>) => JSON.stringify(body).includes('edit_file');
	/** Starts a run, waits until so many requests have come in and the last one hangs, and kills it. */
	const killedAt = async (requests: number): Promise<void> => {
		const { child, ended } = project.fix(...ASK);
		let isOver = false;
		void ended.then(() => {
			isOver = true;
		});
		while (project.server.seen.length < requests && !isOver) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		child.kill('SIGKILL');
		const { said, stderr } = await ended;
		assert.deepEqual(said, {}, stderr);
	};
	const kept = () => readdirSync(path.join(project.state, 'unfinished'));
	const ranAgain = ({ stderr }: Ended, what: RegExp) => stderr.split('\n').filter((line) => what.test(line));

	it('killed in the middle of a paid attempt, buys none of its answers again and runs nothing again that is known', async () => {
		let agentCalls = 0;
		project.server.behave = (asked) => {
			if (!isAgent(asked.body)) {
				return NARROW;
			}
			agentCalls += 1;
			return agentCalls === 1 ? tool('read_file', { path: 'src/roman.js' }) : HANG;
		};
		// The narrow patch of the first attempt is judged; of the second, one answer is there and one on its way.
		await killedAt(3);
		const before = project.server.seen.length;
		assert.equal(before, 3);
		const paid = project.metered();
		assert.ok(paid > 0);
		assert.deepEqual(
			kept()
				.map((name) => path.extname(name))
				.sort(),
			['.jsonl', '.lock'],
		);

		project.server.behave = () => tool('edit_file', { path: 'src/roman.js', search: OLD, replace: LOOP });
		const resumed = await project.fix('--resume').ended;
		assert.equal(resumed.status, 0, resumed.stderr);
		const { said } = resumed;
		assert.equal(said.verified, true);
		assert.deepEqual(
			said.attempts.map(({ offer, ended, verdicts }) => [offer, ended, verdicts.map(({ kind }) => kind)]),
			[
				['openrouter/acme/small/edit', 'patches', ['unresolved']],
				['openrouter/acme/small/agent', 'patches', ['resolved']],
			],
		);
		const after = project.server.seen.slice(before);
		assert.equal(after.length, 1, 'one request: the one whose answer was lost');
		assert.ok(after[0]?.text.includes('read_file'), 'it goes on from the first answer');
		assert.deepEqual(ranAgain(resumed, /suite on the base|target on the base/), []);
		assert.equal(ranAgain(resumed, / {2}suite on the patch/).length, 1, resumed.stderr);
		assert.match(resumed.stderr, /Taken up again: 1 ended attempt and 2 paid answers are known/);
		assert.ok(said.receipt?.runs.some(({ what }) => what === 'suite on the base'));
		// The call that was cut off counts at its worst, and all of it is within the one bid.
		const { spent, bid } = said.money;
		assert.ok(spent >= project.metered() && spent <= bid, `${spent} of ${bid}, metered ${project.metered()}`);
		assert.equal(
			said.attempts.reduce((sum, { cost }) => sum + cost.billed + cost.estimated, 0),
			spent,
		);
		assert.deepEqual(kept(), [], 'a run that ended well is forgotten');
	});

	it('knows a patch again that was judged before, whoever proposes it', async () => {
		project.server.behave = (asked) => (isAgent(asked.body) ? HANG : NARROW);
		await killedAt(2);
		const file = path.join(project.state, 'unfinished', kept().find((name) => name.endsWith('.jsonl')) ?? '');
		// As a crash leaves it.
		appendFileSync(file, '{"kind":"reply","attempt":2,"off');
		project.server.behave = (asked) =>
			asked.model === 'strong' ? NARROW : { kind: 'answer', answer: { text: 'I cannot tell.' } };
		const resumed = await project.fix('--resume').ended;
		assert.equal(resumed.status, 1, resumed.stderr);
		const judged = resumed.said.attempts.flatMap(({ verdicts }) => verdicts);
		assert.ok(judged.length >= 2 && new Set(judged.map(({ sha256 }) => sha256)).size === 1, resumed.stderr);
		assert.ok(judged.every(({ kind }) => kind === 'unresolved'));
		assert.deepEqual(ranAgain(resumed, /on the patch/), [], 'nothing was run for it again');
	});

	it('is refused while the run goes on, where the files have changed, and where there is none', async () => {
		const none = await project.fix('--resume').ended;
		assert.equal(none.status, 2);
		assert.match(none.stderr, /no unfinished run of/);
		project.server.behave = () => HANG;
		const { child, ended } = project.fix(...ASK);
		while (project.server.seen.length === 0) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		assert.match((await project.fix('--resume').ended).stderr, /still goes on in another process/);
		child.kill('SIGKILL');
		await ended;
		const [run = ''] = kept().map((name) => name.replace(/\..*$/, ''));
		assert.match((await project.fix('--resume', run, '--max-spend', '0').ended).stderr, /has cost \$/);
		writeFileSync(path.join(project.folder, 'src/other.js'), '// new\n');
		const changed = await project.fix('--resume', run).ended;
		assert.match(changed.stderr, /files are not as they were/);
		assert.equal(project.server.seen.length, 1);
		assert.ok(existsSync(path.join(project.state, 'unfinished', `${run}.jsonl`)));
	});

	it('goes on where the user ended it, as one run in the books', async () => {
		project.server.behave = () => HANG;
		const { child, ended } = project.fix(...ASK);
		while (project.server.seen.length === 0) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		child.kill('SIGINT');
		const { said, status } = await ended;
		assert.equal(status, 130);
		project.server.behave = () => RIGHT;
		const resumed = await project.fix('--resume', said.receipt?.run ?? '', '--time', '5').ended;
		assert.equal(resumed.said.verified, true, resumed.stderr);
		assert.equal(resumed.said.attempts[0]?.offer, said.attempts[0]?.offer);
		assert.ok(resumed.said.money.spent > said.money.spent);
		assert.ok(resumed.said.money.spent <= resumed.said.money.bid);
		const journal = readFileSync(path.join(project.state, 'spend.jsonl'), 'utf8');
		assert.equal(journal.match(/"kind":"run"/g)?.length, 1);
	});

	it('is told of where it may help, and only there', async () => {
		const told = async (script: Parameters<typeof world>[0]): Promise<string> => {
			const { effects, user } = world(script);
			const outcome = await solve(
				{
					...{ run: 'r1', bid: { spend: usd(25), timeMs: 60_000 }, base, suite },
					...{ target: { kind: 'failing' }, repository: '/p' },
				},
				effects,
				user.signal,
			);
			const style = styleFor({ isTTY: false }, {});
			return reportLines(outcome, receiptOf(outcome, usd(25)), style).join('\n');
		};
		const runs = ['red add:F sub:P', 'red add:F'];
		const dear = { offer: offer('dear', 5), replies: [costing(patches('one'), 4)] };
		assert.match(await told({ runs: [...runs, 'cancel'], offers: [dear] }), /underbid fix --resume r1$/);
		assert.doesNotMatch(await told({ runs: ['ok add:P'], offers: [dear] }), /--resume/);
	});
});
