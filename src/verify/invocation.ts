// What exactly is started for a suite and a scope: the project's command, our reporter, and the framework's own
// filter for single tests.

import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Suite, SuiteScope } from '../core/suite';
import { cargoInvocation, goInvocation } from './frameworks/compiled';
import { jestInvocation } from './frameworks/jest';
import { mochaInvocation } from './frameworks/mocha';
import { nodeTestInvocation } from './frameworks/nodeTest';
import { pytestInvocation, unittestInvocation } from './frameworks/python';
import { vitestInvocation } from './frameworks/vitest';
import { readToolCommand, type ToolCommand } from './toolCommand';
import { binFolders } from './toolFiles';

export interface Invocation {
	readonly argv: readonly string[];
	/** For people to repeat: without our reporter. */
	readonly shown: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	/** Where results are read from: our reporter's file, what the program prints, XML files, or nothing but the exit. */
	readonly results: 'records' | 'go' | 'cargo' | 'tap' | 'junit' | 'exit';
}

export interface InvocationContext {
	/** Absolute. */
	readonly root: string;
	readonly suite: Suite;
	readonly scope: SuiteScope;
	/** Folder with our built reporters. */
	readonly assets: string;
	/** A fresh folder of this run, outside of the tree. */
	readonly folder: string;
	/** Environment that PATH look-ups use. */
	readonly environment: Readonly<Record<string, string>>;
}

export interface ToolInvocation extends InvocationContext {
	readonly command: ToolCommand;
}

/** A string says why it cannot be run. */
export function invocationOf(context: InvocationContext): Invocation | string {
	const { suite, root } = context;
	const plain = { argv: withoutDownload(suite.argv, context), shown: suite.argv };
	switch (suite.framework) {
		case 'exit-code':
			return { ...plain, results: 'exit' };
		case 'tap':
			return { ...plain, results: 'tap' };
		case 'junit':
			return { ...plain, results: 'junit' };
		default:
			break;
	}
	const command = readToolCommand(suite.argv, `${root}/${suite.folder}`);
	if (command === undefined || command.framework !== suite.framework) {
		return `the command ${JSON.stringify(suite.argv.join(' '))} is not one of ${suite.framework}`;
	}
	const tool = { ...context, command };
	switch (suite.framework) {
		case 'mocha':
			return mochaInvocation(tool);
		case 'jest':
			return jestInvocation(tool);
		case 'vitest':
			return vitestInvocation(tool);
		case 'node:test':
			return nodeTestInvocation(tool);
		case 'pytest':
			return pytestInvocation(tool);
		case 'unittest':
			return unittestInvocation(tool);
		case 'go':
			return goInvocation(tool);
		case 'cargo':
			return cargoInvocation(tool);
	}
}

/** npx is left out where the project has the program, and must fetch nothing where it has not. */
function withoutDownload(argv: readonly string[], { root, suite }: InvocationContext): readonly string[] {
	const [program, tool = '', ...rest] = argv;
	if (program !== 'npx') {
		return argv;
	}
	const local = binFolders(root, suite.folder)
		.map((folder) => path.join(folder, tool))
		.find((file) => !tool.startsWith('-') && existsSync(file));
	return local === undefined ? ['npx', '--no-install', ...argv.slice(1)] : [local, ...rest];
}
