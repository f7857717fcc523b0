// Calls our tool as an agent does, and writes down what came back.
const { writeFileSync } = require('node:fs');
const vscode = require('vscode');

exports.activate = (context) => {
	context.subscriptions.push(
		vscode.commands.registerCommand('caller.call', async () => {
			const input = { limit: 0 };
			const said = await vscode.lm.invokeTool('underbid_fix', { input, toolInvocationToken: undefined }).then(
				({ content }) => content.map(({ value }) => value).join(''),
				(error) => `refused: ${error.message}`,
			);
			writeFileSync(process.env.UNDERBID_CALLED, said);
		}),
	);
};
