"""The options of a run, a row each: everything that is known of an option stands here and nowhere else.

A row is a field of one of the classes below, or of `results.formats.TableOptions`.  From the rows are made the command
line's parser and its help, the keys of recipe files, the preferences with their defaults and bounds, the command line
that the window shows, what a run's identity holds, and the conversions between all of these.  A new option is a row
here and the code that obeys it.
"""

from dataclasses import dataclass

from resnet_gui.engine.modes import Average, Precision
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.images.status import LARGEST_MEGAPIXELS
from resnet_gui.network.description import StemPool, StrideIn
from resnet_gui.option import Bounds, Effect, Group, Help, Line, Option, Preference, option, rows, words
from resnet_gui.results.formats import TableOptions
from resnet_gui.results.verdict import CHECK_FROM, SURE_FROM

BUILT_IN = "built-in"
"""The name of the network that is part of the program."""


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """Which weights are used, and what overrules the file's own word.

    network: BUILT_IN, a name of the catalogue, or the path of a weight file.  classes: path of a class-names file, or
    None.  The others: None leaves it to the file, or to the stated default where the file cannot tell.
    """

    network: str = option(
        BUILT_IN, help=Help(Group.NETWORK, "weight file, or a name in 'weights list' ({default})", "NAME|FILE")
    )
    classes: str | None = option(None, help=Help(Group.NETWORK, "class names: text, CSV or JSON", "FILE"))
    preprocess: str | None = option(
        None,
        choices=tuple(PRESETS),
        help=Help(Group.READING, "overrule the file's own; article = squash, nearest, caffe"),
        recipe=Line("network", ", ".join(PRESETS)),
    )
    stem_pool: str | None = option(
        None,
        choices=words(StemPool),
        help=Help(Group.READING, "what a file cannot tell: padding of the first pool"),
        recipe=Line("network", "padding of the first pool"),
    )
    stride_in: str | None = option(
        None,
        choices=words(StrideIn),
        help=Help(Group.READING, "what a file cannot tell: where blocks stride"),
        recipe=Line("network", "where blocks stride"),
    )


@dataclass(frozen=True, kw_only=True)
class AnswerOptions:
    """How the network is asked."""

    crops: int = option(
        1,
        choices=(1, 10),
        help=Help(Group.ANSWERS, "windows of each picture ({default})"),
        recipe=Line("answers", "1 or 10"),
        effect=Effect.ANSWERS,
    )
    average: Average = option(
        Average.SOFTMAX,
        texts=("Mean of probabilities", "Mean of logits"),
        help=Help(Group.ANSWERS, "how ten answers become one ({default})"),
        recipe=Line("answers", "how ten answers become one: softmax or logits"),
        preference=Preference(
            "Ten crops become one by",
            "The mean of the ten probabilities, or the softmax of the mean logits",
        ),
        effect=Effect.ANSWERS,
    )
    precision: Precision = option(
        Precision.EXACT,
        help=Help(Group.MACHINE, "see the user guide ({default})"),
        recipe=Line("answers", "exact, fast or turbo"),
        effect=Effect.ANSWERS,
    )


@dataclass(frozen=True, kw_only=True)
class PictureOptions:
    """Which pictures are taken."""

    recursive: bool = option(
        True,
        help=Help(Group.PICTURES, "do not go into folders inside folders"),
        recipe=Line("pictures", "also folders inside folders"),
        preference=Preference("Folders within folders", "Classify the pictures of all folders inside as well"),
        effect=Effect.PICTURES,
    )
    accept_truncated: bool = option(
        False,
        help=Help(Group.PICTURES, "classify what is there of a file that ends early"),
        recipe=Line("pictures", "classify what is there of a file that ends early"),
        preference=Preference(
            "Classify damaged pictures", "Pictures that end early get an answer for the part that is there"
        ),
        effect=Effect.ANSWERS,
    )
    max_megapixels: int = option(
        LARGEST_MEGAPIXELS,
        bounds=Bounds(1, 5000),
        help=Help(Group.PICTURES, "refuse larger pictures ({default}; {bounds.least} to {bounds.most:,})", "N"),
        recipe=Line("pictures", "larger pictures are refused"),
        preference=Preference("Largest picture, megapixels", "Larger ones are listed as too large"),
        effect=Effect.ANSWERS,
    )


@dataclass(frozen=True, kw_only=True)
class StartOptions:
    """How one start works.  No recipe holds it, and the precision's promise covers what computes.

    device: "auto", "cpu", "gpu", "cuda:N" or "mps".  threads: CPU threads to use, 0 for all that this process may use.
    batch: crops for each call of the device, 0 for the backend's own choice.  fresh: forget what an earlier run of the
    same identity has done.
    """

    device: str = option("auto", help=Help(Group.MACHINE, "auto, cpu, gpu, cuda:N or mps ({default})", "DEVICE"))
    threads: int = option(
        0, bounds=Bounds(1), help=Help(Group.MACHINE, "CPU threads (all that this process may use)", "N")
    )
    batch: int = option(
        0, bounds=Bounds(1), help=Help(Group.MACHINE, "crops for each call of the device (its own choice)", "N")
    )
    follow_links: bool = option(
        False, help=Help(Group.PICTURES, "follow links to folders"), after="recursive", effect=Effect.PICTURES
    )
    fresh: bool = option(
        False, help=Help(Group.PICTURES, "start over; forget what an earlier run of this kind has done")
    )


@dataclass(frozen=True, kw_only=True)
class MarkOptions:
    """How the window marks answers; no table depends on it.  Probabilities, 0…1."""

    sure_from: float = option(
        SURE_FROM,
        bounds=Bounds(0, 1),
        recipe=Line("window", "how the window marks answers; no table depends on it"),
        preference=Preference("Sure from", "Answers at least this probable are called sure, unless crops disagree"),
    )
    check_from: float = option(
        CHECK_FROM,
        bounds=Bounds(0, 1),
        recipe=Line("window", ""),
        preference=Preference("Check from", "Answers at least this probable are called worth a check; others unsure"),
    )


OPTIONS: tuple[Option, ...] = tuple(
    row
    for part in (TableOptions, NetworkOptions, AnswerOptions, PictureOptions, StartOptions, MarkOptions)
    for row in rows(part)
)
"""The whole table."""


def in_help(*groups: Group) -> tuple[Option, ...]:
    """The options with a flag of these groups, as help lists them."""
    listed = [row for group in groups for row in OPTIONS if row.group is group]
    for row in [row for row in listed if row.after]:
        listed.remove(row)
        listed.insert([one.field for one in listed].index(row.after) + 1, row)
    return tuple(listed)
