"""A pickle machine that runs nothing: it knows the operations that weight files use, and refuses the others.

Python's own unpickler is not used at all, as it would have to be held back at every step; here whatever is not
written down does not exist.  Source of the operations: Python's `pickletools`; of the way: torch's own
`_weights_only_unpickler.py`.
"""

import struct
from collections.abc import Callable
from typing import Any

from resnet_gui.weights.readers.pickle_globals import find_global, refuse_call
from resnet_gui.weights.readers.pickle_values import (
    Global,
    Ignored,
    ObjectRecord,
    StorageRecord,
    TensorRecord,
    UnknownGlobal,
    persistent,
    require_key,
)
from resnet_gui.weights.readers.raw import FileError

MOST_OPERATIONS = 2_000_000
"""ResNet-152 with its optimiser's state takes about a hundred thousand."""
_PERSISTENT_COST = 5
_STRIDE = 1_000
"""Operations are counted by the thousand."""
MOST_NESTING = 1_000
"""Marks on the stack; honest files have a handful."""


class EndOfPickleError(FileError):
    """The bytes end within the pickle."""


class PickleMachine:
    """Reads one pickle after the other from `data`; `position` is where the next begins.

    storages: every storage that was named, by its key.
    """

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.position = position
        self.storages: dict[str, StorageRecord] = {}
        self._data = data
        self._operations = 0
        self._start()

    def load(self) -> object:
        """The value of the pickle at `position`.  Raises FileError for all that weights have no need of."""
        self._start()
        data = self._data
        operations = 0
        while self.position < len(data):
            code = data[self.position]
            self.position += 1
            operations += 1
            if operations == _STRIDE:
                self.spend(operations)
                operations = 0
            if code == _STOP:
                self.spend(operations)
                return self.pop()
            if code in _VALUES:
                value = _VALUES[code](self)  # TUPLE and LIST replace the stack
                self._stack.append(value)
            elif code in _ACTS:
                _ACTS[code](self)
            else:
                raise FileError(f"its pickle uses the operation 0x{code:02x}, which weights have no need of")
        raise EndOfPickleError("it is cut short: its pickle has no end")

    def _start(self) -> None:
        self._stack: list[Any] = []
        self._marks: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def spend(self, operations: int) -> None:
        """Count work; a file may not ask for more than weights need."""
        self._operations += operations
        if self._operations > MOST_OPERATIONS:
            raise FileError("its pickle has more operations than any weights need")

    def take(self, length: int) -> bytes:
        """The next bytes of the pickle."""
        end = self.position + length
        if end > len(self._data):
            raise EndOfPickleError("it is cut short: its pickle has no end")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def byte(self) -> int:
        """The next number of one byte."""
        if self.position >= len(self._data):
            raise EndOfPickleError("it is cut short: its pickle has no end")
        self.position += 1
        return self._data[self.position - 1]

    def number(self, form: struct.Struct) -> int:
        """The next number of that form."""
        value: int = form.unpack(self.take(form.size))[0]
        return value

    def line(self) -> str:
        """The text up to the next line feed."""
        end = self._data.find(b"\n", self.position)
        if end < 0:
            raise EndOfPickleError("it is cut short: its pickle has no end")
        text = _text(self.take(end - self.position))
        self.position = end + 1
        return text

    def push(self, value: object) -> None:
        """Put a value on the stack."""
        self._stack.append(value)

    def pop(self) -> Any:
        """Take the newest value from the stack."""
        if not self._stack:
            raise FileError("its pickle takes more values than it has made")
        return self._stack.pop()

    @property
    def top(self) -> Any:
        """The newest value, left on the stack."""
        if not self._stack:
            raise FileError("its pickle takes more values than it has made")
        return self._stack[-1]

    @property
    def below(self) -> Any:
        """The value under the newest, left on the stack; None where there is none."""
        return self._stack[-2] if len(self._stack) > 1 else None

    def mark(self) -> None:
        """Begin a group of values."""
        if len(self._marks) >= MOST_NESTING:
            raise FileError("its pickle is nested deeper than any weights")
        self._marks.append(self._stack)
        self._stack = []

    def group(self) -> list[Any]:
        """The values since the last mark, which is gone then."""
        if not self._marks:
            raise FileError("its pickle ends a group that never began")
        values, self._stack = self._stack, self._marks.pop()
        return values

    def remember(self, index: int) -> None:
        """Keep the newest value under a number."""
        if not self._stack:
            raise FileError("its pickle keeps a value before it has made one")
        self._memo[index] = self._stack[-1]

    def remember_next(self) -> None:
        """Keep the newest value under the next number."""
        self.remember(len(self._memo))

    def recall(self, index: int) -> None:
        """Put a kept value on the stack."""
        if index not in self._memo:
            raise FileError("its pickle recalls what it has not kept")
        self.push(self._memo[index])

    def name_persistent(self, pid: object) -> None:
        """Put a storage (or a class) on the stack; one key always means one storage."""
        self.spend(_PERSISTENT_COST)
        named = persistent(pid)
        if isinstance(named, StorageRecord):
            known = self.storages.setdefault(named.key, named)
            if (known.dtype, known.numel) != (named.dtype, named.numel):
                raise FileError("it gives one storage two types or sizes")
        self.push(named)


