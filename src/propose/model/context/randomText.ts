// Tells what a machine drew at random from what a person wrote, without a dictionary.

const PLACEHOLDER =
	/example|sample|dummy|change.?me|placeholder|your[-_ ]|redacted|removed|insert|xxxx|\*\*\*|\.\.\.|0{6}|1234567|abcdef|qwerty|lorem|foobar|[$%#]\{|\{\{|<[a-z]|%s|%\(/i;

/**
 * True for text that changes between kinds of characters as often as chance does. In a name such as
 * `parseToken2Value` they change seldom, in `k3J9sQ2x` all the time.
 */
export function looksRandom(text: string, leastLength: number): boolean {
	if (text.length < leastLength || PLACEHOLDER.test(text)) {
		return false;
	}
	const sample = text.slice(0, 200);
	let changes = 0;
	let digits = 0;
	let capitals = 0;
	let letters = 0;
	let last = '';
	for (const sign of sample) {
		const now = kindOf(sign);
		if (now === '') {
			continue;
		}
		changes += last !== '' && now !== last ? 1 : 0;
		digits += now === 'digit' ? 1 : 0;
		capitals += now === 'capital' ? 1 : 0;
		letters += now === 'digit' ? 0 : 1;
		last = now;
	}
	const signs = digits + letters;
	const mixed = digits >= 2 ? letters >= 2 : capitals >= 4 && capitals < letters - 3;
	const rate = changes / Math.max(1, signs - 1);
	return (
		mixed &&
		signs >= sample.length * 0.7 &&
		rate >= (digits >= 2 ? 0.22 : 0.33) &&
		new Set(sample).size >= Math.min(8, leastLength - 2)
	);
}

function kindOf(sign: string): 'digit' | 'small' | 'capital' | '' {
	if (sign >= '0' && sign <= '9') {
		return 'digit';
	}
	if (sign >= 'a' && sign <= 'z') {
		return 'small';
	}
	return sign >= 'A' && sign <= 'Z' ? 'capital' : '';
}

/** A password that a person chose: letters, digits and more, and not one of the words that stand for any password. */
export function looksChosen(text: string): boolean {
	return (
		text.length >= 8 &&
		!PLACEHOLDER.test(text) &&
		!/pass|secret|test|user|admin|hello|1234/i.test(text) &&
		/[a-z]/i.test(text) &&
		/\d/.test(text) &&
		(/[^\w\s]/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text)))
	);
}
