// What a review must do to files, told by rows: context, the user's own lines, and hunks with the lines that stand in
// their place. All lines are different, so that there is only one right answer.
import fc from 'fast-check';

type Decision = 'pending' | 'accepted' | 'rejected';
type State = 'there' | 'undone' | 'edited';

export interface Layout {
	/** Per file, per hunk: lines of context before it, lines it takes out, lines it brings. */
	readonly files: readonly {
		readonly hunks: readonly (readonly [number, number, number])[];
		readonly tail: number;
	}[];
}

const hunk = fc
	.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }))
	.filter(([, out, into]) => out + into > 0);
export const layouts: fc.Arbitrary<Layout> = fc.record({
	files: fc.array(
		fc.record({
			hunks: fc.array(hunk, { minLength: 1, maxLength: 4 }),
			tail: fc.integer({ min: 0, max: 3 }),
		}),
		{ minLength: 1, maxLength: 3 },
	),
});

export type Action =
	| { readonly do: 'bringIn'; readonly window: number }
	| { readonly do: 'accept'; readonly window: number; readonly pick: Pick }
	| { readonly do: 'reject'; readonly window: number; readonly pick: Pick; readonly keep: boolean }
	| {
			readonly do: 'type';
			readonly file: number;
			readonly at: number;
			readonly how: 'insert' | 'replace' | 'delete';
	  }
	| { readonly do: 'undo' | 'redo' | 'save' | 'close'; readonly file: number }
	| { readonly do: 'autoSave'; readonly on: boolean }
	| { readonly do: 'reload' | 'moves' };
type Pick =
	| { readonly of: 'one'; readonly at: number }
	| { readonly of: 'file'; readonly at: number }
	| { readonly of: 'all' };

const which = fc.nat(999);
const pick: fc.Arbitrary<Pick> = fc.oneof(
	{ weight: 8, arbitrary: fc.record({ of: fc.constant('one' as const), at: which }) },
	{ weight: 2, arbitrary: fc.record({ of: fc.constant('file' as const), at: which }) },
	{ weight: 1, arbitrary: fc.record({ of: fc.constant('all' as const) }) },
);
const window = fc.nat(1);
const action: fc.Arbitrary<Action> = fc.oneof(
	{ weight: 3, arbitrary: fc.record({ do: fc.constant('bringIn' as const), window }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant('accept' as const), window, pick }) },
	{
		weight: 3,
		arbitrary: fc.record({ do: fc.constant('reject' as const), window, pick, keep: fc.boolean() }),
	},
	{
		weight: 5,
		arbitrary: fc.record({
			do: fc.constant('type' as const),
			file: which,
			at: which,
			how: fc.constantFrom('insert', 'replace', 'delete'),
		}),
	},
	{ weight: 6, arbitrary: fc.record({ do: fc.constantFrom('undo', 'undo', 'redo'), file: which }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constantFrom('save', 'close'), file: which }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('autoSave' as const), on: fc.boolean() }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constantFrom('reload', 'moves') }) },
);

export function actions(maxLength: number): fc.Arbitrary<readonly Action[]> {
	return fc
		.array(action, { minLength: 1, maxLength, size: 'max' })
		.map((steps) => [{ do: 'bringIn', window: 0 }, ...steps]);
}

type Row =
	| { readonly kind: 'context'; readonly text: string; readonly gone: boolean }
	| { readonly kind: 'own'; readonly text: string }
	| { readonly kind: 'hunk'; readonly id: string; readonly lines: readonly string[] };

interface ModelHunk {
	readonly id: string;
	readonly base: readonly string[];
	readonly patched: readonly string[];
	decision: Decision;
}

/** An edit of several files. */
interface Together {
	readonly files: readonly ModelFile[];
	/** Since undone or done again in one file only. */
	split: boolean;
	/** One of its files was closed; what the editor remembers of that is the editor's secret. */
	unsure: boolean;
}

interface Past {
	readonly rows: readonly Row[];
	readonly together?: Together | undefined;
}

export interface ModelFile {
	readonly path: string;
	readonly hunks: readonly ModelHunk[];
	readonly start: readonly Row[];
	rows: readonly Row[];
	disk: readonly Row[];
	undo: Past[];
	redo: Past[];
}

export class Model {
	readonly files: readonly ModelFile[];
	ended: 'verified' | 'changed' | 'discarded' | undefined;
	private stage: 'waiting' | 'inline' = 'waiting';
	private autoSave = false;
	private refusing = false;
	private own = 0;

