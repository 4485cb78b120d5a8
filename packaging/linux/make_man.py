"""Makes the manual page from the real argument parser: `python packaging/linux/make_man.py`.

Commands, options and their texts are those of resnet_gui/cli/arguments.py; what stands around them is below.
tests/unit/packaging/test_desktop.py fails when resnet-gui.1 is not what this makes.
"""

import argparse
import re
import textwrap
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

from resnet_gui import __version__
from resnet_gui.cli.arguments import make_parsers

HERE = Path(__file__).parent
PAGE = HERE / "resnet-gui.1"
METAINFO = HERE / "io.github.resnet_gui.resnet_gui.metainfo.xml"

WINDOW = """\
Pictures named are classified, of a folder all pictures are labelled, a weight file becomes the network in use, a recipe
sets everything. After "--" everything is a path.
"""
EXIT = (
    ("0", "Done. Pictures that could not be read are rows of the table, with the reason; they change no exit status."),
    ("1", "It could not be done; one sentence on standard error says why."),
    ("2", "Wrong usage."),
    ("130", "Interrupted; a folder's run goes on when the same command is given again."),
)
VARIABLES = (
    ("RESNET_GUI_HOME", "One folder for all that the program writes, in place of those under FILES."),
    ("HTTPS_PROXY", "The proxy for 'weights download', the one command that opens a connection."),
)
FILES = (
    ("~/.local/share/resnet-gui/", "Runs, one SQLite file each, and downloaded weights."),
    ("~/.config/resnet-gui/", "What was chosen in the window."),
    ("~/.cache/resnet-gui/", "Compiled networks and previews; may be deleted at any time."),
    ("~/.local/state/resnet-gui/log/", "What happened inside, for a report when something went wrong."),
)
EXAMPLES = (
    ("resnet-gui photos/", "The window, with this folder dropped on it."),
    ("resnet-gui classify photos/ --csv labels.csv", "The same without a window."),
    ("resnet-gui classify cat.jpg --crops 10", "Ten crops, and how many of them agree."),
    ("resnet-gui weights download resnet152", "A published network: fetched, verified, resumed."),
)


def manual_page() -> str:
    """The page, as man(7) source."""
    parser, _ = make_parsers()
    parts = [
        f'.TH RESNET\\-GUI 1 "{release_date()}" "resnet\\-gui {__version__}" "User Commands"\n',
        ".SH NAME\nresnet\\-gui \\- see what a ResNet sees, in one picture or in a hundred thousand\n",
        ".SH SYNOPSIS\n",
        ".br\n".join(f"{line}\n" for line in synopsis(parser)),
        ".SH DESCRIPTION\n",
        f"{_running(str(parser.epilog))}\n{_running(WINDOW)}\n",
        ".SH OPTIONS\n",
        *(_entry(action) for action in options_of(parser)),
        ".SH COMMANDS\n",
        *(_command(name, command, about) for name, command, about in commands_of(parser)),
        _list("EXIT STATUS", EXIT, "B"),
        _list("ENVIRONMENT", VARIABLES, "B"),
        _list("FILES", FILES, "I"),
        _list("EXAMPLES", EXAMPLES, "B"),
    ]
    return "".join(parts)


def release_date() -> str:
    """The newest release's date in the AppStream metadata: a page made again tomorrow is the same."""
    release = ElementTree.parse(METAINFO).getroot().find("releases/release")
    if release is None:
        raise ValueError(f"{METAINFO.name} names no release")
    return release.attrib["date"]


def synopsis(parser: argparse.ArgumentParser) -> Iterator[str]:
    """One line for the window, one for each command."""
    yield _call("resnet-gui", parser).replace("\\fIoptions\\fR", "\\fB\\-\\-new\\-window\\fR") + " [\\fIPATH\\fR ...]"
    for name, command, _ in commands_of(parser):
        yield _call(name, command)


def commands_of(
    parser: argparse.ArgumentParser, before: str = "resnet-gui"
) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    """Each command as it is typed, its parser and its help; "weights" and "runs" by the acts below them."""
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for name, command in action.choices.items():
            below = list(commands_of(command, f"{before} {name}"))
            yield from below or [(f"{before} {name}", command, helps[name])]


def options_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """What the parser takes, but for its commands."""
    return [action for action in parser._actions if not isinstance(action, argparse._SubParsersAction)]


def escape(text: str) -> str:
    """Plain text for man(7): hyphens that can be copied, no line that is taken for a request, ASCII throughout."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)
    return "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in text)


def _call(name: str, command: argparse.ArgumentParser) -> str:
    """How a command is typed."""
    actions = options_of(command)
    optional = " [\\fIoptions\\fR]" if any(action.option_strings for action in actions[1:]) else ""  # [0] is --help
    values = "".join(f" {_value(action)}" for action in actions if not action.option_strings)
    return f"\\fB{escape(name)}\\fR{optional}{values}"


def _value(action: argparse.Action) -> str:
    """What a person writes for it: FILE, [FILE], FILE ..., {a,b}."""
    if action.choices is not None and action.metavar is None:
        return "{" + ",".join(f"\\fB{escape(str(choice))}\\fR" for choice in action.choices) + "}"
    name = "|".join(f"\\fI{escape(part)}\\fR" for part in str(action.metavar or action.dest).split("|"))
    forms = {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} ..."}
    return forms.get(str(action.nargs), name)


def _entry(action: argparse.Action) -> str:
    """An option or a value, and below it what it means."""
    names = ", ".join(f"\\fB{escape(name)}\\fR" for name in action.option_strings)
    value = "" if action.option_strings and action.nargs == 0 else _value(action)
    about = (action.help or "").replace("%%", "%")
    return f".TP\n{' '.join(filter(None, (names, value)))}\n{_running(about)}\n"


def _command(name: str, command: argparse.ArgumentParser, about: str) -> str:
    """A command with its options, group by group."""
    sentence = f"{about[:1].upper()}{about[1:]}."
    parts = [f'.SS "{escape(name)}"\n{_call(name, command)}\n.PP\n{_running(sentence)}\n']
    if command.epilog:
        parts.append(f"{_running(command.epilog)}\n")
    for group in command._action_groups:
        entries = [_entry(action) for action in group._group_actions if action.dest != "help"]
        own = group.title not in ("positional arguments", "options")
        if entries and own:
            parts.append(f".PP\n{_running(str(group.title).capitalize())}:\n")
        parts.extend(entries)
    return "".join(parts)


def _list(title: str, rows: tuple[tuple[str, str], ...], font: str) -> str:
    entries = "".join(f".TP\n\\f{font}{escape(name)}\\fR\n{_running(text)}\n" for name, text in rows)
    return f'.SH "{title}"\n{entries}'


def _running(text: str) -> str:
    """Running text, each sentence on a line of its own and none longer than a terminal is wide."""
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", " ".join(text.split()))
    return escape("\n".join("\n".join(textwrap.wrap(sentence, 66, break_on_hyphens=False)) for sentence in sentences))


if __name__ == "__main__":
    PAGE.write_text(manual_page(), encoding="ascii")
