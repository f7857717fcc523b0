import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
	linkSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { WorkFiles } from '../../../../src/propose/model/workFiles';

const SIGNAL = new AbortController().signal;

describe('workFiles', () => {
	let folder: string;
	let root: string;
	let outside: string;
	const put = (name: string, text: string | Buffer = `${name}\n`) => {
		mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
		writeFileSync(path.join(root, name), text);
	};
	const git = (...args: string[]) =>
		execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
			cwd: root,
			stdio: 'pipe',
		});
	const reasonOf = async (files: WorkFiles, name: string) => {
		const read = await files.read(name);
		return read.kind === 'refused' ? read.reason : undefined;
	};

	beforeEach(() => {
		folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'workFiles-')));
		root = path.join(folder, 'tree');
		outside = path.join(folder, 'outside');
		mkdirSync(root);
		mkdirSync(outside);
		writeFileSync(path.join(outside, 'secret.txt'), 'secret\n');
		git('init', '-q');
		put('src/a.js', '\ufeffconst a = 1;\r\n');
		put('.gitignore', 'ignored/\n');
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it('lists what git would keep, without keys, links, submodules and installed things', async () => {
		for (const name of [
			'.env',
			'.env.local',
			'conf/prod.env',
			'server.pem',
			'tls/server.key',
			'id_rsa',
			'.ssh/id_ed25519',
			'.npmrc',
			'.pypirc',
			'.netrc',
			'.aws/config',
			'config/credentials.json',
			'secrets.yaml',
			'node_modules/x/index.js',
			'ignored/b.js',
		]) {
			put(name);
		}
		for (const name of [
			'untracked.py',
			'src/credentials.ts',
			'src/environment.js',
			'docs/keys.md',
			'ünï/ß.js',
		]) {
			put(name);
		}
		symlinkSync(outside, path.join(root, 'linked'));
		symlinkSync(path.join(outside, 'secret.txt'), path.join(root, 'tracked-link.txt'));
		git('add', '-f', '.env', 'src/a.js', 'server.pem', 'tracked-link.txt', '.gitignore');
		mkdirSync(path.join(root, 'module'));
		execFileSync('git', ['init', '-q'], { cwd: path.join(root, 'module') });
		writeFileSync(path.join(root, 'module/inner.js'), '');
		assert.deepEqual(await new WorkFiles(root).list(SIGNAL), [
			'.gitignore',
			'docs/keys.md',
			'src/a.js',
			'src/credentials.ts',
			'src/environment.js',
			'untracked.py',
			'ünï/ß.js',
		]);
	});

	it('names nothing where git cannot tell, and does not look above the root', async () => {
		const inner = path.join(root, 'inner');
		mkdirSync(inner);
		writeFileSync(path.join(inner, 'x.js'), '');
		assert.deepEqual(await new WorkFiles(inner).list(SIGNAL), []);
		assert.deepEqual(await new WorkFiles(path.join(folder, 'nowhere')).list(SIGNAL), []);
	});

	it('runs no program that the repository names', async () => {
		git('config', 'core.fsmonitor', `touch "${path.join(outside, 'ran')}"; false`);
		assert.ok((await new WorkFiles(root).list(SIGNAL)).includes('src/a.js'));
		assert.throws(() => readFileSync(path.join(outside, 'ran')));
	});

	it('reads the very text, and refuses the rest in a sentence', async () => {
		put('binary.bin', Buffer.from([1, 0, 2]));
		put('latin1.txt', Buffer.from([0xe4, 0xf6, 0xfc]));
		put('large.txt', 'x'.repeat(1024 * 1024 + 1));
		put('largest.txt', 'x'.repeat(1024 * 1024));
		put('ignored/b.js');
		put('.env', 'A=1');
		const files = new WorkFiles(root);
		assert.deepEqual(await files.read('src/a.js'), { kind: 'text', text: '\ufeffconst a = 1;\r\n' });
		assert.equal((await files.read('largest.txt')).kind, 'text');
		for (const name of ['binary.bin', 'latin1.txt', 'large.txt', 'ignored/b.js', '.env', 'src', 'none.js']) {
			assert.match((await reasonOf(files, name)) ?? '', /^\S.*\.$/, name);
			assert.equal(await files.exists(name), ['binary.bin', 'latin1.txt', 'large.txt'].includes(name), name);
		}
	});

	it('follows no link, also none that came after the listing', async () => {
		put('deep/er/note.txt');
		put('src/note.txt');
		const files = new WorkFiles(root);
		await files.list(SIGNAL);
		rmSync(path.join(root, 'src/note.txt'));
		symlinkSync(path.join(outside, 'secret.txt'), path.join(root, 'src/note.txt'));
		renameSync(path.join(root, 'deep'), path.join(root, 'away'));
		symlinkSync(outside, path.join(root, 'deep'));
		mkdirSync(path.join(outside, 'er'));
		writeFileSync(path.join(outside, 'er/note.txt'), 'secret');
		for (const name of ['src/note.txt', 'deep/er/note.txt']) {
			assert.match((await reasonOf(files, name)) ?? '', /link/, name);
			assert.match((await files.write(name, 'written')) ?? '', /link|folder/, name);
		}
		assert.equal(readFileSync(path.join(outside, 'secret.txt'), 'utf8'), 'secret\n');
		assert.equal(readFileSync(path.join(outside, 'er/note.txt'), 'utf8'), 'secret');
	});

	it('writes listed files and new ones, and nothing that is there but not listed', async () => {
		put('ignored/b.js');
		symlinkSync(outside, path.join(root, 'linked'));
		const files = new WorkFiles(root);
		assert.equal(await files.write('src/a.js', 'two\r\n'), undefined);
		assert.equal(await files.write('new/folder/c.js', 'c'), undefined);
		assert.deepEqual(await files.read('new/folder/c.js'), { kind: 'text', text: 'c' });
		assert.equal(await files.write('new/folder/c.js', 'shorter'.slice(0, 2)), undefined);
		assert.equal(readFileSync(path.join(root, 'new/folder/c.js'), 'utf8'), 'sh');
		for (const name of [
			'ignored/b.js',
			'linked/x.js',
			'SRC/A.JS',
			'src/a.js/x.js',
			'src',
			'.git/hooks/pre-commit',
		]) {
			assert.match((await files.write(name, 'no')) ?? '', /^\S.*\.$/, name);
		}
		assert.equal(readFileSync(path.join(root, 'src/a.js'), 'utf8'), 'two\r\n');
	});

	it('does not write through to a second name of the same bytes', async () => {
		linkSync(path.join(outside, 'secret.txt'), path.join(root, 'twin.txt'));
		const files = new WorkFiles(root);
		assert.equal(await files.write('twin.txt', 'mine'), undefined);
		assert.equal(readFileSync(path.join(root, 'twin.txt'), 'utf8'), 'mine');
		assert.equal(readFileSync(path.join(outside, 'secret.txt'), 'utf8'), 'secret\n');
	});

	it('allows plain paths', () => {
		for (const name of [
			'a.js',
			'src/deep/b-c_d.test.ts',
			'.github/x.yml',
			'with space/é.py',
			'.gitignore',
			'console.js',
		]) {
			assert.equal(new WorkFiles(root).refusal(name), undefined, name);
		}
	});

	it('refuses by name alone what leads elsewhere on any system', () => {
		const files = new WorkFiles(root);
		for (const name of [
			'',
			'/etc/passwd',
			'//server/share',
			'\\\\server\\share',
			'C:/x',
			'c:x',
			'..',
			'../x',
			'a/../../x',
			'a/..',
			'./a',
			'a//b',
			'a/',
			'~/x',
			'a\\b',
			'a\0b',
			'a\nb',
			'a\u0085b',
			'a\u2028b',
			'a\ud800b',
			'.git',
			'.git/config',
			'.GIT/hooks/pre-commit',
			'a/.Git/x',
			'.g\u200cit/config',
			'.gi\ufefft/config',
			'.git\u200d/config',
			'.g\u00adit/x',
			'.git./config',
			'.git /config',
			'.git::$INDEX_ALLOCATION/config',
			'git~1/config',
			'GIT~2',
			'\uff0egit/config',
			'a.js:stream',
			'a. ',
			'a./b',
			' a',
			'nul',
			'CON.txt',
			'src/aux.js',
			'com1',
			'lpt³.x',
			'x'.repeat(300),
			`${'x/'.repeat(300)}y`,
			'node_modules/a/b.js',
			'NODE_MODULES/a',
			'a/.venv/b.py',
			'.env',
			'.ENV',
			'.env.production',
			'a/ID_RSA',
			'A.PEM',
		]) {
			assert.match(files.refusal(name) ?? '', /^\S.*\.$/s, JSON.stringify(name));
		}
	});

	it('lets no path out that its name rule allows', () => {
		const files = new WorkFiles(root);
		const part = fc.constantFrom(
			'..',
			'.',
			'',
			'a',
			'.git',
			'.GIT',
			' ',
			'~',
			'C:',
			'\\',
			'\0',
			'b.js',
			'...',
			'\u200c',
		);
		const any = fc.array(fc.oneof(part, fc.string({ maxLength: 4 })), { maxLength: 6 });
		fc.assert(
			fc.property(any, fc.constantFrom('/', '\\', ''), (parts, joint) => {
				const name = parts.join(joint);
				if (files.refusal(name) === undefined) {
					for (const system of [path.posix, path.win32]) {
						const from = system === path.posix ? '/r/t' : 'C:\\r\\t';
						const relative = system.relative(from, system.resolve(from, name));
						assert.equal(relative.split(system.sep).join('/'), name);
						assert.ok(!/(^|\/)\.git(\/|$)/i.test(name));
					}
				}
			}),
			{ numRuns: 2000 },
		);
	});
});
