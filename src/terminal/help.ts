/** What `--help` prints, by topic. */
export const HELP = {
	underbid: `Underbid: verified fixes, under your bid.

A failing test goes in; a diff that your own tests have verified comes out, for no
more than you said you would pay. Your files are not touched unless you say --apply.

Usage
  underbid fix --max-spend USD [options]   look for a verified fix
  underbid spend [options]                 what was spent
  underbid help fix | help spend           all options of a command
  underbid --version

Try it
  underbid fix --max-spend 0               free: repair templates, no key, no network
`,
	fix: `underbid fix: find a fix for a failing test, verified by the project's own tests

Usage
  underbid fix --max-spend USD [options]

What to fix
  --test NAME          the failing test: its id, its name, or its file. Give it again for
                       several. Without it, all tests that fail now.
  --test-command CMD   how the tests are run, when it is not found by itself
                       ("npx mocha", "pytest -q", "make check")
  --test-report FILE   where that command leaves JUnit XML (a path or glob), or "tap" when
                       it prints TAP: then single tests are told apart
  -C, --folder DIR     the project's folder (default: here)

What it may use
  --max-spend USD      the most you will pay, for example 0.25. With 0, only the free
                       proposer is used
  --time MINUTES       the longest it may take (default 10)
  --proposers LIST     use only these, with commas between them: free, a provider
                       (openrouter), a model of it, or one offer (see underbid models)
  --show-prompt        print what would be sent to a model before it is sent; in a
                       terminal it asks first

What comes out
  --json               one JSON object on stdout (schema: media/fix-output.schema.json)
  --apply              write the verified fix into your files. Files you changed meanwhile
                       are merged; what cannot be merged is refused and nothing is written

Without --json the patch goes to stdout and everything else to stderr, so that
"underbid fix --max-spend 0 > fix.patch" keeps just the patch.

Exit status
  0  verified fix   1  no verified fix   2  wrong usage, or stopped before anything could
  be bought   130  cancelled
`,
	spend: `underbid spend: what was spent, from the journal on this machine

Usage
  underbid spend [--by day|offer|repository|outcome] [--json | --csv]

Amounts that a provider billed and amounts that are our own worst case are told apart.
`,
} as const;
