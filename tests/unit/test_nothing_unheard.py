"""Over the source: a signal that is declared is listened to, and a sentence that a function returns is read."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import resnet_gui

ROOT = Path(resnet_gui.__file__).parent
SENTENCE = {"str", "str | None"}
"""What a function returns that says something, or why not."""


def sources() -> dict[str, str]:
    """Every module of the program."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}


def unheard(texts: Iterable[str]) -> list[str]:
    """Signals that are declared and at most emitted, by name: another one's being handed on is no listener.

    `app.dialogs` names them as keys of a table.
    """
    declared, used = set(), set()
    for text in texts:
        tree = ast.parse(text)
        declared |= set(re.findall(r"^    (\w+) = Signal\(", text, re.MULTILINE))
        speaking = {
            node
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            for node in {"emit": [call.func.value], "connect": call.args}.get(call.func.attr, [])
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node not in speaking:
                used.add(node.attr)
            if isinstance(node, ast.Dict):
                used |= {key.value for key in node.keys if isinstance(key, ast.Constant)}
    return sorted(declared - used)


def unread(modules: Mapping[str, str]) -> list[str]:
    """Calls whose sentence is thrown away, where every function of that name returns one."""
    trees = {name: ast.parse(text) for name, text in modules.items()}
    returned: dict[str, set[str]] = defaultdict(set)
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                returned[node.name].add("" if node.returns is None else ast.unparse(node.returns))
    sentences = {name for name, kinds in returned.items() if kinds <= SENTENCE}
    return [
        f"{module}:{line} {name}" for module, tree in trees.items() for name, line in thrown(tree) if name in sentences
    ]


def thrown(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The functions that are called for nothing but their effect, by the last part of their names; and where."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            yield getattr(called, "attr", getattr(called, "id", "")), node.lineno


def test_every_signal_has_a_listener() -> None:
    assert unheard(sources().values()) == []


def test_no_sentence_is_thrown_away() -> None:
    assert unread(sources()) == []


def test_what_is_looked_for_is_found() -> None:
    """Both as they once stood in the program."""
    panel = "class Panel:\n    seen = Signal(int)\n    handed_on = Signal(int)\n    heard = Signal(int)\n"
    wiring = "panel.handed_on.connect(self.seen)\npanel.heard.connect(print)\npanel.seen.emit(1)\n"
    assert unheard([panel, wiring]) == ["seen"]
    assert unheard([panel, wiring, "acts = ((panel.seen, print),)"]) == []
    assert unheard([panel, wiring, "acts = {'seen': print}"]) == []
    flow = "def closing(context) -> str:\n    return 'it could not be saved'\n"
    assert unread({"flow.py": flow, "program.py": "def end():\n    flow.closing(context)\n"}) == [
        "program.py:2 closing"
    ]
    assert unread({"flow.py": flow, "program.py": "said = flow.closing(context)\n"}) == []
