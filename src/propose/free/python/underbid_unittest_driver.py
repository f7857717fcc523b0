"""Holds unittest's collected tests and runs chosen ones of them."""
import os
import sys
import unittest

from underbid_case import Test


class UnittestDriver:
    def __init__(self, arguments, project):
        self.project = project
        self.top = os.path.realpath(os.path.join(project.cwd, top_folder(arguments)))
        self.problem = None

    def preload(self):
        import unittest.mock  # noqa: F401

    def rehearse(self):
        """Nothing to load."""

    def file_of(self, id):
        """The file of `package.module.Class.method`; None when there is none."""
        parts = id.split('.')
        for count in range(len(parts) - 1, 0, -1):
            path = os.path.join(self.top, *parts[:count]) + '.py'
            if os.path.isfile(path):
                return self.project.relative(path)
        return None

    def hold(self, files, then):
        sys.path.insert(0, self.top)
        tests, broken = [], []
        loader = unittest.TestLoader()
        for name in files:
            path = self.project.absolute(name)
            module = os.path.relpath(path, self.top)[:-3].replace(os.sep, '.')
            suite = loader.loadTestsFromName(module)
            self.project.tests.add(name)
            for case in flat(suite):
                error = getattr(case, '_exception', None)
                if error is not None:
                    broken.append((name, error))
                else:
                    tests.append(unittest_test(case, name))
        then(UnittestTests(tests, broken))


def top_folder(arguments):
    """Of `discover`: -t, else -s or the first plain word, else the current folder."""
    plain = []
    named = {}
    index = 0
    while index < len(arguments):
        argument = arguments[index]
        key = {'-s': 's', '--start-directory': 's', '-t': 't', '--top-level-directory': 't'}.get(argument.split('=')[0])
        if key is not None and '=' in argument:
            named[key] = argument.split('=', 1)[1]
        elif key is not None or argument in ('-p', '--pattern', '-k'):
            index += 1
            if key is not None and index < len(arguments):
                named[key] = arguments[index]
        elif not argument.startswith('-'):
            plain.append(argument)
        index += 1
    if plain[:1] != ['discover']:
        return '.'
    start = named.get('s', plain[1] if len(plain) > 1 else '.')
    return named.get('t', start if os.path.isdir(start) else '.')


def flat(suite):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            for inner in flat(each):
                yield inner
        else:
            yield each


def unittest_test(case, file):
    id = case.id()
    method = id.rpartition('.')[2]
    group = type(case).__qualname__
    name = '%s::%s' % (group, method)
    return Test('%s::%s' % (file, name), file, name, {id, '%s::%s' % (file, id)}, case)


class UnittestTests:
    def __init__(self, tests, broken):
        self.tests = tests
        self.broken = broken

    def hold_next(self, hold):
        """Not done: unittest adds next to nothing to a test."""

    def run(self, tests, begin, end):
        by_case = {id(test.handle): test for test in tests}
        result = Result(by_case, begin, end)
        unittest.TestSuite([test.handle for test in tests]).run(result)


class Result(unittest.TestResult):
    def __init__(self, tests, begin, end):
        super().__init__()
        self.tests = tests
        self.begin = begin
        self.end = end
        self.status = 'passed'
        self.error = None
        self.seen = set()

    def startTest(self, test):
        self.testsRun += 1
        self.seen.add(id(test))
        self.status = 'passed'
        self.error = None
        self.begin(self.tests[id(test)])

    def stopTest(self, test):
        if not self.end(self.tests[id(test)], self.status, self.error):
            self.stop()

    def note(self, status, error=None):
        self.status = status
        self.error = error

    def addError(self, test, err):
        if id(test) in self.tests:
            self.note('failed', err[1])
            return
        # setUpClass or setUpModule failed: none of the tests that follow may count as passed.
        for other in [each for key, each in self.tests.items() if key not in self.seen]:
            self.begin(other)
            if not self.end(other, 'failed', err[1]):
                break
        self.stop()

    def addFailure(self, test, err):
        self.note('failed', err[1])

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.note('failed', err[1])

    def addSkip(self, test, reason):
        self.note('skipped')

    def addExpectedFailure(self, test, err):
        self.note('skipped')

    def addUnexpectedSuccess(self, test):
        self.note('failed')
