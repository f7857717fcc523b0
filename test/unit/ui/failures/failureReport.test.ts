import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFailureReport } from '../../../../src/ui/failures/failureReport';
import { matchHint } from '../../../../src/ui/failures/matchHint';
import { hintOf } from '../../../../src/ui/failures/testHint';

const REPORT = `<summary passed=1 failed=3 />
<testFailure name="-1836529378_0_0" path="/work/shop/src/cart.test.tsweb > -1836529378_0">
<expectedOutput>
90
</expectedOutput>
<actualOutput>
110
</actualOutput>
<stackFrame path="/work/shop/src/cart.ts" line="2" col="3" />
<stackFrame>native</stackFrame>
<location path="/work/shop/src/cart.test.ts" line="6" col="10" />
</testFailure>
<testFailure name="/work/shop/tests/test_cart.py::TestCart::test_off[\\"a\\"-1]" path="/work/shop > /work/shop/tests">
<message>
AssertionError: assert 1 < 2 & "<testFailure name=" is not </message> the end
second line
</message>
<location path="/work/shop/tests/test_cart.py" line="9" col="1" />
</testFailure>
<testFailure name="adds up" path="">
</testFailure>
`;

describe('readFailureReport', () => {
	it('reads what the editor says of the latest run', () => {
		const [vitest, pytest, bare, ...more] = readFailureReport(REPORT);
		assert.deepEqual(more, []);
		assert.equal(vitest?.item.id, '-1836529378_0_0');
		assert.deepEqual(vitest.at, { file: '/work/shop/src/cart.test.ts', line: 6 });
		assert.equal(vitest.message, 'expected 90, but was 110');
		assert.equal(pytest?.item.id, '/work/shop/tests/test_cart.py::TestCart::test_off["a"-1]');
		assert.match(pytest.message, /^AssertionError: assert 1 < 2/);
		assert.deepEqual(bare, {
			item: { id: 'adds up', label: 'adds up', parents: [], below: [] },
			message: '',
		});
	});

	it('tells the file and the names that an id holds', () => {
		const [, pytest] = readFailureReport(REPORT);
		assert.ok(pytest);
		const { file, path } = hintOf(pytest.item);
		assert.deepEqual(
			{ file, path },
			{ file: '/work/shop/tests/test_cart.py', path: ['TestCart', 'test_off["a"-1]'] },
		);
	});

	it('is matched by where it failed, where ids say nothing', () => {
		const [vitest] = readFailureReport(REPORT);
		assert.ok(vitest);
		const base = { file: 'src/cart.test.ts', status: 'failed' } as const;
		const failing = [
			{
				...base,
				id: 'a',
				name: 'cart > adds up',
				failure: { message: 'x', stack: 'at src/cart.test.ts:6:10' },
			},
			{
				...base,
				id: 'b',
				name: 'cart > is empty',
				failure: { message: 'y', stack: 'at src/cart.test.ts:16:10' },
			},
		];
		const hint = { ...hintOf(vitest.item), file: '/work/shop/src/cart.test.ts', failedAt: 6 };
		assert.deepEqual(matchHint(hint, failing, '/work/shop'), { kind: 'tests', tests: failing.slice(0, 1) });
	});

	for (const [text, count] of [
		['', 0],
		['No failures.', 0],
		['<testFailure name="open', 0],
		['<testFailure name="" path="">\n', 0],
		['<testFailure name="a" path="b" more="1">\n', 1],
		['<testFailure name="a">\n<location path="x" line="no"', 1],
		['<output>\n<testFailure name=5>\n</output>', 0],
	] as const) {
		it(`finds ${count} in ${JSON.stringify(text)}`, () =>
			assert.equal(readFailureReport(text).length, count));
	}

	it('takes any text', () => {
		const piece = fc.constantFrom(
			'<testFailure name=',
			'"',
			'\\',
			'>',
			'\n',
			' path=',
			'<message>',
			'</message>',
			'a',
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
				for (const { item, message } of readFailureReport(pieces.join(''))) {
					hintOf(item);
					assert.ok(item.id !== '' && message.length <= 2000);
				}
			}),
		);
	});
});
