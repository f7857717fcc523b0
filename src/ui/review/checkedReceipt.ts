/** Whoever judges a text again does not know that its test was written for it: the receipt, with the weaker word. */
export function receiptAs(checked: boolean | undefined, receipt: string): string {
	return checked === true
		? receipt
				.replace(/^## Verified fix/m, '## Checked fix: it passes the written reproduction')
				.replace(/(?<=\| )verified(?= \|)/g, 'checked')
		: receipt;
}
