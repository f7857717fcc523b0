import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Setting {
	readonly type: string | readonly string[];
	readonly scope?: string;
	readonly minimum?: number;
}

const root = path.join(__dirname, '../../../..');
const text = readFileSync(path.join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as {
	readonly keywords: readonly string[];
	readonly capabilities: {
		readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
	};
	readonly contributes: {
		readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
		readonly walkthroughs: readonly {
			readonly steps: readonly { readonly media: { readonly svg: string } }[];
		}[];
	};
};
const words = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const settings = Object.entries(
	Object.assign({}, ...manifest.contributes.configuration.map(({ properties }) => properties)) as Record<
		string,
		Setting
	>,
);
const face = [
	'src/extension.ts',
	...readdirSync(path.join(root, 'src/ui'), { recursive: true, encoding: 'utf8' }).map((file) =>
		path.join('src/ui', file),
	),
]
	.filter((file) => file.endsWith('.ts'))
	.map((file) => readFileSync(path.join(root, file), 'utf8'))
	.join('\n');

describe('the manifest', () => {
	it('has a text for every key, and no text without one', () => {
		const used = new Set([...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key));
		assert.deepEqual(
			[...used].filter((key) => key === undefined || !(key in words)),
			[],
		);
		assert.deepEqual(
			Object.keys(words).filter((key) => !used.has(key)),
			[],
		);
	});

	it('lets no workspace decide about money or models', () => {
		const open = settings.filter(([name]) => /limit$|pool|model|price|spend/i.test(name));
		assert.ok(open.length >= 5);
		assert.deepEqual(
			open.filter(([, { scope }]) => scope !== 'application').map(([name]) => name),
			[],
		);
	});

	it('holds back in restricted mode what names a command', () => {
		assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, [
			'underbid.testCommand',
			'underbid.testReport',
			'underbid.remoteSuite',
		]);
	});

	it('lets no workspace, trusted or not, name the command that takes the tests elsewhere', () => {
		const found = settings.find(([name]) => name === 'underbid.remoteSuite');
		assert.equal(found?.[1].scope, 'machine');
	});

	for (const [name, { type, minimum }] of settings) {
		it(`${name} is read somewhere${minimum === undefined ? '' : ', and has a floor'}`, () => {
			assert.ok(face.includes(`'${name.slice('underbid.'.length)}'`) || face.includes(`'${name}'`));
			assert.ok(![type].flat().includes('number') || (minimum ?? -1) >= 0);
		});
	}

	it('has the pictures of its walkthrough, and few keywords', () => {
		const steps = manifest.contributes.walkthroughs.flatMap((one) => one.steps);
		assert.equal(steps.length, 4);
		for (const { media } of steps) {
			assert.match(readFileSync(path.join(root, media.svg), 'utf8'), /^<svg /);
		}
		assert.ok(manifest.keywords.length <= 5);
	});
});
