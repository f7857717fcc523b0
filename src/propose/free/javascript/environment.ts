// What a child process that runs the project's tests may know of the user's environment.

const secret =
	/(?:^|_)(?:API_?KEYS?|KEY|TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASS|CREDENTIALS?|AUTH|COOKIE)(?:_|$)/i;
const dropped = new Set([
	'NODE_OPTIONS',
	'NODE_CHANNEL_FD',
	'NODE_V8_COVERAGE',
	'NODE_TEST_CONTEXT',
	'SSH_AUTH_SOCK',
	'VSCODE_IPC_HOOK_CLI',
]);

/** The user's environment without keys, tokens and what would change node's behaviour, and the suite's own. */
export function childEnvironment(
	from: NodeJS.ProcessEnv,
	own: Readonly<Record<string, string>>,
): Record<string, string> {
	const environment: Record<string, string> = {};
	for (const [name, value] of Object.entries(from)) {
		if (value !== undefined && !secret.test(name) && !dropped.has(name.toUpperCase())) {
			environment[name] = value;
		}
	}
	return { ...environment, ...own };
}
