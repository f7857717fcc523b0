"""JSON values, one a line, over two file descriptors (or one socket)."""
import json
import os


class Channel:
    def __init__(self, reading, writing):
        self.reading = reading
        self.writing = writing
        self.file = os.fdopen(reading, 'rb', closefd=False)
        for fd in (reading, writing):
            os.set_inheritable(fd, False)

    def read(self):
        """The next value; None at the end."""
        line = self.file.readline()
        return json.loads(line.decode('utf-8')) if line.endswith(b'\n') else None

    def write(self, value):
        data = (json.dumps(value) + '\n').encode('utf-8')
        while data:
            data = data[os.write(self.writing, data):]

    def close(self):
        for fd in {self.reading, self.writing}:
            os.close(fd)
