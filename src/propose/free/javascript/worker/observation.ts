import type { Request } from '../protocol';
import type { ProjectModules } from './modules';
import type { Sandbox } from './sandbox';
export async function observe(
	_modules: ProjectModules,
	_sandbox: Sandbox,
	_request: Extract<Request, { kind: 'observe' }>,
): Promise<readonly string[] | undefined> {
	return undefined;
}
