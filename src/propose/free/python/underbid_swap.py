"""Puts a candidate's code into a process that has loaded the base.

A changed function body is compiled alone and put into the living functions, so everything that holds them
(other modules, classes, decorators, caches) sees the change. Whatever runs at import needs a fresh import.
"""
import ast
import gc
import importlib.machinery
import tokenize
from types import CodeType, FunctionType

FIELDS = [
    name
    for name in (
        'co_name', 'co_argcount', 'co_posonlyargcount', 'co_kwonlyargcount', 'co_flags', 'co_code', 'co_names',
        'co_varnames', 'co_freevars', 'co_cellvars', 'co_exceptiontable',
    )
    if hasattr(CodeType, name)
]
FUNCTION_FLAGS = 3  # CO_OPTIMIZED | CO_NEWLOCALS: a function, not a class body or a module
FUTURE_FLAGS = 0
for feature in __import__('__future__').all_feature_names:
    FUTURE_FLAGS |= getattr(__import__('__future__'), feature).compiler_flag


class NeedsFresh(Exception):
    """The change runs at import, or the functions that hold the code were not found."""


class Base:
    """One file of the base: its statements, and the spans of lines they fill."""

    def __init__(self, path):
        with tokenize.open(path) as file:
            self.lines = file.read().split('\n')
        text = '\n'.join(self.lines)
        self.flags = compile(text, path, 'exec', dont_inherit=True).co_flags & FUTURE_FLAGS
        starts = sorted({first_line(node) for node in ast.parse(text).body})
        # Comments belong to the statement before them; the file's head to the first statement.
        self.starts = [1] + starts[1:]

    def span(self, line):
        """First and last line of the statement that holds a line."""
        first, last = 1, len(self.lines)
        for start in self.starts:
            if start > line:
                last = start - 1
                break
            first = start
        return first, last

    def changed(self, lines):
        """The part that differs, widened to whole statements: (first line, base lines, new lines)."""
        base = self.lines
        shorter = min(len(base), len(lines))
        head = 0
        while head < shorter and base[head] == lines[head]:
            head += 1
        tail = 0
        while tail < shorter - head and base[-1 - tail] == lines[-1 - tail]:
            tail += 1
        low = head + 1 if len(base) - tail > head else max(head, 1)
        high = max(len(base) - tail, low)
        first, last = self.span(low)[0], self.span(high)[1]
        return first, base[first - 1:last], lines[first - 1:last + len(lines) - len(base)]


def first_line(node):
    return min([node.lineno] + [each.lineno for each in getattr(node, 'decorator_list', [])])


class Swapper:
    """Knows the living functions of the project's files, as they were when it was made."""

    def __init__(self, project, called):
        self.project = project
        self.called = called
        self.bases = {}
        self.functions = {}
        self.loaded = set()
        for value in gc.get_objects():
            if type(value) is FunctionType and project.source(value.__code__.co_filename) is not None:
                self.functions.setdefault(value.__code__, []).append(value)
                self.loaded.add(project.source(value.__code__.co_filename))

    def base(self, name):
        if name not in self.bases:
            self.bases[name] = Base(self.project.absolute(name))
        return self.bases[name]

    def plan(self, name, text, is_loaded, called):
        """
        Pairs of (functions, new code) that make a file behave as `text`. Empty when the file is not loaded: it is
        served at its import. `called`: code that ran after this process's import and before the test.
        Throws SyntaxError, NeedsFresh.
        """
        path = self.project.absolute(name)
        if not is_loaded:
            compile(text, path, 'exec', dont_inherit=True)
            return []
        base = self.base(name)
        first, old, new = base.changed(text.split('\n'))
        if old == new:
            return []
        before = segment(first, old, path, base.flags)
        after = segment(first, new, path, base.flags)
        pairs = []
        if not differences(before, after, pairs, 0):
            raise NeedsFresh()
        swaps = []
        for old_code, new_code, depth in pairs:
            functions = self.functions.get(old_code, [])
            if (not functions and depth == 1) or old_code in self.called or old_code in called:
                raise NeedsFresh()
            if functions and old_code.co_freevars != new_code.co_freevars:
                raise NeedsFresh()
            swaps.append((functions, new_code))
        return swaps


def segment(first, lines, path, flags):
    return compile('\n' * (first - 1) + '\n'.join(lines) + '\n', path, 'exec', flags, True)


def differences(before, after, pairs, depth):
    """Collects differing functions, outermost first. False when the difference runs at import."""
    is_function = before.co_flags & FUNCTION_FLAGS == FUNCTION_FLAGS
    same = own_equal(before, after)
    if not same and (not is_function or before.co_freevars != after.co_freevars):
        return False
    old, new = nested(before), nested(after)
    at = len(pairs)
    if len(old) == len(new):
        for one, other in zip(old, new):
            if not differences(one, other, pairs, depth + 1 if is_function else 1) and not is_function:
                return False
    if is_function and (not same or len(pairs) > at):
        pairs.insert(at, (before, after, max(depth, 1)))
    return True


def nested(code):
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def own_equal(before, after):
    """Equal but for line numbers and the bodies of nested functions."""
    if any(getattr(before, name) != getattr(after, name) for name in FIELDS):
        return False
    if len(before.co_consts) != len(after.co_consts):
        return False
    for one, other in zip(before.co_consts, after.co_consts):
        if isinstance(one, CodeType) and isinstance(other, CodeType):
            continue
        if type(one) is not type(other) or repr(one) != repr(other):
            return False
    return True


def apply(swaps):
    for functions, code in swaps:
        for function in functions:
            function.__code__ = code


def serve_texts(texts, realpath):
    """From now on, importing one of these files (by real path) gives this text."""
    loader = importlib.machinery.SourceFileLoader
    original = loader.get_code

    def get_code(self, fullname):
        text = texts.get(realpath(self.path))
        if text is None:
            return original(self, fullname)
        return compile(text, self.path, 'exec', dont_inherit=True)

    loader.get_code = get_code
