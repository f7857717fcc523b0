/** Calls that one run may still make to the editor's own models, all of them together. */
export class CallsLeft {
	private made = 0;

	constructor(readonly most: number) {}

	/** False when there is none left. */
	take(): boolean {
		if (this.made >= this.most) {
			return false;
		}
		this.made += 1;
		return true;
	}
}
