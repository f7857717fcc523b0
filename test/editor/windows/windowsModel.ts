// The model of one review (test/unit/ui/review/reviewModel.ts) in several windows: each has texts of its own, they share
// the disk and the decisions. A window that has nothing unsaved follows the disk.
import { type Action, type Layout, Model, type ModelFile } from '../../unit/ui/review/reviewModel';

type View = Pick<ModelFile, 'rows' | 'undo' | 'redo'> & {
	/** The rows that are not unsaved, by identity: after an edit and its undo, a text is saved again. */
	saved: ModelFile['rows'];
};

export type Move =
	| { readonly do: 'open' | 'turn' | 'shut' | 'reload'; readonly window: number }
	| { readonly do: 'revert'; readonly file: number }
	| { readonly do: 'step'; readonly step: Action };

export class WindowsModel {
	readonly review: Model;
	private readonly views = new Map<number, ReadonlyMap<ModelFile, View>>();
	private readonly moves: Move[] = [];
	private here = -1;

	constructor(private readonly layout: Layout) {
		this.review = new Model(layout, true);
	}

	get files(): readonly ModelFile[] {
		return this.review.files;
	}

	get windows(): readonly number[] {
		return [...this.views.keys()];
	}

	get window(): number {
		return this.here;
	}

	/** Nothing of what is open stands in this window's texts. */
	get isQuiet(): boolean {
		return this.review.states().every(([, open]) => open.every((state) => state === 'undone'));
	}

	/** What the step must answer; makes it. */
	make(move: Move): string {
		this.moves.push(move);
		switch (move.do) {
			case 'open':
				this.keep();
				this.views.set(
					move.window,
					new Map(
						this.files.map((file) => [file, { rows: file.disk, undo: [], redo: [], saved: file.disk }]),
					),
				);
				this.turnTo(move.window);
				return 'done';
			case 'turn':
				this.turnTo(move.window);
				return 'done';
			case 'shut':
				this.views.delete(move.window);
				return 'done';
			case 'reload':
				this.turnTo(move.window);
				for (const file of this.files) {
					this.forget(file);
				}
				return 'done';
			case 'revert':
				return this.step({ do: 'close', file: move.file });
			case 'step':
				return this.step(move.step);
		}
	}

	/** Whether some window would have nothing left to decide after the move. */
	wouldEnd(move: Move): boolean {
		const trial = new WindowsModel(this.layout);
		for (const one of [...this.moves, move]) {
			trial.make(one);
		}
		const decided = (): boolean =>
			trial.review.states().every(([decisions]) => decisions.every((one) => one !== 'pending'));
		return trial.windows.some((window) => {
			trial.turnTo(window);
			return decided();
		});
	}

	isUnsaved(file: ModelFile, window = this.here): boolean {
		this.keep();
		const view = this.views.get(window)?.get(file);
		return view !== undefined && view.rows !== view.saved;
	}

	textIn(window: number, file: ModelFile): string {
		const { here } = this;
		this.turnTo(window);
		const text = this.review.textOf(file);
		this.turnTo(here);
		return text;
	}

	diskOf(file: ModelFile): string {
		return this.review.textOf({ ...file, rows: file.disk });
	}

	/** The text after the user typed. */
	typed(step: Extract<Action, { do: 'type' }>): string {
		this.moves.push({ do: 'step', step });
		return this.review.typed(step).text;
	}

	private step(step: Action): string {
		if (step.do === 'type') {
			this.review.typed(step);
			return 'done';
		}
		const outcome = this.review.expect(step);
		if (step.do === 'save' || step.do === 'close') {
			const file = this.review.fileAt(step.file);
			this.keep();
			this.views.get(this.here)?.forEach((view, of) => {
				view.saved = of === file ? file.disk : view.saved;
			});
			if (step.do === 'save') {
				this.followed(file);
			}
		}
		return outcome;
	}

	/** The disk has changed: windows with nothing unsaved show it. What Undo does there is the editor's secret. */
	private followed(file: ModelFile): void {
		const { here } = this;
		for (const window of this.windows.filter((one) => one !== here)) {
			const view = this.views.get(window)?.get(file);
			if (view !== undefined && view.rows === view.saved && view.rows !== file.disk) {
				this.turnTo(window);
				this.forget(file);
				this.keep();
				view.rows = file.disk;
				view.saved = file.disk;
				this.load(window);
			}
		}
		this.turnTo(here);
	}

	private forget(file: ModelFile): void {
		for (const { together } of [...file.undo, ...file.redo]) {
			if (together !== undefined) {
				together.unsure = true;
			}
		}
		[file.undo, file.redo] = [[], []];
	}

	private turnTo(window: number): void {
		this.keep();
		this.here = window;
		this.load(window);
	}

	/** The files' rows are those of the window that is looked at. */
	private keep(): void {
		this.views.get(this.here)?.forEach((view, { rows, undo, redo }) => {
			Object.assign(view, { rows, undo, redo });
		});
	}

	private load(window: number): void {
		this.views.get(window)?.forEach(({ rows, undo, redo }, file) => {
			Object.assign(file, { rows, undo, redo });
		});
	}
}
