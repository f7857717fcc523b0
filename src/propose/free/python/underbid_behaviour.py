"""How functions behave on inputs made from what the tests pass them."""
import base64
import gc
import hashlib
import pickle
import random
import sys
from types import FunctionType, GeneratorType

from underbid_fork import Alarm, Hang

MOST_INPUTS = 300
MOST_RECORDED = 40
MOST_SEEN = 2000
MOST_BYTES = 4000
CALL_SECONDS = 0.05
LOOPED_SECONDS = 0.01
GENERATED = 0x20 | 0x80 | 0x200  # generator, coroutine, asynchronous generator


def functions_of(path, project):
    """'module:qualified name' → function, of what lives in one file and is not a closure of a call."""
    found = {}
    for value in gc.get_objects() + gc_frozen():
        if type(value) is FunctionType and project.source(value.__code__.co_filename) == path:
            name = value.__qualname__
            if '<' not in name and name.split('.')[-1] == value.__code__.co_name:
                found.setdefault('%s:%s' % (value.__module__, name), value)
    return found


def gc_frozen():
    """Frozen objects are hidden from get_objects; this is a short-lived child, so thaw them."""
    if not hasattr(gc, 'get_freeze_count') or gc.get_freeze_count() == 0:
        return []
    gc.unfreeze()
    return gc.get_objects()


def record(collected, tests, path, project, emit):
    """Emits [function's name, pickled arguments]: what the tests passed first, then variations of that."""
    functions = functions_of(path, project)
    names = {function.__code__: name for name, function in functions.items()}
    calls = Calls(names, path, project)
    alarm = Alarm()

    def begin(test):
        alarm.set(0.5)
        sys.setprofile(calls.note)

    def end(test, status, error):
        sys.setprofile(None)
        alarm.clear()
        return True

    collected.run(tests, begin, end)
    for name, blob in inputs_of(calls.recorded(), path):
        emit([name, base64.b64encode(blob).decode('ascii')])


class Calls:
    def __init__(self, names, path, project):
        self.names = names
        self.path = path
        self.project = project
        self.seen = {}
        self.outer = {}
        self.inner = {}

    def note(self, frame, event, arg):
        if event != 'call':
            return
        code = frame.f_code
        name = self.names.get(code)
        if name is None or (code.co_flags & GENERATED and frame.f_lasti > 12):
            return
        self.seen[name] = self.seen.get(name, 0) + 1
        if self.seen[name] > MOST_SEEN:
            return
        caller = frame.f_back
        own = caller is not None and self.project.source(caller.f_code.co_filename) == self.path
        kept = (self.inner if own else self.outer).setdefault(name, {})
        if len(kept) < MOST_RECORDED:
            blob = pickled(arguments_of(frame))
            if blob is not None:
                kept.setdefault(blob)

    def recorded(self):
        """name → pickled calls; those from outside the file first."""
        found = {}
        for kept in (self.outer, self.inner):
            for name in sorted(kept):
                blobs = found.setdefault(name, [])
                blobs += [blob for blob in kept[name] if blob not in blobs][:MOST_RECORDED - len(blobs)]
        return {name: blobs for name, blobs in found.items() if blobs}


def arguments_of(frame):
    """(positional, named) as a call would pass them."""
    code, values = frame.f_code, frame.f_locals
    count, only = code.co_argcount, code.co_kwonlyargcount
    names = code.co_varnames
    positional = [values[name] for name in names[:count] if name in values]
    named = {name: values[name] for name in names[count:count + only] if name in values}
    at = count + only
    if code.co_flags & 0x04:
        positional += list(values.get(names[at], ()))
        at += 1
    if code.co_flags & 0x08:
        named.update(values.get(names[at], {}))
    return positional, named


def pickled(value):
    hook = sys.getprofile()
    sys.setprofile(None)
    try:
        blob = pickle.dumps(value, 2)
        return blob if len(blob) <= MOST_BYTES else None
    except Hang:
        raise
    except BaseException:
        return None
    finally:
        sys.setprofile(hook)


