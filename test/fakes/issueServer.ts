// GitHub's REST API for issues over real HTTP, in its own format; it writes down who asked for what.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedIssue {
	readonly title: string;
	readonly body: string | null;
	readonly labels?: readonly string[];
	readonly comments?: readonly { readonly login: string; readonly body: string }[];
}

export class IssueServer {
	readonly asked: { readonly path: string; readonly headers: Readonly<Record<string, unknown>> }[] = [];
	/** By number. */
	readonly issues = new Map<number, ServedIssue>();
	/** Answers by path, in the place of issues. */
	readonly raw = new Map<
		string,
		{ readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
	>();

	private constructor(
		private readonly http: Server,
		readonly url: string,
	) {}

	static async start(): Promise<IssueServer> {
		const http = createServer();
		await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
		const server = new IssueServer(http, `http://127.0.0.1:${(http.address() as AddressInfo).port}`);
		http.on('request', (request, response) => {
			const path = request.url ?? '';
			server.asked.push({ path, headers: request.headers });
			const raw = server.raw.get(path.split('?')[0] ?? '');
			const answer = raw ?? server.answer(path);
			response.writeHead(answer.status, {
				'content-type': 'application/json; charset=utf-8',
				...answer.headers,
			});
			response.end(answer.body);
		});
		return server;
	}

	async close(): Promise<void> {
		this.http.closeAllConnections();
		await new Promise((resolve) => this.http.close(resolve));
	}

	private answer(path: string): { status: number; body: string; headers?: Record<string, string> } {
		const [, repository = '', number, comments] =
			/^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)(\/comments)?/.exec(path) ?? [];
		const issue = this.issues.get(Number(number));
		if (issue === undefined) {
			return {
				status: 404,
				body: '{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}',
			};
		}
		const user = (login: string) => ({ login, id: 1, type: 'User', site_admin: false });
		const said = issue.comments ?? [];
		const body =
			comments === undefined
				? {
						...{ id: 1, node_id: 'I_1', url: path, number: Number(number), state: 'open', locked: false },
						html_url: `https://github.com/${repository}/issues/${number}`,
						...{ title: issue.title, body: issue.body, comments: said.length, user: user('reporter') },
						labels: (issue.labels ?? []).map((name, id) => ({
							id,
							name,
							color: 'd73a4a',
							default: true,
							description: null,
						})),
						...{ author_association: 'NONE', assignees: [], milestone: null, reactions: { total_count: 0 } },
					}
				: said.map((one, id) => ({ id, body: one.body, user: user(one.login), author_association: 'NONE' }));
		return { status: 200, body: JSON.stringify(body) };
	}
}