	/** `undoesTogether`: one Undo takes an edit back in all its files, as VS Code does, and a reload forgets none. */
	constructor(
		layout: Layout,
		private readonly undoesTogether = false,
	) {
		this.files = layout.files.map(({ hunks, tail }, number) => {
			const path = `f${number}.js`;
			const rows: Row[] = [];
			const made: ModelHunk[] = [];
			const context = (lines: number) => {
				for (let line = 0; line < lines; line += 1) {
					rows.push({ kind: 'context', text: `f${number} context ${rows.length}\n`, gone: false });
				}
			};
			for (const [index, [before, out, into]] of hunks.entries()) {
				context(index === 0 ? before : before + 1);
				const id = `${path}#${index + 1}`;
				const lines = (side: string, length: number) =>
					Array.from({ length }, (_, line) => `f${number} ${side} ${index}.${line}\n`);
				const base = lines('base', out);
				made.push({ id, base, patched: lines('patched', into), decision: 'pending' });
				rows.push({ kind: 'hunk', id, lines: base });
			}
			context(tail);
			return { path, hunks: made, start: rows, rows, disk: rows, undo: [], redo: [] };
		});
	}

	get autoSaves(): boolean {
		return this.autoSave;
	}

	fileAt(index: number): ModelFile {
		return this.files[index % this.files.length] as ModelFile;
	}

	textOf(file: ModelFile): string {
		return textOfRows(file.rows);
	}

	baseOf(file: ModelFile): string {
		return textOfRows(file.start);
	}

	patchedOf(file: ModelFile): string {
		return textOfRows(this.with(file.start, file.hunks, ({ patched }) => patched));
	}

	ids({ pick }: { readonly pick: Pick }): readonly string[] {
		const all = this.files.flatMap(({ hunks }) => hunks.map(({ id }) => id));
		switch (pick.of) {
			case 'all':
				return all;
			case 'file':
				return this.fileAt(pick.at).hunks.map(({ id }) => id);
			case 'one':
				return [all[pick.at % all.length] as string];
		}
	}

	/** Per file: the decisions as they count, and where the open hunks stand. */
	states(): readonly (readonly [readonly Decision[], readonly State[]])[] {
		return this.files.map((file) => {
			const decisions = file.hunks.map((one) => this.decision(file, one));
			const open = file.hunks.filter((_, index) => decisions[index] === 'pending');
			return [decisions, open.map((one) => this.state(file, one))];
		});
	}

	/** What the step must answer; makes it. */
	expect(step: Action): string {
		switch (step.do) {
			case 'bringIn': {
				const done = this.turn(({ patched }, state) => (state === 'undone' ? patched : undefined));
				this.stage = done ? 'inline' : this.stage;
				return done ? 'done' : 'refused';
			}
			case 'accept': {
				const open = this.open(this.ids(step));
				const wanted = open.map(({ one }) => one);
				if (
					!this.turn((one, state) => (state === 'undone' && wanted.includes(one) ? one.patched : undefined))
				) {
					return 'refused';
				}
				this.stage = 'inline';
				for (const one of wanted) {
					one.decision = 'accepted';
				}
				return 'done';
			}
			case 'reject':
				return this.reject(this.ids(step), step.keep);
			case 'undo':
			case 'redo': {
				return this.goBack(this.fileAt(step.file), step.do);
			}
			case 'save':
				this.fileAt(step.file).disk = this.fileAt(step.file).rows;
				return 'done';
			case 'close': {
				const file = this.fileAt(step.file);
				for (const { together } of [...file.undo, ...file.redo]) {
					if (together !== undefined) {
						together.unsure = true;
					}
				}
				[file.rows, file.undo, file.redo] = [file.disk, [], []];
				return 'done';
			}
			case 'autoSave':
				this.autoSave = step.on;
				this.files.forEach((file) => this.saved(file));
				return 'done';
			case 'reload':
				for (const file of this.undoesTogether ? [] : this.files) {
					[file.undo, file.redo] = [[], []];
				}
				return 'done';
			case 'moves':
				this.refusing = true;
				return 'done';
			case 'type':
				return 'done';
		}
	}

	/** The text after the user typed. */
	typed(step: Extract<Action, { do: 'type' }>): { readonly file: string; readonly text: string } {
		const file = this.fileAt(step.file);
		const places = file.rows.flatMap((row, index) =>
			row.kind === 'hunk'
				? row.lines.map((_, line) => ({ index, line }))
				: row.kind === 'context' && row.gone
					? []
					: [{ index, line: 0 }],
		);
		this.own += 1;
		const mine: Row = { kind: 'own', text: `mine ${this.own}\n` };
		const rows = [...file.rows];
		const at = step.at % (places.length + (step.how === 'insert' ? 1 : 0) || 1);
		const here = places[at];
		const before = places[at - 1];
		const row = here && rows[here.index];
		if (step.how === 'insert' || here === undefined || row === undefined) {
			if (row?.kind === 'hunk' && here !== undefined && before?.index === here.index) {
				rows[here.index] = { ...row, lines: row.lines.toSpliced(here.line, 0, mine.text) };
			} else {
				rows.splice(here?.index ?? rows.length, 0, mine);
			}
		} else if (row.kind === 'hunk') {
			const put = step.how === 'replace' ? [mine.text] : [];
			rows[here.index] = { ...row, lines: row.lines.toSpliced(here.line, 1, ...put) };
		} else {
			const gone: Row[] = row.kind === 'context' ? [{ ...row, gone: true }] : [];
			rows.splice(here.index, 1, ...gone, ...(step.how === 'replace' ? [mine] : []));
		}
		this.edit(file, rows);
		return { file: file.path, text: this.textOf(file) };
	}

