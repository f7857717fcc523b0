"""Runs the base: which tests fail, how long they take, which lines each of them executes."""
import time

from underbid_fork import Alarm, Hang, run_forked
from underbid_trace import lines_tracer

FIRST_LIMIT = 1.0
OTHER_LIMIT = 2.0
MOST_HUNG_TARGETS = 2
MOST_HUNG = 3
OTHERS_SECONDS = 3.0
TRACED_SECONDS = 10.0


class Plan:
    """
    Ids in their own order. `targets` must flip, `others` must stay, `first` weeds out candidates. `fresh_files`:
    test files that cannot be imported on the base, where every test is a target.
    """

    def __init__(self, targets, others, first, fresh_files):
        self.targets = targets
        self.others = others
        self.first = first
        self.fresh_files = fresh_files


class Record:
    """One test's run on the base. `seconds` is None when it did not end by itself."""

    def __init__(self, status, seconds, lines, error):
        self.status = status
        self.seconds = seconds
        self.lines = lines
        self.error = error


def run_base(collected, tests, limit_of, memory, project, traced, seconds):
    """Records by test id; a test that hung ends its process, and the rest goes on in a new one."""
    records = {}
    left = list(tests)
    started = time.monotonic()
    while left and time.monotonic() - started < seconds:
        messages = run_forked(
            lambda emit: base_child(collected, left, limit_of, project, traced, started + seconds, emit),
            None, max(limit_of(test) for test in left) * 2 + 1, memory, idle=True,
        ).messages
        begun = None
        for message in messages:
            if message[0] == 'begin':
                begun = message[1]
            elif message[0] == 'end':
                records[message[1]] = Record(*message[2:])
                begun = None
        if begun is not None:
            records[begun] = Record('failed', None, {}, None)
        ids = [test.id for test in left]
        last = max([ids.index(id) for id in ids if id in records] or [-1])
        hung = [id for id in records if records[id].seconds is None]
        if last < 0 or len(hung) >= MOST_HUNG:
            break
        left = left[last + 1:]
    return records


def base_child(collected, tests, limit_of, project, traced, until, emit):
    alarm = Alarm()
    tracer = lines_tracer(project.source) if traced else None
    state = {'since': 0.0}

    def begin(test):
        emit(['begin', test.id])
        alarm.set(limit_of(test))
        state['since'] = time.perf_counter()
        if tracer is not None:
            tracer.begin()

    def end(test, status, error):
        seconds = time.perf_counter() - state['since']
        lines = tracer.end() if tracer is not None else {}
        alarm.clear()
        hung = isinstance(error, Hang)
        emit(['end', test.id, status, None if hung else seconds, lines, failure(error, project)])
        return not hung and time.monotonic() < until

    collected.run(tests, begin, end)


def failure(error, project):
    if error is None:
        return None
    return {'type': type(error).__name__, 'message': text_of(error), 'frames': frames_of(error, project)}


def text_of(error):
    try:
        return str(error)[:400]
    except Exception:
        return ''


def frames_of(error, project):
    """Innermost first: [file, line], at most 50."""
    frames = []
    traceback = error.__traceback__
    while traceback is not None:
        name = project.source(traceback.tb_frame.f_code.co_filename)
        if name is not None:
            frames.append([name, traceback.tb_lineno])
        traceback = traceback.tb_next
    return frames[:-51:-1]


def order_matters(collected, tests, records, limit_of, memory, project):
    """Whether tests that pass in their own order fail in the reverse one."""
    passing = [test for test in tests if records[test.id].status == 'passed']
    if len(passing) < 2 or sum(records[test.id].seconds for test in passing) > 1.0:
        return False
    again = run_base(collected, passing[::-1], limit_of, memory, project, False, 3.0)
    return any(record.status != 'passed' for record in again.values())


def base_of(collected, wanted, memory, project):
    """(plan, records, coverage) of a collected base; a string when it cannot be used."""
    named = {test.id: [each for each in wanted if test.is_named(each)] for test in collected.tests}
    targets = [test for test in collected.tests if named[test.id]]
    files = {test.file for test in targets}

    def limit_of(test):
        mine = named[test.id]
        if not mine:
            return OTHER_LIMIT
        return max(FIRST_LIMIT, 3 * max(each.get('durationMs') or 0 for each in mine) / 1000)

    records, hung = {}, 0
    known_hung = [test for test in targets if any(each.get('hung') for each in named[test.id])][MOST_HUNG_TARGETS:]
    tests = [test for test in collected.tests if test not in known_hung]
    records = run_base(collected, tests, limit_of, memory, project, False, 60.0)
    passing = [t for t in tests if not named[t.id] and t.id in records and records[t.id].status == 'passed']
    spent = 0.0
    others = []
    for test in sorted(passing, key=lambda each: records[each.id].seconds):
        spent += records[test.id].seconds
        if spent < OTHERS_SECONDS:
            others.append(test.id)
    chosen = set(others) | {test.id for test in targets if test.id in records and records[test.id].seconds is not None}
    again = run_base(collected, [t for t in tests if t.id in chosen], limit_of, memory, project, False, 20.0)
    others = [test.id for test in tests if test.id in chosen and test.id in others
              and test.id in again and again[test.id].status == 'passed']
    if not any(records[t.id].status == 'failed' for t in targets if t.id in records):
        return 'the target test does not fail in a warm process'
    if any(t.id in again and again[t.id].status == 'passed' and records[t.id].status == 'failed' for t in targets):
        return 'the target test does not fail each time in a warm process'
    first = [test.id for test in targets]
    siblings = [test for test in collected.tests if test.file in files and test.id in records and test.id in others]
    if order_matters(collected, siblings, records, limit_of, memory, project):
        first = [test.id for test in collected.tests if test.file in files and (named[test.id] or test.id in others)]
    plan = Plan([test.id for test in targets], others, first, [])
    return plan, records, traced_base(collected, targets, others, records, memory, project)


def traced_base(collected, targets, others, records, memory, project):
    def limit_of(test):
        seconds = records[test.id].seconds
        return 0.5 if seconds is None else max(2.0, seconds * 20)

    hung = [t.id for t in targets if t.id not in records or records[t.id].seconds is None]
    chosen = {t.id for t in targets if t.id not in hung} | set(hung[:MOST_HUNG_TARGETS]) | set(others)
    tests = [t for t in collected.tests if t.id in chosen and t.id in records]
    # The target first: on a slow suite the time may not do for all.
    is_target = {t.id for t in targets}
    cheap = sum(records[t.id].seconds or 0.5 for t in tests) < 1.0
    if not cheap:
        tests.sort(key=lambda test: test.id not in is_target)
    return run_base(collected, tests, limit_of, memory, project, True, TRACED_SECONDS)
