"""
A warm process for one failing Python test: loads the project once, then forks a child for each candidate.

Speaks JSON lines on file descriptors 3 (requests) and 4 (answers). Ends when 3 is closed.
"""
import gc
import os
import select
import signal
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [HERE] + [entry for entry in sys.path if os.path.abspath(entry or '.') != HERE]

from underbid_base import Plan, base_of, failure  # noqa: E402
from underbid_behaviour import functions_of, observe, record  # noqa: E402
from underbid_channel import Channel  # noqa: E402
from underbid_fork import ASKERS, Ending, die_with_parent, finish, fork, no_core_files, run_forked  # noqa: E402
from underbid_held import Held  # noqa: E402
from underbid_project import Project  # noqa: E402
from underbid_pytest_driver import PytestDriver  # noqa: E402
from underbid_swap import NeedsFresh, Swapper, apply, serve_texts  # noqa: E402
from underbid_trace import lines_tracer  # noqa: E402
from underbid_trial import failed, judged, message_of, run_selection  # noqa: E402
from underbid_unittest_driver import UnittestDriver  # noqa: E402

OTHERS_SECONDS = 10  # more than the base's other tests may take


class Fresh:
    """A process forked before the project was imported: it forks children that import a candidate anew."""

    def __init__(self, driver, memory, outer):
        near, far = socket.socketpair()
        parent = os.getpid()
        self.pid = fork()
        if self.pid == 0:
            try:
                die_with_parent(parent)
                near.close()
                outer.close()
                self.serve(Channel(far.fileno(), far.fileno()), driver, memory)
            finally:
                os._exit(0)
        far.close()
        number = near.detach()
        self.channel = Channel(number, number)

    def serve(self, channel, driver, memory):
        ASKERS[:] = [channel.reading]
        try:
            driver.rehearse()
        except BaseException:
            # The candidates' own runs will tell.
            pass
        gc.collect()
        gc.freeze()
        while True:
            request = channel.read()
            if request is None:
                return
            ending = run_forked(
                lambda emit: fresh_child(driver, request, channel, emit), request['cpu'], request['wall'], memory
            )
            channel.write([ending.kind, ending.messages])

    def run(self, request):
        try:
            self.channel.write(request)
            ready = select.select([self.channel.reading] + ASKERS, [], [])[0]
            if self.channel.reading not in ready:
                os.kill(self.pid, signal.SIGTERM)
                os._exit(0)
            answer = self.channel.read()
        except OSError:
            answer = None
        return Ending(*(answer or ['crash', []]))


def fresh_child(driver, request, channel, emit):
    channel.close()
    project = driver.project
    serve_texts({project.realpath(project.absolute(each['path'])): each['text'] for each in request['edits']},
                project.realpath)

    def judge(collected):
        if request['kind'] == 'observe':
            observe(functions_of(request['path'], project), request['inputs'], emit)
        else:
            again = set(request['freshFiles'])
            ids = request['ids'] + [test.id for test in collected.tests if test.file in again]
            still = [[name, type(error).__name__, message_of(error)] for name, error in collected.broken if name in again]
            if still or not ids:
                emit({'passedTargets': 0, 'memory': False, 'failed': still or [['', 'no tests', '']]})
            else:
                run_selection(collected, ids, request['targets'], emit)

    # Ends here: what pytest does after its tests is nobody's concern.
    driver.hold(request['files'], lambda collected: finish(emit, lambda: judge(collected)))
    emit(driver.problem)


