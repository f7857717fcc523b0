"""Opens the report before any code of the project runs. Each line is sealed with a key from a file that is read once."""

import hashlib
import hmac
import json
import os


def open_report():
    """A function that writes one record; it does nothing where nobody asked for a report."""
    path = os.environ.pop("UNDERBID_REPORT", None)
    try:
        with open(path + ".key", "rb") as file:
            key = file.read()
        os.unlink(path + ".key")
    except (OSError, TypeError):
        return lambda record: None
    # Kept from here on: the code under test may replace any of them.
    report, new, digest, dumps = open(path, "ab", buffering=0), hmac.new, hashlib.sha256, json.dumps
    put, count = report.write, [0]

    def write(record):
        text = dumps(record).encode("utf-8")
        seal = new(key, b"%d\n" % count[0] + text, digest).hexdigest().encode("ascii")
        count[0] += 1
        put(seal + b" " + text + b"\n")

    write({"kind": "start"})
    return write