def inputs_of(recorded, seed):
    """At most MOST_INPUTS of (name, pickled call), the functions taking turns; the same for the same recording."""
    chance = random.Random(seed)
    queues = []
    for name, blobs in recorded.items():
        queue = [(name, blob) for blob in blobs]
        seen = set(blobs)
        for _ in range(4 * MOST_INPUTS // len(recorded)):
            if len(queue) >= MOST_INPUTS:
                break
            blob = varied(chance, blobs)
            if blob is not None and blob not in seen:
                seen.add(blob)
                queue.append((name, blob))
        queues.append(queue)
    chosen = []
    for turn in range(MOST_INPUTS):
        chosen += [queue[turn] for queue in queues if turn < len(queue)]
    return chosen[:MOST_INPUTS]


def varied(chance, blobs):
    try:
        positional, named = pickle.loads(chance.choice(blobs))
        other, _ = pickle.loads(chance.choice(blobs))
        places = [place for place, value in enumerate(positional) if is_plain(value)]
        if not places and not named:
            return None
        for _ in range(chance.choice((1, 1, 2))):
            if named and (not places or chance.random() < 0.2):
                name = chance.choice(sorted(named))
                named[name] = mutated(named[name], chance)
                continue
            place = chance.choice(places)
            if place < len(other) and type(other[place]) is type(positional[place]) and chance.random() < 0.25:
                positional[place] = other[place]
            else:
                positional[place] = mutated(positional[place], chance)
        return pickled((positional, named))
    except Exception:
        return None


def is_plain(value):
    return value is None or isinstance(value, (bool, int, float, str, bytes, list, tuple, dict, set, frozenset))


def mutated(value, chance, depth=0):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return chance.choice((value + 1, value - 1, 0, 1, -value, value * 2, value // 2, value + chance.randint(2, 9)))
    if isinstance(value, float):
        return chance.choice((value + 1, value - 1, 0.0, -value, value * 2, value / 2, round(value)))
    if isinstance(value, str):
        return varied_text(value, chance)
    if isinstance(value, bytes):
        return chance.choice((value[:-1], b'', value[::-1], value + value[:1]))
    if isinstance(value, (list, tuple)):
        return type(value)(varied_list(list(value), chance, depth)) if type(value) in (list, tuple) else value
    if isinstance(value, (set, frozenset)):
        kept = sorted(value, key=repr)
        return type(value)(varied_list(kept, chance, depth))
    if type(value) is dict and value:
        return varied_dict(value, chance, depth)
    return value


def varied_text(value, chance):
    middle = len(value) // 2
    at = chance.randrange(len(value)) if value else 0
    return chance.choice((
        value[:-1], value[1:], '', value[::-1], value.swapcase(), value + value, value[:middle],
        value[:at] + value[at + 1:], value[:at] + value[at:at + 1] * 2 + value[at + 1:], ' ' + value, value + 'a',
    ))


def varied_list(value, chance, depth):
    if not value:
        return value
    at = chance.randrange(len(value))
    way = chance.randrange(9)
    if way >= 7 or (way == 6 and depth > 2):
        return [] if chance.random() < 0.2 else value[at:at + 1]
    if way >= 4:
        inner = mutated(value[at], chance, depth + 1) if depth <= 3 else value[at]
        return value[:at] + [inner] + value[at + 1:]
    if way == 0:
        return value[:at] + value[at + 1:]
    if way == 1:
        return value[:at] + [value[at]] + value[at:]
    if way == 2:
        return value[::-1]
    shuffled = list(value)
    chance.shuffle(shuffled)
    return shuffled


def varied_dict(value, chance, depth):
    keys = sorted(value, key=repr)
    key = chance.choice(keys)
    copy = dict(value)
    way = chance.randrange(4)
    if way == 0:
        del copy[key]
    elif way == 1 and depth <= 1:
        return {}
    elif depth <= 3:
        copy[key] = mutated(copy[key], chance, depth + 1)
    return copy


def observe(functions, inputs, emit):
    """Emits one digest an input, in order."""
    alarm = Alarm()
    looped = 0
    for name, encoded in inputs:
        function = functions.get(name)
        if function is None:
            emit('gone')
            continue
        digest = digest_of(function, base64.b64decode(encoded), alarm, CALL_SECONDS if looped < 5 else LOOPED_SECONDS)
        looped += digest == 'loops'
        emit(digest)


def digest_of(function, blob, alarm, seconds):
    try:
        positional, named = pickle.loads(blob)
    except Exception:
        return 'lost'
    random.seed(1)
    text = None
    alarm.set(seconds)
    try:
        result = function(*positional, **named)
        text = told(result) + '|' + told(positional) + told(named)
    except Hang:
        text = 'loops'
    except BaseException as error:
        text = 'raises:%s' % type(error).__name__
    finally:
        text = silenced(alarm, text)
    return text if len(text) <= 40 else hashlib.sha1(text.encode('utf-8', 'replace')).hexdigest()[:16]


def silenced(alarm, text):
    """The alarm may ring once more while it is being turned off."""
    while True:
        try:
            alarm.clear()
            return text if text is not None else 'loops'
        except Hang:
            continue


def told(value, depth=0, parents=()):
    """A text that is the same for equal plain data; no memory addresses."""
    if value is None or isinstance(value, (bool, int, str, bytes)):
        return repr(value) if not isinstance(value, (str, bytes)) or len(value) < 2000 else repr(value[:2000])
    if isinstance(value, float):
        return '%.10g' % value
    if id(value) in parents or depth > 12:
        return '...'
    inner = parents + (id(value),)
    if isinstance(value, (list, tuple)):
        return type(value).__name__ + '[' + ','.join(told(each, depth + 1, inner) for each in value[:500]) + ']'
    if isinstance(value, (set, frozenset)):
        return 'set{' + ','.join(sorted(told(each, depth + 1, inner) for each in value)) + '}'
    if isinstance(value, dict):
        return 'dict{' + ','.join(
            told(key, depth + 1, inner) + ':' + told(each, depth + 1, inner) for key, each in list(value.items())[:500]
        ) + '}'
    if isinstance(value, GeneratorType) or (hasattr(value, '__next__') and hasattr(value, '__iter__')):
        return listed(value, depth, inner)
    if isinstance(value, type) or callable(value):
        return getattr(value, '__qualname__', type(value).__name__)
    state = getattr(value, '__dict__', None)
    if state is None:
        state = {name: getattr(value, name, None) for name in getattr(type(value), '__slots__', ()) or ()}
    return type(value).__name__ + told(dict(state), depth + 1, inner)


def listed(iterator, depth, parents):
    items = []
    try:
        for each in iterator:
            items.append(told(each, depth + 1, parents))
            if len(items) >= 50:
                items.append('...')
                break
    except Hang:
        raise
    except Exception as error:
        items.append('raises:%s' % type(error).__name__)
    return 'iterator[' + ','.join(items) + ']'
