// A vendor of language models for tests. What activate returns is shared with them: they are in the same process.
const vscode = require('vscode');

exports.activate = (context) => {
	const changed = new vscode.EventEmitter();
	const lender = {
		/** Ids of the models it lends. */
		models: ['small', 'large'],
		/** `{ messages, options }` of each request. */
		seen: [],
		/** (messages, report, token) => promise; report takes a text or { id, name, input }. */
		behave: async (_messages, report) => report('Nothing was asked of me.'),
		changed: () => changed.fire(),
	};
	context.subscriptions.push(
		changed,
		vscode.lm.registerLanguageModelChatProvider('lender', {
			onDidChangeLanguageModelChatInformation: changed.event,
			provideLanguageModelChatInformation: () =>
				lender.models.map((id) => ({
					id,
					name: `Lent ${id}`,
					family: id,
					version: '1',
					maxInputTokens: 60_000,
					maxOutputTokens: 4_000,
					capabilities: { toolCalling: true },
				})),
			async provideLanguageModelChatResponse(_model, messages, options, progress, token) {
				lender.seen.push({ messages, options });
				await lender.behave(
					messages,
					(part) =>
						progress.report(
							typeof part === 'string'
								? new vscode.LanguageModelTextPart(part)
								: new vscode.LanguageModelToolCallPart(part.id, part.name, part.input),
						),
					token,
				);
			},
			provideTokenCount: async (_model, text) => Math.ceil(String(text).length / 4),
		}),
	);
	return lender;
};
