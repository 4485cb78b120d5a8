"""The command line: its parser, made from the rows of `runs.options` and from the commands below."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from resnet_gui import __version__
from resnet_gui.option import Group, Help, Option, rows, written
from resnet_gui.results.formats import FORMATS
from resnet_gui.runs.options import BUILT_IN, NetworkOptions, in_help


@dataclass(frozen=True, slots=True)
class Section:
    """Options that belong together in the help text."""

    title: str
    options: tuple[Option, ...]


TABLES = tuple(Option(field=one.name, help=Help(Group.TABLE, one.help, "FILE")) for one in FORMATS if one.help)
_RECIPE = Option(
    field="recipe",
    help=Help(Group.NETWORK, "all that is set in a recipe file; options given as well overrule it", "FILE"),
)
_QUIET = Option(
    field="quiet",
    kind=bool,
    default=False,
    help=Help(Group.PICTURES, "no progress on the terminal, no word of files passed by"),
)
CLASSIFY = (
    Section("the table (on the terminal if no file is named)", (*TABLES, *in_help(Group.TABLE))),
    Section(
        "the network and how pictures reach it",
        (_RECIPE, *in_help(Group.NETWORK, Group.ANSWERS, Group.READING)),
    ),
    Section("the machine", in_help(Group.MACHINE)),
    Section("which pictures", (*in_help(Group.PICTURES), _QUIET)),
)
"""All options of `classify`, as its help lists them: those of `runs.options`, and those that are none of a run's."""


class _Parser(argparse.ArgumentParser):
    """argparse, with one sentence in place of the whole usage text when something is wrong (status 2)."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see '{self.prog} --help'.\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What a person asked for; `command` is None with --self-test alone.  SystemExit on help and wrong usage."""
    parser, commands = make_parsers()
    if arguments[:1] == ["classify"]:
        return _parse_classify(commands["classify"], arguments[1:])
    options = parser.parse_args(arguments)
    if options.command is None and not options.self_test:
        parser.error("a command is missing")
    if options.command == "doctor" and not options.bench and _asks_for_bench(options):
        commands["doctor"].error("pictures, --network and --device need --bench")
    return options


def _asks_for_bench(options: argparse.Namespace) -> bool:
    return bool(options.paths) or options.network != BUILT_IN or options.device != "auto"


