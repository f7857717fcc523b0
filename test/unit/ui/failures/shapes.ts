// Test items as the extensions build them, read in their sources: ids, labels, files and nesting are theirs.
import type { TestNode, TestSnapshot } from '../../../../src/ui/failures/testHint';

const ROOT = '/work/shop';

interface Branch extends TestNode {
	readonly below?: readonly Branch[];
}

/** The item whose id is `id` in a tree, with its parents, as the editor hands it to a command. */
export function itemIn(tree: readonly Branch[], id: string): TestSnapshot {
	const find = (nodes: readonly Branch[], parents: readonly TestNode[]): TestSnapshot | undefined => {
		for (const { below = [], ...node } of nodes) {
			const found = node.id === id ? snapshot({ ...node, below }, parents) : find(below, [...parents, node]);
			if (found !== undefined) {
				return found;
			}
		}
		return undefined;
	};
	const item = find(tree, []);
	if (item === undefined) {
		throw new Error(`the tree has no ${id}`);
	}
	return item;
}

function snapshot({ below = [], ...node }: Branch, parents: readonly TestNode[]): TestSnapshot {
	return { ...node, parents, below: below.map((inner) => snapshot(inner, [...parents, node])) };
}

function at(line: number, last = line): Pick<TestNode, 'range'> {
	return { range: { first: line - 1, last: last - 1 } };
}

/** vitest.explorer: paths, then task ids made of a hash and indexes; files are labelled with their project. */
const vitestFile = `${ROOT}/src/cart.test.ts`;
export const vitest: readonly Branch[] = [
	{
		id: `${ROOT}/src`,
		label: 'src',
		file: `${ROOT}/src`,
		below: [
			{
				id: `${vitestFile}web`,
				label: 'cart.test.ts [web]',
				file: vitestFile,
				below: [
					{
						id: '-1836529378_0',
						label: 'cart',
						file: vitestFile,
						...at(3),
						below: [
							{ id: '-1836529378_0_0', label: 'adds up', file: vitestFile, ...at(4) },
							{ id: '-1836529378_0_1', label: 'takes %i percent off', file: vitestFile, ...at(9) },
							{ id: '-1836529378_0_2', label: 'is empty', file: vitestFile, ...at(20) },
							{ id: '-1836529378_0_3', label: 'is empty', file: vitestFile, ...at(30) },
						],
					},
					{ id: '-1836529378_1', label: 'adds up', file: vitestFile, ...at(40) },
				],
			},
		],
	},
];

/** Orta.vscode-jest: `orta.vscode-jest:<folder>`, paths, then `path#full name`, numbered where names repeat. */
const jestFile = `${ROOT}/src/cart.test.js`;
export const jest: readonly Branch[] = [
	{
		id: 'orta.vscode-jest:The shop',
		label: 'The shop',
		file: ROOT,
		below: [
			{
				id: `${ROOT}/src`,
				label: 'src',
				file: `${ROOT}/src`,
				below: [
					{
						id: jestFile,
						label: 'cart.test.js',
						file: jestFile,
						below: [
							{
								id: `${jestFile}#cart`,
								label: 'cart',
								file: jestFile,
								...at(3, 30),
								below: [
									{ id: `${jestFile}#cart adds up`, label: 'adds up', file: jestFile, ...at(4, 8) },
									{ id: `${jestFile}#cart is empty#0`, label: 'is empty', file: jestFile, ...at(20, 22) },
									{ id: `${jestFile}#cart is empty#1`, label: 'is empty', file: jestFile, ...at(30, 32) },
									{
										id: `${jestFile}#cart costs \${price}`,
										label: 'costs ${price}',
										file: jestFile,
										...at(9, 11),
									},
								],
							},
						],
					},
				],
			},
		],
	},
];

/** hbenl.vscode-mocha-test-adapter through the Test Explorer's converter: `file: full title`, no item for the file. */
const mochaFile = `${ROOT}/test/cart.test.js`;
export const mocha: readonly Branch[] = [
	{
		id: `${mochaFile}: cart`,
		label: 'cart',
		file: mochaFile,
		...at(3, 4),
		below: [
			{
				id: `${mochaFile}: cart totals`,
				label: 'totals',
				file: mochaFile,
				...at(4, 5),
				below: [{ id: `${mochaFile}: cart totals adds up`, label: 'adds up', file: mochaFile, ...at(5, 6) }],
			},
		],
	},
	{ id: `${mochaFile}: cart.test.js`, label: 'cart.test.js', file: mochaFile, ...at(40, 41) },
];

/** ms-vscode.extension-test-runner and connor4312.nodejs-testing: path segments, then names, as ids. */
const segmentsFile = `${ROOT}/src/test/cart.test.ts`;
export const segments: readonly Branch[] = [
	{
		id: 'src',
		label: 'src',
		file: `${ROOT}/src`,
		below: [
			{
				id: 'test',
				label: 'test',
				file: `${ROOT}/src/test`,
				below: [
					{
						id: 'cart.test.ts',
						label: 'cart.test.ts',
						file: segmentsFile,
						below: [
							{
								id: 'cart',
								label: 'cart',
								file: segmentsFile,
								...at(3, 30),
								below: [{ id: 'adds up', label: 'adds up', file: segmentsFile, ...at(4, 8) }],
							},
						],
					},
				],
			},
		],
	},
];

