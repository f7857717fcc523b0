import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { FileEdit } from '../../../src/core/patch';
import { type Landed, landPatch, prepareLanding } from '../../../src/repo/land';
import { withEndingsOf } from '../../../src/repo/lineEndings';
import { patchFromDiff } from '../../../src/repo/patch';
import { takeSnapshot } from '../../../src/repo/snapshot';
import { contents, type Files, FixtureRepository, SIGNAL } from './fixtureRepository';

const LINES = Array.from({ length: 30 }, (_, at) => `line ${at}`);
const text = (lines: readonly string[], ending = '\n') => lines.map((line) => line + ending).join('');
const changed = (at: number, line: string) => LINES.map((old, index) => (index === at ? line : old));

describe('landPatch', () => {
	let fixture: FixtureRepository;
	beforeEach(() => {
		fixture = new FixtureRepository('a project');
	});
	afterEach(() => fixture.remove());

	/** Edits are made on the snapshot, then the user writes `meanwhile`, then the patch lands. */
	async function land(edits: readonly FileEdit[], meanwhile: Files | (() => void) = {}): Promise<Landed> {
		return fixture.inTree(async (tree, snapshot, _, workshop) => {
			const patch = await tree.patchOf(edits);
			assert.ok(patch);
			if (typeof meanwhile === 'function') {
				meanwhile();
			} else {
				fixture.write(meanwhile);
			}
			return landPatch(workshop, snapshot, patch, SIGNAL);
		});
	}

	const read = (path: string) => readFileSync(join(fixture.root, path), 'utf8');

	it('writes unchanged files in their own form, makes new ones, and leaves the index alone', async () => {
		fixture.git('config', 'core.autocrlf', 'true');
		fixture.commit({
			'crlf.txt': text(LINES, '\r\n'),
			'lf.txt': text(LINES),
			'mixed.txt': 'a\r\nb\nc\r\nd\n',
			'bom.txt': '\ufeffa\r\nb\r\n',
			'tool.sh': '#!/bin/sh\n',
		});
		chmodSync(join(fixture.root, 'tool.sh'), 0o750);
		const index = readFileSync(join(fixture.root, '.git/index'));
		const landed = await land([
			{ path: 'crlf.txt', text: text(changed(3, 'new'), '\r\n') },
			{ path: 'lf.txt', text: text(changed(3, 'new')) },
			{ path: 'mixed.txt', text: 'a\r\nb\nnew\nc\r\nd\n' },
			{ path: 'bom.txt', text: '\ufeffa\r\nB\r\n' },
			{ path: 'tool.sh', text: '#!/bin/sh\r\nexit\r\n' },
			{ path: 'new/file.txt', text: 'x\r\n' },
		]);
		assert.equal(landed.kind, 'landed', JSON.stringify(landed));
		assert.equal(read('crlf.txt'), text(changed(3, 'new'), '\r\n'));
		assert.equal(read('lf.txt'), text(changed(3, 'new')));
		assert.equal(read('mixed.txt'), 'a\r\nb\nnew\nc\r\nd\n');
		assert.equal(read('bom.txt'), '\ufeffa\r\nB\r\n');
		assert.equal(read('new/file.txt'), 'x\r\n');
		assert.equal(read('tool.sh'), '#!/bin/sh\nexit\n');
		assert.equal(lstatSync(join(fixture.root, 'tool.sh')).mode & 0o777, 0o750);
		assert.deepEqual(readFileSync(join(fixture.root, '.git/index')), index);
	});

	it('merges with newer text, and says so', async () => {
		fixture.commit({ 'a.txt': text(LINES, '\r\n'), 'b.txt': text(LINES) });
		const landed = await land(
			[
				{ path: 'a.txt', text: text(changed(3, 'patched'), '\r\n') },
				{ path: 'b.txt', text: text(changed(3, 'patched')) },
			],
			{ 'a.txt': text(changed(20, 'newer'), '\r\n') },
		);
		assert.deepEqual(landed, { kind: 'landed', files: ['a.txt', 'b.txt'], merged: ['a.txt'] });
		const both = changed(3, 'patched').map((line, at) => (at === 20 ? 'newer' : line));
		assert.equal(read('a.txt'), text(both, '\r\n'));
	});

	const refusals: readonly (readonly [string, Files | (() => void), RegExp])[] = [
		['the same lines were changed', { 'a.txt': text(changed(3, 'other')) }, /changed since/],
		['a file is gone', () => rmSync(join(fixture.root, 'a.txt')), /deleted since/],
		['a new file exists by now', { 'n.txt': 'mine\n' }, /exists by now/],
		[
			'a folder became a link',
			() => {
				rmSync(join(fixture.root, 'sub'), { recursive: true });
				mkdirSync(join(fixture.parent, 'outside'));
				symlinkSync(join(fixture.parent, 'outside'), join(fixture.root, 'sub'));
			},
			/lies behind/,
		],
	];
	for (const [what, meanwhile, reason] of refusals) {
		it(`writes nothing when ${what}`, async () => {
			fixture.commit({ 'a.txt': text(LINES), 'b.txt': text(LINES), 'sub/c.txt': text(LINES) });
			let before = '';
			const landed = await land(
				[
					{ path: 'b.txt', text: 'all new\n' },
					{ path: 'a.txt', text: text(changed(3, 'patched')) },
					{ path: 'n.txt', text: 'new\n' },
					{ path: 'sub/c.txt', text: text(changed(3, 'patched')) },
				],
				() => {
					if (typeof meanwhile === 'function') {
						meanwhile();
					} else {
						fixture.write(meanwhile);
					}
					before = contents(fixture.root, { times: true });
				},
			);
			assert.ok(landed.kind === 'refused', JSON.stringify(landed));
			assert.match(landed.reason, reason);
			assert.equal(contents(fixture.root, { times: true }), before);
		});
	}

	it('deletes and renames, and can be prepared to land when the run is over', async () => {
		fixture.commit({ 'a.txt': text(LINES), 'old.txt': text(LINES) });
		const diff = [
			'diff --git a/a.txt b/a.txt',
			'deleted file mode 100644',
			'--- a/a.txt',
			'+++ /dev/null',
			`@@ -1,${LINES.length} +0,0 @@`,
			...LINES.map((line) => `-${line}`),
			'diff --git a/old.txt b/new.txt',
			'similarity index 100%',
			'rename from old.txt',
			'rename to new.txt',
			'',
		].join('\n');
		const patch = patchFromDiff(diff);
		assert.ok(patch.kind === 'patch', JSON.stringify(patch));
		const workshop = await fixture.workshop();
		const taken = await takeSnapshot(workshop, [], SIGNAL);
		assert.ok(taken.kind === 'taken');
		const prepared = await prepareLanding(workshop, taken.snapshot, patch.patch, SIGNAL);
		await workshop.close();
		assert.ok(prepared.kind === 'prepared', JSON.stringify(prepared));
		const landed = await prepared.landing.land(SIGNAL);
		assert.equal(landed.kind, 'landed');
		assert.ok(!existsSync(join(fixture.root, 'a.txt')) && !existsSync(join(fixture.root, 'old.txt')));
		assert.equal(read('new.txt'), text(LINES));
	});
});

describe('withEndingsOf', () => {
	for (const [original, now, wanted] of [
		['a\nb\n', 'a\nc\n', 'a\nc\n'],
		['a\r\nb\r\n', 'a\nx\nb', 'a\r\nx\r\nb'],
		['a\r\nb\nc\r\n', 'b\nc\n', 'b\nc\r\n'],
		['a\r\nb\nc\r\n', 'a\nnew\nb\nc\n', 'a\r\nnew\r\nb\nc\r\n'],
		['', 'a\n', 'a\n'],
	] as const) {
		it(JSON.stringify([original, now]), () => assert.equal(withEndingsOf(original, now), wanted));
	}
});
