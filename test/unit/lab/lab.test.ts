import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CALIBRATION } from '../../../src/core/cascade/calibration';
import { knowNothing } from '../../../src/core/cascade/knowledge';
import type { OutcomeRecord } from '../../../src/core/cascade/outcomeRecord';
import { UserError } from '../../../src/core/userError';
import { labCommand } from '../../../src/lab/command';
import { marginsOf, passAt, policyPrice, priceOf, spendCurve } from '../../../src/lab/curve';
import { foldsOf } from '../../../src/lab/folds';
import { replayHistory } from '../../../src/lab/history';
import { allocations, cascadeCurve, curvesOf } from '../../../src/lab/paperCascade';
import { svgOf } from '../../../src/lab/plot';
import { judgePolicy } from '../../../src/lab/policy';
import { randomOf } from '../../../src/lab/random';
import { failChance } from '../../../src/lab/replay';
import { type Market, readRepeated, SIX_MODELS } from '../../../src/lab/rows';

/** Rows of a made-up market: easy, middling and hopeless tasks in two repositories. */
function madeUp(models: readonly string[], tasks = 60): Market {
	const random = randomOf(3);
	const drawn = Array.from({ length: tasks }, (_, index) => ({
		id: `${index % 3 === 0 ? 'django' : 'other'}__t-${String(index).padStart(3, '0')}`,
		ease: [0.9, 0.5, 0.02][index % 3] ?? 0,
	}));
	return {
		models,
		tasks: drawn.map(({ id }) => ({ id, repository: id.split('__')[0] ?? id })),
		cells: drawn.map(({ ease }) =>
			models.map((_, model) => {
				const runs = 12;
				const chance = Math.min(0.98, ease * (0.6 + 0.1 * model));
				const solved = Array.from({ length: runs }, () => Number(random() < chance)).reduce(
					(a, b) => a + b,
					0,
				);
				return { runs, solved, cost: 0.003 * 3 ** model * (1.6 - ease) };
			}),
		),
	};
}

function written(use: (dir: string) => void): void {
	const dir = mkdtempSync(path.join(tmpdir(), 'underbid-lab-'));
	try {
		const market = madeUp(SIX_MODELS);
		mkdirSync(path.join(dir, 'swebench_repeated'));
		market.models.forEach((model, index) => {
			const lines = market.tasks.map(({ id }, task) => {
				const cell = market.cells[task]?.[index];
				return `${id},${cell?.runs},${cell?.solved},${cell?.cost},`;
			});
			const text = ['instance_id,n_runs,n_resolved,mean_cost_usd,outcomes', ...lines].join('\n');
			writeFileSync(path.join(dir, 'swebench_repeated', `${model}.csv`), `${text}\n`);
		});
		use(dir);
	} finally {
		rmSync(dir, { recursive: true, force: true });
	}
}

describe('curves of the paper', () => {
	for (const [runs, solved, tries, expected] of [
		[4, 2, 1, 0.5],
		[4, 2, 2, 1 - 1 / 6],
		[4, 0, 4, 0],
		[4, 1, 4, 1],
		[4, 3, 2, 1],
		[4, 2, 0, 0],
	] as const) {
		it(`pass@${tries} of ${solved} in ${runs} is ${expected.toFixed(3)}`, () =>
			assert.ok(Math.abs(passAt({ runs, solved, cost: 1 }, tries) - expected) < 1e-12));
	}

	it('spend is the integral of what is unsolved', () => {
		const grid = [1, 2, 4, 8];
		assert.deepEqual(spendCurve(grid, [0, 0, 0, 0]), [1, 2, 4, 8]);
		assert.ok(Math.abs((spendCurve(grid, [1, 1, 1, 1]).at(-1) ?? 0) - 0.5) < 1e-12);
	});

	it('a rate that is not reached has no price, and no margin', () => {
		assert.deepEqual(priceOf([1, 2], [0.1, 0.2], [0.3]), [Number.POSITIVE_INFINITY]);
		assert.deepEqual(policyPrice([{ value: 1, solved: 0.2, spend: 1 }], [0.3]), [Number.POSITIVE_INFINITY]);
		assert.deepEqual(marginsOf([1, 2], [Number.POSITIVE_INFINITY, 1]), [0, 0.5]);
	});

	it('a cascade at its end is the product of its stages', () => {
		const market = madeUp(['a', 'b'], 12);
		const curves = curvesOf(market);
		const [ending] = allocations(curves, [[0.05], [0.95]]);
		const curve = cascadeCurve(curves, [0.05, 0.95]);
		assert.ok(Math.abs((ending?.solved ?? 0) - (curve.pass.at(-1) ?? 1)) < 1e-9);
		const spend = curve.spend.reduce((sum, own) => sum + (own.at(-1) ?? 0), 0);
		assert.ok(Math.abs((ending?.spend ?? 0) - spend) < 1e-9);
	});

	it('drawing recorded runs without repeating: all failures first', () => {
		const cell = { runs: 3, solved: 1, cost: 1 };
		assert.deepEqual(
			[0, 1, 2].map((failures) => failChance(cell, failures)),
			[2 / 3, 1 / 2, 0],
		);
		assert.equal(failChance({ runs: 3, solved: 0, cost: 1 }, 50), 1);
	});
});

describe('folds', () => {
	for (const kind of ['kfold', 'repo', 'domain'] as const) {
		it(`${kind}: every task is held out once, and never trained on then`, () => {
			const market = madeUp(['a'], 30);
			const folds = foldsOf(market, kind, 5);
			assert.deepEqual(
				folds.flatMap(({ test }) => test).sort((a, b) => a - b),
				[...market.tasks.keys()],
			);
			for (const { train, test } of folds) {
				assert.ok(train.every((task) => !test.includes(task)));
				assert.equal(train.length + test.length, 30);
			}
		});
	}
});