def _parse_classify(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """Paths may stand before, between and after options.  `given`: fields of the options that were really given.

    argparse's sub-parsers refuse paths behind an option; its intermixed parsing takes them, but forgets "--" (Python
    3.11), so what follows that is set aside here.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    usual = {option.field: option.default for section in CLASSIFY for option in section.options}
    unsaid = object()  # argparse leaves alone what is there already, and no option has it for a value
    known = argparse.Namespace(command="classify", self_test=False, **dict.fromkeys(usual, unsaid))
    options = parser.parse_intermixed_args(list(arguments[:end]), known)
    options.given = frozenset(field for field in usual if getattr(options, field) is not unsaid)
    for field in usual.keys() - options.given:
        setattr(options, field, usual[field])
    options.sha256 = options.classes_sha256 = None  # what a recipe pins; no option says it
    options.paths += arguments[end + 1 :]
    if not options.paths:
        parser.error("name at least one picture or folder")
    return options


def make_parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The whole command line but the window's (`resnet-gui [PATH…]`), and the commands' own parsers."""
    parser = _Parser(
        prog="resnet-gui",
        description="See what a ResNet sees, in one picture or in a hundred thousand.",
        epilog="Without a command: 'resnet-gui [--new-window] [PATH…]' opens the window, with these files and folders "
        "dropped on it; a window that is open already takes them, unless --new-window asks for another.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"resnet-gui {__version__}")
    parser.add_argument("--self-test", action="store_true", help="check this installation, with a known picture")
    parser.add_argument("--new-window", action="store_true", help="open another window beside the one that is open")
    commands: Any = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Command)
    _add_classify(commands)
    network = commands.add_parser("network", help="layer table, parameters and multiply-accumulates of a network")
    network.add_argument("network", nargs="?", default=BUILT_IN, metavar="NAME|FILE", help=_NETWORK_HELP)
    network.add_argument("--json", action="store_true", help="as JSON")
    _add_weights(commands)
    _add_runs(commands)
    _add_doctor(commands)
    return parser, commands.choices


_NETWORK_HELP = (
    "built-in (default), a weight file, or a published network: resnet18 … resnet152 (v1.5, as torchvision), "
    "resnet50-v1 (as the paper), resnet50-keras (as keras.applications), resnet50-article (the second article's), "
    "resnetv2_50 (pre-activation, as timm), resnet50v2-keras (pre-activation, as keras.applications)"
)


class _Command(_Parser):
    """A command's own parser: whole option names only."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(allow_abbrev=False, **keywords)


def _add_classify(commands: Any) -> None:
    parser = commands.add_parser(
        "classify",
        help="label pictures and folders, to the terminal or to a file",
        epilog="A folder run that was interrupted goes on when the same command is given again.",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="pictures and folders")
    for section in CLASSIFY:
        _add_options(parser.add_argument_group(section.title), section.options)


def _add_doctor(commands: Any) -> None:
    doctor = commands.add_parser(
        "doctor", help="versions, devices with the reason for each choice, folders, a short self-test"
    )
    doctor.add_argument(
        "--bench", action="store_true", help="measure exact, fast and turbo here instead; takes some fifteen seconds"
    )
    network = "with --bench: a weight file, or a name in 'weights list' (built-in)"
    doctor.add_argument("--network", default=BUILT_IN, metavar="NAME|FILE", help=network)
    doctor.add_argument("--device", default="auto", metavar="DEVICE", help="with --bench: as 'classify' has it (auto)")
    pictures = "with --bench: pictures and folders; without any, the sample pictures"
    doctor.add_argument("paths", nargs="*", metavar="PATH", help=pictures)


def _add_weights(commands: Any) -> None:
    weights = commands.add_parser("weights", help="published networks: list, download, add, verify, convert, remove")
    acts = weights.add_subparsers(
        dest="act", required=True, metavar="list|info|download|add|verify|convert|remove", parser_class=_Command
    )
    listing = acts.add_parser("list", help="the published networks the program knows, and which are installed")
    info = acts.add_parser("info", help="all that is known of one: source, licence, hash, accuracy, preprocessing")
    info.add_argument("name", metavar="NAME|FILE", help="a name in 'weights list', or a weight file")
    for parser in (listing, info):
        parser.add_argument("--json", action="store_true", help="as JSON")
    download = acts.add_parser("download", help="fetch them; what was cut off goes on where it stopped")
    download.add_argument("names", nargs="+", metavar="NAME", help="names in 'weights list'")
    download.add_argument("--file", metavar="FILE", help="take this file, fetched elsewhere, instead of a connection")
    add = acts.add_parser("add", help="take over files of the catalogue that you have already")
    add.add_argument("files", nargs="+", metavar="FILE", help="they are copied once their hashes fit")
    verify = acts.add_parser("verify", help="compare all bytes with what was published")
    verify.add_argument("names", nargs="*", metavar="NAME", help="all that are installed if none is named")
    remove = acts.add_parser("remove", help="delete them from the program's folder")
    remove.add_argument("names", nargs="+", metavar="NAME", help="names in 'weights list'")
    convert = acts.add_parser("convert", help="write any weight file as .safetensors, with all it needs to know")
    convert.add_argument("source", metavar="NAME|FILE", help="what to read")
    convert.add_argument("target", metavar="OUT.safetensors", help="what to write")
    convert.add_argument("--half", action="store_true", help="kernels and matrices as float16: half the bytes")
    convert.add_argument("--force", action="store_true", help="replace a file that is there")
    _add_options(convert, [row for row in rows(NetworkOptions) if row.field != "network"])


def _add_runs(commands: Any) -> None:
    runs = commands.add_parser("runs", help="list, show, export or delete finished and unfinished runs")
    acts = runs.add_subparsers(dest="act", required=True, metavar="list|show|export|delete", parser_class=_Command)
    acts.add_parser("list", help="all runs, newest first")
    for act, text in (("show", "what a run is and how far it came"), ("export", "write a run's table")):
        parser = acts.add_parser(act, help=text)
        parser.add_argument("run", metavar="RUN", help="its name in 'runs list', or the beginning of it")
        if act == "export":
            _add_options(parser, (*TABLES, *in_help(Group.TABLE)))
    delete = acts.add_parser("delete", help="delete runs; the pictures and written tables stay")
    delete.add_argument("run", nargs="+", metavar="RUN", help="names in 'runs list', or their beginnings")


def _add_options(parser: Any, options: Sequence[Option]) -> None:
    for option in options:
        common = {"dest": option.field, "help": option.help_text, "default": option.default}
        if option.kind is bool:
            parser.add_argument(option.flag, action="store_const", const=not option.default, **common)
            continue
        parser.add_argument(
            option.flag,
            type=_converter(option),
            choices=tuple(map(written, option.choices)) or None,
            metavar=option.help and option.help.metavar,
            **common,
        )


def _converter(option: Option) -> Callable[[str], Any]:
    """From an option's text to its value; argparse itself says which choices there are."""
    if option.choices:
        return int if option.kind is int else str

    def convert(text: str) -> Any:
        try:
            return option.read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert
