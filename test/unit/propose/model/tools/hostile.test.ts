import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ToolCall } from '../../../../../src/core/model';
import { AgentProposer } from '../../../../../src/propose/model/agent';
import { contents, type FixtureRepository } from '../../../repo/fixtureRepository';
import { shippedGrammars } from '../../free/shippedGrammars';
import { type Bed, BROKEN, CLOCK, inBed, RED, SIGNAL } from './agentBed';
import { call, calls, ScriptedModel } from './scriptedModel';

const HIDDEN = 'TOP-HIDDEN-WORDS';
const MANY = {
	steps: 10_000,
	idleSteps: 10_000,
	uselessSteps: 10_000,
	sameCalls: 10_000,
	sameStates: 10_000,
};

/** Outside of every tree, inside of what is removed afterwards. */
const outsideOf = (repository: FixtureRepository) => path.join(repository.parent, 'outside');

function plant(repository: FixtureRepository): void {
	const outside = outsideOf(repository);
	mkdirSync(path.join(outside, 'hooks'), { recursive: true });
	writeFileSync(path.join(outside, 'file.js'), `// ${HIDDEN}\n`);
	mkdirSync(path.join(repository.root, 'node_modules/dep'), { recursive: true });
	repository.write({ 'node_modules/dep/index.js': `// ${HIDDEN}\n`, 'out/made.js': `// ${HIDDEN}\n` });
	symlinkSync(outside, path.join(repository.root, 'linked'));
	symlinkSync(path.join(outside, 'file.js'), path.join(repository.root, 'src/file-link.js'));
	symlinkSync('../node_modules', path.join(repository.root, 'src/modules'));
	repository.commit({
		'.env': `KEY=${HIDDEN}\n`,
		'certs/server.pem': `${HIDDEN}\n`,
		'.npmrc': `//registry.example.org/:_authToken=${HIDDEN}\n`,
		'package-lock.json': '{}\n',
		'jest.config.js': 'module.exports = {};\n',
		'.github/workflows/ci.yml': 'on: push\n',
		'large.js': 'x'.repeat(1_100_000),
		'binary.js': Buffer.from([0, 1, 2, 255]),
	});
}

/** Everything that must be as it was: the user's folder, what lies outside, and git's own of the trees. */
function surroundings({ repository, tree }: Bed): string {
	return [
		contents(repository.root, { times: true }),
		contents(outsideOf(repository), { times: true }),
		contents(tree.root, { times: false }),
		readFileSync(path.join(tree.root, '.git'), 'utf8'),
		contents(path.resolve(tree.root, '../../../trees.git'), { times: false }),
	].join('\n');
}

