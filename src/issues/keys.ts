// Tokens that are kept elsewhere than in the environment, each for one address.
import type { LackedKey, Reach } from './source';

export interface IssueKey extends Pick<LackedKey, 'source' | 'origin'> {
	readonly token: string;
	/** The e-mail address that a token of Jira's cloud belongs to. */
	readonly user?: string;
}

const GITHUB = 'https://api.github.com';

/** The environment with these tokens in it, each for its own address alone; they win over what stands there. */
export function withKeys(environment: Reach['environment'], keys: readonly IssueKey[]): Reach['environment'] {
	const own: Record<string, string | undefined> = { ...environment };
	for (const { source, origin, token, user } of keys) {
		switch (source) {
			case 'github': {
				const base = environment['UNDERBID_GITHUB_URL'] ?? environment['GITHUB_API_URL'] ?? GITHUB;
				if (URL.canParse(base) && new URL(base).origin === origin) {
					own['GITHUB_TOKEN'] = token;
				}
				break;
			}
			case 'gitlab':
				own['UNDERBID_GITLAB_URL'] = origin;
				own['GITLAB_TOKEN'] = token;
				break;
			case 'jira':
				own['UNDERBID_JIRA_URL'] = origin;
				own['JIRA_TOKEN'] = token;
				own['JIRA_USER'] = user;
				break;
		}
	}
	return own;
}
