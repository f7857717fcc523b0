import assert from 'node:assert/strict';
import { UserError } from '../../../src/core/userError';
import { readArguments } from '../../../src/terminal/arguments';

const read = (line: string) =>
	readArguments(
		line.split(' ').filter((part) => part !== ''),
		'/here',
	);

describe('readArguments', () => {
	it('takes everything that fails, and then no test, issue, hold-out or changed test beside it', () => {
		const read = (...more: string[]) => readArguments(['fix', '--max-spend', '0', '--all', ...more], '/x');
		assert.equal((read() as { all?: boolean }).all, true);
		for (const more of [['--test', 'a'], ['--issue', '1'], ['--hold-out'], ['--may-change', 'test']]) {
			assert.throws(() => read(...more), UserError);
		}
	});

	it('reads a whole fix command', () => {
		assert.deepEqual(
			readArguments(
				[
					'fix',
					'--max-spend',
					'$0.25',
					'--test',
					'adds two',
					'--test',
					'b',
					'--time',
					'1.5',
					'--test-command',
					'npx mocha',
					'-C',
					'/x',
					'--json',
					'--apply',
					'--proposers',
					'free',
				],
				'/here',
			),
			{
				kind: 'fix',
				bid: { spend: 250_000_000, timeMs: 90_000 },
				target: { kind: 'named', names: ['adds two', 'b'] },
				testCommand: 'npx mocha',
				testReport: undefined,
				folder: '/x',
				proposers: ['free'],
				json: true,
				apply: true,
				issue: undefined,
				all: false,
				yes: false,
				showPrompt: false,
				temper: undefined,
				sandbox: { wish: undefined, network: undefined },
				mayChange: 'code',
				holdOut: false,
				remoteSuite: undefined,
			},
		);
	});
	it('needs nothing but a bid', () => {
		const command = read('fix --max-spend 0');
		assert.ok(
			command.kind === 'fix' &&
				command.target.kind === 'failing' &&
				command.folder === '/here' &&
				command.bid.timeMs === 600_000,
		);
	});
	it('reads how runs are confined', () => {
		for (const line of ['fix --max-spend 0', 'verify --patch -']) {
			const command = read(`${line} --sandbox required --allow-network`);
			assert.deepEqual('sandbox' in command && command.sandbox, { wish: 'required', network: true });
		}
		assert.throws(
			() => read('fix --max-spend 0 --sandbox yes'),
			/--sandbox takes auto, required, off, not "yes"/,
		);
	});
	it('reads spend', () => {
		assert.deepEqual(read('spend'), { kind: 'spend', by: 'day', span: {}, format: 'table' });
		assert.deepEqual(read('spend --by model --since 2026-02-01 --until 2026-02-28 --csv'), {
			kind: 'spend',
			by: 'model',
			span: { since: '2026-02-01', until: '2026-02-28' },
			format: 'csv',
		});
	});
	it('reads how the server is started', () => {
		const command = read('mcp --limit 0.50 -C /x --time 2 --yes --proposers free');
		assert.ok(command.kind === 'mcp');
		assert.deepEqual(
			[command.limit, command.folder, command.timeMs, command.yes, command.proposers],
			[500_000_000, '/x', 120_000, true, ['free']],
		);
		const bare = read('mcp');
		assert.deepEqual(bare.kind === 'mcp' && [bare.limit, bare.folder, bare.yes], [undefined, '/here', false]);
	});
	it('helps', () => {
		assert.deepEqual(read(''), { kind: 'help', topic: 'underbid' });
		assert.deepEqual(read('fix --help'), { kind: 'help', topic: 'fix' });
		assert.deepEqual(read('help spend'), { kind: 'help', topic: 'spend' });
	});
	for (const [line, words] of [
		['fix', '--max-spend'],
		['fix --max-spend free', '"free"'],
		['fix --max-spend=-1', 'below zero'],
		['fix --max-spend 1e9', '"1e9"'],
		['fix --max-spend 0,25', '0.25'],
		['fix --max-spend', 'max-spend'],
		['fix --max-spend 0 --time 0', '--time'],
		['fix --max-spend 0 --time soon', '--time'],
		['fix --max-spend 0 --test-report x.xml', '--test-command'],
		['fix --max-spend 0 --tset x', '--tset'],
		['fix --max-spend 0 extra', 'extra'],
		['fix --max-spend 0 --proposers free,,', '--proposers'],
		['spend --by moon', '"moon"'],
		['spend --json --csv', '--json'],
		['spend --since yesterday', '--since'],
		['spend --until 2026-02-30', '2026-02-30'],
		['spend --since 2026-02-02 --until 2026-02-01', '--until'],
		['mcp --limit=-1', 'below zero'],
		['mcp --limit 1e9', '"1e9"'],
		['mcp --max-spend 1', '--max-spend'],
		['frobnicate', '"frobnicate"'],
	] as const) {
		it(`tells off "underbid ${line}" in one sentence`, () => {
			assert.throws(
				() => read(line),
				(error: unknown) =>
					error instanceof UserError && error.message.includes(words) && !error.message.includes('\n'),
			);
		});
	}

	it('reads --resume with and without a name', () => {
		const resumed = {
			kind: 'resume',
			run: undefined,
			spend: undefined,
			timeMs: undefined,
			folder: '/here',
			json: false,
			apply: false,
			showPrompt: false,
		};
		const words = (text: string) => readArguments(text.split(' '), '/here');
		assert.deepEqual(words('fix --resume'), resumed);
		assert.deepEqual(words('fix --resume --json'), { ...resumed, json: true });
		assert.deepEqual(words('fix --json --resume a1b2 --time 2'), {
			...resumed,
			json: true,
			run: 'a1b2',
			timeMs: 120_000,
		});
		assert.deepEqual(words('fix --resume=a1b2 --max-spend 0.5'), {
			...resumed,
			run: 'a1b2',
			spend: 500_000_000,
		});
		assert.throws(() => words('fix --resume --test adds'), /--test/);
	});
});
