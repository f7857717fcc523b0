/** What `--help` prints, by topic. */
export const HELP = {
	underbid: `Underbid: verified fixes, under your bid.

A failing test goes in; a diff that your own tests have verified comes out, for no
more than you said you would pay. Your files are not touched unless you say --apply.

Usage
  underbid fix --max-spend USD [options]   look for a verified fix
  underbid verify --patch FILE [options]   judge a patch from anywhere, free
  underbid quote [options]                 the odds and the spend to expect, at several bids
  underbid models [options]                what can be bought, at what price
  underbid spend [options]                 what was spent
  underbid explain RUN                     what was believed before each attempt of a run
  underbid outcomes                        what was learnt from: shown, exported, cleared
  underbid export FILE                     verified fixes as a data set for fine-tuning
  underbid mcp [--limit USD] [options]     the same for other programs, over MCP
  underbid lab help                        replays and market experiments
  underbid help COMMAND                    all options of fix, verify, quote, models, spend,
                                           outcomes, export or mcp
  underbid --version

Try it
  underbid fix --max-spend 0               free: repair templates, no key, no network
`,
	fix: `underbid fix: find a fix for a failing test, verified by the project's own tests

Usage
  underbid fix --max-spend USD [options]
  underbid fix --resume [RUN] [--max-spend USD] [--time MINUTES] [--json] [--apply]

  --resume [RUN]       take a run up again that was cut off by a limit, a crash or Ctrl+C, or
                       the last one of this project: answers that were paid for are not
                       bought again, judged patches not judged again. The files must be as
                       they were. --max-spend is the whole bid, what was spent included

What to fix
  --test NAME          the failing test: its id, its name, or its file. Give it again for
                       several. Without it, all tests that fail now, by one fix.
  --all                everything that fails, cause by cause: tests with the same error from
                       the same line of your code are one problem; each fix is made on top
                       of the ones before it, what one leaves of the bid goes to the next,
                       and in the end all of them are verified together
  --issue ISSUE        an issue instead: its number (12, #12, owner/name#12), its URL on
                       GitHub, GitLab or Jira, a text file, a TODO, FIXME or BUG comment as
                       src/a.js:12, or - to read text or a stack trace from standard input.
                       A test that shows it is looked for first: among your own failing
                       tests, in the code of the issue, then written by the models, under
                       the same bid. Without such a test no fix is bought
  --yes                use the written test without asking. Without it you are shown the
                       test and asked; where there is no terminal to ask, --yes is needed
  --test-command CMD   how the tests are run, when it is not found by itself
                       ("npx mocha", "pytest -q", "make check")
  --test-report FILE   where that command leaves JUnit XML (a path or glob), or "tap" when
                       it prints TAP: then single tests are told apart
  --remote-suite CMD   run the tests on another machine instead, with a command of yours that
                       takes the tree as a tar and prints a report (docs/remote-suite.md)
  -C, --folder DIR     the project's folder (default: here)

What it may use
  --max-spend USD      the most you will pay, for example 0.25. With 0, only the free
                       proposer is used
  --time MINUTES       the longest it may take (default 10)
  --proposers LIST     use only these, with commas between them: free, a provider
                       (openrouter), a model of it, or one offer (see underbid models)
  --temper TEMPER      how the bid is used: thrifty (a fix is worth the bid), balanced
                       (the default) or determined (the bid is there to be used up)
  --may-change WHAT    code (the default), test ("the test may be wrong": only tests, their
                       snapshots and fixtures) or either. Where a test was changed the
                       fix is called "checked", not "verified"
  --hold-out           hide half of the other test files that are related from every proposer;
                       they are run in the last verdict alone, and the receipt tells how
                       they ended
  --sandbox WHEN       auto (the default: tests run in a sandbox where this computer has
                       one), required (nothing runs without) or off
  --allow-network      let the tests use the network inside the sandbox
  --show-prompt        print what would be sent to a model before it is sent; in a
                       terminal it asks first

What comes out
  --json               one JSON object on stdout (schema: media/fix-output.schema.json,
                       with --all media/fix-all-output.schema.json)
  --apply              write the verified fix into your files. Files you changed meanwhile
                       are merged; what cannot be merged is refused and nothing is written

Without --json the patch goes to stdout and everything else to stderr, so that
"underbid fix --max-spend 0 > fix.patch" keeps just the patch.

For an issue the patch of the test comes first and the fix after it; --json has them apart.
The fix is then called "checked", not "verified": it passes a test that was written for this
run (see "What verified means" in the README). GITHUB_TOKEN, GITLAB_TOKEN (with
UNDERBID_GITLAB_URL), JIRA_TOKEN and JIRA_USER (with UNDERBID_JIRA_URL) open private issues;
each goes to its own server alone.

Exit status
  0  verified or checked fix (with --all: of everything)   1  none (or not of everything)
  2  wrong usage, or stopped before anything could be bought   130  cancelled
`,
	quote: `underbid quote: the odds, before a cent is spent

Usage
  underbid quote [--bids USD,USD,…] [--proposers LIST] [--temper TEMPER] [-C DIR] [--json]

For each bid (0, 0.05, 0.25 and 1 unless you name others) the chance of a verified fix,
what it will probably cost and take, each with an interval; from public measurements of
like models and from your own runs. Where neither says anything, it says so.
`,
	outcomes: `underbid outcomes: what the odds have learnt from, on this machine only

Usage
  underbid outcomes            each offer's attempts, pass rate and $ a fix, in all and by
                               repository
  underbid outcomes --export   the records, one JSON object a line: for "underbid lab replay
                               FILE", or to keep
  underbid outcomes --clear    forget them all; what was spent stays in the journal
`,
	export: `underbid export: verified fixes as a data set for fine-tuning a model of your own

Usage
  underbid export FILE [--format chat|sharegpt|gemini] [--include NAME] [--checked]
  underbid export --clear

Fixes are kept only where you want that ("keepFixes": true in settings.json, see
underbid models --help), on this computer alone, with keys and passwords taken out, and
without files that git ignores. Each row holds what a model is asked and the edits that
were verified; FILE.sources.jsonl tells of each row the run, who wrote it, what its terms
say of training, and the whole receipt.

  --format FORMAT      chat (messages; the default), sharegpt (conversations) or gemini
                       (contents)
  --include NAME       a provider (deepseek) or its maker's models (openrouter/qwen) whose
                       rows you take in by your word. Without it only the free proposer's
                       fixes are written: the terms of most providers forbid training on
                       what their models write, and of the others it depends
  --checked            also fixes that only a test written for the run has checked
  --clear              forget all kept fixes

Then: underbid models --add my-server/tuned --url http://127.0.0.1:8000/v1 --free
`,
	verify: `underbid verify: judge a patch by the project's own tests, whoever wrote it

Usage
  underbid verify --patch FILE [--test NAME] [options]

  --patch FILE         a unified diff against your files as they are, paths with a/ and b/
                       before them (git diff); - reads it from standard input
  --test NAME          the test that must flip; again for several. Without it, all tests
                       that fail now
  --test-command CMD   how the tests are run, when it is not found by itself
  --test-report FILE   where that command leaves JUnit XML, or "tap"
  --remote-suite CMD   run the tests on another machine, as of fix
  --time MINUTES       the longest it may take (default 10)
  --may-change WHAT    code, test or either, as of fix
  --sandbox WHEN       auto, required or off, as of fix; --allow-network too
  -C, --folder DIR     the project's folder (default: here)
  --json               one JSON object on stdout (as of fix; its receipt is described by
                       media/receipt.schema.json)

The patch must fit the text without it: your files are never written. It is held to the
rules for every patch (see "What verified means" in the README). Without --json the receipt
goes to stdout as Markdown, ready for a pull request. Nothing is bought.

Exit status
  0  verified   1  not verified   2  wrong usage, or it could not be judged   130  cancelled
`,
	models: `underbid models: the models a fix may buy from, cheapest first, and why others are not

Usage
  underbid models [--all] [--check] [--refresh] [--accept-prices] [--json]
  underbid models --add ID (--price IN,OUT | --free) [--url URL] [--key-variable NAME]
                       [--context TOKENS] [--output TOKENS]

  --all                every model that is known, not only the pool
  --check              ask each one whether it answers (costs nothing)
  --refresh            fetch OpenRouter's prices; no key is sent. Of our price and theirs
                       the dearer one counts
  --accept-prices      from now on the fetched prices count, also where they are lower
  --json               one JSON object on stdout
  --add ID             write a model into the settings, as provider/model: one of your own
                       server, or one you tuned. Prices in US dollars per million tokens

Keys come from the environment: OPENROUTER_API_KEY, OPENAI_API_KEY, ANTHROPIC_API_KEY,
GEMINI_API_KEY (or GOOGLE_GENERATIVE_AI_API_KEY, GOOGLE_API_KEY), DEEPSEEK_API_KEY,
GROQ_API_KEY, TOGETHER_API_KEY, MISTRAL_API_KEY, XAI_API_KEY. A model without a known price
is never bought from. Ollama, LM Studio, llama.cpp and vLLM are found on this computer.

Settings: settings.json in Underbid's folder (UNDERBID_HOME overrides where that is:
~/.local/state/underbid, ~/Library/Application Support/underbid, %LOCALAPPDATA%\\underbid):
  {
    "models": ["openrouter/qwen/*", "my-server/llama"],     the pool
    "order": "pool",                      tried as they stand there; else by odds and price
    "providers": [{ "id": "my-server", "baseUrl": "https://example.com/v1",
                    "keyVariable": "MY_SERVER_KEY" }],      "free": true for $0
    "prices": { "my-server/llama": { "input": "0.20", "output": "0.80" } },
    "limits": { "my-server/llama": { "context": 131072, "output": 8192 } },
    "caps": { "day": "5", "month": "50" },                  US dollars
    "local": "free",                       servers on this computer, used at $0
    "sandbox": "required", "sandboxNetwork": true,          as --sandbox, --allow-network
    "keepFixes": true,                     verified fixes stay on this computer: shown to
                                           models as examples, and for underbid export
    "examples": false                      kept fixes are shown to no model
  }
Without those remarks: it is plain JSON, each part may be left out, and a key is never in
it. A provider's address can also be set for one process, as UNDERBID_OPENAI_URL
(UNDERBID_ANTHROPIC_URL, …); http:// only to this computer or a private network.
`,
	spend: `underbid spend: what was spent, from the journal on this machine

Usage
  underbid spend [options]

Options
  --by KEY             one row for each day (the default), month, offer, model, repository
                       or outcome
  --since DAY          from this day on, like 2026-11-01 (days are in UTC)
  --until DAY          up to this day, and with it
  --json               one JSON object, amounts in nano-dollars
  --csv                for spreadsheets, amounts in US dollars

What a provider billed and what is our own worst case ("estimated") are told apart. A
call that was cut off by a crash stays "open" and counts at its worst case.
`,
	mcp: `underbid mcp: verified fixes for other programs, over the Model Context Protocol

Usage
  underbid mcp [--limit USD] [-C DIR] [options]

A client starts it and talks to it on stdin and stdout; it ends with its stdin. Its tools:
fix (a failing test or the text of an issue; returns diff and receipt, applies nothing),
quote, verify (a patch) and spend. Before anything is spent you are asked, where the client
can ask (MCP calls that elicitation). Where it cannot, only the free proposer is used,
unless you set a limit here.

  --limit USD          the most that all calls of this session may spend together. Without
                       it: $0.25 a call, each only with your yes. A caller can lower a
                       limit, never raise it; "caps" of settings.json hold as well
  -C, --folder DIR     the project's folder (default: here). Callers cannot leave it
  --yes                use a test that was written for an issue without asking you
  --time MINUTES       the longest one call may take (default 10)
  --test-command, --test-report, --proposers, --temper, --sandbox, --allow-network
                       as of fix; no caller can change them
`,
} as const;
