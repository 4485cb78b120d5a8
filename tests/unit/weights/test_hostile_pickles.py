"""Pickles that try to run something: refused by name, in both layouts, and nothing has run."""

import os
import pickle
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resnet_gui.errors import WeightsError
from resnet_gui.weights.readers.checkpoint import NESTED_KEYS
from resnet_gui.weights.readers.torch_pickle import read
from tests.helpers.watched_reading import read_watched, require_proc
from tests.unit.weights.files import LAYOUTS, Call, Storage, pickled, tensor
from tests.unit.weights.torch_files import new_object


def word(text: str) -> bytes:
    """The operand of SHORT_BINSTRING."""
    return bytes([len(text)]) + text.encode()


class Reducing:
    """Pickled as a call of a real function: Python's own unpickler would run it."""

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self.parts = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self.parts


def hostile(marker: Path) -> dict[str, bytes]:
    """Each would make the file `marker` if it ran."""
    command = f"touch {marker}"
    code = f"open({str(marker)!r}, 'w')"
    weights = tensor(Storage("0", 6), (2, 3), (3, 1))
    os_system = b"cos\nsystem\n"
    return {
        "os.system": pickle.dumps(Reducing(os.system, command), 2),
        "os.system, protocol 4": pickle.dumps(Reducing(os.system, command), 4),
        "os.system, protocol 0": pickle.dumps(Reducing(os.system, command), 0),
        "eval": pickle.dumps(Reducing(eval, code), 2),
        "exec of Python 2": pickled(Call("__builtin__.exec", code)),
        "within a checkpoint": pickle.dumps({"epoch": [1, {"x": Reducing(os.system, command)}]}, 2),
        "as a tensor's hooks": pickled(
            {"a": Call("torch._utils._rebuild_tensor_v2", 0, 0, (), (), False, Call("os.system", command))}
        ),
        "getattr": pickled(Call("builtins.getattr", Call("builtins.__import__", "os"), "system")),
        "an attribute of an allowed class": pickled(Call("collections.OrderedDict.fromkeys", [1])),
        "torch's own loader of bytes": pickled(Call("torch.storage._load_from_bytes", b"C\x01x")),
        "torch.load": pickled(Call("torch.load", str(marker))),
        "a module loader": pickled(Call("torch.jit._pickle.restore_type_tag", 1, 2)),
        "INST": f"(S'{command}'\nios\nsystem\n.".encode(),
        "OBJ": b"\x80\x02(cos\nsystem\nU" + bytes([len(command)]) + command.encode() + b"o.",
        "EXT1": b"\x80\x02\x82\x01.",
        "EXT2": b"\x80\x02\x83\x01\x00.",
        "EXT4": b"\x80\x02\x84\x01\x00\x00\x00.",
        "NEWOBJ": b"\x80\x02csubprocess\nPopen\n](U\x05touchU"
        + bytes([len(str(marker))])
        + str(marker).encode()
        + b"e\x85\x81.",
        "NEWOBJ without arguments": b"\x80\x02cos\nsystem\n)\x81.",
        "NEWOBJ_EX": b"\x80\x04\x8c\x02os\x8c\x06system\x93U" + word(command) + b"\x85}\x92.",
        "STACK_GLOBAL": b"\x80\x04\x8c\x02os\x8c\x06system\x93U" + word(command) + b"\x85R.",
        "STACK_GLOBAL of posix": b"\x80\x04\x8c\x05posix\x8c\x06system\x93U" + word(command) + b"\x85R.",
        "PERSID": b"\x80\x02P" + command.encode() + b"\n.",
        "a class of the file's own, called": pickled(Call("resnet_canary.run", str(marker))),
        "a class of the file's own, made with arguments": b"\x80\x02cresnet_canary\nrun\nU"
        + word(str(marker))
        + b"\x85\x81.",
        "a function of numpy that runs text": pickled(Call("numpy.testing._private.utils.runstring", code, {})),
        "torch.hub": pickled(Call("torch.hub.load", str(marker), "model")),
        "a function of TorchScript": pickled(Call("__torch__.os.system", command)),
        "partial": pickled(Call("functools.partial", Call("os.system", command))),
        "a tensor's maker that is none": pickled(
            Call("torch._tensor._rebuild_from_type_v2", "os.system", "os.system", (command,), {})
        ),
        "a tensor made of a call": pickled(
            Call("torch._tensor._rebuild_from_type_v2", b"cos\nsystem\n", 0, (command,), {})
        ),
        "BUILD with __setstate__": b"\x80\x02" + new_object("resnet_canary.Thing", {"__setstate__": os_system}) + b".",
        "a model with a method of its own": b"\x80\x02"
        + new_object(
            "torchvision.models.resnet.ResNet",
            {"_parameters": {"a": weights}, "_buffers": {}, "_modules": {}, "__reduce__": os_system},
        )
        + b".",
        "a program's state of a call": b"\x80\x02"
        + new_object("__torch__.ResNet", {"a": weights, "b": Call("os.system", command)})
        + b".",
        "a class of the file's own as a module": pickled(("module", b"cos\nsystem\n", "a.py", code))[:-1] + b"Q.",
        "BUILD of a tensor's type": b"\x80\x02ctorch\nFloatStorage\n}U\x01aK\x01sb.",
        "SETITEM on a list": b"\x80\x02](K\x01K\x02u.",
        "SETITEM on a tensor": pickled(pickled(weights)[2:-1] + b"K\x01K\x02s"),
        "APPEND to a dictionary": b"\x80\x02}K\x01a.",
        "REDUCE of a word": b"\x80\x02U\x09os.systemU\x01a\x85R.",
        "REDUCE without a tuple": b"\x80\x02ccollections\nOrderedDict\n]R.",
        "a storage's type called": pickled(Call("torch.FloatStorage", 1 << 40)),
        "a pickled module as a storage": pickled(("module", 1, 2, 3))[:-1] + b"Q.",
        "a persistent id that is a word": b"\x80\x02U\x01aQ.",
        "a key that is a tuple": b"\x80\x02}K\x01\x85K\x02s.",
        "another codec": pickled(Call("_codecs.encode", "x", "rot13")),
        "a stack that is empty": b"\x80\x020.",
        "a mark that is missing": b"\x80\x02t.",
        "a memo that is empty": b"\x80\x02h\x07.",
        "no end": b"\x80\x02}",
    }


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", hostile(Path("marker")))
def test_nothing_runs(tmp_path: Path, kind: str, layout: str) -> None:
    marker = tmp_path / "marker"
    path = tmp_path / "file.pth"
    path.write_bytes(LAYOUTS[layout](hostile(marker)[kind], {"0": b"\0" * 24}))
    with pytest.raises(WeightsError, match=r"file\.pth' cannot be used: "):
        read(path)
    assert not marker.exists()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("nesting", ["state_dict", "beside", "metadata"])
