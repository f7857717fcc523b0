"""Which files are the project's own, and which test files have to do with the target."""
import os
import re

FOREIGN = {'site-packages', 'dist-packages', '.venv', 'venv', '.tox', '.nox', 'node_modules', '.git', '__pycache__'}
TEST_FOLDERS = {'test', 'tests', 'testing'}
TEST_NAME = re.compile(r'^(test_.*|.*_tests?|tests?|conftest)\.py$')
IMPORT = re.compile(r'^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+\(?([^#\n]*)|import[ \t]+([^#\n]+))', re.MULTILINE)
MOST_FILES = 4000
MOST_RELATED = 12


class Project:
    def __init__(self, root, cwd):
        self.root = os.path.realpath(root)
        self.cwd = cwd
        self.tests = set()
        self.names = {}
        self.real = {}

    def realpath(self, filename):
        try:
            return self.real[filename]
        except KeyError:
            path = self.real[filename] = os.path.realpath(os.path.join(self.cwd, filename))
            return path

    def relative(self, filename):
        """Path relative to the root, '/'-separated; None outside the project."""
        path = self.realpath(filename)
        if not path.startswith(self.root + os.sep):
            return None
        name = path[len(self.root) + 1:].replace(os.sep, '/')
        return None if FOREIGN.intersection(name.split('/')) else name

    def source(self, filename):
        """The same for files that a repair may change; None for tests as well."""
        try:
            return self.names[filename]
        except KeyError:
            name = None if filename.startswith('<') else self.relative(filename)
            if name is not None and (not name.endswith('.py') or self.is_test(name)):
                name = None
            self.names[filename] = name
            return name

    def is_test(self, name):
        *folders, base = name.split('/')
        if name in self.tests or base == 'conftest.py' or TEST_FOLDERS.intersection(folders):
            return True
        return base.startswith('test_')

    def absolute(self, name):
        return os.path.join(self.root, *name.split('/'))

    def related(self, targets):
        """Test files that import what the target's files import, the nearest first."""
        files = self.python_files()
        tests = [name for name in files if TEST_NAME.match(name.split('/')[-1]) and not name.endswith('conftest.py')]
        stems = {}
        for name in files:
            if name not in tests:
                parts = name[:-3].split('/')
                stem = parts[-2] if parts[-1] == '__init__' and len(parts) > 1 else parts[-1]
                stems.setdefault(stem, set()).add(name)
        imports = {name: self.imported(name).intersection(stems) for name in set(tests).union(targets)}
        common = {}
        for stem in (stem for found in imports.values() for stem in found):
            common[stem] = common.get(stem, 0) + 1
        # What most tests import (the tests' own support, a base class) relates nothing to anything.
        usual = max(4, len(tests) // 4)
        wanted = {stem for name in targets for stem in imports[name] if common[stem] <= usual}
        scored = []
        for name in tests:
            shared = len(wanted.intersection(imports[name])) if name not in targets else 0
            if shared:
                scored.append((-shared, name))
        return [name for _, name in sorted(scored)[:MOST_RELATED]]

    def imported(self, name):
        """Last words of what a file imports: module names and names taken from them."""
        try:
            with open(self.absolute(name), encoding='utf-8', errors='replace') as file:
                text = file.read(200000)
        except OSError:
            return set()
        words = set()
        for module, names, plain in IMPORT.findall(text):
            words.update(part for part in module.split('.')[-1:] if part)
            for entry in (names + ',' + plain).split(','):
                word = entry.strip().split(' as ')[0].strip(' ()\\').split('.')[-1]
                if word:
                    words.add(word)
        return words

    def python_files(self):
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(each for each in folders if each not in FOREIGN and not each.startswith('.'))
            for name in sorted(names):
                if name.endswith('.py'):
                    found.append(os.path.relpath(os.path.join(folder, name), self.root).replace(os.sep, '/'))
            if len(found) > MOST_FILES:
                break
        return found