describe('judgePolicy', () => {
	const market = madeUp(['a', 'b', 'c'], 45);
	const options = { folds: 'kfold', market: 'six', seed: 2 } as const;

	it('is the same for the same seed', () => {
		assert.deepEqual(judgePolicy(market, options), judgePolicy(market, options));
	});

	it('a larger value of a fix never solves less without learning', () => {
		const { points } = judgePolicy(market, options);
		points.slice(1).forEach((point, index) => {
			assert.ok(point.solved >= (points[index]?.solved ?? 0) - 0.02);
		});
	});

	it('a pool of one costs what the one costs', () => {
		const single: Market = {
			...madeUp(['a'], 40),
			cells: madeUp(['a'], 40).cells.map((row) =>
				row.map((cell) => ({ runs: 1, solved: Number(cell.solved > 6), cost: cell.cost })),
			),
		};
		const { matchedRatio } = judgePolicy(single, { ...options, market: 'current' });
		assert.ok(Math.abs(matchedRatio - 1) < 1e-9);
	});
});

describe('replayHistory', () => {
	const attempt = (offer: string, solved: boolean, spend: number) => ({
		offer,
		solved,
		spend,
		proposeMs: 1,
		verifyMs: 1,
	});
	const records: OutcomeRecord[] = [
		{
			run: '1',
			repository: 'r',
			features: {},
			bid: 1,
			solved: true,
			attempts: [attempt('anthropic/claude-opus-4.5', true, 0.4)],
		},
		{
			run: '2',
			repository: 'r',
			features: {},
			bid: 1,
			solved: true,
			attempts: [attempt('openai/gpt-5-mini', true, 0.02)],
		},
	];

	it('tells apart what was seen and what is only believed', () => {
		const report = replayHistory(knowNothing(CALIBRATION), records);
		assert.deepEqual(report.was, { solved: 2, spend: 0.42000000000000004 });
		assert.equal(report.now.unknown, 1);
		assert.ok(report.now.believedSolved > 0 && report.now.believedSolved <= 1);
		assert.equal(report.now.solved, 1);
		assert.ok(Math.abs(report.now.spend - 0.02) < 1e-12);
		assert.ok(report.limits.length > 0);
	});

	it('what cost nothing under a bid of nothing is replayed as it was', () => {
		const free: OutcomeRecord = {
			run: '3',
			repository: 'r',
			features: {},
			bid: 0,
			solved: true,
			attempts: [attempt('free', true, 0)],
		};
		const { now } = replayHistory(knowNothing(CALIBRATION), [free, free]);
		assert.deepEqual([now.solved, now.spend, now.unknown], [2, 0, 0]);
	});
});

describe('underbid lab', () => {
	it('policy reads the rows of a folder and answers in JSON', () => {
		written((dir) => {
			const { text } = labCommand(['policy', '--data', dir, '--folds', 'kfold', '--seed', '4', '--json']);
			const report = JSON.parse(text) as { tasks: number; models: string[]; meanMargin: number };
			assert.deepEqual([report.tasks, report.models.length], [60, 6]);
			assert.ok(report.meanMargin >= 0 && report.meanMargin < 1);
		});
	});

	it('market writes a plot for each experiment', () => {
		written((dir) => {
			const svg = path.join(dir, 'plots');
			const { text, files } = labCommand(['market', 'curves', '--data', dir, '--svg', svg]);
			assert.match(text, /Solve rate within a budget/);
			assert.deepEqual(files, [path.join(svg, 'curves.svg')]);
			assert.match(readFileSync(files[0] ?? '', 'utf8'), /^<svg /);
		});
	});

	for (const [argv, message] of [
		[['policy'], /--data/],
		[['policy', '--data', '/nowhere'], /There is no .*csv/],
		[['policy', '--data', '.', '--folds', 'x'], /--folds is one of/],
		[['policy', '--data', '.', '--seed', 'x'], /--seed needs a number/],
		[['wander', '--data', '.'], /has no "wander"/],
		[['replay'], /needs the file/],
	] as const) {
		it(`${argv.join(' ')} is told off in a sentence`, () => {
			assert.throws(
				() => labCommand(argv),
				(error: unknown) => error instanceof UserError && message.test(error.message),
			);
		});
	}

	it('readRepeated names the line that it cannot read', () => {
		written((dir) => {
			const folder = path.join(dir, 'swebench_repeated');
			writeFileSync(path.join(folder, 'sonnet.csv'), 'a,b,c,d\ndjango__x,many,1,0.1\n');
			assert.throws(() => readRepeated(folder, ['sonnet']), /Line 2 of .*sonnet\.csv/);
		});
	});
});

describe('svgOf', () => {
	it('draws every line inside the picture, with names escaped', () => {
		const text = svgOf({
			title: 'a < b',
			x: { label: 'x', log: true },
			y: { label: 'y' },
			lines: [
				{
					label: 'one & two',
					points: [
						[0.001, 0],
						[1, 5],
					],
				},
			],
		});
		assert.match(text, /a &lt; b/);
		assert.match(text, /one &amp; two/);
		for (const [, x, y] of text.matchAll(/(\d+\.\d),(\d+\.\d)/g)) {
			assert.ok(Number(x) >= 0 && Number(x) <= 720 && Number(y) >= 0 && Number(y) <= 440);
		}
	});
});
