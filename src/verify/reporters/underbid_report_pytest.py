"""pytest plugin (pytest 3 and later): writes what happens to each test, at once, one JSON object a line."""

import os
import re

from underbid_report import open_report

_write = open_report()
_phases = {}


def _root(config):
    return str(getattr(config, "rootdir", os.getcwd()))


def pytest_configure(config):
    # A worker of pytest-xdist finds no key and writes nothing: the main process hears of everything.
    _phases["root"] = _root(config)


def _identity(nodeid, location):
    file, _, rest = nodeid.partition("::")
    head, bracket, parameters = rest.partition("[")
    path = head.replace("::()", "").split("::")
    path[-1] += bracket + parameters
    record = {
        "key": nodeid,
        "file": os.path.join(_phases.get("root", os.getcwd()), file),
        "path": path,
        "id": rest,
    }
    line = location[1] if location else None
    if line is not None:
        record["line"] = line + 1
    return record


def pytest_runtest_logstart(nodeid, location):
    _phases[nodeid] = None
    _write(dict(_identity(nodeid, location), kind="testStarted"))


def _failure(report):
    text = getattr(report, "longreprtext", None) or str(report.longrepr)
    crash = getattr(report.longrepr, "reprcrash", None)
    message = getattr(crash, "message", None) or re.sub(r"^E\s+", "", text.strip().split("\n")[-1])
    return {"message": str(message)[:20000], "stack": text[-20000:]}


def pytest_runtest_logreport(report):
    known = _phases.get(report.nodeid)
    status, failure = known[:2] if known else ("passed", None)
    if report.failed and status != "failed":
        status, failure = "failed", _failure(report)
    elif report.skipped and status == "passed":
        status = "skipped"
    seconds = (known[2] if known else 0) + getattr(report, "duration", 0)
    _phases[report.nodeid] = (status, failure, seconds)
    if report.when == "teardown":
        record = dict(_identity(report.nodeid, report.location), kind="testEnded", status=status)
        record["durationMs"] = seconds * 1000
        if failure:
            record["failure"] = failure
        _write(record)


def pytest_collectreport(report):
    if report.failed:
        file = report.nodeid.partition("::")[0]
        _write({
            "kind": "fileEnded",
            "file": os.path.join(_phases.get("root", os.getcwd()), file),
            "failure": _failure(report),
        })


def pytest_sessionfinish(session, exitstatus):
    # 0 passed, 1 failed, 2 interrupted (also by errors while collecting), 5 no tests; the rest is no finished run.
    if int(exitstatus) in (0, 1, 5) or getattr(session, "testsfailed", 0):
        _write({"kind": "end"})
