// What a test run may see of our environment: what programs need, and no key of anybody's.

const secretName =
	/KEY|TOKEN|SECRET|PASSW|CREDENTIAL|_PAT$|^PAT_|AUTH|COOKIE|PRIVATE|SIGNATURE|BEARER|_DSN$|^AWS_|^AZURE_/i;
/** Texts that are keys whatever they are called. */
const secretValue =
	/\b(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,})/;
/** Ours or the editor's own settings: they change how git, node, npm and Electron behave in the child. */
const steering =
	/^(?:GIT_|NODE_OPTIONS$|NODE_CHANNEL|NODE_UNIQUE_ID$|NODE_V8_COVERAGE$|NODE_TEST_CONTEXT$|npm_|VSCODE_|ELECTRON_|UNDERBID_|JEST_|VITEST|MOCHA_|PYTEST_|NYC_|FORCE_COLOR$|CLICOLOR_FORCE$|INIT_CWD$)/i;

/** `CI` is set: watch modes stay off, and missing snapshots fail instead of being written. */
export function childEnvironment(
	environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
	const kept: Record<string, string> = {};
	for (const [name, value] of Object.entries(environment)) {
		if (value !== undefined && !secretName.test(name) && !secretValue.test(value) && !steering.test(name)) {
			kept[name] = value;
		}
	}
	return { ...kept, CI: 'true', NO_COLOR: '1' };
}