_UINT16, _UINT32, _UINT64, _INT32 = (struct.Struct(form) for form in ("<H", "<I", "<Q", "<i"))


def _text(raw: bytes) -> str:
    """Python 2 wrote words as bytes: UTF-8, or else Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _long(machine: PickleMachine) -> int:
    return int.from_bytes(machine.take(machine.byte()), "little", signed=True)


def _float(machine: PickleMachine) -> float:
    value: float = struct.unpack(">d", machine.take(8))[0]
    return value


def _global(machine: PickleMachine) -> None:
    module = machine.line()
    machine.push(find_global(module, machine.line()))


def _stack_global(machine: PickleMachine) -> None:
    name, module = machine.pop(), machine.pop()
    if not (isinstance(name, str) and isinstance(module, str)):
        raise FileError("its pickle names a global by what is no word")
    machine.push(find_global(module, name))


def _call(machine: PickleMachine) -> None:
    """REDUCE: a "call" of one of our own stand-ins.

    Costs as much as the arguments are long: a list that is kept once can be handed over any number of times.
    """
    arguments, function = machine.pop(), machine.pop()
    if isinstance(function, UnknownGlobal):
        refuse_call(function.name)
    if not isinstance(function, Global) or not isinstance(arguments, tuple):
        raise FileError("its pickle calls what is no function")
    machine.spend(len(arguments) + sum(len(value) for value in arguments if isinstance(value, list | tuple | str)))
    machine.push(function.call(arguments))


def _new_object(machine: PickleMachine) -> None:
    """NEWOBJ: a bare object of a class that is not known becomes a record; else as REDUCE."""
    if isinstance(machine.below, UnknownGlobal) and machine.top == ():
        machine.pop()
        machine.push(ObjectRecord(machine.pop().name))
    else:
        _call(machine)


def _build(machine: PickleMachine) -> None:
    """BUILD would set an object's attributes: records keep them as data, and for all else they are dropped.

    Allowed only where torch itself writes it: an OrderedDict's attribute is `_metadata`, the version of each module.
    """
    state, target = machine.pop(), machine.top
    if isinstance(target, ObjectRecord):
        if isinstance(state, dict):
            machine.spend(len(state))
            target.state.update(state)
    elif not isinstance(target, dict | list | Ignored | TensorRecord):
        raise FileError("its pickle sets attributes of what has none")


def _append(machine: PickleMachine, values: list[Any]) -> None:
    """Items of lists are kept, those of other kinds of list dropped."""
    target = machine.top
    if isinstance(target, list):
        target.extend(values)
    elif not isinstance(target, ObjectRecord):
        raise FileError("its pickle appends to what is no list")


def _set_items(machine: PickleMachine, values: list[Any]) -> None:
    """Items of dictionaries are kept, those of other kinds of dictionary dropped.

    So are those under a tensor: an optimiser that was pickled whole has them, and they are no weights.
    """
    target = machine.top
    if not isinstance(target, dict | ObjectRecord) or len(values) % 2:
        raise FileError("its pickle puts items into what is no dictionary")
    for key, value in zip(values[::2], values[1::2], strict=True):
        if isinstance(target, dict) and not isinstance(key, TensorRecord):
            target[require_key(key)] = value


def _tuple_of(length: int) -> Callable[[PickleMachine], None]:
    def make(machine: PickleMachine) -> None:
        values = [machine.pop() for _ in range(length)]
        machine.push(tuple(reversed(values)))

    return make


def _dictionary(machine: PickleMachine) -> None:
    values = machine.group()
    machine.push({})
    _set_items(machine, values)


def _pair(machine: PickleMachine) -> list[Any]:
    value, key = machine.pop(), machine.pop()
    return [key, value]


_VALUES_BY_CODE: dict[bytes, Callable[[PickleMachine], object]] = {
    b"N": lambda _: None,
    b"\x88": lambda _: True,
    b"\x89": lambda _: False,
    b"K": lambda m: m.byte(),
    b"M": lambda m: m.number(_UINT16),
    b"J": lambda m: m.number(_INT32),
    b"\x8a": _long,
    b"G": _float,
    b"X": lambda m: _text(m.take(m.number(_UINT32))),
    b"\x8c": lambda m: _text(m.take(m.byte())),
    b"\x8d": lambda m: _text(m.take(m.number(_UINT64))),
    b"U": lambda m: _text(m.take(m.byte())),
    b"T": lambda m: _text(m.take(m.number(_UINT32))),
    b"C": lambda m: m.take(m.byte()),
    b"B": lambda m: m.take(m.number(_UINT32)),
    b"}": lambda _: {},
    b"]": lambda _: [],
    b"\x8f": lambda _: [],
    b")": lambda _: (),
    b"t": lambda m: tuple(m.group()),
    b"l": lambda m: m.group(),
}
"""Operations that put one value on the stack (NONE NEWTRUE NEWFALSE BININT1 BININT2 BININT LONG1 BINFLOAT BINUNICODE
SHORT_BINUNICODE BINUNICODE8 SHORT_BINSTRING BINSTRING SHORT_BINBYTES BINBYTES EMPTY_DICT EMPTY_LIST EMPTY_SET
EMPTY_TUPLE TUPLE LIST); a set is kept as a list."""

_ACTS_BY_CODE: dict[bytes, Callable[[PickleMachine], object]] = {
    b"\x80": lambda m: m.take(1),  # PROTO
    b"\x95": lambda m: m.take(8),  # FRAME
    b"(": PickleMachine.mark,  # MARK
    b"0": PickleMachine.pop,  # POP
    b"1": PickleMachine.group,  # POP_MARK
    b"2": lambda m: m.push(m.top),  # DUP
    b"\x85": _tuple_of(1),
    b"\x86": _tuple_of(2),
    b"\x87": _tuple_of(3),
    b"d": _dictionary,  # DICT
    b"q": lambda m: m.remember(m.byte()),  # BINPUT
    b"r": lambda m: m.remember(m.number(_UINT32)),  # LONG_BINPUT
    b"\x94": PickleMachine.remember_next,  # MEMOIZE
    b"h": lambda m: m.recall(m.byte()),  # BINGET
    b"j": lambda m: m.recall(m.number(_UINT32)),  # LONG_BINGET
    b"a": lambda m: _append(m, [m.pop()]),  # APPEND
    b"e": lambda m: _append(m, m.group()),  # APPENDS
    b"\x90": lambda m: _append(m, m.group()),  # ADDITEMS
    b"s": lambda m: _set_items(m, _pair(m)),  # SETITEM
    b"u": lambda m: _set_items(m, m.group()),  # SETITEMS
    b"c": _global,  # GLOBAL
    b"\x93": _stack_global,  # STACK_GLOBAL
    b"R": _call,  # REDUCE
    b"\x81": _new_object,  # NEWOBJ
    b"b": _build,  # BUILD
    b"Q": lambda m: m.name_persistent(m.pop()),  # BINPERSID
}
"""Operations that change what is on the stack or in the memo."""

_STOP = ord(".")
_VALUES = {code[0]: value for code, value in _VALUES_BY_CODE.items()}
_ACTS = {code[0]: act for code, act in _ACTS_BY_CODE.items()}
