// Files that judge the code must not be changed by what is judged: by rule, not by prompt.

/** What of the two may be wrong in a run, by the user's word: `code` unless they say otherwise. */
export const MAY_CHANGE = ['code', 'test', 'either'] as const;
export type MayChange = (typeof MAY_CHANGE)[number];

/** Why a path is protected, in words; undefined when a patch may change it. */
export function protectedAs(path: string): string | undefined {
	return RULES.find(([, pattern]) => pattern.test(path))?.[0];
}

/**
 * True for what a test itself is made of: a user may say that it is the test that is wrong. What runs the tests, sets
 * them up, or pins what they run with is none of it, wherever it lies.
 */
export function isTestMatter(path: string): boolean {
	const kinds = RULES.filter(([, pattern]) => pattern.test(path)).map(([what]) => what);
	return kinds.length > 0 && kinds.every((what) => MATTER.has(what)) && !SETS_UP.test(path);
}

const MATTER = new Set(['a test', 'a snapshot', 'a fixture or a mock']);
/** Files of a test folder that a runner is likely to load before every test. */
const SETS_UP =
	/(?:^|\/)(?:[\w-]*[-_.])?(?:setup|teardown|hooks?|bootstrap|preload|register|reporter|environment|runner|globals?)(?:[-_.][\w-]*)?\.[a-z]+$/i;

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
	[
		'a snapshot',
		/(^|\/)(__snapshots__|__image_snapshots__|tap-snapshots)\/|\.(snap|approved\.[a-z]+|verified\.[a-z]+)$/i,
	],
	['a fixture or a mock', /(^|\/)(__fixtures__|fixtures?|__mocks__|mocks|golden|goldens)\//i],
	[
		'build or test configuration',
		/(^|\/)(package\.json|bower\.json|deno\.jsonc?|bunfig\.toml|lerna\.json|nx\.json|turbo\.json|pnpm-workspace\.yaml|\.pnp\.[cm]?js|\.nvmrc|\.node-version|\.tool-versions|\.python-version|\.swcrc|\.npmrc|\.yarnrc(\.yml)?|\.pnpmfile\.cjs|\.env[^/]*)$/i,
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
		/(^|\/)(\.?pytest\.(ini|toml)|tox\.ini|\.tox\.ini|[^/]*\.(dist-info|egg-info)\/.*|entry_points\.txt|MANIFEST\.in|setup\.(cfg|py)|pyproject\.toml|noxfile\.py|Pipfile|requirements[^/]*\.txt|\.coveragerc|[^/]*\.pth)$/i,
	],
	[
		'build or test configuration',
		/(^|\/)(Cargo\.toml|build\.rs|rust-toolchain(\.toml)?|\.cargo\/config(\.toml)?|\.config\/nextest\.toml|justfile|Taskfile\.ya?ml|Dockerfile[^/]*|(docker-)?compose[^/]*\.ya?ml|BUILD(\.bazel)?|WORKSPACE(\.bazel)?|MODULE\.bazel|\.bazelrc|meson\.build|gradlew?(\.bat)?|gradle\.properties|GNUmakefile|makefile|[^/]*\.mk|[^/]*\.csproj|Directory\.Build\.props|phpunit\.xml[^/]*|\.rspec|go\.(mod|sum|work|work\.sum)|Makefile|CMakeLists\.txt|pom\.xml|build\.gradle[^/]*|settings\.gradle[^/]*|Rakefile|Gemfile)$/i,
	],
	[
		'a lockfile',
		/(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock)$/i,
	],
	[
		'continuous integration',
		/(^|\/)(\.github|\.gitlab|\.circleci|\.buildkite|\.ci|\.husky|\.devcontainer|\.yarn|\.woodpecker)\/|(^|\/)(\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines\.yml|appveyor\.yml|Jenkinsfile|bitbucket-pipelines\.yml|cloudbuild\.ya?ml|\.drone\.yml|\.pre-commit-config\.yaml|lefthook\.yml)$/i,
	],
	['a dependency', /(^|\/)(node_modules|\.venv|venv|site-packages|vendor)\//],
	['editor settings', /(^|\/)\.(vscode|idea)\//i],
];
