/** Ids of the commands of runs, as package.json lists them. */
export const STOP = 'underbid.stop';
export const SHOW_LOG = 'underbid.showLog';
export const STATUS_MENU = 'underbid.statusMenu';
export const SHOW_RUNS = 'underbid.showRuns';
export const SHOW_RUN_RECEIPT = 'underbid.showRunReceipt';
export const COPY_RECEIPT = 'underbid.copyReceipt';
export const SHOW_PROMPT = 'underbid.showPrompt';
export const SHOW_ATTEMPT = 'underbid.showAttempt';
export const RUN_AGAIN = 'underbid.runAgain';
export const RESUME_RUN = 'underbid.resumeRun';
export const FORGET_RUNS = 'underbid.forgetRuns';
/** Others'. */
export const FIX_TERMINAL = 'underbid.fixTerminal';
export const FIX_TEST = 'underbid.fixFailingTest';
export const SHOW_SPENDING = 'underbid.showSpending';
