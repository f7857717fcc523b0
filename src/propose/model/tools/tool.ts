// What a tool of the agent is: a form the model fills in, checked before anything happens, and an answer in text.
import * as z from 'zod';
import type { ToolSpec } from '../../../core/model';
import type { Desk } from './desk';

export interface Tool {
	readonly spec: ToolSpec;
	/** Reads the arguments, which may be anything. */
	read(written: string): ReadArguments;
}

export type ReadArguments =
	| { readonly kind: 'ready'; readonly use: ToolUse }
	/** What is wrong, in a sentence for the model. */
	| { readonly kind: 'refused'; readonly reason: string };

export interface ToolUse {
	/** For people: `reading src/a.js`. May hold anything the model wrote. */
	readonly doing: string;
	/** Never rejects but for bugs. */
	run(desk: Desk, signal: AbortSignal): Promise<ToolAnswer>;
}

export interface ToolAnswer {
	/** `refused`: nothing was done. `missing`: not found. */
	readonly kind: 'done' | 'refused';
	/** Our own words, one sentence or a few. */
	readonly says: string;
	/** Text of the repository or of its tests, not yet redacted. */
	readonly data?: string;
}

export interface ToolForm<A> {
	readonly name: string;
	readonly description: string;
	readonly form: z.ZodType<A>;
	doing(filled: A): string;
	run(filled: A, desk: Desk, signal: AbortSignal): Promise<ToolAnswer>;
}

export function toolOf<A>(form: ToolForm<A>): Tool {
	const parameters = plainSchema(z.toJSONSchema(form.form, { io: 'output' }));
	return {
		spec: { name: form.name, description: form.description, parameters: Object.fromEntries(parameters) },
		read: (written) => {
			const value = jsonOf(written);
			if (value.kind === 'refused') {
				return value;
			}
			const parsed = form.form.safeParse(value.value);
			if (!parsed.success) {
				return { kind: 'refused', reason: `The arguments do not fit: ${firstIssue(parsed.error)}.` };
			}
			const filled = parsed.data;
			return {
				kind: 'ready',
				use: {
					doing: form.doing(filled),
					run: (desk, signal) => form.run(filled, desk, signal),
				},
			};
		},
	};
}

/** Without what some providers refuse and what only costs tokens: bounds are checked here anyway. */
function plainSchema(schema: object): [string, unknown][] {
	return Object.entries(schema).flatMap(([key, value]: [string, unknown]): [string, unknown][] =>
		BOUNDS.has(key) ? [] : [[key, isObject(value) ? Object.fromEntries(plainSchema(value)) : value]],
	);
}

const BOUNDS = new Set(['$schema', 'additionalProperties', 'minLength', 'maxLength', 'minimum', 'maximum']);

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const MOST_ARGUMENTS = 200_000;
const MOST_DEPTH = 6;

type ReadJson =
	| { readonly kind: 'value'; readonly value: unknown }
	| { readonly kind: 'refused'; readonly reason: string };

/** An object, from text that may be malformed, giant or nested without end. Null stands for an absent member. */
export function jsonOf(written: string): ReadJson {
	if (written.length > MOST_ARGUMENTS) {
		return {
			kind: 'refused',
			reason: `The arguments are ${written.length} characters long; ${MOST_ARGUMENTS} is the most.`,
		};
	}
	if (isDeep(written)) {
		return { kind: 'refused', reason: 'The arguments are nested too deep.' };
	}
	let value: unknown;
	try {
		value = JSON.parse(written.trim() === '' ? '{}' : written);
	} catch {
		return {
			kind: 'refused',
			reason: 'The arguments are not valid JSON; perhaps the answer was cut. Write them again, shorter.',
		};
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return { kind: 'refused', reason: 'The arguments must be a JSON object.' };
	}
	return {
		kind: 'value',
		value: Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null)),
	};
}

/** Counted before parsing, so that no parser has to go down there. */
function isDeep(written: string): boolean {
	let depth = 0;
	for (const [found] of written.matchAll(/"(?:[^"\\]|\\.)*"?|[[{]|[\]}]/gs)) {
		depth += found === '[' || found === '{' ? 1 : found === ']' || found === '}' ? -1 : 0;
		if (depth > MOST_DEPTH) {
			return true;
		}
	}
	return false;
}

function firstIssue(error: z.ZodError): string {
	const [issue] = error.issues;
	if (issue === undefined) {
		return 'they are not what the tool takes';
	}
	const at = issue.path.map(String).join('.');
	return `${at === '' ? '' : `${JSON.stringify(at)}: `}${issue.message}`.slice(0, 200);
}