describe('hostile calls of tools', () => {
	const grammars = shippedGrammars();

	/** The answer to each call, in order. */
	const answers = async (bed: Bed, all: readonly ToolCall[]): Promise<readonly string[]> => {
		const turns = Array.from({ length: Math.ceil(all.length / 10) }, (_, turn) =>
			all.slice(turn * 10, turn * 10 + 10),
		);
		const model = new ScriptedModel((turn) => calls('', ...(turns[turn] ?? [])), undefined, 10_000_000);
		const agent = new AgentProposer(model, { grammars: grammars(), clock: CLOCK, limits: MANY });
		await agent.propose(bed.task, () => undefined, SIGNAL);
		assert.ok(model.sent.length > turns.length);
		return model.sent.slice(1, turns.length + 1).flatMap(({ messages }) => {
			const last = messages.at(-1);
			return last?.role === 'tool' ? last.results.map(({ text }) => text) : [];
		});
	};

	const PATHS: readonly string[] = [
		'../outside/file.js',
		'../../../../outside/file.js',
		'src/../../outside/file.js',
		'/etc/passwd',
		'/tmp/x.js',
		'//server/share/x.js',
		'C:\\Windows\\x.js',
		'C:/Windows/x.js',
		'\\\\server\\share\\x.js',
		'..\\outside\\file.js',
		'src\\add.js',
		'file:///etc/passwd',
		'~/x.js',
		'linked/file.js',
		'linked/new.js',
		'src/file-link.js',
		'src/modules/dep/index.js',
		'node_modules/dep/index.js',
		'NODE_MODULES/dep/index.js',
		'out/made.js',
		'.git',
		'.git/config',
		'.git/hooks/pre-commit',
		'.GIT/hooks/pre-commit',
		'.Git/HEAD',
		'src/.git/hooks/post-checkout',
		'git~1/hooks/pre-commit',
		'.git./hooks/pre-commit',
		'.git /hooks/pre-commit',
		'.git::$INDEX_ALLOCATION/hooks/x',
		'.g\u200cit/hooks/pre-commit',
		'\u200d.git/hooks/pre-commit',
		'.gi\ufe0ft/config',
		'\uff0egit/config',
		'src/add.js\0.txt',
		'src/\nadd.js',
		'src/\u202eadd.js/..',
		'src/add.js ',
		'src/add.js.',
		'src/add.js:stream',
		'SRC/ADD.JS/x',
		'src/add.js/x.js',
		'src',
		'',
		'.',
		'nul',
		'src/con.js',
		`${'deep/'.repeat(100)}x.js`,
		'x'.repeat(900),
		'.env',
		'.ENV',
		'.env.local',
		'certs/server.pem',
		'.npmrc',
		'id_rsa',
		'large.js',
		'binary.js',
	];
	/** Where a text is shown they are fine, but nobody may edit them. */
	const PROTECTED: readonly string[] = [
		'test/add.test.js',
		'test/new.test.js',
		'TEST/add.test.js',
		'package.json',
		'Package.JSON',
		'pack\u200bage.json',
		'package-lock.json',
		'jest.config.js',
		'.github/workflows/ci.yml',
		'.gitignore',
		'.gitattributes',
		'.gitmodules',
		'.vscode/settings.json',
		'Src/add.js',
	];

	it('change nothing anywhere, and each is told why', async () => {
		await inBed({ prepare: plant, spend: 100_000_000_000, timeMs: 120_000 }, async (bed) => {
			const before = surroundings(bed);
			const all: { readonly what: string; readonly call: ToolCall }[] = [];
			const add = (name: string, args: unknown) => {
				const one = call(name, args);
				all.push({ what: `${name} ${one.arguments.slice(0, 200)}`, call: one });
			};
			for (const one of PATHS) {
				add('read_file', { path: one });
				add('edit_file', { path: one, search: '', replace: 'module.exports = 1;\n' });
				add('edit_file', { path: one, search: HIDDEN, replace: 'changed' });
				add('revert_file', { path: one });
			}
			for (const one of PROTECTED) {
				add('edit_file', { path: one, search: '', replace: 'module.exports = 1;\n' });
				add('edit_file', { path: one, search: 'test', replace: 'changed' });
			}
			for (const args of [
				'',
				'null',
				'[]',
				'"src/add.js"',
				'{"path": "src/add.js"',
				'{"path": 1, "search": 2, "replace": 3}',
				'{"path": ["src/add.js"], "search": "a", "replace": "b"}',
				'{"path": "src/add.js", "search": "a - b"}',
				'{"path": {"toString": "x"}, "search": "a - b", "replace": ""}',
				'{"__proto__": {"path": "src/add.js", "search": "a - b", "replace": "c"}}',
				`{"path": "src/add.js", "search": "a - b", "replace": "${'x'.repeat(150_000)}"}`,
				`{"path": "src/add.js", "search": "a - b", "replace": "${'x'.repeat(300_000)}"}`,
				'['.repeat(100_000),
				`{"path": ${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
				`{"path": "src/add.js", "search": "a - b", "replace": "a \\u0000 b"}`,
				`{"path": "src/add.js", "search": "a - b", "replace": "a \\ud800 b"}`,
				`{"path": "src/add.js", "search": "a - b", "replace": "[removed: secret]"}`,
				`{"path": "src/add.js", "search": "not there at all", "replace": "x"}`,
				`{"path": "src/add.js", "search": "a", "replace": "b"}`,
				`{"path": "src/add.js", "search": "a - b", "replace": "a - b"}`,
			]) {
				add('edit_file', args);
			}
			for (const name of [
				'shell',
				'bash',
				'write_file',
				'__proto__',
				'constructor',
				'',
				'run_tests; rm -rf /',
			]) {
				add(name, { path: 'src/add.js', command: 'rm -rf /' });
			}
			add('run_tests', { scope: '; rm -rf /' });
			add('search', { text: '(', regex: true });
			add('search', { text: 'a\nb' });
			add('search', { text: '' });
			add('list_files', { glob: '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}' });
			add('read_file', { path: 'src/add.js', from: -1 });
			add('read_file', { path: 'src/add.js', from: 'x' });
			add('read_file', { path: 'src/add.js', from: 1e9 });
			assert.ok(all.length > 250);
			const told = await answers(
				bed,
				all.map((one) => one.call),
			);
			assert.equal(told.length, all.length);
			for (const [index, text] of told.entries()) {
				const what = `${all[index]?.what ?? ''} → ${text.slice(0, 300)}`;
				assert.match(text, /^\S.{8,}[.:]/s, what);
				assert.doesNotMatch(text, /^(Edited|Lines \d|\d+ (lines?|files?))|as it was at the start/, what);
				assert.ok(!text.includes(HIDDEN), what);
				assert.ok(!text.includes(bed.repository.parent), what);
				assert.ok(text.length < 2_500, what);
			}
			assert.equal(surroundings(bed), before);
			assert.deepEqual(bed.runs, []);
		});
	});

	it('find nothing that is hidden', async () => {
		await inBed({ prepare: plant, spend: 10_000_000_000 }, async (bed) => {
			const told = await answers(bed, [
				call('search', { text: HIDDEN }),
				call('search', { text: 'TOP.HIDDEN', regex: true, ignoreCase: true, glob: '**' }),
				call('search', { text: HIDDEN, glob: 'node_modules/**' }),
				call('search', { text: HIDDEN, glob: '../**' }),
				call('list_files', { glob: '../**' }),
				call('list_files', { glob: '.git/**' }),
				call('list_files', { glob: 'linked/**' }),
				call('list_files', { glob: '**/*.pem' }),
				call('list_files', { glob: '.env*' }),
			]);
			for (const text of told) {
				assert.match(text, /^(Nothing found|No file fits)/);
			}
		});
	});

	it('with slow patterns end by themselves', async () => {
		const files = { ...BROKEN, 'src/trap.js': `${'a'.repeat(60)}!\n`, [`${'a'.repeat(150)}.js`]: '' };
		await inBed({ files, spend: 10_000_000_000 }, async (bed) => {
			const startedMs = performance.now();
			const told = await answers(bed, [
				call('search', { text: '^(a+)+$', regex: true }),
				call('search', { text: '(a|aa)+$', regex: true }),
				call('list_files', { glob: `${'*a'.repeat(90)}b` }),
			]);
			assert.match(told[0] ?? '', /takes too long/);
			assert.match(told[1] ?? '', /takes too long/);
			assert.match(told[2] ?? '', /^No file fits/);
			assert.ok(performance.now() - startedMs < 15_000);
		});
	});

	it('after tests that put links in the way write nothing through them', async () => {
		const run = (_scope: unknown, tree: { readonly root: string }) => {
			renameSync(path.join(tree.root, 'src'), path.join(tree.root, 'away'));
			symlinkSync(path.resolve(tree.root, '../../../../../outside'), path.join(tree.root, 'src'));
			return RED;
		};
		await inBed({ prepare: plant, run, spend: 10_000_000_000 }, async (bed) => {
			const outside = outsideOf(bed.repository);
			writeFileSync(path.join(outside, 'add.js'), 'a - b\n');
			const before = contents(outside, { times: true });
			const told = await answers(bed, [
				call('run_tests', {}),
				call('edit_file', { path: 'src/add.js', search: 'a - b', replace: 'a + b' }),
				call('edit_file', { path: 'src/new.js', search: '', replace: 'x' }),
				call('read_file', { path: 'src/add.js' }),
			]);
			assert.equal(readFileSync(path.join(bed.tree.root, 'src/file.js'), 'utf8'), `// ${HIDDEN}\n`);
			for (const text of told.slice(1)) {
				assert.match(text, /link/);
			}
			assert.equal(contents(outside, { times: true }), before);
		});
	});
});
