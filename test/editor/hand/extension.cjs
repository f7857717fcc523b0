// A hand in the window for a launcher outside: says where it listens, then does what it is told, one thing an answer.
const http = require('node:http');
const vscode = require('vscode');

const operations = {
	run: ({ command, args = [] }) => vscode.commands.executeCommand(command, ...args.map(revived)),
	/** Does not wait for its end. */
	start: ({ command, args = [] }) => {
		void vscode.commands.executeCommand(command, ...args.map(revived)).then(undefined, () => undefined);
	},
	show: async ({ file }) => {
		await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
		await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
	},
	look: ({ files }) => Promise.all(files.map(look)),
	/** Whole lines, from one on; false when the text is not `from` any more. */
	type: async ({ file, from, to }) => {
		const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
		if (document.getText() !== from) {
			return false;
		}
		const [before, after] = [from.split('\n'), to.split('\n')];
		const most = Math.min(before.length, after.length);
		let head = 0;
		while (head < most - 1 && before[head] === after[head]) {
			head += 1;
		}
		let tail = 0;
		while (tail < most - 1 - head && before.at(-1 - tail) === after.at(-1 - tail)) {
			tail += 1;
		}
		const edit = new vscode.WorkspaceEdit();
		const end = document.lineAt(before.length - 1 - tail).range.end;
		edit.replace(document.uri, new vscode.Range(new vscode.Position(head, 0), end), after.slice(head, after.length - tail).join('\n'));
		return vscode.workspace.applyEdit(edit);
	},
	save: async ({ file }) => (await vscode.workspace.openTextDocument(vscode.Uri.file(file))).save(),
	/** Words of our lenses above each change, by file. */
	lenses: ({ files }) =>
		Promise.all(
			files.map(async (file) => {
				const all = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', vscode.Uri.file(file), 100);
				return all.map(({ command }) => command?.title ?? '').filter((title) => title.includes('Verified fix'));
			}),
		),
};

async function look(file) {
	const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
	return { text: document.getText(), unsaved: document.isDirty };
}

function revived(value) {
	return typeof value?.file === 'string' ? vscode.Uri.file(value.file) : value;
}

exports.activate = async (context) => {
	const launcher = process.env.UNDERBID_LAUNCHER;
	if (launcher === undefined) {
		return;
	}
	const server = http.createServer(async (request, response) => {
		const chunks = [];
		for await (const chunk of request) {
			chunks.push(chunk);
		}
		try {
			const { op, ...rest } = JSON.parse(Buffer.concat(chunks).toString());
			const result = await operations[op](rest);
			response.end(JSON.stringify({ result: result === undefined ? null : result }));
		} catch (error) {
			response.end(JSON.stringify({ error: String(error?.stack ?? error) }));
		}
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	context.subscriptions.push({
		dispose() {
			server.closeAllConnections();
			server.close();
		},
	});
	const { port } = server.address();
	await fetch(launcher, { method: 'POST', body: JSON.stringify({ port, pid: process.pid }) });
};
