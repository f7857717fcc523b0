// Reads TAP as programs print it among other lines: tape (comments name the tests), node-tap (nested), plain.
import type { TestFailure, TestResult } from '../core/suite';
import { cleanText, type Report } from './reportRecords';
import { tapFailure } from './tapDetails';

interface Point {
	readonly path: string[];
	readonly ok: boolean;
	readonly skipped: boolean;
	readonly diagnostics: string[];
}

export interface TapEnd {
	readonly root: string;
	/** The one script that printed it, relative to the root. */
	readonly file: string | undefined;
	/** `stopped`: it ended itself with a failure; `hung`: we ended it. */
	readonly how: 'succeeded' | 'stopped' | 'hung';
	/** What it said when it stopped. */
	readonly lastWords: string;
}

/**
 * Whole when the outermost plan is there and as many points as it says. A program that stops before is whole as
 * well when it ends with a failure: tape lets whatever a test throws end the program.
 */
export function readTap(text: string, end: TapEnd): Report {
	const reading = new Reading();
	for (const line of text.split('\n')) {
		reading.line(line.replace(/\r$/, ''));
	}
	return reading.report(end);
}

const tally = /^(?:tests|pass|fail|skip|todo|failed|passed|ok|time=.*|duration.*|suites|cancelled|skipped)\b/;

class Reading {
	private readonly points: Point[] = [];
	/** Names of groups by depth, for points printed before their group's own result. */
	private pending: { depth: number; from: number }[] = [];
	private group: string | undefined;
	private plan: number | undefined;
	private seen = 0;
	private bail: string | undefined;
	private yaml = false;
	private started = false;

	line(line: string): void {
		const match = /^( *)(.*)$/.exec(line);
		const depth = Math.floor((match?.[1]?.length ?? 0) / 4);
		const rest = match?.[2] ?? '';
		if (this.yaml || (rest === '---' && line.startsWith('  '))) {
			this.yaml = rest !== '...';
			this.points.at(-1)?.diagnostics.push(line);
			return;
		}
		const point = /^(not )?ok\b(?:\s+(\d+))?(?:\s+-)?\s*(.*)$/.exec(rest);
		const plan = /^1\.\.(\d+)/.exec(rest);
		if (point) {
			this.point(depth, point[1] === undefined, point[3] ?? '');
		} else if (plan && depth === 0) {
			this.plan = Number(plan[1]);
		} else if (/^Bail out!/.test(rest)) {
			this.bail = rest;
		} else if (/^TAP version/.test(rest)) {
			this.started = true;
		} else if (depth === 0 && rest.startsWith('# ') && !rest.startsWith('# Subtest')) {
			const name = rest.slice(2).trim();
			this.group = tally.test(name) ? this.group : name;
		}
	}

	report(end: TapEnd): Report {
		if (this.bail !== undefined) {
			return { whole: false, fault: `the program gave up: ${this.bail}`, tests: [], open: [] };
		}
		const whole = this.plan !== undefined && this.seen >= this.plan;
		const silent = this.plan === undefined && !this.started && this.points.length === 0;
		if (silent && (end.file === undefined || end.how === 'succeeded')) {
			return { whole: false, fault: 'the program printed no TAP', tests: [], open: [] };
		}
		const tests = this.results(end);
		if (whole || end.how === 'succeeded') {
			return { whole, tests, open: [] };
		}
		return { whole: end.how === 'stopped', tests: this.withStop(tests, end), open: [] };
	}

	/** The test in which the program stopped or hangs; the script as a whole when it had come to none. */
	private withStop(tests: readonly TestResult[], end: TapEnd): TestResult[] {
		const hung = end.how === 'hung';
		const message = hung
			? 'The test did not end within the time limit.'
			: end.lastWords || 'The program stopped here.';
		const failure = { message, ...(hung ? { hung } : { stack: end.lastWords }) };
		if (this.group === undefined) {
			const name = end.file ?? tests.at(-1)?.name;
			const id = end.file ?? tests.at(-1)?.id;
			return name === undefined || id === undefined
				? [...tests]
				: [
						...tests.filter((test) => test.id !== id),
						{ id, ...(end.file === undefined ? {} : { file: end.file }), name, status: 'failed', failure },
					];
		}
		const stopped = testOf(this.group, 'failed', end.file);
		return [...tests.filter((test) => test.id !== stopped.id), { ...stopped, failure }];
	}

	private point(depth: number, ok: boolean, text: string): void {
		const directive = /^(.*?)\s*(?<!\\)#\s*(SKIP|TODO|time=)(.*)$/is.exec(text);
		const name = (directive?.[1] ?? text).replace(/\s*\{$/, '').trim() || `(point ${this.seen + 1})`;
		const skipped = directive?.[2] !== undefined && /skip|todo/i.test(directive[2]);
		this.seen += depth === 0 ? 1 : 0;
		const inner = this.pending.filter((group) => group.depth > depth);
		const from = inner.reduce((least, group) => Math.min(least, group.from), this.points.length);
		if (inner.length > 0) {
			this.close(from, name, ok);
			this.pending = this.pending.filter((group) => group.depth <= depth);
		} else {
			const path = this.group !== undefined && depth === 0 ? [this.group, name] : [name];
			this.points.push({ path, ok, skipped, diagnostics: [] });
		}
		if (!this.pending.some((group) => group.depth === depth)) {
			this.pending.push({ depth, from });
		}
	}

	/** The result of a group comes after its points: they get its name, and a failure of its own is a point. */
	private close(from: number, name: string, ok: boolean): void {
		const inside = this.points.slice(from);
		for (const point of inside) {
			point.path.unshift(name);
		}
		if (!ok && inside.every((point) => point.ok || point.skipped)) {
			this.points.push({ path: [name, '(the group itself)'], ok, skipped: false, diagnostics: [] });
		}
	}

	/** One result a test: what tape asserts under one comment, and what node-tap asserts in one group, is one test. */
	private results({ root, file }: TapEnd): TestResult[] {
		const tests = new Map<string, Point[]>();
		for (const point of this.points) {
			const path = point.path.length > 1 ? point.path.slice(0, -1) : point.path;
			const name = path.join(' > ');
			tests.set(name, [...(tests.get(name) ?? []), point]);
		}
		return [...tests].map(([name, points]) => {
			const bad = points.filter((point) => !point.ok && !point.skipped);
			const status =
				bad.length > 0 ? 'failed' : points.every((point) => point.skipped) ? 'skipped' : 'passed';
			const [first] = bad;
			return {
				...testOf(name, status, file),
				...(first
					? { failure: cleaned(tapFailure(first.path.at(-1) ?? name, first.diagnostics), root) }
					: {}),
			};
		});
	}
}

function cleaned({ message, stack = '', ...values }: TestFailure, root: string): TestFailure {
	return { message: cleanText(message, root), stack: cleanText(stack, root), ...values };
}

function testOf(name: string, status: TestResult['status'], file: string | undefined): TestResult {
	return {
		id: file === undefined ? name : `${file}::${name}`,
		...(file === undefined ? {} : { file }),
		name,
		status,
	};
}
