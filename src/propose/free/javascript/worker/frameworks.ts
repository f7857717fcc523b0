// Which driver runs which framework.
import type { Driver, Workbench } from './driver';
import { JestDriver } from './jestDriver';
import { MochaDriver } from './mochaDriver';
import { NodeModule } from './nodeModule';
import { NodeTestDriver } from './nodeTestDriver';
import { ScriptDriver } from './scriptDriver';
import { TestShim } from './testShim';

export function driverFor(bench: Workbench): Driver {
	switch (bench.preparation.framework) {
		case 'script':
			return new ScriptDriver(bench, shimIn(bench));
		case 'node:test':
			return new NodeTestDriver(bench, shimIn(bench));
		case 'mocha':
			return new MochaDriver(bench);
		case 'jest':
			return new JestDriver(bench);
		case 'vitest':
			throw new Error(`${bench.preparation.framework} cannot be kept warm yet`);
	}
}

/** Answers the project's `node:test` with ours from now on. */
function shimIn(bench: Workbench): TestShim {
	const real = NodeModule.createRequire(`${bench.preparation.folder}/`)('node:test') as ConstructorParameters<
		typeof TestShim
	>[0];
	const shim = new TestShim(real);
	bench.modules.substitutes.set('node:test', () => shim.module);
	return shim;
}
