"""What is known of one option, and the conversions that hang on it; the options themselves are in `options`."""

import dataclasses
import sys
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, NamedTuple

_LARGEST = sys.float_info.max


class Group(Enum):
    """Options that stand together in the help of the command line."""

    TABLE = "table"
    NETWORK = "network"
    ANSWERS = "answers"
    READING = "reading"
    MACHINE = "machine"
    PICTURES = "pictures"


class Effect(Enum):
    """What another value of an option changes."""

    NONE = "none"
    """No answer: it is told nowhere."""
    PICTURES = "pictures"
    """Which pictures are found: told in the run file."""
    ANSWERS = "answers"
    """Answers: told in the run file, and part of the run's identity."""


class Bounds(NamedTuple):
    """From where to where a number may lie, both included; most None: without end."""

    least: float
    most: float | None = None


class Help(NamedTuple):
    """What the command line's help says of an option.  metavar: what it calls a value."""

    group: Group
    text: str
    metavar: str | None = None


class Line(NamedTuple):
    """An option's line in a recipe file, named as its field."""

    section: str
    comment: str


class Preference(NamedTuple):
    """An option in the window's preferences."""

    title: str
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option.

    field: its name in the classes of `options`, in parsed options, in recipe files and in settings.json.
    default: its value where nothing is said.
    kind: the type of a value, or of each of several: bool, int, float, str or a StrEnum.
    count: how many values it has; more than one are a tuple, and commas divide them on the command line.
    choices: the values it may have; empty for any.
    texts: for each choice, what the preferences call it.
    bounds: of a number.
    help: for the command line, None where it has no flag; "{default}", "{bounds.least}", "{bounds.most}" are filled in.
    after: the field behind which help lists it; empty: in the order of the rows.
    recipe, preference: None where recipes or preferences do not hold it.
    effect: what another value changes.
    """

    field: str = ""
    default: Any = None
    kind: type = str
    count: int = 1
    choices: tuple[Any, ...] = ()
    texts: tuple[str, ...] = ()
    bounds: Bounds | None = None
    help: Help | None = None
    after: str = ""
    recipe: Line | None = None
    preference: Preference | None = None
    effect: Effect = Effect.NONE

    @property
    def flag(self) -> str:
        """On the command line; empty where it has none.  A flag turns a bool to the opposite of its default."""
        if self.help is None:
            return ""
        return ("--no-" if self.default is True else "--") + self.field.replace("_", "-")

    @property
    def group(self) -> Group | None:
        """Where help lists it."""
        return None if self.help is None else self.help.group

    @property
    def must_be(self) -> str:
        """What a value must be, to end a sentence: "one of 1, 10", "a whole number from 1 to 5,000"."""
        if self.choices:
            return "one of " + ", ".join(str(choice) for choice in self.choices)
        if self.kind in (bool, str):
            return "true or false" if self.kind is bool else "text"
        what = "whole number" if self.kind is int else "number"
        what = f"a {what}" if self.count == 1 else f"{self.count} {what}s"
        if self.bounds is None:
            return what
        least, most = self.bounds
        return f"{what} from {least:,} on" if most is None else f"{what} from {least:,} to {most:,}"

    def checked(self, value: Any) -> Any:
        """A value of JSON or TOML as the field has it.  Raises ValueError with `must_be`."""
        if self.count == 1:
            return self._checked(value)
        if not isinstance(value, list | tuple) or len(value) != self.count:
            raise ValueError(self.must_be)
        return tuple(self._checked(one) for one in value)

    def _checked(self, value: Any) -> Any:
        if self.choices:
            fits = type(value) in (int, str, self.kind) and value in self.choices
        elif self.kind in (int, float):
            fits = type(value) in (int, self.kind) and self._within_bounds(value)
        else:
            fits = type(value) is self.kind
        if not fits:
            raise ValueError(self.must_be)
        return self.kind(value)

    def _within_bounds(self, number: float) -> bool:
        """False for infinity and for what is no number, also where there are no bounds."""
        least, most = self.bounds or (-_LARGEST, _LARGEST)
        return least <= number <= (_LARGEST if most is None else most)

    def read(self, text: str) -> Any:
        """A value as it is typed on the command line.  Raises ValueError with a sentence's end."""
        parts = text.split(",") if self.count > 1 else [text]
        try:
            values = [self.kind(part) for part in parts]
            return self.checked(values if self.count > 1 else values[0])
        except ValueError:
            raise ValueError(f"'{text}' is not {self.must_be}") from None

    def typed(self, value: Any) -> Any:
        """A value from elsewhere in the program as the field has it: words of an enumeration become its members."""
        return self.kind(value) if issubclass(self.kind, Enum) and value is not None else value

    def typed_words(self, value: Any) -> tuple[str, ...]:
        """What is typed on the command line to have this value: its flag, and for all but a bool the value."""
        if self.kind is bool:
            return (self.flag,)
        return (self.flag, ",".join(map(str, value)) if isinstance(value, tuple) else str(value))

    @property
    def help_text(self) -> str:
        """The text of `help`, filled in."""
        return "" if self.help is None else self.help.text.format(default=self.default, bounds=self.bounds)


def option(default: Any, *, kind: type | None = None, choices: tuple[Any, ...] = (), **row: Any) -> Any:
    """A row of the table: a field of a dataclass with all that `Option` says of it.

    kind: where the default does not tell it.
    """
    several = isinstance(default, tuple)
    kind = kind or (str if default is None else type(default[0] if several else default))
    choices = choices or (tuple(kind) if issubclass(kind, Enum) else ())
    row = {"count": len(default), **row} if several else row
    described = Option(default=default, kind=kind, choices=choices, **row)
    return dataclasses.field(default=default, metadata={"option": described})


def written(value: Any) -> Any:
    """A value as JSON and TOML have it."""
    if isinstance(value, tuple):
        return list(value)
    return value.value if isinstance(value, Enum) else value


def words(kind: type[StrEnum]) -> tuple[str, ...]:
    """The words a person may write for an enumeration."""
    return tuple(member.value for member in kind)


# ---------------------------------------------------------------- options of a dataclass


def rows(kind: Any) -> tuple[Option, ...]:
    """The options among the fields of a dataclass, in their order: first those of its bases, the last base first."""
    return tuple(
        dataclasses.replace(one.metadata["option"], field=one.name)
        for one in dataclasses.fields(kind)
        if "option" in one.metadata
    )


def values_for(kind: Any, source: object) -> dict[str, Any]:
    """Of the options that the dataclass `kind` has, the values that `source` has, by field: to make one from the other.

    source: an object with attributes of those names, such as settings, a recipe, a run, parsed options.
    """
    return {row.field: row.typed(getattr(source, row.field)) for row in rows(kind) if hasattr(source, row.field)}
