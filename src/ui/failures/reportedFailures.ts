import * as vscode from 'vscode';
import { type ReportedFailure, readFailureReport } from './failureReport';

const TOOLS = ['testFailure', 'copilot_testFailure'];
const WAIT_MS = 2000;

/**
 * What failed in the latest test run of any test extension, as far as the editor tells it: the tool is there from
 * some version on and may be switched off. Empty when nothing can be learned; never rejects.
 */
export async function reportedFailures(): Promise<readonly ReportedFailure[]> {
	const tool = vscode.lm?.tools?.find(({ name }) => TOOLS.includes(name));
	if (tool === undefined) {
		return [];
	}
	const cancel = new vscode.CancellationTokenSource();
	const limit = setTimeout(() => cancel.cancel(), WAIT_MS);
	try {
		const late = new Promise<undefined>((resolve) => {
			cancel.token.onCancellationRequested(() => resolve(undefined));
		});
		const asked = vscode.lm.invokeTool(
			tool.name,
			{ input: {}, toolInvocationToken: undefined },
			cancel.token,
		);
		const result = await Promise.race([asked, late]);
		const text = (result?.content ?? [])
			.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ''))
			.join('\n');
		return readFailureReport(text);
	} catch {
		return [];
	} finally {
		clearTimeout(limit);
		cancel.dispose();
	}
}