def test_nothing_runs_in_the_company_of_good_weights(tmp_path: Path, nesting: str, layout: str) -> None:
    marker = tmp_path / "marker"
    bad = pickle.dumps(Reducing(os.system, f"touch {marker}"), 2)[2:-1]
    state: dict[str, object] = {"a": tensor(Storage("0", 6), (2, 3), (3, 1))}
    saved: object = {
        "state_dict": {"state_dict": {**state, "b": bad}},
        "beside": {"state_dict": state, "optimizer": [bad]},
        "metadata": b"}" + pickled({"state_dict": state, "_metadata": {"": bad}})[3:-1],
    }[nesting]
    path = tmp_path / "file.pth"
    path.write_bytes(LAYOUTS[layout](pickled(saved), {"0": b"\0" * 24}))
    with pytest.raises(WeightsError, match=r"it asks for '(posix|nt)\.system'.*do not trust"):
        read(path)
    assert not marker.exists()


def test_classes_that_are_named_are_never_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown class may stand about in a file with good weights; its module, which lies ready, is not imported."""
    (tmp_path / "resnet_canary.py").write_text(f"open({str(tmp_path / 'marker')!r}, 'w').close()\nclass Thing: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    thing = new_object("resnet_canary.Thing", {"a": 1})
    saved = {
        "state_dict": {"a": tensor(Storage("0", 6), (2, 3), (3, 1))},
        "args": thing,
        "class": b"cresnet_canary\nThing\n",
    }
    path = tmp_path / "file.pth"
    path.write_bytes(LAYOUTS["zip"](pickled(saved), {"0": b"\0" * 24}))
    assert list(read(path).arrays) == ["a"]
    assert not (tmp_path / "marker").exists()
    assert "resnet_canary" not in sys.modules
    import resnet_canary  # the trap is a real one  # type: ignore[import-not-found]

    assert resnet_canary.Thing
    assert (tmp_path / "marker").exists()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_was_asked_for_is_named(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "file.pth"
    path.write_bytes(LAYOUTS[layout](pickle.dumps(Reducing(eval, "1"), 2), {}))
    with pytest.raises(WeightsError, match=r"it asks for 'builtins\.eval'.*do not trust"):
        read(path)


@pytest.mark.parametrize(
    ("name", "advice"), [("torch.hub.load", "save model.state_dict"), ("resnet_canary.run", "do not trust this file")]
)
def test_what_would_be_called_is_named_with_advice(tmp_path: Path, name: str, advice: str) -> None:
    path = tmp_path / "file.pth"
    path.write_bytes(LAYOUTS["zip"](pickled(Call(name, "x")), {}))
    with pytest.raises(WeightsError, match=rf"it asks for '{re.escape(name)}'.*{re.escape(advice)}"):
        read(path)


def doubling_model(levels: int, letters: int = 1, last: int = 1) -> bytes:
    """Each module holds the next one twice, under names that long: 2**levels paths, a tensor at the end of each."""
    weights = {"w" * last: tensor(Storage("0", 6), (2, 3), (3, 1))}
    inner = new_object("torch.M", {"_parameters": weights, "_buffers": {}, "_modules": {}}) + b"q\x010"
    for level in range(1, levels + 1):  # every word overwrites what is kept under 0
        twice = {"a" * letters: b"h" + bytes([level]), "b" * letters: b"h" + bytes([level])}
        module = new_object("torch.M", {"_parameters": {}, "_buffers": {}, "_modules": twice})
        inner += module + b"q" + bytes([level + 1]) + b"0"
    return b"\x80\x02" + inner + b"h" + bytes([levels + 1]) + b"."


def long_names(levels: int) -> bytes:
    """Modules within modules, each under a name of a megabyte, and a tensor in the innermost."""
    name = b"X" + (1 << 20).to_bytes(4, "little") + b"a" * (1 << 20) + b"q\xff0"
    weights = {"weight": tensor(Storage("0", 6), (2, 3), (3, 1))}
    inner = new_object("torch.M", {"_parameters": weights, "_buffers": {}, "_modules": {}}) + b"q\x010"
    for level in range(1, levels + 1):
        modules = b"}h\xffh" + bytes([level]) + b"s"
        inner += new_object("torch.M", {"_parameters": {}, "_buffers": {}, "_modules": modules})
        inner += b"q" + bytes([level + 1]) + b"0"
    return b"\x80\x02" + name + inner + b"h" + bytes([levels + 1]) + b"."


BOMBS = {
    "tuples within tuples": b"\x80\x02N" + b"q\x00h\x00\x86" * 100_000 + b".",
    "nested lists": b"\x80\x02" + b"]" + b"(]" * 100_000 + b".",
    "operations without end": b"\x80\x02" + b"N0" * 2_000_000 + b".",
    "one long list made into dictionaries": b"".join(
        (
            b"\x80\x02](" + b"U\x01aN\x86" * 60_000 + b"eq\x000",
            b"ccollections\nOrderedDict\nq\x010" + b"h\x01h\x00\x85R0" * 60_000 + b"N.",
        )
    ),
    "one long word encoded again and again": b"".join(
        (
            b"\x80\x02X" + (1 << 20).to_bytes(4, "little") + b"a" * (1 << 20) + b"q\x000",
            b"c_codecs\nencode\nq\x010" + b"h\x01h\x00U\x06latin1\x86R" * 60_000 + b".",
        )
    ),
    "a word longer than the file": b"\x80\x02X\xff\xff\xff\xffabc.",
    "lists without end": b"\x80\x02(" + b"]" * 1_900_000 + b"l.",
    "dictionaries kept without end": b"\x80\x02" + b"}\x94" * 950_000 + b".",
    "wide letters": b"\x80\x02("
    + (b"X" + (1 << 20).to_bytes(4, "little") + b"a" * 1_048_572 + "𝄞".encode()) * 50
    + b"l.",
    "objects without end": b"\x80\x02(ctorch\nThing\nq\x000" + b"h\x00)\x81" * 600_000 + b"l.",
    "one large state given to many objects": b"".join(
        (
            b"\x80\x02}(" + b"".join(b"U\x05%05dN" % number for number in range(50_000)) + b"uq\x000",
            b"ctorch\nThing\nq\x010(" + b"h\x01)\x81h\x00b" * 20_000 + b"l.",
        )
    ),
    "tensors of tensors": b"\x80\x02ctorch._tensor\n_rebuild_from_type_v2\nq\x000)q\x010"
    + b"(h\x00Nh\x01Ntq\x010" * 20_000
    + b"h\x00h\x01R.",
    "one large dictionary under every key": b"".join(
        (
            b"\x80\x02}(" + b"".join(b"U\x05%05dN" % number for number in range(100_000)) + b"uq\x010",
            *(b"}(" + b"".join(b"U" + word(key) + b"h\x01" for key in NESTED_KEYS) + b"uq\x010" for _ in range(3)),
            b"h\x01.",
        )
    ),
    "storages without end": b"\x80\x02(U\x07storagectorch\nFloatStorage\nU\x01aU\x03cpuK\x01tq\x000("
    + b"h\x00Q" * 900_000
    + b"l.",
    "a dictionary within itself": b"\x80\x02}q\x00U\x05modelh\x00sU\x03emah\x00sU\x04metah\x00s.",
    "a model within itself": b"\x80\x02ctorch\nM\n)\x81q\x00"
    b"}(U\x0b_parameters}U\x08_buffers}U\x08_modules}U\x01ah\x00sub.",
    "models that double with each level": doubling_model(40),
    "models that double and have long names": doubling_model(17, 990),
    "models that double and end in a long name": doubling_model(11, 1, 1 << 20),
    "models with long names": long_names(60),
    "names of classes that are long and many": b"\x80\x02}U\x07classes(X"
    + (1 << 20).to_bytes(4, "little")
    + b"a" * (1 << 20)
    + b"q\x01"
    + b"h\x01" * 90_000
    + b"ls.",
}
"""None holds weights; each would take hours or gigabytes if it were believed."""


@pytest.mark.slow
def test_bombs_end_soon_and_in_little_memory(tmp_path: Path) -> None:
    """In one process of its own: little beside what they ask for."""
    require_proc()
    for number, pickle_bytes in enumerate(BOMBS.values()):
        (tmp_path / f"{number:02}.pth").write_bytes(LAYOUTS["zip"](pickle_bytes, {"0": b"\0" * 24}))
    outcomes = dict(zip(BOMBS, read_watched(tmp_path), strict=True))
    for bomb, outcome in outcomes.items():
        assert "cannot be used: " in outcome.message, bomb
        assert outcome.events == [], bomb
        assert outcome.seconds < 10, bomb
        assert outcome.peak_mb < 400, bomb


def test_reading_hostile_files_opens_and_runs_nothing(tmp_path: Path) -> None:
    """Python's audit events of a process that reads them all: nothing but the files themselves is opened."""
    require_proc()
    marker = tmp_path / "marker"
    folder = tmp_path / "files"
    folder.mkdir()
    kinds = [(kind, layout) for kind in hostile(marker) for layout in LAYOUTS]
    for number, (kind, layout) in enumerate(kinds):
        (folder / f"{number:03}.pth").write_bytes(LAYOUTS[layout](hostile(marker)[kind], {"0": b"\0" * 24}))
    outcomes = read_watched(folder)
    assert len(outcomes) == len(kinds)
    for kind, outcome in zip(kinds, outcomes, strict=True):
        assert "cannot be used: " in outcome.message, kind
        assert outcome.events == [], kind
    assert not marker.exists()
