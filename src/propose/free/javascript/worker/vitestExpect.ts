// `expect`: the project's own assertions, with the counters that vitest keeps for them.
import { NodeModule, propertyOf } from './nodeModule';
import { importerOf } from './packageImports';

type Callable = (...args: unknown[]) => unknown;

export interface Expectations {
	readonly expect: Callable & Record<string, unknown>;
	readonly assert: unknown;
	readonly chai: unknown;
	/** Sets the counters of assertions back. */
	begin(name: string): void;
	/** Throws when assertions are missing. */
	check(): void;
}

export async function loadExpectations(home: string): Promise<Expectations> {
	const library = (await importerOf(home)('@vitest/expect')) as Record<string, unknown>;
	const place = NodeModule.createRequire(home).resolve('@vitest/expect/package.json');
	const chai = (library['chai'] ?? (await importerOf(place)('chai'))) as {
		expect: Callable & Record<string, unknown>;
		assert: unknown;
		use(plugin: unknown): void;
		default?: unknown;
	};
	for (const plugin of ['JestExtend', 'JestChaiExpect', 'JestAsymmetricMatchers']) {
		chai.use(library[plugin]);
	}
	const setState = library['setState'] as (state: object, expect: unknown) => void;
	const getState = library['getState'] as (expect: unknown) => Record<string, unknown>;
	const called = (value: unknown, message?: unknown): unknown => {
		setState({ assertionCalls: Number(getState(expect)['assertionCalls'] ?? 0) + 1 }, expect);
		return chai.expect(value, message);
	};
	const asymmetric = propertyOf(globalThis, library['ASYMMETRIC_MATCHERS_OBJECT'] as symbol);
	const expect = Object.assign(called as typeof chai.expect, chai.expect, asymmetric);
	Object.assign(expect, {
		getState: () => getState(expect),
		setState: (state: object) => setState(state, expect),
		extend: (matchers: unknown) => (chai.expect['extend'] as Callable)(expect, matchers),
		addEqualityTesters: (testers: unknown) => (library['addCustomEqualityTesters'] as Callable)(testers),
		soft: expect,
		unreachable: (message?: string) => {
			throw new Error(message ?? 'expected not to be reached');
		},
		assertions: (expected: number) => setState({ expectedAssertionsNumber: expected }, expect),
		hasAssertions: () => setState({ isExpectingAssertions: true }, expect),
	});
	const begin = (currentTestName: string): void =>
		setState(
			{ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null, currentTestName },
			expect,
		);
	begin('');
	Reflect.set(globalThis, library['GLOBAL_EXPECT'] as symbol, expect);
	return {
		expect,
		assert: chai.assert,
		chai,
		begin,
		check: () => {
			const { assertionCalls, expectedAssertionsNumber, isExpectingAssertions } = getState(expect);
			if (typeof expectedAssertionsNumber === 'number' && expectedAssertionsNumber !== assertionCalls) {
				throw new Error(`expected ${expectedAssertionsNumber} assertions, got ${String(assertionCalls)}`);
			}
			if (isExpectingAssertions === true && assertionCalls === 0) {
				throw new Error('expected any assertion, got none');
			}
		},
	};
}
