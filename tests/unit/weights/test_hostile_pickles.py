"""Pickles that try to run something: refused by name, in both layouts, and nothing has run."""

import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resnet_gui.errors import WeightsError
from resnet_gui.weights.readers.torch_pickle import read
from tests.unit.weights.files import LAYOUTS, Call, Storage, pickled, tensor


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
def test_what_was_asked_for_is_named(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "file.pth"
    path.write_bytes(LAYOUTS[layout](pickle.dumps(Reducing(eval, "1"), 2), {}))
    with pytest.raises(WeightsError, match=r"it asks for 'builtins\.eval'.*do not trust"):
        read(path)


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
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_end_soon(tmp_path: Path, bomb: str) -> None:
    path = tmp_path / "file.pth"
    path.write_bytes(LAYOUTS["zip"](BOMBS[bomb], {}))
    start = time.process_time()
    with pytest.raises(WeightsError):
        read(path)
    assert time.process_time() - start < 10
