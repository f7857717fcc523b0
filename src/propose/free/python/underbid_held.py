"""
A process that stands where the first target test is set up and about to be called, and forks candidates there.

It weeds out what fails. Whatever passes here, or cannot be judged here, goes to the clean process behind it.
"""
import os
import select
import socket

from underbid_channel import Channel
from underbid_fork import ASKERS, Alarm, branch, die_with_parent, finish, fork
from underbid_swap import NeedsFresh, apply
from underbid_trace import lines_tracer
from underbid_trial import failure_of, judged, run_selection

SETUP_SECONDS = 2.0


def open_files():
    try:
        return set(os.listdir('/dev/fd'))
    except OSError:
        return set()


class Held:
    """Takes over the channel to whoever asks. `worker` is the state of the clean process at the fork."""

    def __init__(self, worker):
        self.worker = worker
        near, far = socket.socketpair()
        parent = os.getpid()
        if fork() == 0:
            try:
                die_with_parent(parent)
                near.close()
                self.clean = Channel(far.fileno(), far.fileno())
                self.stand()
            finally:
                os._exit(0)
        far.close()
        number = near.detach()
        self.channel = Channel(number, number)

    def stand(self):
        worker = self.worker
        self.emit = None
        self.called = set()
        if len(worker.plan.first) > 0:
            alarm = Alarm()
            tracer = lines_tracer(worker.project.source)
            files = open_files()

            def hold(call):
                alarm.clear()
                tracer.end()
                self.called = tracer.called
                if open_files() != files:
                    return False
                self.serve(True)
                # In a candidate's child. Unwinding pytest costs more than the test, so a failure ends here.
                try:
                    call()
                except Exception as error:
                    id = worker.plan.first[0]
                    finish(self.emit, lambda: self.emit(dict(failure_of(id, error), passedTargets=0)))
                return True

            worker.collected.hold_next(hold)
            alarm.set(SETUP_SECONDS)
            tracer.begin()
            try:
                run_selection(worker.collected, worker.plan.first, worker.plan.targets, self.tell)
            finally:
                if self.emit is not None:
                    finish(self.emit, lambda: None)
            alarm.clear()
        # The test ran to its end without a place to stand at.
        self.serve(False)

    def tell(self, summary):
        if self.emit is not None:
            self.emit(summary)

    def serve(self, can_judge):
        """Returns only in a forked child, which then goes on with the test."""
        channel = self.worker.channel
        while True:
            request = channel.read()
            if request is None:
                os._exit(0)
            answer = None
            if can_judge and request['kind'] == 'attempt':
                answer = self.judge(request)
                if self.emit is not None:
                    return
            channel.write(answer or self.forward(request))

    def judge(self, request):
        """A trial that is not a pass; None when the clean process has to look, or when this is the child."""
        try:
            swaps = self.worker.swaps(request['edits'], self.called)
        except (SyntaxError, ValueError, NeedsFresh):
            return None
        seconds = request['limitMs'] / 1000
        ending, self.emit = branch(seconds, self.worker.wall(seconds), self.worker.memory)
        if self.emit is not None:
            self.worker.channel.close()
            self.clean.close()
            if any(edit['path'] not in self.worker.loaded for edit in request['edits']):
                self.worker.serve_edits(request['edits'])
            apply(swaps)
            return None
        trial = judged(ending)
        return None if trial['kind'] == 'passed' else trial

    def forward(self, request):
        self.clean.write(request)
        ready = select.select([self.clean.reading] + ASKERS, [], [])[0]
        answer = self.clean.read() if self.clean.reading in ready else None
        if answer is None:
            os._exit(0)
        return answer