/** ms-python.python with pytest: absolute node ids; a parametrised function has an item of its own. */
const pytestFile = `${ROOT}/tests/test_cart.py`;
export const pytest: readonly Branch[] = [
	{
		id: ROOT,
		label: 'shop',
		file: ROOT,
		below: [
			{
				id: `${ROOT}/tests`,
				label: 'tests',
				file: `${ROOT}/tests`,
				below: [
					{
						id: pytestFile,
						label: 'test_cart.py',
						file: pytestFile,
						below: [
							{
								id: `${pytestFile}::TestCart`,
								label: 'TestCart',
								file: pytestFile,
								...at(3, 4),
								below: [
									{
										id: `${pytestFile}::TestCart::test_adds`,
										label: 'test_adds',
										file: pytestFile,
										...at(4, 5),
									},
									{
										id: `${pytestFile}::TestCart::test_off`,
										label: 'test_off',
										file: pytestFile,
										below: [
											{
												id: `${pytestFile}::TestCart::test_off[a::b-10]`,
												label: '[a::b-10]',
												file: pytestFile,
												...at(8, 9),
											},
											{
												id: `${pytestFile}::TestCart::test_off[c-20]`,
												label: '[c-20]',
												file: pytestFile,
												...at(8, 9),
											},
										],
									},
								],
							},
						],
					},
				],
			},
		],
	},
];

/** The same with a project each (`project@@vsc@@id`), and as ids were before they became absolute. */
export const pytestProject: readonly Branch[] = [
	{
		id: `${ROOT}@@vsc@@${ROOT}`,
		label: 'Project: The shop',
		file: ROOT,
		below: [
			{
				id: `${ROOT}@@vsc@@${pytestFile}`,
				label: 'test_cart.py',
				file: pytestFile,
				below: [
					{
						id: `${ROOT}@@vsc@@${pytestFile}::TestCart::test_adds`,
						label: 'test_adds',
						file: pytestFile,
						...at(4, 5),
					},
				],
			},
		],
	},
	{ id: './tests/test_cart.py::TestCart::test_adds', label: 'test_adds', file: pytestFile, ...at(4, 5) },
];

/** ms-python.python with unittest: `path\Class\method`; subtests are named by their values. */
export const unittest: readonly Branch[] = [
	{
		id: ROOT,
		label: 'shop',
		file: ROOT,
		below: [
			{
				id: pytestFile,
				label: 'test_cart.py',
				file: pytestFile,
				below: [
					{
						id: `${pytestFile}\\TestCart`,
						label: 'TestCart',
						file: pytestFile,
						below: [
							{
								id: `${pytestFile}\\TestCart\\test_adds`,
								label: 'test_adds',
								file: pytestFile,
								...at(4, 5),
								below: [{ id: '(i=3)', label: '(i=3)', file: pytestFile }],
							},
						],
					},
				],
			},
		],
	},
];

/** golang.go: the file's address, the kind as query, the name as fragment. */
const goFile = `${ROOT}/pricing/pricing_test.go`;
const goAddress = `file://${goFile}`;
export const go: readonly Branch[] = [
	{
		id: `file://${ROOT}?module`,
		label: 'example.com/shop',
		file: ROOT,
		below: [
			{
				id: `file://${ROOT}/pricing?package`,
				label: 'pricing',
				file: `${ROOT}/pricing`,
				below: [
					{
						id: `${goAddress}?file`,
						label: 'pricing_test.go',
						file: goFile,
						below: [
							{
								id: `${goAddress}?test#TestTotal`,
								label: 'TestTotal',
								file: goFile,
								...at(5, 12),
								below: [
									{
										id: `${goAddress}?test#TestTotal%2Fof_none`,
										label: 'of_none',
										file: goFile,
										below: [
											{
												id: `${goAddress}?test#TestTotal%2Fof_none%2Ftwice%2301`,
												label: 'twice#01',
												file: goFile,
											},
										],
									},
								],
							},
							{
								id: `${goAddress}?test#TestSuite`,
								label: 'TestSuite',
								file: goFile,
								...at(20, 22),
								below: [
									{
										id: `${goAddress}?test#%28%2ACartSuite%29.TestAdds`,
										label: 'TestAdds',
										file: goFile,
										...at(24, 26),
									},
								],
							},
						],
					},
				],
			},
		],
	},
];

/** rust-lang.rust-analyzer: the path of modules after the crate; icons in labels; no file for the crate. */
const rustFile = `${ROOT}/src/pricing.rs`;
export const rust: readonly Branch[] = [
	{
		id: 'shop',
		label: '$(package) shop',
		below: [
			{
				id: 'shop::pricing',
				label: '$(symbol-module) pricing',
				file: `${ROOT}/src/lib.rs`,
				...at(1),
				below: [
					{
						id: 'shop::pricing::tests',
						label: '$(symbol-module) tests',
						file: rustFile,
						...at(10),
						below: [
							{
								id: 'shop::pricing::tests::adds_up',
								label: '$(beaker) adds_up',
								file: rustFile,
								...at(12),
							},
						],
					},
				],
			},
		],
	},
];
