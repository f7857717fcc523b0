// Reads `go test -json`: one event a line, several packages mixed.
import * as z from 'zod';
import type { TestResult } from '../core/suite';
import { cleanText, type Report } from './reportRecords';

const eventSchema = z.object({
	Action: z.string(),
	Package: z.string().optional(),
	Test: z.string().optional(),
	Output: z.string().optional(),
	Elapsed: z.number().optional(),
});

interface Entry {
	readonly path: readonly string[];
	status?: TestResult['status'];
	ms?: number;
	output: string;
}

export function readGoOutput(text: string, root: string, hung: boolean): Report {
	const tests = new Map<string, Entry>();
	const packages = new Map<string, Entry>();
	for (const line of text.split('\n')) {
		const event = parse(line);
		if (event?.Package === undefined) {
			continue;
		}
		const isTest = event.Test !== undefined;
		const path = [event.Package, ...(event.Test?.split('/') ?? [])];
		const map = isTest ? tests : packages;
		const key = path.join('\0');
		const entry = map.get(key) ?? { path, output: '' };
		map.set(key, entry);
		switch (event.Action) {
			case 'output':
				entry.output = (entry.output + (event.Output ?? '')).slice(-8000);
				break;
			case 'pass':
			case 'fail':
			case 'skip':
				entry.status = event.Action === 'pass' ? 'passed' : event.Action === 'fail' ? 'failed' : 'skipped';
				entry.ms = (event.Elapsed ?? 0) * 1000;
				break;
			default:
				break;
		}
	}
	if (packages.size === 0) {
		return { whole: false, fault: 'go printed no test events', tests: [], open: [] };
	}
	const ended = [...packages.values()].every((entry) => entry.status !== undefined);
	// A panic ends the program: what was running then has failed with it.
	const results = [...tests.values()].map((entry) => resultOf(entry, root, hung));
	for (const entry of packages.values()) {
		const inside = results.some(
			(test) => test.id.startsWith(`${entry.path[0]} > `) && test.status === 'failed',
		);
		if (entry.status === 'failed' && !inside) {
			results.push(resultOf(entry, root, hung));
		}
	}
	return { whole: ended, tests: results, open: [] };
}

function parse(line: string): z.infer<typeof eventSchema> | undefined {
	if (!line.startsWith('{')) {
		return undefined;
	}
	try {
		return eventSchema.safeParse(JSON.parse(line)).data;
	} catch {
		return undefined;
	}
}

function resultOf(entry: Entry, root: string, hung: boolean): TestResult {
	const name = entry.path.join(' > ');
	const status = entry.status ?? 'failed';
	const isHung = entry.status === undefined && hung;
	const output = cleanText(entry.output.replace(/^\s*(?:=== |--- ).*\n/gm, '').trim(), root);
	const message = isHung ? 'The test did not end within the time limit.' : output || 'The test failed.';
	return {
		id: name,
		name,
		status,
		...(entry.ms === undefined ? {} : { durationMs: entry.ms }),
		...(status === 'failed'
			? { failure: { message, ...(output ? { stack: output } : {}), ...(isHung ? { hung: true } : {}) } }
			: {}),
	};
}
