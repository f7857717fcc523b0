import assert from 'node:assert/strict';
import type { SandboxPlan } from '../../../../src/verify/sandbox/plan';
import { seatbeltPrefix, seatbeltProfile } from '../../../../src/verify/sandbox/seatbelt';

const plan: SandboxPlan = {
	network: false,
	places: [
		{ kind: 'empty', path: '/Users/me', mode: '700' },
		{ kind: 'readable', path: '/Users/me/.nvm' },
		{ kind: 'empty', path: '/Users/me/project', mode: '700' },
		{ kind: 'readable', path: '/Users/me/project/node_modules' },
		{ kind: 'writable', path: '/private/tmp/underbid/tree "1"' },
	],
};

/** What the last rule that speaks of a place says: as the system reads a profile. */
function lastRule(profile: string, operation: string, place: string): string | undefined {
	return profile
		.split('\n')
		.filter((line) => !line.includes('(literal'))
		.filter((line) => {
			const folder = /\(subpath "((?:[^"\\]|\\.)*)"\)/.exec(line)?.[1]?.replaceAll('\\"', '"');
			const operations = line.split('(subpath')[0] ?? line;
			const named =
				operations.includes(operation) ||
				(operation === 'file-read-data' && operations.includes('file-read*'));
			return named && (folder === undefined || place === folder || place.startsWith(`${folder}/`));
		})
		.at(-1)
		?.slice(1, 6);
}

// It was never tried on a Mac: what is tested here is the text.
describe('a profile for sandbox-exec', () => {
	const profile = seatbeltProfile(plan, '/private/tmp/underbid/temporary');

	for (const [operation, place, rule] of [
		['file-read-data', '/Users/me/.ssh/id_ed25519', 'deny '],
		['file-read-data', '/Users/me/.nvm/versions/node', 'allow'],
		['file-read-data', '/Users/me/project/a.js', 'deny '],
		['file-read-data', '/Users/me/project/node_modules/dep/index.js', 'allow'],
		['file-write*', '/Users/me/project/a.js', 'deny '],
		['file-write*', '/Users/me/project/node_modules/dep/index.js', 'deny '],
		['file-write*', '/private/tmp/underbid/tree "1"/a.js', 'allow'],
		['file-write*', '/private/tmp/underbid/temporary/x', 'allow'],
		['file-write*', '/private/tmp/elsewhere', 'deny '],
	] as const) {
		it(`${rule.trim() === 'deny' ? 'denies' : 'allows'} ${operation} of ${place}`, () => {
			assert.equal(lastRule(profile, operation, place), rule);
		});
	}

	it('closes the network but for servers of its own, unless it is allowed', () => {
		assert.match(profile, /\(deny network\*\)\n\(allow network\* \(local ip "localhost:\*"\)\)/);
		assert.doesNotMatch(seatbeltProfile({ ...plan, network: true }, '/t'), /network/);
	});

	it('has balanced parentheses and goes before the command as one argument', () => {
		const bare = profile.replace(/"(?:[^"\\]|\\.)*"/g, '');
		assert.equal(bare.split('(').length, bare.split(')').length);
		assert.deepEqual(seatbeltPrefix('/usr/bin/sandbox-exec', plan, '/t').slice(0, 2), [
			'/usr/bin/sandbox-exec',
			'-p',
		]);
	});
});
