// The wire formats, from the providers' public references: how a request says what it wants, how an answer streams.
import { randomUUID } from 'node:crypto';
import type { Answer, Report } from './behaviour';
import type { Used } from './meter';

export type Dialect = 'openai-compatible' | 'openrouter' | 'anthropic' | 'google';

export interface Asked {
	readonly dialect: Dialect;
	readonly model: string;
	/** Absent when the request has no output limit. */
	readonly limit: number | undefined;
	/** The key as it came, in whatever header the dialect uses. */
	readonly key: string | undefined;
	readonly body: Record<string, unknown>;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Undefined for a path that no dialect has. */
export function read(path: string, headers: Headers, body: Record<string, unknown>): Asked | undefined {
	const header = (name: string) => {
		const value = headers[name];
		return typeof value === 'string' ? value : undefined;
	};
	const bearer = header('authorization')?.replace(/^Bearer /, '');
	const google = /\/models\/([^:]+):streamGenerateContent/.exec(path);
	if (google?.[1] !== undefined) {
		const config = body['generationConfig'] as Record<string, unknown> | undefined;
		const key = header('x-goog-api-key') ?? new URL(path, 'http://localhost').searchParams.get('key');
		return {
			dialect: 'google',
			model: decodeURIComponent(google[1]),
			limit: numberIn(config?.['maxOutputTokens']),
			key: key ?? undefined,
			body,
		};
	}
	const model = String(body['model']);
	if (path.startsWith('/v1/messages')) {
		return {
			dialect: 'anthropic',
			model,
			limit: numberIn(body['max_tokens']),
			key: header('x-api-key') ?? bearer,
			body,
		};
	}
	if (path.endsWith('/chat/completions')) {
		const dialect = path.startsWith('/api/v1/') ? 'openrouter' : 'openai-compatible';
		const limit = numberIn(body['max_completion_tokens'] ?? body['max_tokens']);
		return { dialect, model, limit, key: bearer, body };
	}
	return undefined;
}

/** The events of a whole answer, in order, each with its blank line. */
export function events(
	asked: Asked,
	answer: Answer,
	used: Used,
	report: Report,
	cost: string | undefined,
	chunk: number,
): string[] {
	switch (asked.dialect) {
		case 'openai-compatible':
		case 'openrouter':
			return chatEvents(asked, answer, used, report, cost, chunk);
		case 'anthropic':
			return anthropicEvents(asked, answer, used, report, chunk);
		case 'google':
			return googleEvents(asked, answer, used, report, chunk);
	}
}

/** The event by which a provider says that a stream broke on its side. */
export function errorEvent(dialect: Dialect, message: string): string {
	switch (dialect) {
		case 'openai-compatible':
			return `data: ${JSON.stringify({ error: { message, type: 'server_error', code: 500 } })}\n\n`;
		case 'openrouter': {
			const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }];
			return `data: ${JSON.stringify({ id: 'gen-1', object: 'chat.completion.chunk', created: 1, model: 'm', provider: 'Acme', error: { code: 502, message }, choices })}\n\n`;
		}
		case 'anthropic':
			return `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message } })}\n\n`;
		case 'google':
			return `data: ${JSON.stringify({ error: { code: 500, message, status: 'INTERNAL' } })}\r\n\r\n`;
	}
}

/** The body of a refusal before any work. */
export function errorBody(dialect: Dialect, status: number, message: string): string {
	switch (dialect) {
		case 'openai-compatible':
			return JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
		case 'openrouter':
			return JSON.stringify({ error: { message, code: status }, user_id: 'user_1' });
		case 'anthropic': {
			const types: Record<number, string> = { 401: 'authentication_error', 404: 'not_found_error' };
			const type =
				types[status] ??
				(status === 429 ? 'rate_limit_error' : status === 529 ? 'overloaded_error' : 'api_error');
			return JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' });
		}
		case 'google':
			return JSON.stringify({ error: { code: status, message, status: 'UNKNOWN' } });
	}
}

