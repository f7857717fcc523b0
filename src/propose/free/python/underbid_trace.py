"""Which lines of the project ran, and which functions were called."""
import sys
import threading


class Lines:
    """Records executed lines per file between `begin` and `end`. `wanted(filename)` gives a file's name or None."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.lines = {}
        self.called = set()
        self.locals = {}

    def begin(self):
        self.lines = {}
        self.locals = {}
        threading.settrace(self.enter)
        sys.settrace(self.enter)

    def end(self):
        sys.settrace(None)
        threading.settrace(None)
        return {name: sorted(lines) for name, lines in self.lines.items() if lines}

    def enter(self, frame, event, arg):
        code = frame.f_code
        filename = code.co_filename
        try:
            local = self.locals[filename]
        except KeyError:
            name = self.wanted(filename)
            local = self.locals[filename] = None if name is None else self.local(name)
        if local is not None:
            self.called.add(code)
        return local

    def local(self, name):
        add = self.lines.setdefault(name, set()).add

        def trace(frame, event, arg):
            if event == 'line':
                add(frame.f_lineno)
            return trace

        return trace


class MonitoredLines(Lines):
    """The same with sys.monitoring (Python 3.12 and newer): each line costs once a test, not each time."""

    TOOL = 4

    def begin(self):
        monitoring = sys.monitoring
        self.lines = {}
        self.locals = {}
        events = monitoring.events
        monitoring.use_tool_id(self.TOOL, 'underbid')
        monitoring.register_callback(self.TOOL, events.LINE, self.line)
        monitoring.register_callback(self.TOOL, events.PY_START, self.start)
        monitoring.set_events(self.TOOL, events.LINE | events.PY_START)
        monitoring.restart_events()

    def end(self):
        monitoring = sys.monitoring
        monitoring.set_events(self.TOOL, 0)
        monitoring.free_tool_id(self.TOOL)
        return {name: sorted(lines) for name, lines in self.lines.items() if lines}

    def add_of(self, filename):
        try:
            return self.locals[filename]
        except KeyError:
            name = self.wanted(filename)
            add = self.locals[filename] = None if name is None else self.lines.setdefault(name, set()).add
            return add

    def line(self, code, number):
        add = self.add_of(code.co_filename)
        if add is not None:
            add(number)
        return sys.monitoring.DISABLE

    def start(self, code, offset):
        if self.add_of(code.co_filename) is not None:
            self.called.add(code)
        return sys.monitoring.DISABLE


def lines_tracer(wanted):
    if hasattr(sys, 'monitoring') and sys.monitoring.get_tool(MonitoredLines.TOOL) is None:
        return MonitoredLines(wanted)
    return Lines(wanted)
