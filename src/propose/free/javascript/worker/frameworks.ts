// Which driver runs which framework.
import type { Driver, Workbench } from './driver';
import { JestDriver } from './jestDriver';
import { MochaDriver } from './mochaDriver';
import { NodeTestDriver } from './nodeTestDriver';
import { standInForNodeTest } from './nodeTestModule';
import { ScriptDriver } from './scriptDriver';
import { VitestDriver } from './vitestDriver';
import { VitestServerDriver } from './vitestServerDriver';

export function driverFor(bench: Workbench): Driver {
	switch (bench.preparation.framework) {
		case 'script':
			return new ScriptDriver(bench, standInForNodeTest(bench));
		case 'node:test':
			return new NodeTestDriver(bench, standInForNodeTest(bench));
		case 'mocha':
			return new MochaDriver(bench);
		case 'jest':
			return new JestDriver(bench);
		case 'vitest':
			return new VitestDriver(bench);
		case 'vitest-server':
			return new VitestServerDriver(bench);
	}
}
