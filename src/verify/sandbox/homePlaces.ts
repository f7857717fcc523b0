// What tests need of a home folder that is otherwise out of sight: tools, and packages that were fetched before. Only
// places that hold no keys; where a tool keeps both in one folder, its subfolders are named one by one.

/** Relative to the home folder. */
export const HOME_PLACES: readonly string[] = [
	// Many languages
	'.asdf',
	'.local/bin',
	'.local/lib',
	'.local/share/mise/installs',
	'.local/share/mise/shims',
	'.local/share/rtx/installs',
	'.nix-profile',
	'.local/state/nix',
	// Node
	'.bun/bin',
	'.bun/install',
	'.cache/Cypress',
	'.cache/ms-playwright',
	'.cache/node',
	'.cache/puppeteer',
	'.cache/yarn',
	'.fnm',
	'.local/share/fnm',
	'.local/share/pnpm',
	'.npm/_cacache',
	'.npm/_npx',
	'.npm-global/bin',
	'.npm-global/lib',
	'.nvm',
	'.volta',
	'.yarn/berry',
	'.yarn/cache',
	'.deno/bin',
	'.cache/deno',
	// Python
	'.conda/envs',
	'.conda/pkgs',
	'.cache/pypoetry/virtualenvs',
	'.local/pipx/venvs',
	'.local/share/hatch/env',
	'.local/share/pipx/venvs',
	'.local/share/uv/python',
	'.local/share/uv/tools',
	'.local/share/virtualenvs',
	'.pyenv',
	'.virtualenvs',
	'anaconda3',
	'miniconda3',
	'miniforge3',
	// Others
	'.cargo/bin',
	'.cargo/config',
	'.cargo/config.toml',
	'.cargo/env',
	'.cargo/git',
	'.cargo/registry',
	'.rustup',
	'.gem/ruby',
	'.rbenv',
	'.rvm',
	'.gradle/caches',
	'.gradle/wrapper',
	'.m2/repository',
	'.sdkman/candidates',
	'go/bin',
	'go/pkg/mod',
	'sdk',
	// The same on macOS
	'Library/Caches/Cypress',
	'Library/Caches/Yarn',
	'Library/Caches/deno',
	'Library/Caches/ms-playwright',
	'Library/Caches/node',
	'Library/Caches/pypoetry/virtualenvs',
	'Library/Python',
	'Library/pnpm',
];

/** Beside a folder of programs: what those programs load. */
export const PROGRAM_SIBLINGS: readonly string[] = ['lib', 'lib64', 'libexec', 'include', 'versions'];

/** Of /run, which holds the sockets and keys of everything that is running. */
export const RUN_PLACES: readonly string[] = [
	'/run/current-system',
	'/run/wrappers',
	'/run/opengl-driver',
	'/run/systemd/resolve',
	'/run/NetworkManager',
	'/run/resolvconf',
];
