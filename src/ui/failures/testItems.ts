// Another extension's test item, as the editor hands it to a command, taken as plain data. It may live in another
// extension host, or be no item at all: whatever is not of the expected form is left out.
import * as vscode from 'vscode';
import type { TestNode, TestSnapshot } from './testHint';

const MOST_NODES = 3000;
const MOST_DEPTH = 30;

/** What a menu of the testing view gives: an item, or an item with the message that was clicked. */
export interface GivenTest {
	readonly item: TestSnapshot;
	readonly uri?: vscode.Uri;
	/** Where it failed, 1-based. */
	readonly failedAt?: { readonly uri: vscode.Uri; readonly line: number };
	readonly message?: string;
}

export function givenTest(argument: unknown): GivenTest | undefined {
	if (!isRecord(argument)) {
		return undefined;
	}
	const { test, message } = argument;
	const own = isRecord(test) ? test : argument;
	const item = snapshotOf(own);
	if (item === undefined) {
		return undefined;
	}
	const uri = uriOf(own['uri']);
	const said = isRecord(message) ? message : {};
	const failedAt = placeOf(said['location']);
	const text = textOf(said['message']);
	return {
		item,
		...(uri === undefined ? {} : { uri }),
		...(failedAt === undefined ? {} : { failedAt }),
		...(text === undefined ? {} : { message: text }),
	};
}

function snapshotOf(own: Record<string, unknown>): TestSnapshot | undefined {
	const node = nodeOf(own);
	if (node === undefined) {
		return undefined;
	}
	const parents: TestNode[] = [];
	for (let up = own['parent']; isRecord(up) && parents.length < MOST_DEPTH; up = up['parent']) {
		const parent = nodeOf(up);
		if (parent !== undefined) {
			parents.unshift(parent);
		}
	}
	const budget = { left: MOST_NODES };
	return { ...node, parents, below: belowOf(own['children'], [...parents, node], budget) };
}

function belowOf(
	children: unknown,
	parents: readonly TestNode[],
	budget: { left: number },
): readonly TestSnapshot[] {
	const below: TestSnapshot[] = [];
	if (parents.length > MOST_DEPTH || !isRecord(children) || typeof children['forEach'] !== 'function') {
		return below;
	}
	const each = children['forEach'] as (see: (child: unknown) => void) => void;
	each.call(children, (child) => {
		const node = isRecord(child) ? nodeOf(child) : undefined;
		if (node !== undefined && isRecord(child) && budget.left > 0) {
			budget.left -= 1;
			below.push({ ...node, parents, below: belowOf(child['children'], [...parents, node], budget) });
		}
	});
	return below;
}

function nodeOf(value: Record<string, unknown>): TestNode | undefined {
	const { id, label, range } = value;
	if (typeof id !== 'string' || id === '') {
		return undefined;
	}
	const file = uriOf(value['uri'])?.fsPath;
	const first = lineOf(range, 'start');
	const last = lineOf(range, 'end');
	return {
		id,
		label: typeof label === 'string' ? label : id,
		...(file === undefined ? {} : { file }),
		...(first === undefined || last === undefined ? {} : { range: { first, last } }),
	};
}

function placeOf(location: unknown): { readonly uri: vscode.Uri; readonly line: number } | undefined {
	if (!isRecord(location)) {
		return undefined;
	}
	const uri = uriOf(location['uri']);
	const line = lineOf(location['range'], 'start');
	return uri === undefined || line === undefined ? undefined : { uri, line: line + 1 };
}

function lineOf(range: unknown, end: 'start' | 'end'): number | undefined {
	const position = isRecord(range) ? range[end] : undefined;
	const line = isRecord(position) ? position['line'] : undefined;
	return typeof line === 'number' && line >= 0 ? line : undefined;
}

function uriOf(value: unknown): vscode.Uri | undefined {
	return value instanceof vscode.Uri && value.scheme === 'file' ? value : undefined;
}

function textOf(message: unknown): string | undefined {
	const text = isRecord(message) ? message['value'] : message;
	return typeof text === 'string' ? text : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
