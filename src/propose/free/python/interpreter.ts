// Which Python a project's tests run in, and with which environment.
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Suite } from '../../../core/suite';

const LAUNCHERS = new Set(['poetry', 'uv', 'pipenv', 'pdm', 'hatch', 'rye']);
const SECRET = /key|token|secret|passw|credential|auth|cookie|private|session|signature/i;
const FOREIGN = /^(PYTHON|NODE_|VSCODE_|ELECTRON_|UNDERBID|PYTEST_|COVERAGE_|GIT_)/;

/**
 * Interpreters to try, likeliest first, absolute paths: the project's virtual environment, the one that the
 * suite's command names, what is on PATH. May be empty.
 */
export async function interpreters(
	root: string,
	suite: Suite,
	signal: AbortSignal,
): Promise<readonly string[]> {
	const cwd = path.join(root, suite.folder);
	const found: string[] = [];
	for (const folder of cwd === root ? [root] : [cwd, root]) {
		for (const name of ['.venv', 'venv']) {
			found.push(path.join(folder, name, 'bin', 'python'), path.join(folder, name, 'Scripts', 'python.exe'));
		}
	}
	const named = await namedBy(suite, cwd, signal);
	if (named !== undefined) {
		found.push(named);
	}
	for (const name of ['python3', 'python']) {
		found.push((await onPath(name)) ?? '');
	}
	const usable = await Promise.all(found.map(isExecutable));
	return [...new Set(found.filter((_, index) => usable[index]))];
}

/** What our child may know: the machine's and the user's settings, nothing that looks like a secret. */
export function childEnvironment(
	suite: Suite,
	from: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
	const kept: Record<string, string> = {};
	for (const [name, value] of Object.entries(from)) {
		if (value !== undefined && !SECRET.test(name) && !FOREIGN.test(name)) {
			kept[name] = value;
		}
	}
	return { ...kept, ...suite.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', PYTHONHASHSEED: '0' };
}

async function namedBy(suite: Suite, cwd: string, signal: AbortSignal): Promise<string | undefined> {
	const program = suite.argv[0];
	if (program === undefined) {
		return undefined;
	}
	const base = path.basename(program).replace(/\.exe$/i, '');
	const file = /[\\/]/.test(program) ? path.resolve(cwd, program) : await onPath(program);
	if (/^(python|pypy)[\d.]*$/.test(base)) {
		return file;
	}
	if (LAUNCHERS.has(base) && suite.argv[1] === 'run') {
		return launched([program, 'run', 'python', '-c', 'import sys; print(sys.executable)'], cwd, signal);
	}
	return file === undefined ? undefined : shebang(file);
}

function launched(argv: readonly string[], cwd: string, signal: AbortSignal): Promise<string | undefined> {
	return new Promise((resolve) => {
		execFile(argv[0] ?? '', argv.slice(1), { cwd, signal, timeout: 20_000 }, (error, stdout) => {
			resolve(error ? undefined : stdout.trim().split('\n').at(-1));
		});
	});
}

/** The interpreter in a console script's first line: `pytest` starts with `#!/…/bin/python`. */
async function shebang(file: string): Promise<string | undefined> {
	try {
		const handle = await open(file);
		try {
			const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
			const line = buffer.toString('utf8', 0, bytesRead).split('\n')[0] ?? '';
			return /^#!\s*(\S*python[\d.]*)\s*$/.exec(line)?.[1];
		} finally {
			await handle.close();
		}
	} catch {
		return undefined;
	}
}

async function onPath(name: string): Promise<string | undefined> {
	const suffixes = process.platform === 'win32' ? ['.exe', ''] : [''];
	for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)) {
		for (const suffix of suffixes) {
			const file = path.join(folder, name + suffix);
			if (await isExecutable(file)) {
				return file;
			}
		}
	}
	return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
	try {
		await access(file, constants.X_OK);
		return (await stat(file)).isFile();
	} catch {
		return false;
	}
}
