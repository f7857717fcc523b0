"""Holds a pytest session open after collection and runs chosen items of it."""
import importlib.util
import inspect
import os
import re
import unittest

from underbid_case import Test

# Who may implement `pytest_pyfunc_call`: pytest itself, and we (a plugin object's name is its number).
PLUGIN = re.compile(r'^(python|\d+)$')


class PytestDriver:
    def __init__(self, arguments, project):
        self.arguments = arguments
        self.project = project
        self.problem = None

    def preload(self):
        import pytest  # noqa: F401  the fork that imports afresh should at least have this

        import _pytest.runner  # noqa: F401

    def rehearse(self):
        """Loads pytest's plugins by running it on nothing, for a process that will run it again and again."""
        import pytest

        # Our own folder: no file here is named like a test.
        folder = os.path.dirname(os.path.abspath(__file__))
        pytest.main(['--collect-only', '-p', 'no:cacheprovider', '-c', os.devnull, '--rootdir', folder, folder])

    def file_of(self, id):
        """The file of a test's id that is relative to the suite's folder; None when there is none."""
        return self.project.relative(os.path.join(self.project.cwd, id.partition('::')[0]))

    def hold(self, files, then):
        """Collects the files, then calls `then(collected)`, which is expected not to return."""
        import pytest

        quiet(__import__('_pytest.assertion.util', fromlist=['util']))
        plugin = self.plugin(pytest, then)
        paths = [os.path.relpath(self.project.absolute(name), self.project.cwd) for name in files]
        status = pytest.main(self.arguments + extra_arguments() + paths, plugins=[plugin])
        self.problem = 'pytest ended before its tests with status %s' % int(status)

    def plugin(self, pytest, then):
        project = self.project

        class Holder:
            def __init__(self):
                self.failures = []
                self.reports = []
                self.broken = []
                self.hold = None

            @pytest.hookimpl(tryfirst=True)
            def pytest_runtestloop(self, session):
                reporter = session.config.pluginmanager.getplugin('terminalreporter')
                if reporter is not None:
                    session.config.pluginmanager.unregister(reporter)
                then(PytestTests(session, self, project))
                return True

            @pytest.hookimpl(tryfirst=True)
            def pytest_exception_interact(self, node, call, report):
                if getattr(report, 'when', None) in (None, 'collect'):
                    self.broken.append((report.nodeid, call.excinfo.value))

            @pytest.hookimpl(tryfirst=True)
            def pytest_pyfunc_call(self, pyfuncitem):
                hold, self.hold = self.hold, None
                if hold is None or not can_share(pyfuncitem):
                    return None
                return hold(lambda: call(pyfuncitem)) or None

            # Does without the drawing of tracebacks, which costs more than most tests.
            def pytest_runtest_makereport(self, item, call):
                value = None if call.excinfo is None else call.excinfo.value
                outcome, told = 'passed', None
                if isinstance(value, (pytest.skip.Exception, unittest.SkipTest)):
                    outcome, told = 'skipped', (str(item.fspath), 1, str(value)[:200])
                elif value is not None:
                    outcome, told = 'failed', type(value).__name__
                    self.failures.append(value)
                return pytest_report(item, outcome, told, call.when)

            def pytest_runtest_logreport(self, report):
                self.reports.append(report)

        return Holder()


def can_share(item):
    """
    Whether many forks may go on from this test's finished setup, and be called by us: event loops and folders are
    not for sharing, an expected failure is pytest's business, and a plugin may call tests in its own way.
    """
    if any(name.startswith(('tmp', 'capfd')) for name in getattr(item, 'fixturenames', ())):
        return False
    if inspect.iscoroutinefunction(item.obj) or item.get_closest_marker('xfail') is not None:
        return False
    callers = item.config.hook.pytest_pyfunc_call.get_hookimpls()
    return not any(PLUGIN.match(str(each.plugin_name)) is None and not is_wrapper(each) for each in callers)


def is_wrapper(implementation):
    return implementation.hookwrapper or getattr(implementation, 'wrapper', False)


def call(item):
    """As pytest's own implementation does it."""
    item.obj(**{name: item.funcargs[name] for name in item._fixtureinfo.argnames})


def pytest_report(item, outcome, told, when):
    from _pytest.reports import TestReport

    return TestReport(item.nodeid, item.location, {}, outcome, told, when)


def quiet(util):
    """Comparing two big values for a person takes long, and no person reads it here."""
    util.assertrepr_compare = lambda *arguments, **named: None


def extra_arguments():
    found = ['--capture=no', '-p', 'no:cacheprovider', '--continue-on-collection-errors']
    for module, arguments in (
        ('pytest_cov', ['--no-cov']),
        ('xdist', ['-n0']),
        ('pytest_randomly', ['-p', 'no:randomly']),
        ('pytest_timeout', ['--timeout=0']),
        ('pytest_rerunfailures', ['--reruns=0']),
    ):
        try:
            if importlib.util.find_spec(module) is not None:
                found += arguments
        except (ImportError, ValueError):
            pass
    return found


class PytestTests:
    """What was collected. `tests` in their own order; `broken`: (id, exception) of what could not be collected."""

    def __init__(self, session, holder, project):
        self.holder = holder
        self.tests = []
        for item in session.items:
            path = str(getattr(item, 'path', None) or item.fspath)
            file = project.relative(path)
            after = item.nodeid.partition('::')[2]
            if file is not None:
                project.tests.add(file)
                self.tests.append(Test('%s::%s' % (file, after), file, after, {item.nodeid}, item))
        rootdir = str(getattr(session.config, 'rootpath', None) or session.config.rootdir)
        self.broken = []
        for nodeid, error in holder.broken:
            file = project.relative(os.path.join(rootdir, nodeid.partition('::')[0])) or nodeid
            self.broken.append((file, error))

    def hold_next(self, hold):
        """`hold()` is called between the setup and the call of the next test, if it is a plain function."""
        self.holder.hold = hold

    def run(self, tests, begin, end):
        """Runs tests in this order. `begin(test)`, `end(test, status, error)`; a false answer of `end` stops."""
        for index, test in enumerate(tests):
            following = tests[index + 1].handle if index + 1 < len(tests) else None
            self.holder.failures = []
            self.holder.reports = []
            begin(test)
            test.handle.ihook.pytest_runtest_protocol(item=test.handle, nextitem=following)
            if not end(test, status_of(self.holder.reports), (self.holder.failures or [None])[0]):
                return


def status_of(reports):
    outcomes = {report.outcome for report in reports}
    if 'failed' in outcomes or not reports:
        return 'failed'
    return 'skipped' if 'skipped' in outcomes else 'passed'
