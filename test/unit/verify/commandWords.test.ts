import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { parseCommandLine } from '../../../src/verify/commandWords';

describe('the words of a command line', () => {
	it('are those a shell gives', function () {
		if (process.platform === 'win32') {
			this.skip();
		}
		const word = fc.string({
			unit: fc.constantFrom('a', 'b', ' ', '"', "'", '\\', '=', '-', '.', '/'),
			maxLength: 8,
		});
		fc.assert(
			fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
				const line = `show ${words.join(' ')}`;
				const [command] = parseCommandLine(line) ?? [];
				const script = 'show() { for each in "$@"; do printf "[%s]" "$each"; done; }\n';
				const shell = spawnSync('sh', ['-c', script + line], { encoding: 'utf8' });
				if (command !== undefined && shell.status === 0) {
					const ours = command.words.slice(1).map(({ text }) => `[${text}]`);
					assert.equal(ours.join('') || '[]', shell.stdout || '[]', line);
				}
			}),
			{ numRuns: 60 },
		);
	});

	it('need a shell for pipes, variables, substitutions, redirections, background and groups', () => {
		for (const line of [
			'a | b',
			'a $B',
			'a "$B"',
			'a `b`',
			'a > b',
			'a < b',
			'a & b',
			'(a)',
			'a $(b)',
			"a 'b",
			'&& a',
		]) {
			assert.equal(parseCommandLine(line), undefined, line);
		}
	});

	it('come with what the command sets, and how it follows', () => {
		const commands = parseCommandLine('A=1 B="x y" one && two \'*.js\' || three; four');
		assert.deepEqual(
			commands?.map(({ env, words, after }) => [env, words.map(({ text }) => text).join(','), after]),
			[
				[{ A: '1', B: 'x y' }, 'one', undefined],
				[{}, 'two,*.js', '&&'],
				[{}, 'three', '||'],
				[{}, 'four', ';'],
			],
		);
		assert.equal(commands?.[1]?.words[1]?.bare, false);
	});
});
