"""Judges one candidate: the tests that weed it out first, then everything, in a clean process each."""
import hashlib


def run_selection(collected, ids, targets, emit):
    """Runs tests by id and emits one summary. Stops at the first failure: most candidates fail."""
    wanted = set(ids)
    tests = [test for test in collected.tests if test.id in wanted]
    is_target = set(targets)
    summary = {'passedTargets': 0, 'failed': [], 'memory': False}

    def end(test, status, error):
        if status == 'passed':
            summary['passedTargets'] += test.id in is_target
            return True
        summary.update(failure_of(test.id, error))
        return False

    collected.run(tests, lambda test: None, end)
    if not summary['failed']:
        found = {test.id for test in tests}
        summary['failed'] = [[id, 'missing', ''] for id in ids if id not in found]
    emit(summary)


def failure_of(id, error):
    return {'failed': [[id, type(error).__name__, message_of(error)]], 'memory': isinstance(error, MemoryError)}


def message_of(error):
    try:
        return str(error).split('\n')[0][:200]
    except Exception:
        return ''


def judged(ending):
    """(trial, may go on): what a child's ending says about the candidate, without its `ms`."""
    summary = ending.messages[-1] if ending.messages else None
    if ending.kind != 'done':
        return {'kind': 'lost', 'reason': ending.kind}
    if not isinstance(summary, dict) or 'failed' not in summary:
        return failed(0, [['', 'not collected', str(summary)]])
    if summary['memory']:
        return {'kind': 'lost', 'reason': 'memory'}
    if summary['failed']:
        return failed(summary['passedTargets'], summary['failed'])
    return {'kind': 'passed'}


def failed(passed, failures):
    digest = hashlib.sha1(repr(sorted(failures)).encode('utf-8', 'replace')).hexdigest()[:12]
    return {'kind': 'failed', 'passedTests': passed, 'signature': digest}
