"""The options of a run, a row each: everything that is known of an option stands here and nowhere else.

A row is a field of one of the classes below.  From the rows are made the command line's parser and its help, the keys
of recipe files, the preferences with their defaults and bounds, the command line that the window shows, what a run's
identity holds, and the conversions between all of these.  A new option is a row here and the code that obeys it.
"""

from dataclasses import dataclass

from resnet_gui.engine.modes import Average, Precision
from resnet_gui.engine.record import KEPT_CLASSES, SHOWN_CLASSES
from resnet_gui.images.recipe import RECIPES
from resnet_gui.images.status import LARGEST_MEGAPIXELS
from resnet_gui.network.description import StemPool, StrideIn
from resnet_gui.results.verdict import CHECK_FROM, SURE_FROM
from resnet_gui.runs.option import Effect, Group, Option, option, rows, words

BUILT_IN = "built-in"
"""The name of the network that is part of the program."""


@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """How a table is written.  No answer depends on it, so it may be written again in another way."""

    top: int = option(
        SHOWN_CLASSES,
        least=1,
        most=KEPT_CLASSES,
        flag="--top",
        group=Group.TABLE,
        metavar="K",
        help="classes for each picture ({default}; {least} to {most})",
        title="Classes in a table",
        tip="How many classes each row of an exported table has",
        key=("table", "top"),
        comment="classes for each picture",
    )
    excel: bool = option(
        False,
        flag="--excel",
        group=Group.TABLE,
        help="CSV for a spreadsheet: with a BOM, and cells that it would run guarded",
        title="CSV for Excel",
        tip="A byte order mark, and no cell that a spreadsheet would run",
        key=("table", "excel"),
        comment="CSV with a byte order mark, cells guarded that a spreadsheet would run",
    )
    absolute: bool = option(
        False,
        flag="--absolute",
        group=Group.TABLE,
        help="write whole paths",
        title="Whole paths in tables",
        tip="Otherwise paths are relative to the folder",
        key=("table", "absolute"),
        comment="whole paths",
    )


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """Which weights are used, and what overrules the file's own word.

    network: BUILT_IN, a name of the catalogue, or the path of a weight file.  classes: path of a class-names file, or
    None.  The others: None leaves it to the file, or to the stated default where the file cannot tell.
    """

    network: str = option(
        BUILT_IN,
        flag="--network",
        group=Group.NETWORK,
        metavar="NAME|FILE",
        help="weight file, or a name in 'weights list' ({default})",
    )
    classes: str | None = option(
        None, flag="--classes", group=Group.NETWORK, metavar="FILE", help="class names: text, CSV or JSON"
    )
    preprocess: str | None = option(
        None,
        choices=tuple(RECIPES),
        flag="--preprocess",
        group=Group.READING,
        help="overrule the file's own; article = squash, nearest, caffe",
        key=("network", "preprocess"),
        comment=", ".join(RECIPES),
    )
    stem_pool: str | None = option(
        None,
        choices=words(StemPool),
        flag="--stem-pool",
        group=Group.READING,
        help="what a file cannot tell: padding of the first pool",
        key=("network", "stem_pool"),
        comment="padding of the first pool",
    )
    stride_in: str | None = option(
        None,
        choices=words(StrideIn),
        flag="--stride-in",
        group=Group.READING,
        help="what a file cannot tell: where blocks stride",
        key=("network", "stride_in"),
        comment="where blocks stride",
    )


@dataclass(frozen=True, kw_only=True)
class AnswerOptions:
    """How the network is asked."""

    crops: int = option(
        1,
        choices=(1, 10),
        flag="--crops",
        group=Group.ANSWERS,
        help="windows of each picture ({default})",
        key=("answers", "crops"),
        comment="1 or 10",
        effect=Effect.ANSWERS,
    )
    average: Average = option(
        Average.SOFTMAX,
        texts=("Mean of probabilities", "Mean of logits"),
        flag="--average",
        group=Group.ANSWERS,
        help="how ten answers become one ({default})",
        title="Ten crops become one by",
        tip="The mean of the ten probabilities, or the softmax of the mean logits",
        key=("answers", "average"),
        comment="how ten answers become one: softmax or logits",
        effect=Effect.ANSWERS,
    )
    precision: Precision = option(
        Precision.EXACT,
        flag="--precision",
        group=Group.MACHINE,
        help="see the user guide ({default})",
        key=("answers", "precision"),
        comment="exact, fast or turbo",
        effect=Effect.ANSWERS,
    )


