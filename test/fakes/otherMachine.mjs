// Stands in for `ssh HOST COMMAND`: another process with another home, another folder and none of our environment, that
// has our standard input and output and nothing else of us. OTHER_HOME comes as the host's name.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

const [home = '', ...words] = process.argv.slice(2);
mkdirSync(home, { recursive: true });
const child = spawn('sh', ['-c', words.join(' ')], {
	cwd: home,
	env: { PATH: `${path.dirname(process.execPath)}:${process.env.PATH ?? ''}`, HOME: home, TMPDIR: home },
	stdio: 'inherit',
});
child.on('close', (code) => process.exit(code ?? 255));
