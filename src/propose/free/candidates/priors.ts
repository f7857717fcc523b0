// How often a change of each template is the fix, for one candidate of that template at its likeliest place.
// Fitted on bugs with known fixes: hits over candidates of the template, smoothed towards the mean, rounded.

export const priors: Readonly<Record<string, number>> = {
	constant: 1,
	'relational operator': 1,
	'arithmetic operator': 0.8,
	'logical operator': 0.8,
	'boolean flip': 0.9,
	variable: 0.6,
	'return value': 0.4,
	'negated condition': 0.7,
	method: 0.6,
	string: 0.3,
	'another string': 0.2,
	'initial value': 0.5,
	'off by one': 0.6,
	operand: 0.5,
	'assignment operator': 0.6,
	'opposite answers': 0.8,
	'swapped branches': 0.5,
	'swapped arguments': 0.5,
	'deleted statement': 0.4,
	'expression from nearby': 0.25,
	wrap: 0.15,
	'missing suffix': 0.15,
	guard: 0.12,
	'strengthened condition': 0.12,
	'literal from the test': 0.02,
};

/** For a template without a record. */
export const unknownPrior = 0.2;
