"""Runs unittest as `python -m unittest` does, and writes what happens to each test, one JSON object a line."""

import inspect
import json
import os
import sys
import time
import traceback
import unittest

from underbid_report import open_report

_write = open_report()


def _tests(suite):
    for item in suite:
        if isinstance(item, unittest.TestCase):
            yield item
        elif hasattr(item, "__iter__"):
            for test in _tests(item):
                yield test


def _is_load_failure(test):
    return type(test).__name__ in ("_FailedTest", "ModuleImportFailure", "LoadTestsFailure")


def _module_file(name):
    relative = name.replace(".", os.sep) + ".py"
    for folder in [os.getcwd()] + sys.path:
        path = os.path.join(folder, relative)
        if os.path.exists(path):
            return path
    return name


def _identity(test):
    record = {"key": test.id(), "wholeId": test.id(), "path": test.id().split(".")}
    try:
        record["file"] = inspect.getsourcefile(type(test)) or ""
        method = getattr(test, test._testMethodName)
        record["line"] = inspect.getsourcelines(inspect.unwrap(method))[1]
    except Exception:
        pass
    return record


class _Result(unittest.TextTestResult):
    known = []
    ended = set()
    begun = {}

    def startTest(self, test):
        super().startTest(test)
        self.begun[test.id()] = time.time()
        self.subfailure = None
        if not _is_load_failure(test):
            _write(dict(_identity(test), kind="testStarted"))

    def _end(self, test, status, err=None):
        failure = None
        if err is not None:
            failure = {
                "message": "".join(traceback.format_exception_only(err[0], err[1])).strip()[:20000],
                "stack": "".join(traceback.format_exception(*err))[-20000:],
            }
        if _is_load_failure(test):
            file = _module_file(test._testMethodName)
            if failure:
                failure["message"] = failure["message"].split("\n")[-1]
            _write({"kind": "fileEnded", "file": file, "failure": failure or {"message": "could not be loaded"}})
            return
        if not isinstance(test, unittest.TestCase):
            self._group_failed(test, status, failure)
            return
        self.ended.add(test.id())
        record = dict(_identity(test), kind="testEnded", status=status)
        if test.id() in self.begun:
            record["durationMs"] = (time.time() - self.begun[test.id()]) * 1000
        if failure:
            record["failure"] = failure
        _write(record)

    def _group_failed(self, holder, status, failure):
        """setUpClass or setUpModule failed: told as the failure of the tests that it kept from running."""
        name = str(getattr(holder, "description", holder)).partition("(")[2].rstrip(")")
        inside = [test for test in self.known if test.id().startswith(name + ".")]
        kept = [test for test in inside if test.id() not in self.ended]
        for test in kept or inside[-1:]:
            record = dict(_identity(test), kind="testEnded", status=status)
            if failure:
                record["failure"] = failure
            _write(record)

    def addSuccess(self, test):
        super().addSuccess(test)
        if self.subfailure is None:
            self._end(test, "passed")

    def addError(self, test, err):
        super().addError(test, err)
        self._end(test, "failed", err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._end(test, "failed", err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if isinstance(test, unittest.TestCase):
            self._end(test, "skipped")
        elif not hasattr(test, "test_case"):
            self._group_failed(test, "skipped", None)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._end(test, "passed")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._end(test, "failed")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None and self.subfailure is None:
            self.subfailure = err
            self._end(test, "failed", err)


class _Runner(unittest.TextTestRunner):
    resultclass = _Result

    def run(self, test):
        only = os.environ.get("UNDERBID_ONLY")
        if only:
            with open(only, encoding="utf-8") as file:
                wanted = set(json.load(file))
            kept = [each for each in _tests(test) if each.id() in wanted or _is_load_failure(each)]
            test = unittest.TestSuite(kept)
        _Result.known = list(_tests(test))
        result = super().run(test)
        _write({"kind": "end"})
        return result


def main():
    sys.argv[0] = "python -m unittest"
    unittest.main(module=None, testRunner=_Runner)


if __name__ == "__main__":
    main()
