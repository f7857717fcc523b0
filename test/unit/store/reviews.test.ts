import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nanoUsd } from '../../../src/core/money';
import { decide, fileReview } from '../../../src/core/review/review';
import { FileReviewStore } from '../../../src/store/reviews';

describe('FileReviewStore', () => {
	let folder: string;
	let file: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'underbid-reviews-'));
		file = path.join(folder, 'deep', 'review.json');
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const changed = fileReview('a.js', 'one\ntwo\n', 'ONE\ntwo\nthree\n');
	const review = {
		run: 'r1',
		revision: 4,
		folder: '/shop',
		title: 'Fixing “adds”',
		summary: 'changed + to -',
		spent: nanoUsd(12),
		bid: nanoUsd(250),
		passed: 3,
		target: { kind: 'named' as const, names: ['a::adds'] },
		receipt: '## Verified fix',
		stage: 'inline' as const,
		files: [
			{ file: '/shop/a.js', unsaved: true, review: decide(changed, ['a.js#1'], 'accepted') },
			{
				file: '/shop/new.js',
				unsaved: false,
				raw: 'made\r\n',
				review: fileReview('new.js', undefined, 'made\n'),
			},
			{ file: '/shop/n.ipynb', unsaved: false, review: fileReview('n.ipynb', '{}', '{ }', true) },
		],
		alternatives: [
			{
				summary: 'changed 1 to 2',
				verified: false,
				changes: [{ file: '/shop/a.js', base: 'a', patched: 'b' }],
			},
		],
	};

	it('has nothing at first, then what was saved, then nothing again', async () => {
		const store = new FileReviewStore(file);
		assert.deepEqual(await store.load(), { kind: 'none' });
		await store.save(review);
		assert.deepEqual(await new FileReviewStore(file).load(), { kind: 'review', review });
		await store.save(undefined);
		assert.deepEqual(await store.load(), { kind: 'none' });
	});

	it('keeps the fix that waits for its end', async () => {
		const both = { ...review, next: { ...review, run: 'r2', stage: 'waiting' as const } };
		await new FileReviewStore(file).save(both);
		assert.deepEqual(await new FileReviewStore(file).load(), { kind: 'review', review: both });
	});

	it('keeps which file is a written test, and that the fix is checked and not verified', async () => {
		const store = new FileReviewStore(file);
		const files = review.files.map((one, index) => (index === 1 ? { ...one, isTest: true as const } : one));
		const alternatives = review.alternatives.map((one) => ({
			...one,
			changes: one.changes.map((change) => ({ ...change, isTest: true as const })),
		}));
		const checked = { ...review, checked: true as const, files, alternatives };
		await store.save(checked);
		assert.deepEqual(await new FileReviewStore(file).load(), { kind: 'review', review: checked });
	});

	it('reads what was stored before there were revisions and alternatives', async () => {
		const store = new FileReviewStore(file);
		await store.save(review);
		const { revision, alternatives, summary, ...old } = review;
		writeFileSync(file, JSON.stringify({ version: 1, ...old }));
		const loaded = await store.load();
		assert.ok(loaded.kind === 'review');
		assert.deepEqual(loaded.review, { ...review, revision: 0, summary: '', alternatives: [] });
		assert.ok(revision > 0 && alternatives.length > 0 && summary !== '');
	});

	it('what cannot be read at all is not called finished', async () => {
		mkdirSync(file, { recursive: true });
		assert.equal((await new FileReviewStore(file).load()).kind, 'broken');
	});

	it('the last of many quick saves stands', async () => {
		const store = new FileReviewStore(file);
		await Promise.all(Array.from({ length: 20 }, (_, index) => store.save({ ...review, run: `r${index}` })));
		const loaded = await store.load();
		assert.ok(loaded.kind === 'review' && loaded.review.run === 'r19');
	});

	for (const broken of [
		'',
		'{"version":1',
		'[]',
		'{"version":2}',
		JSON.stringify({ version: 1, ...review, files: 7 }),
	]) {
		it(`sets ${JSON.stringify(broken.slice(0, 20))} aside and says so`, async () => {
			const store = new FileReviewStore(file);
			await store.save(review);
			writeFileSync(file, broken);
			const loaded = await store.load();
			assert.ok(loaded.kind === 'broken' && loaded.reason.includes('set aside'));
			assert.equal(readFileSync(`${file}.unreadable`, 'utf8'), broken);
			assert.ok(!existsSync(file));
		});
	}
});
