// A test extension for node:test, as small as can be: what a person has beside us.
const { execFile } = require('node:child_process');
const path = require('node:path');
const vscode = require('vscode');

const NAMED = /^\s*(?:describe|suite|test|it)\(\s*(['"`])(.+?)\1/;

exports.activate = async (context) => {
	const [folder] = vscode.workspace.workspaceFolders ?? [];
	if (folder === undefined) {
		return;
	}
	const controller = vscode.tests.createTestController('nodeTests', 'Node Tests');
	context.subscriptions.push(controller);
	controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, (request) => run(controller, folder, request), true);
	controller.refreshHandler = () => find(controller);
	await find(controller);
};

async function find(controller) {
	const files = await vscode.workspace.findFiles('**/*.test.{js,mjs,cjs}', '**/node_modules/**');
	controller.items.replace(await Promise.all(files.sort().map((uri) => itemOf(controller, uri))));
}

/** Groups and tests by their indentation. */
async function itemOf(controller, uri) {
	const document = await vscode.workspace.openTextDocument(uri);
	const file = controller.createTestItem(uri.fsPath, path.basename(uri.fsPath), uri);
	const parents = [{ indent: -1, item: file }];
	for (let at = 0; at < document.lineCount; at++) {
		const { text, firstNonWhitespaceCharacterIndex: indent } = document.lineAt(at);
		const name = NAMED.exec(text)?.[2];
		if (name === undefined) {
			continue;
		}
		while (parents.at(-1).indent >= indent) {
			parents.pop();
		}
		const parent = parents.at(-1).item;
		const item = controller.createTestItem(`${parent.id}/${name}`, name, uri);
		item.range = new vscode.Range(at, 0, at, text.length);
		parent.children.add(item);
		parents.push({ indent, item });
	}
	return file;
}

async function run(controller, folder, request) {
	const wanted = leaves(request.include ?? [...controller.items].map(([, item]) => item));
	const ended = controller.createTestRun(request);
	for (const item of wanted) {
		ended.started(item);
	}
	for (const { failed, name, file, line, ms, message, expected, actual, stack = '' } of await results(folder)) {
		const item = wanted.find((one) => one.uri.fsPath === file && one.label === name && one.range.start.line === line - 1);
		if (item === undefined) {
			continue;
		}
		if (!failed) {
			ended.passed(item, ms);
			continue;
		}
		const words = new vscode.TestMessage(message);
		words.expectedOutput = String(expected);
		words.actualOutput = String(actual);
		const at = Number(stack.split(`${path.basename(file)}:`)[1]?.split(':')[0] ?? line) - 1;
		words.location = new vscode.Location(item.uri, new vscode.Position(at, 0));
		ended.failed(item, words, ms);
	}
	ended.end();
}

function leaves(items) {
	return items.flatMap((item) => (item.children.size === 0 ? [item] : leaves([...item.children].map(([, child]) => child))));
}

function results(folder) {
	const argv = ['--test', `--test-reporter=${path.join(__dirname, 'reporter.mjs')}`];
	return new Promise((resolve) =>
		execFile('node', argv, { cwd: folder.uri.fsPath }, (_error, stdout) =>
			resolve(
				stdout
					.split('\n')
					.filter((line) => line.startsWith('{'))
					.map((line) => JSON.parse(line)),
			),
		),
	);
}