function chatEvents(
	asked: Asked,
	answer: Answer,
	used: Used,
	report: Report,
	cost: string | undefined,
	chunk: number,
): string[] {
	const open = asked.dialect === 'openrouter';
	const base = {
		id: `${open ? 'gen' : 'chatcmpl'}-${randomUUID()}`,
		...(open ? { provider: 'Acme' } : {}),
		model: asked.model,
		object: 'chat.completion.chunk',
		created: 1_760_000_000,
	};
	const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
	const delta = (part: Record<string, unknown>, finish: string | null = null) =>
		data({ ...base, choices: [{ index: 0, delta: part, finish_reason: finish }] });
	const out: string[] = open ? [': OPENROUTER PROCESSING\n\n'] : [];
	out.push(delta({ role: 'assistant', content: '' }));
	for (const text of pieces(answer.reasoning ?? '', chunk)) {
		const details = [{ type: 'reasoning.text', text, index: 0, format: 'unknown' }];
		out.push(delta(open ? { reasoning: text, reasoning_details: details } : { reasoning_content: text }));
	}
	for (const text of pieces(answer.text ?? '', chunk)) {
		out.push(delta({ content: text }));
	}
	for (const [index, tool] of (answer.tools ?? []).entries()) {
		const id = tool.id ?? `call_${index}`;
		out.push(
			delta({ tool_calls: [{ index, id, type: 'function', function: { name: tool.name, arguments: '' } }] }),
		);
		for (const text of pieces(tool.arguments, chunk)) {
			out.push(delta({ tool_calls: [{ index, function: { arguments: text } }] }));
		}
	}
	const names = { stop: 'stop', length: 'length', tools: 'tool_calls', refused: 'content_filter' };
	out.push(delta({}, names[answer.finish ?? 'stop']));
	for (const numbers of reported(used, report)) {
		const usage = {
			prompt_tokens: numbers.input,
			completion_tokens: numbers.output,
			total_tokens: numbers.total,
			prompt_tokens_details: {
				cached_tokens: numbers.cacheRead,
				...(open ? { cache_write_tokens: numbers.cacheWrite } : {}),
			},
			completion_tokens_details: { reasoning_tokens: numbers.reasoning },
			...(open && cost !== undefined ? { cost: '@cost@', is_byok: false, cost_details: {} } : {}),
		};
		out.push(
			data({ ...base, choices: [], usage })
				.replace('"@cost@"', cost ?? '0')
				.replaceAll('"@NaN@"', 'NaN'),
		);
	}
	if (report === 'missing' && open && cost !== undefined) {
		out.push(data({ ...base, choices: [], usage: { cost: '@cost@' } }).replace('"@cost@"', cost));
	}
	out.push('data: [DONE]\n\n');
	return out;
}

function anthropicEvents(asked: Asked, answer: Answer, used: Used, report: Report, chunk: number): string[] {
	const event = (type: string, value: Record<string, unknown>) =>
		`event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`.replaceAll('"@NaN@"', 'NaN');
	const all = reported(used, report);
	const last = all.at(-1);
	const first = all[0];
	const input = (numbers: typeof first) =>
		numbers === undefined
			? {}
			: {
					input_tokens: numbers.fresh,
					cache_creation_input_tokens: numbers.cacheWrite,
					cache_read_input_tokens: numbers.cacheRead,
				};
	const message = {
		id: `msg_${randomUUID().slice(0, 8)}`,
		type: 'message',
		role: 'assistant',
		model: asked.model,
		content: [],
		stop_reason: null,
		stop_sequence: null,
		usage: first === undefined ? undefined : { ...input(first), output_tokens: 1 },
	};
	const out = [event('message_start', { message }), event('ping', {})];
	let index = 0;
	const block = (start: Record<string, unknown>, deltas: readonly Record<string, unknown>[]) => {
		out.push(event('content_block_start', { index, content_block: start }));
		for (const delta of deltas) {
			out.push(event('content_block_delta', { index, delta }));
		}
		out.push(event('content_block_stop', { index }));
		index += 1;
	};
	if (answer.reasoning !== undefined && answer.reasoning !== '') {
		block({ type: 'thinking', thinking: '', signature: '' }, [
			...pieces(answer.reasoning, chunk).map((thinking) => ({ type: 'thinking_delta', thinking })),
			{ type: 'signature_delta', signature: 'c2lnbmVk' },
		]);
	}
	if (answer.text !== undefined && answer.text !== '') {
		block(
			{ type: 'text', text: '' },
			pieces(answer.text, chunk).map((text) => ({ type: 'text_delta', text })),
		);
	}
	for (const [at, tool] of (answer.tools ?? []).entries()) {
		block(
			{ type: 'tool_use', id: tool.id ?? `toolu_${at}`, name: tool.name, input: {} },
			['', ...pieces(tool.arguments, chunk)].map((text) => ({
				type: 'input_json_delta',
				partial_json: text,
			})),
		);
	}
	const names = { stop: 'end_turn', length: 'max_tokens', tools: 'tool_use', refused: 'refusal' };
	const delta = { stop_reason: names[answer.finish ?? 'stop'], stop_sequence: null };
	for (const numbers of last === undefined ? [undefined] : all) {
		const usage = numbers === undefined ? undefined : { ...input(numbers), output_tokens: numbers.output };
		out.push(event('message_delta', { delta, usage }));
	}
	out.push(event('message_stop', {}));
	return out;
}

