import assert from 'node:assert/strict';
import { nanoUsd } from '../../../src/core/money';
import { explainText, outcomesText, quoteText, trackText } from '../../../src/terminal/quoteText';

const estimate = (mean: number, low: number, high: number) => ({ mean, low, high });

describe('quoteText', () => {
	it('shows each bid with how far the figures may be off', () => {
		const text = quoteText({
			kind: 'quoted',
			basis: 'guessed',
			points: [
				{
					bid: nanoUsd(250_000_000),
					chance: estimate(0.8234, 0.75, 0.9),
					spend: estimate(0.0042, 0.001, 0.12),
					minutes: estimate(3.21, 1, 9),
					first: 'free\u001b[31m',
				},
			],
		});
		const [head, row] = text.split('\n');
		assert.match(head ?? '', /^bid {4}verified fix +expected spend +time +asked first$/);
		assert.equal(row, '$0.25  82 % (75 % to 90 %)  $0.0042 ($0.0010 to $0.12)  3.2 min  free\\x1b[31m');
		assert.match(text, /guess by price/);
	});

	it('says that it does not know', () => {
		assert.equal(
			quoteText({ kind: 'noEstimate', reason: 'Nobody was measured.' }),
			'No estimate yet. Nobody was measured.\n',
		);
	});
});

describe('explainText', () => {
	it('tells each decision with the offers that were weighed', () => {
		const standing = {
			basis: 'measured',
			pseudoAttempts: 5,
			priorRate: 0.4,
			rate: 0.5,
			attempts: 3,
			solved: 2,
		};
		const weighed = Array.from({ length: 8 }, (_, index) => ({
			offer: `acme/${index}/edit`,
			label: 'Acme',
			standing,
			chance: 0.42,
			spend: 0.003,
			overhead: 0,
			index: 1,
			net: null,
		}));
		const prospect = { chance: 0.7, spend: 0.02, overhead: 0, attempts: 2, first: undefined };
		const decision = {
			because: 'the cheapest chance',
			ease: 0.3,
			easeBefore: 0.5,
			prospect,
			value: null,
			weighed,
		};
		const text = explainText('r1', [decision]);
		assert.match(text, /passes such a task with 30 % \(50 % at first\); going on: 70 % for \$0\.02\.\n/);
		assert.match(text, /^Run r1: what was believed before each attempt\.\n1\. the cheapest chance\n/);
		assert.match(
			text,
			/acme\/0\/edit: 42 % for \$0\.0030, by measurements and 3 own attempts \(2 verified\)/,
		);
		assert.match(text, /… and 2 more/);
	});

	for (const kept of [undefined, {}, 'x']) {
		it(`has nothing to tell of ${JSON.stringify(kept)}`, () =>
			assert.equal(explainText('r1', kept), 'Nothing is kept of a run "r1".\n'));
	}
});

describe('trackText', () => {
	it('is empty where nothing was run, and leaves the repositories out', () => {
		assert.equal(trackText([]), '');
		const row = { offer: 'free', attempts: 4, solved: 3, rate: 0.75, low: 0.3, high: 0.95, spend: 0 };
		const text = trackText([row, { ...row, repository: '/shop' }]);
		assert.equal(text.split('\n').filter((line) => line.startsWith('free')).length, 1);
		assert.match(text, /free {3}4 {9}3 {9}75 % \(30 % to 95 %\) {2}-/);
	});
});

describe('outcomesText', () => {
	it('shows each offer over all and by repository', () => {
		assert.match(outcomesText([]), /Nothing was learnt yet/);
		const row = { offer: 'free', attempts: 4, solved: 3, rate: 0.75, low: 0.3, high: 0.95, spend: 0 };
		const lines = outcomesText([row, { ...row, repository: '/shop' }]).split('\n');
		assert.match(lines[1] ?? '', /^free {3}all {9}4 /);
		assert.match(lines[2] ?? '', /^free {3}\/shop {7}4 /);
	});
});
