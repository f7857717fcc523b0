"""Forked children that may loop, exit, crash or eat memory, and cost only themselves."""
import json
import os
import select
import signal
import sys
import threading
import time
import warnings

try:
    import resource
except ImportError:
    resource = None

PR_SET_PDEATHSIG = 1
WATCH_SECONDS = 0.02
OUT_OF_MEMORY = 77
# Readable while a child runs only when whoever asks us has gone away.
ASKERS = []


class Hang(BaseException):
    """Raised in a test that took too long. Not an Exception, so that `except Exception` lets it through."""


class Ending:
    """How a child ended: 'done', 'timeout', 'memory', 'exit' or 'crash', and what it said until then."""

    def __init__(self, kind, messages):
        self.kind = kind
        self.messages = messages


def prctl():
    if not sys.platform.startswith('linux'):
        return None
    try:
        import ctypes

        return ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):
        return None


PRCTL = prctl()


def die_with_parent(parent):
    """The kernel ends us when the parent ends; elsewhere the closed pipe does."""
    if PRCTL is not None:
        PRCTL(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


LIMITS = [
    getattr(resource, name)
    for name in (('RLIMIT_DATA',) if sys.platform.startswith('linux') else ('RLIMIT_DATA', 'RLIMIT_RSS'))
    if hasattr(resource, name)
]


def no_core_files():
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_memory(limit):
    for name in LIMITS:
        try:
            resource.setrlimit(name, (limit, limit))
        except (ValueError, OSError):
            pass


def data_bytes():
    """Private memory of this process, 0 where unknown."""
    try:
        with open('/proc/self/statm') as file:
            return int(file.read().split()[5]) * os.sysconf('SC_PAGE_SIZE')
    except (OSError, ValueError, IndexError):
        return 0


def resident_bytes(pid):
    try:
        with open('/proc/%d/statm' % pid) as file:
            return int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')
    except (OSError, ValueError, IndexError):
        return 0


def fork():
    if threading.active_count() == 1:
        return os.fork()
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        return os.fork()


def run_forked(work, cpu_seconds, wall_seconds, memory, idle=False):
    """
    Runs `work(emit)` in a child. `emit` sends one JSON value at once, so that a killed child is not mute.
    `idle`: the wall limit counts from the last value sent.
    """
    ending, emit = branch(cpu_seconds, wall_seconds, memory, idle)
    if emit is not None:
        finish(emit, lambda: work(emit))
    return ending


def branch(cpu_seconds, wall_seconds, memory, idle=False):
    """Forks here. (None, emit) in the child, which has to end in `finish`; (ending, None) in the parent, later."""
    reading, writing = os.pipe()
    parent = os.getpid()
    # Reserved address space is not memory (numpy's threads reserve a lot), so only data counts.
    limit = max(memory, data_bytes() + (64 << 20))
    pid = fork()
    if pid == 0:
        os.setpgid(0, 0)
        die_with_parent(parent)
        os.close(reading)
        limit_memory(limit)
        if cpu_seconds is not None:
            # The default action of SIGPROF ends the process: no Python code can catch or delay it.
            if signal.getsignal(signal.SIGPROF) is not signal.SIG_DFL:
                signal.signal(signal.SIGPROF, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        return None, lambda value: send(writing, value)
    os.close(writing)
    try:
        os.setpgid(pid, pid)
    except OSError:
        pass
    try:
        return listen(pid, reading, wall_seconds, memory, idle), None
    finally:
        os.close(reading)


def finish(emit, work):
    """Ends a child after its work, whatever that throws."""
    status = 1
    try:
        work()
        emit('end')
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    except BaseException as error:
        try:
            emit({'error': '%s: %s' % (type(error).__name__, str(error)[:500])})
        except BaseException:
            pass
    finally:
        os._exit(status)


def send(fd, value):
    data = (json.dumps(value) + '\n').encode('utf-8')
    while data:
        data = data[os.write(fd, data):]


def listen(pid, fd, wall_seconds, memory, idle):
    deadline = time.monotonic() + wall_seconds
    messages = []
    pending = b''
    killed = None
    while killed is None:
        left = deadline - time.monotonic()
        if left <= 0:
            killed = 'timeout'
            break
        ready = select.select([fd] + ASKERS, [], [], min(left, WATCH_SECONDS))[0]
        if ready and fd not in ready:
            kill_group(pid)
            os._exit(0)
        if not ready:
            if resident_bytes(pid) > memory * 1.25:
                killed = 'memory'
            continue
        chunk = os.read(fd, 1 << 16)
        if not chunk:
            break
        if idle:
            deadline = time.monotonic() + wall_seconds
        pending += chunk
        *lines, pending = pending.split(b'\n')
        for line in lines:
            message = decoded(line)
            if message == 'end':
                killed = 'done'
                break
            if message is not None:
                messages.append(message)
    status = reap(pid, kill=killed is not None, deadline=deadline)
    if status is None:
        killed = killed or 'timeout'
    return Ending(killed or ending_of(status), messages)


def decoded(line):
    try:
        return json.loads(line.decode('utf-8'))
    except ValueError:
        return None


def reap(pid, kill, deadline):
    """Ends the child's whole group. Its wait status, or undefined (None) when it had to be ended late."""
    if not kill:
        # The pipe is closed, so it is ending, unless the candidate closed our pipe.
        while time.monotonic() < deadline:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                kill_group(pid)
                return status
            time.sleep(0.001)
    kill_group(pid)
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
    os.waitpid(pid, 0)
    return None


def kill_group(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except OSError:
        pass


def ending_of(status):
    if os.WIFSIGNALED(status):
        return 'timeout' if os.WTERMSIG(status) == signal.SIGPROF else 'crash'
    return 'memory' if os.WEXITSTATUS(status) == OUT_OF_MEMORY else 'exit'


class Alarm:
    """Raises Hang in the main thread after some seconds, and again and again where it is swallowed."""

    def __init__(self):
        signal.signal(signal.SIGALRM, self.ring)

    def ring(self, number, frame):
        raise Hang()

    def set(self, seconds):
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)

    def clear(self):
        signal.setitimer(signal.ITIMER_REAL, 0)