function googleEvents(asked: Asked, answer: Answer, used: Used, report: Report, chunk: number): string[] {
	const base = { modelVersion: asked.model, responseId: randomUUID().slice(0, 12) };
	const all = reported(used, report);
	const data = (parts: readonly unknown[], finish?: string, numbers?: (typeof all)[number]) => {
		const usageMetadata =
			numbers === undefined
				? undefined
				: {
						promptTokenCount: numbers.input,
						cachedContentTokenCount: numbers.cacheRead,
						candidatesTokenCount: numbers.shown,
						thoughtsTokenCount: numbers.reasoning,
						totalTokenCount: numbers.total,
					};
		const candidates = [{ content: { parts, role: 'model' }, finishReason: finish, index: 0 }];
		const text = JSON.stringify({ candidates, usageMetadata, ...base });
		return `data: ${text.replaceAll('"@NaN@"', 'NaN')}\r\n\r\n`;
	};
	const out: string[] = [];
	for (const text of pieces(answer.reasoning ?? '', chunk)) {
		out.push(data([{ text, thought: true }]));
	}
	for (const text of pieces(answer.text ?? '', chunk)) {
		out.push(data([{ text }]));
	}
	for (const tool of answer.tools ?? []) {
		out.push(data([{ functionCall: { name: tool.name, args: parsed(tool.arguments) } }]));
	}
	const names = { stop: 'STOP', length: 'MAX_TOKENS', tools: 'STOP', refused: 'SAFETY' };
	const finish = names[answer.finish ?? 'stop'];
	for (const numbers of all.length === 0 ? [undefined] : all) {
		out.push(data([{ text: '' }], finish, numbers));
	}
	return out;
}

type Told = number | string;

interface Numbers {
	readonly input: Told;
	readonly fresh: Told;
	readonly cacheRead: Told;
	readonly cacheWrite: Told;
	readonly output: Told;
	readonly shown: Told;
	readonly reasoning: Told;
	readonly total: Told;
}

/** Every report that goes out, in order; the last one is meant. */
function reported(used: Used, report: Report): Numbers[] {
	const of = (turn: (value: number) => Told): Numbers => ({
		input: turn(used.input),
		fresh: turn(used.input - used.cacheRead - used.cacheWrite),
		cacheRead: turn(used.cacheRead),
		cacheWrite: turn(used.cacheWrite),
		output: turn(used.output),
		shown: turn(used.output - used.reasoning),
		reasoning: turn(used.reasoning),
		total: turn(used.input + used.output),
	});
	const honest = of((value) => value);
	switch (report) {
		case 'honest':
			return [honest];
		case 'missing':
			return [];
		case 'twice':
			return [of((value) => value * 3 + 1), honest];
		case 'zero':
			return [of(() => 0)];
		case 'tenth':
			return [of((value) => Math.floor(value / 10))];
		case 'negative':
			return [of((value) => -value - 1)];
		case 'nan':
			return [of(() => '@NaN@')];
		case 'text':
			return [of((value) => `${value}`)];
		case 'huge':
			return [of(() => 1e300)];
		case 'above':
			return [of((value) => (value + 1000) * 1000)];
	}
}

function pieces(text: string, size: number): string[] {
	const letters = [...text];
	const out: string[] = [];
	for (let at = 0; at < letters.length; at += size) {
		out.push(letters.slice(at, at + size).join(''));
	}
	return out;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return { text };
	}
}

function numberIn(value: unknown): number | undefined {
	return typeof value === 'number' ? value : undefined;
}
