import os from 'node:os';
import path from 'node:path';

/** Where we keep what outlives a run; UNDERBID_HOME overrides the system's place for state. */
export function stateFolder(environment: Readonly<Record<string, string | undefined>>): string {
	const own = environment['UNDERBID_HOME'];
	if (own !== undefined && own !== '') {
		return path.resolve(own);
	}
	switch (process.platform) {
		case 'win32':
			return path.join(environment['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData/Local'), 'underbid');
		case 'darwin':
			return path.join(os.homedir(), 'Library/Application Support/underbid');
		default:
			return path.join(environment['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local/state'), 'underbid');
	}
}