	/** The review ends when nothing is open. */
	settle(): void {
		if (this.ended !== undefined || this.open().length > 0) {
			return;
		}
		const accepted = this.files.some(({ hunks }) => hunks.some(({ decision }) => decision === 'accepted'));
		const exact = this.files.every((file) => this.textOf(file) === this.patchedOf(file));
		this.ended = accepted ? (exact ? 'verified' : 'changed') : 'discarded';
	}

	private reject(ids: readonly string[], keep: boolean): string {
		const open = this.open(ids);
		if (this.stage === 'inline') {
			const edited = open.filter(({ state }) => state === 'edited');
			if (edited.length > 0 && !keep) {
				return 'edited';
			}
			const out = open.filter(({ state }) => state === 'there').map(({ one }) => one);
			if (!this.turn((one) => (out.includes(one) ? one.base : undefined))) {
				return 'refused';
			}
		}
		for (const { one, state } of open) {
			one.decision = state === 'edited' && this.stage === 'inline' ? 'accepted' : 'rejected';
		}
		return 'done';
	}

	private open(ids?: readonly string[]): readonly { readonly one: ModelHunk; readonly state: State }[] {
		return this.files.flatMap((file) =>
			file.hunks
				.filter((one) => (ids?.includes(one.id) ?? true) && this.decision(file, one) === 'pending')
				.map((one) => ({ one, state: this.state(file, one) })),
		);
	}

	private decision(file: ModelFile, one: ModelHunk): Decision {
		const state = this.state(file, one);
		const undone =
			this.stage === 'inline' &&
			((one.decision === 'rejected' && state === 'there') ||
				(one.decision === 'accepted' && state === 'undone'));
		return undone ? 'pending' : one.decision;
	}

	private state(file: ModelFile, one: ModelHunk): State {
		const at = file.rows.findIndex((row) => row.kind === 'hunk' && row.id === one.id);
		const { lines } = file.rows[at] as Extract<Row, { kind: 'hunk' }>;
		const intact = (row: Row | undefined) => row === undefined || (row.kind === 'context' && !row.gone);
		const seam = lines.length > 0 || (intact(file.rows[at - 1]) && intact(file.rows[at + 1]));
		const is = (side: readonly string[]) => seam && side.join('') === lines.join('');
		return is(one.patched) ? 'there' : is(one.base) ? 'undone' : 'edited';
	}

	/** One edit of all files. False when it was refused. */
	private turn(lines: (one: ModelHunk, state: State) => readonly string[] | undefined): boolean {
		const edits = this.files
			.map((file) => ({
				file,
				rows: this.with(
					file.rows,
					file.hunks.filter((one) => this.decision(file, one) === 'pending'),
					(one) => lines(one, this.state(file, one)),
				),
			}))
			.filter(({ file, rows }) => textOfRows(rows) !== this.textOf(file));
		if (edits.length > 0 && this.refusing) {
			this.refusing = false;
			return false;
		}
		const together =
			this.undoesTogether && edits.length > 1
				? { files: edits.map(({ file }) => file), split: false, unsure: false }
				: undefined;
		for (const { file, rows } of edits) {
			this.edit(file, rows, together);
		}
		return true;
	}

	private with(
		rows: readonly Row[],
		hunks: readonly ModelHunk[],
		lines: (one: ModelHunk) => readonly string[] | undefined,
	): readonly Row[] {
		return rows.map((row) => {
			const one = row.kind === 'hunk' ? hunks.find(({ id }) => id === row.id) : undefined;
			const next = one && lines(one);
			return row.kind === 'hunk' && next !== undefined ? { ...row, lines: next } : row;
		});
	}

	/** Undo or redo with the focus in a file. */
	private goBack(file: ModelFile, which: 'undo' | 'redo'): string {
		const together = file[which].at(-1)?.together;
		if (file[which].length === 0 || together?.unsure === true) {
			return 'nothing';
		}
		const whole =
			together !== undefined &&
			!together.split &&
			together.files.every((one) => one[which].at(-1)?.together === together);
		if (together !== undefined && !whole) {
			together.split = true;
		}
		for (const one of whole ? together.files : [file]) {
			const past = one[which].pop();
			if (past !== undefined) {
				one[which === 'undo' ? 'redo' : 'undo'].push({ rows: one.rows, together: past.together });
				one.rows = past.rows;
				this.saved(one);
			}
		}
		return 'done';
	}

	private edit(file: ModelFile, rows: readonly Row[], together?: Together): void {
		file.undo.push({ rows: file.rows, together });
		file.redo = [];
		file.rows = rows;
		this.saved(file);
	}

	private saved(file: ModelFile): void {
		if (this.autoSave) {
			file.disk = file.rows;
		}
	}
}

function textOfRows(rows: readonly Row[]): string {
	return rows
		.flatMap((row) =>
			row.kind === 'hunk' ? row.lines : row.kind === 'context' && row.gone ? [] : [row.text],
		)
		.join('');
}
