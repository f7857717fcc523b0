// The engine for other programs, over the Model Context Protocol on stdin and stdout. It lives as long as its stdin:
// when that ends, its runs end with it, and nothing of them is left behind.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
	CallToolRequestSchema,
	type CallToolResult,
	ErrorCode,
	ListToolsRequestSchema,
	McpError,
} from '@modelcontextprotocol/sdk/types.js';
import { formatUsd } from '../core/money';
import { type Answer, type AskPerson, type Call, Calls, isForUser } from './calls';
import { Teller } from './teller';
import { toolsOf } from './tools';
import type { McpWorld } from './world';

/** A person may be away from the desk. */
const ANSWER_LIMIT_MS = 30 * 60_000;

const INSTRUCTIONS =
	'Underbid finds fixes for failing tests and verifies them by running the project’s own tests in a private git worktree. Nothing is ever applied: take the returned diff to the user.';

/** Settles when the client went away or `signal` aborted, and every call has ended with all it had begun. */
export async function serve(world: McpWorld, signal: AbortSignal): Promise<void> {
	const mcp = new McpServer(
		{ name: 'underbid', title: 'Underbid', version: world.version },
		{ capabilities: { tools: {} }, instructions: INSTRUCTIONS },
	);
	const { server } = mcp;
	const ending = new AbortController();
	const running = new Set<Promise<unknown>>();
	const ask = (): AskPerson =>
		server.getClientCapabilities()?.elicitation?.form === undefined
			? undefined
			: async (question, message, stop) => {
					const limit = question.kind === 'spend' ? question.limit : undefined;
					const { action, content } = await server.elicitInput(
						{
							mode: 'form',
							message,
							requestedSchema: {
								type: 'object',
								properties:
									limit === undefined
										? {}
										: {
												limit: {
													type: 'string',
													title: 'At most, US dollars',
													description: `Less can be typed than ${formatUsd(limit)}, not more.`,
													default: formatUsd(limit).slice(1),
												},
											},
							},
						},
						{ signal: stop, timeout: ANSWER_LIMIT_MS },
					);
					const typed = content?.['limit'];
					return action === 'accept'
						? { kind: 'yes', ...(typeof typed === 'string' ? { limit: typed } : {}) }
						: { kind: 'no' };
				};
	const calls = new Calls(world, ask);
	const works: Readonly<Record<string, (call: Call) => Promise<Answer>>> = {
		fix: (call) => calls.fix(call),
		quote: (call) => calls.quote(call),
		verify: (call) => calls.verify(call),
		spend: (call) => calls.spend(call),
	};
	server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: toolsOf(calls.purse) }));
	server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra): Promise<CallToolResult> => {
		const work = Object.hasOwn(works, params.name) ? works[params.name] : undefined;
		if (work === undefined) {
			throw new McpError(
				ErrorCode.InvalidParams,
				`There is no tool ${JSON.stringify(params.name.slice(0, 60))}; there are ${Object.keys(works).join(', ')}.`,
			);
		}
		const token = extra._meta?.progressToken;
		const teller = new Teller(
			token === undefined
				? undefined
				: (progress, message) => {
						const params = { progressToken: token, progress, message };
						return extra.sendNotification({ method: 'notifications/progress', params });
					},
		);
		const working = work({
			arguments: params.arguments ?? {},
			signal: AbortSignal.any([extra.signal, ending.signal]),
			tell: (words) => teller.tell(words),
		});
		running.add(working);
		try {
			const { text, data, failed } = await working;
			return { content: [{ type: 'text', text }], structuredContent: data, isError: failed };
		} catch (error) {
			if (!isForUser(error)) {
				process.stderr.write(
					`underbid mcp: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
				);
			}
			return { content: [{ type: 'text', text: sentenceOf(error) }], isError: true };
		} finally {
			teller.stop();
			running.delete(working);
		}
	});
	server.onerror = (error) => process.stderr.write(`underbid mcp: ${error.message.slice(0, 500)}\n`);
	const ended = new Promise<void>((resolve) => {
		for (const name of ['end', 'close', 'error'] as const) {
			process.stdin.once(name, () => resolve());
		}
		server.onclose = () => resolve();
		signal.addEventListener('abort', () => resolve(), { once: true });
	});
	await mcp.connect(new StdioServerTransport());
	await ended;
	ending.abort();
	await Promise.allSettled(running);
	await mcp.close();
}

function sentenceOf(error: unknown): string {
	if (isForUser(error)) {
		return error.message;
	}
	const reason = error instanceof Error ? error.message : String(error);
	return `Underbid failed, and no file of yours was changed: ${reason.slice(0, 500)}`;
}