class Worker:
    def __init__(self, start, channel):
        self.start = start
        self.channel = channel
        self.memory = start['memoryBytes']
        self.project = Project(start['root'], os.getcwd())
        kind = PytestDriver if start['framework'] == 'pytest' else UnittestDriver
        self.driver = kind(start['arguments'], self.project)
        for each in start['targets']:
            if not os.path.isfile(self.project.absolute(each['file'])):
                each['file'] = self.driver.file_of(each['id']) or each['file']
        self.files = sorted({each['file'] for each in start['targets']})
        self.all_files = self.files + self.project.related(self.files)
        self.inputs = {}
        self.words = {}

    def load(self):
        """Serves until the end; returns why it cannot."""
        absent = [name for name in self.files if not os.path.isfile(self.project.absolute(name))]
        if absent:
            return 'the target test is in no file that is known: %s' % absent[0]
        self.driver.preload()
        self.fresh = Fresh(self.driver, self.memory, self.channel)
        self.tracer = lines_tracer(self.project.source)
        self.began = time.process_time()
        self.tracer.begin()
        self.driver.hold(self.all_files, self.serve)
        return self.driver.problem

    def serve(self, collected):
        imported = self.tracer.end()
        self.loading = time.process_time() - self.began
        self.collected = collected
        gc.collect()
        self.swapper = Swapper(self.project, self.tracer.called)
        gc.freeze()
        self.loaded = loaded_files(self.project)
        self.channel.write(self.ready(imported))
        asker = Held(self).channel
        self.channel.close()
        self.channel = asker
        ASKERS[:] = [asker.reading]
        while True:
            request = asker.read()
            if request is None:
                os.kill(self.fresh.pid, signal.SIGKILL)
                os._exit(0)
            answer = self.attempt(request) if request['kind'] == 'attempt' else self.observe(request)
            asker.write(answer)

    def ready(self, imported):
        if self.start.get('plan') is not None:
            self.plan = Plan(**self.start['plan'])
            return {'kind': 'ready'}
        wanted = self.start['targets']
        missing = [each for each in wanted if not any(test.is_named(each) for test in self.collected.tests)]
        broken = dict(self.collected.broken)
        fresh_files = sorted({each['file'] for each in missing if each['file'] in broken})
        lost = [each['id'] for each in missing if each['file'] not in broken]
        if lost:
            return {'kind': 'unavailable', 'reason': 'the target test was not collected: %s' % lost[0]}
        if fresh_files:
            self.plan = Plan([], [], [], fresh_files)
            error = failure(broken[fresh_files[0]], self.project)
            coverage = [{'test': wanted[0]['id'], 'passed': False, 'lines': imported}]
            return self.base(coverage, error['frames'], self.loading * 1000)
        found = base_of(self.collected, wanted, self.memory, self.project)
        if isinstance(found, str):
            return {'kind': 'unavailable', 'reason': found}
        self.plan, records, traced = found
        targets = set(self.plan.targets)
        known = [r.seconds for id, r in records.items() if r.seconds is not None]
        typical = max([r.seconds for id, r in records.items() if id in self.plan.others] or known or [0.02])
        spent = sum(records[id].seconds if id in records and records[id].seconds is not None else typical
                    for id in self.plan.targets)
        coverage, frames = [], []
        for id, record in traced.items():
            failing = id in targets
            if failing and record.status == 'passed':
                continue
            lines = self.with_import(id, record.lines, imported)
            coverage.append({'test': id, 'passed': not failing, 'lines': lines})
            if failing and not frames and record.error is not None:
                frames = record.error['frames']
        return self.base(coverage, frames, spent * 1000)

    def with_import(self, id, lines, imported):
        """Adds what ran while the files were imported that the test runs in or its own file names."""
        file = id.partition('::')[0]
        if file not in self.words:
            words = self.project.imported(file)
            self.words[file] = [name for name in imported if words.intersection(words_of(name))]
        names = set(lines).union(self.words[file])
        return {name: sorted(set(lines.get(name, [])).union(imported.get(name, []))) for name in names}

    def base(self, coverage, frames, ms):
        return {'kind': 'ready', 'coverage': coverage, 'frames': frames, 'targetMs': ms,
                'otherTests': len(self.plan.others), 'plan': self.plan.__dict__}

    def attempt(self, request):
        seconds = request['limitMs'] / 1000
        try:
            swaps = self.swaps(request['edits'])
        except (SyntaxError, ValueError) as error:
            return failed(0, [['', type(error).__name__, '']])
        except NeedsFresh:
            return self.attempt_fresh(request, seconds)

        def child(ids, seconds):
            def work(emit):
                self.channel.close()
                self.serve_edits(request['edits'])
                apply(swaps)
                run_selection(self.collected, ids, self.plan.targets, emit)

            return judged(run_forked(work, seconds, self.wall(seconds), self.memory))

        trial = child(self.plan.first, seconds)
        if trial['kind'] == 'passed' and self.plan.others:
            return child(self.everything(), seconds + OTHERS_SECONDS)
        return trial

    def everything(self):
        chosen = set(self.plan.targets) | set(self.plan.others)
        return [test.id for test in self.collected.tests if test.id in chosen]

    def swaps(self, edits, called=()):
        """What to put into the living functions. Throws SyntaxError, NeedsFresh."""
        if self.plan.fresh_files:
            raise NeedsFresh()
        swaps = []
        for edit in edits:
            text = edit['text'].lstrip('\ufeff')
            swaps += self.swapper.plan(edit['path'], text, edit['path'] in self.loaded, called)
        return swaps

    def wall(self, cpu_seconds):
        """Waiting costs wall time only; a loaded machine should not end a candidate that works."""
        return 2 * cpu_seconds + 0.2

    def serve_edits(self, edits):
        texts = {self.project.realpath(self.project.absolute(each['path'])): each['text'] for each in edits}
        serve_texts(texts, self.project.realpath)

    def attempt_fresh(self, request, seconds):
        # Importing the project again is not the candidate's time.
        seconds += 3 * self.loading + 0.2

        def run(files, ids, seconds):
            return judged(self.fresh.run({
                'kind': 'attempt', 'edits': request['edits'], 'files': files, 'ids': ids,
                'targets': self.plan.targets, 'freshFiles': self.plan.fresh_files,
                'cpu': seconds, 'wall': self.wall(seconds),
            }))

        trial = run(self.files, self.plan.first, seconds)
        if trial['kind'] == 'passed' and self.plan.others:
            return run(self.all_files, self.everything(), seconds + OTHERS_SECONDS)
        return trial

    def observe(self, request):
        edit = request['edit']
        path = edit['path']
        if path not in self.inputs:
            self.inputs[path] = self.record(path)
        inputs = self.inputs[path]
        if not inputs:
            return {'kind': 'nothing'}
        seconds = request['limitMs'] / 1000
        try:
            swaps = self.swaps([edit])

            def work(emit):
                apply(swaps)
                observe(functions_of(path, self.project), inputs, emit)

            ending = run_forked(work, None, seconds, self.memory)
        except (SyntaxError, ValueError):
            return {'kind': 'behaviour', 'digests': ['syntax'] * len(inputs)}
        except NeedsFresh:
            ending = self.fresh.run({'kind': 'observe', 'path': path, 'edits': [edit], 'files': self.files,
                                     'inputs': inputs, 'cpu': None, 'wall': seconds + 3 * self.loading})
        digests = [message for message in ending.messages if isinstance(message, str)][:len(inputs)]
        return {'kind': 'behaviour', 'digests': digests + ['unseen'] * (len(inputs) - len(digests))}

    def record(self, path):
        chosen = set(self.everything())
        tests = [test for test in self.collected.tests if test.id in chosen]
        ending = run_forked(lambda emit: record(self.collected, tests, path, self.project, emit), None, 10.0, self.memory)
        return [message for message in ending.messages if isinstance(message, list)]


def words_of(name):
    """How an import may name a file: `a/b/c.py` as c, `a/b/__init__.py` as b."""
    parts = name[:-3].split('/')
    return parts[-2:-1] if parts[-1] == '__init__' else parts[-1:]


def loaded_files(project):
    found = set()
    for module in list(sys.modules.values()):
        path = getattr(module, '__file__', None)
        if isinstance(path, str):
            found.add(project.source(path))
    return found - {None}


def main():
    channel = Channel(3, 4)
    ASKERS[:] = [3]
    start = channel.read()
    if start is None:
        return
    sys.path.remove(HERE)
    sys.path[:0] = start['path']
    if not hasattr(os, 'fork'):
        channel.write({'kind': 'unavailable', 'reason': 'this system cannot fork a process'})
        return
    die_with_parent(None)
    no_core_files()
    worker = Worker(start, channel)
    try:
        reason = worker.load()
    except (ImportError, SyntaxError) as error:
        reason = '%s: %s' % (type(error).__name__, error)
    channel.write({'kind': 'unavailable', 'reason': reason or 'nothing was collected'})


if __name__ == '__main__':
    main()