@dataclass(frozen=True, kw_only=True)
class PictureOptions:
    """Which pictures are taken."""

    recursive: bool = option(
        True,
        flag="--no-recursive",
        group=Group.PICTURES,
        help="do not go into folders inside folders",
        title="Folders within folders",
        tip="Classify the pictures of all folders inside as well",
        key=("pictures", "recursive"),
        comment="also folders inside folders",
        effect=Effect.PICTURES,
    )
    accept_truncated: bool = option(
        False,
        flag="--accept-truncated",
        group=Group.PICTURES,
        help="classify what is there of a file that ends early",
        title="Classify damaged pictures",
        tip="Pictures that end early get an answer for the part that is there",
        key=("pictures", "accept_truncated"),
        comment="classify what is there of a file that ends early",
        effect=Effect.ANSWERS,
    )
    max_megapixels: int = option(
        LARGEST_MEGAPIXELS,
        least=1,
        most=5000,
        flag="--max-megapixels",
        group=Group.PICTURES,
        metavar="N",
        help="refuse larger pictures ({default}; {least} to {most:,})",
        title="Largest picture, megapixels",
        tip="Larger ones are listed as too large",
        key=("pictures", "max_megapixels"),
        comment="larger pictures are refused",
        effect=Effect.ANSWERS,
    )


@dataclass(frozen=True, kw_only=True)
class StartOptions:
    """How one start works.  No recipe holds it, and the precision's promise covers what computes.

    device: "auto", "cpu", "gpu", "cuda:N" or "mps".  threads: CPU threads to use, 0 for all that this process may use.
    batch: crops for each call of the device, 0 for the backend's own choice.  fresh: forget what an earlier run of the
    same identity has done.
    """

    device: str = option(
        "auto",
        flag="--device",
        group=Group.MACHINE,
        metavar="DEVICE",
        help="auto, cpu, gpu, cuda:N or mps ({default})",
    )
    threads: int = option(
        0,
        least=1,
        flag="--threads",
        group=Group.MACHINE,
        metavar="N",
        help="CPU threads (all that this process may use)",
    )
    batch: int = option(
        0,
        least=1,
        flag="--batch",
        group=Group.MACHINE,
        metavar="N",
        help="crops for each call of the device (its own choice)",
    )
    follow_links: bool = option(
        False,
        flag="--follow-links",
        group=Group.PICTURES,
        after="recursive",
        help="follow links to folders",
        effect=Effect.PICTURES,
    )
    fresh: bool = option(
        False,
        flag="--fresh",
        group=Group.PICTURES,
        help="start over; forget what an earlier run of this kind has done",
    )


@dataclass(frozen=True, kw_only=True)
class MarkOptions:
    """How the window marks answers; no table depends on it.  Probabilities, 0…1."""

    sure_from: float = option(
        SURE_FROM,
        least=0,
        most=1,
        title="Sure from",
        tip="Answers at least this probable are called sure, unless crops disagree",
        key=("window", "sure_from"),
        comment="how the window marks answers; no table depends on it",
    )
    check_from: float = option(
        CHECK_FROM,
        least=0,
        most=1,
        title="Check from",
        tip="Answers at least this probable are called worth a check; others unsure",
        key=("window", "check_from"),
    )


def all_rows() -> tuple[Option, ...]:
    """The whole table."""
    parts = (TableOptions, NetworkOptions, AnswerOptions, PictureOptions, StartOptions, MarkOptions)
    return tuple(row for part in parts for row in rows(part))


def in_help(*groups: Group) -> tuple[Option, ...]:
    """The options with a flag of these groups, as help lists them."""
    listed = [row for group in groups for row in all_rows() if row.group is group and row.flag]
    for row in [row for row in listed if row.after]:
        listed.remove(row)
        listed.insert([one.field for one in listed].index(row.after) + 1, row)
    return tuple(listed)
