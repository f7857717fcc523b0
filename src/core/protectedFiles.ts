// Files that judge the code must not be changed by what is judged: by rule, not by prompt.
import type { Patch } from './patch';
import type { Baseline, Problem } from './problem';

/** Why a path is protected, in words; undefined when a patch may change it. */
export function protectedAs(path: string): string | undefined {
	return RULES.find(([, pattern]) => pattern.test(path))?.[0];
}

/** Why this patch is rejected before it is run; undefined when it keeps the rules. */
export function brokenRule(patch: Patch, problem: Problem, baseline: Baseline): string | undefined {
	const testFiles = new Set([...problem.failToPass, ...baseline.tests].flatMap((test) => test.file ?? []));
	for (const file of patch.files) {
		const what = testFiles.has(file) ? 'a test' : protectedAs(file);
		if (what !== undefined) {
			return `The patch changes ${file}, which is ${what}: what judges the code may not be changed by it.`;
		}
	}
	return undefined;
}

const RULES: readonly (readonly [string, RegExp])[] = [
	['git metadata', /(^|\/)\.git(\/|$|attributes$|modules$|ignore$|-blame-ignore-revs$)/i],
	['a test', /(^|\/)(__tests__|tests?|specs?|e2e|testing|testdata|test-data|cypress)\//i],
	['a test', /(^|\/)(tests?|specs?)\.[a-z]+$/i],
	['a test', /[._-](test|tests|spec|specs|e2e|cy)\.[a-z]+$/i],
	['a test', /(^|\/)test_[^/]*\.py$|(^|\/)[^/]*_test\.(py|go|rs|rb)$/],
	['a test', /(^|\/)[^/]*(Test|Tests|Spec)\.(java|kt|cs|php|swift|scala)$/],
	[
		'test set-up',
		/(^|\/)(conftest\.py|setup[-_.]?tests?\.[a-z]+|test[-_.]?setup\.[a-z]+|sitecustomize\.py|usercustomize\.py)$/i,
	],
	['a snapshot', /(^|\/)__snapshots__\/|\.snap$/i],
	['a fixture or a mock', /(^|\/)(__fixtures__|fixtures?|__mocks__|mocks|golden|goldens)\//i],
	[
		'build or test configuration',
		/(^|\/)(package\.json|bower\.json|deno\.jsonc?|bunfig\.toml|\.npmrc|\.yarnrc(\.yml)?|\.pnpmfile\.cjs|\.env[^/]*)$/i,
	],
	[
		'build or test configuration',
		/(^|\/)\.?(jest|vitest|vite|mocha|babel|karma|ava|wallaby|nyc|c8|rollup|webpack|esbuild|swc|playwright|cypress|jasmine|gulpfile|gruntfile)[^/]*\.(config|conf|setup|workspace)\.[a-z]+$/i,
	],
	[
		'build or test configuration',
		/(^|\/)(\.mocharc[^/]*|mocha\.opts|\.babelrc[^/]*|\.swcrc|\.nycrc[^/]*|\.c8rc[^/]*|\.taprc|[jt]sconfig[^/]*\.json|gulpfile\.[a-z]+|gruntfile\.[a-z]+)$/i,
	],
	[
		'build or test configuration',
		/(^|\/)(pytest\.ini|tox\.ini|setup\.(cfg|py)|pyproject\.toml|noxfile\.py|Pipfile|requirements[^/]*\.txt|\.coveragerc|[^/]*\.pth)$/i,
	],
	[
		'build or test configuration',
		/(^|\/)(Cargo\.toml|build\.rs|go\.(mod|sum|work)|Makefile|CMakeLists\.txt|pom\.xml|build\.gradle[^/]*|settings\.gradle[^/]*|Rakefile|Gemfile)$/i,
	],
	[
		'a lockfile',
		/(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock)$/i,
	],
	[
		'continuous integration',
		/(^|\/)(\.github|\.gitlab|\.circleci|\.buildkite|\.ci)\/|(^|\/)(\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines\.yml|appveyor\.yml|Jenkinsfile|bitbucket-pipelines\.yml)$/i,
	],
	['a dependency', /(^|\/)(node_modules|\.venv|venv|site-packages)\//],
	['editor settings', /(^|\/)\.(vscode|idea)\//i],
];
