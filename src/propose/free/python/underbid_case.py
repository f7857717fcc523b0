"""One collected test, whichever framework it is of."""
import re


class Test:
    """`id`: relative to the repository's root; `name`: the part after the file; `handle`: the framework's own."""

    def __init__(self, id, file, name, aliases, handle):
        self.id = id
        self.file = file
        self.name = name.replace('::', ' > ')
        self.aliases = set(aliases) | {id, '%s::%s' % (file, self.name)}
        self.handle = handle

    def is_named(self, target):
        # The suite's report numbers ids that occur more than once.
        if target['id'] in self.aliases or re.sub(r' \(\d+\)$', '', target['id']) in self.aliases:
            return True
        return target.get('file') == self.file and target.get('name') in (self.name, self.name.replace(' > ', '::'))
