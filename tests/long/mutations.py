"""Changes of good weight files: of their bytes, the operations of their pickles, their JSON, their zip entries.

Each takes what it changes and a `random.Random`, so that a seed says everything about an input.
"""

import io
import json
import pickletools
import struct
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

NUMBERS = (0, 1, 2, 7, 8, 127, 128, 255, 256, 1 << 15, (1 << 16) - 1, 1 << 16, (1 << 31) - 1, 1 << 31, (1 << 32) - 1,
           1 << 32, (1 << 40) - 1, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)  # fmt: skip
"""Where sizes wrap round, become negative or end."""
NAMES = ("os.system", "builtins.eval", "collections.OrderedDict", "torch._utils._rebuild_tensor_v2",
         "torch.HalfStorage",
         "torch._utils._rebuild_parameter", "torch.Size", "_codecs.encode", "torch.jit._pickle.restore_type_tag",
         "builtins.set", "functools.partial", "torch._tensor._rebuild_from_type_v2", "torch.nn.Module", "torch.device",
         "torch._utils._rebuild_tensor_v3", "__torch__.Net", "collections.defaultdict")  # fmt: skip
"""Globals that may be called, may stand about, or may not be there."""
_ENTRY_FIELDS = (
    (8, "<H"),
    (10, "<H"),
    (16, "<L"),
    (20, "<L"),
    (24, "<L"),
    (28, "<H"),
    (30, "<H"),
    (32, "<H"),
    (42, "<L"),
)
_LOCAL_FIELDS = ((0, "<L"), (6, "<H"), (8, "<H"), (18, "<L"), (22, "<L"), (26, "<H"), (28, "<H"))
_END_FIELDS = ((0, "<L"), (8, "<H"), (10, "<H"), (12, "<L"), (16, "<L"), (20, "<H"))


def change_bytes(content: bytes, random: Random, others: Sequence[bytes] = ()) -> bytes:
    """One to four changes: bits turned, numbers overwritten, parts cut, doubled, moved, or taken from another file."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 4))):
        if len(changed) < 16:
            break
        at = random.randrange(len(changed))
        length = min(random.choice((1, 2, 4, 8, 30, 64, 500, 5000)), len(changed) - at)
        match random.randrange(8):
            case 0:
                changed[at] ^= 1 << random.randrange(8)
            case 1:
                changed[at] = random.randrange(256)
            case 2:
                number = random.choice(NUMBERS) + random.choice((0, 0, 1, -1))
                form = random.choice("HLQ")
                size = struct.calcsize("<" + form)
                changed[at : at + size] = (number % (1 << 8 * size)).to_bytes(size, random.choice(("little", "big")))
            case 3:
                del changed[at:]
            case 4:
                del changed[at : at + length]
            case 5:
                changed[at:at] = changed[at : at + length]
            case 6:
                to = random.randrange(len(changed))
                changed[to : to + length] = changed[at : at + length]
            case 7:
                other = random.choice(others) if others else content
                begin = random.randrange(len(other))
                changed[at : at + length] = other[begin : begin + length]
    return bytes(changed)


def change_pickle(pickle_bytes: bytes, random: Random) -> bytes:
    """One to three operations taken out, doubled, swapped, replaced, or given another operand."""
    operations = _operations(pickle_bytes)
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(1, len(operations))
        match random.randrange(7):
            case 0:
                del operations[at]
            case 1:
                operations.insert(at, random.choice(operations))
            case 2:
                other = random.randrange(1, len(operations))
                operations[at], operations[other] = operations[other], operations[at]
            case 3:
                operations[at:at] = operations[at : at + random.choice((5, 40))] * random.choice((1, 1, 50))
            case 4:
                operations[at] = _operation(random)
            case 5:
                operations.insert(at, _operation(random))
            case 6:
                operations[at] = _other_operand(operations[at], random)
        if len(operations) < 3:
            break
    return b"".join(operations)


def _operations(pickle_bytes: bytes) -> list[bytes]:
    begins = [position for _, _, position in pickletools.genops(pickle_bytes) if position is not None]
    return [pickle_bytes[begin:end] for begin, end in zip(begins, [*begins[1:], len(pickle_bytes)], strict=True)]


def _operation(random: Random) -> bytes:
    """Any operation: of a number, a name, a word, a place in the memo, or without operand."""
    module, _, name = random.choice(NAMES).rpartition(".")
    return random.choice(
        (
            b"\x8a\x09" + (random.choice(NUMBERS)).to_bytes(9, "little"),
            b"J" + struct.pack("<l", random.choice((-1, 0, 1, 1 << 20, -(1 << 31)))),
            f"c{module}\n{name}\n".encode(),
            b"X\x05\x00\x00\x00model",
            b"h" + bytes([random.randrange(256)]),
            b"q" + bytes([random.randrange(256)]),
            bytes([random.choice(b"().012NQRabdeilostu\x81\x85\x86\x87\x88\x89\x8f\x90\x92\x93\x94]})")]),
            bytes([random.randrange(256)]),
        )
    )


def _other_operand(operation: bytes, random: Random) -> bytes:
    changed = bytearray(operation)
    if len(changed) > 1:
        changed[random.randrange(1, len(changed))] = random.choice((0, 1, 127, 128, 255, random.randrange(256)))
    return bytes(changed)


def change_zip_pickle(content: bytes, random: Random) -> bytes:
    """A zip file whose pickle is changed, and all the rest agrees with that."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(target, "w") as changed:
        for name in archive.namelist():
            part = archive.read(name)
            changed.writestr(zipfile.ZipInfo(name), change_pickle(part, random) if name.endswith("data.pkl") else part)
    return target.getvalue()


def change_zip_entry(content: bytes, random: Random) -> bytes:
    """A number of the zip file's directory, of a part's own header, or of the end replaced."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 2))):
        signature, fields = random.choice(
            ((b"PK\x01\x02", _ENTRY_FIELDS), (b"PK\x03\x04", _LOCAL_FIELDS), (b"PK\x05\x06", _END_FIELDS))
        )
        places = _all_places(content, signature)
        offset, form = random.choice(fields)
        at = random.choice(places) + offset
        old = struct.unpack_from(form, content, at)[0]
        bits = 8 * struct.calcsize(form)
        number = random.choice((old + 1, old - 1, 2 * old, *NUMBERS, *places))
        struct.pack_into(form, changed, at, number % (1 << bits))
    return bytes(changed)


def _all_places(content: bytes, signature: bytes) -> list[int]:
    places, at = [], content.find(signature)
    while at >= 0:
        places.append(at)
        at = content.find(signature, at + 1)
    return places


def change_legacy_pickle(content: bytes, random: Random) -> bytes:
    """A file of the legacy layout, one of whose five pickles is changed."""
    parts, stream = [], io.BytesIO(content)
    for _ in range(5):
        begin = stream.tell()
        list(pickletools.genops(stream))  # leaves the stream behind the pickle
        parts.append(content[begin : stream.tell()])
    which = random.choice((0, 1, 2, 3, 3, 3, 3, 4, 4))
    parts[which] = change_pickle(parts[which], random)
    return b"".join(parts) + content[stream.tell() :]


def change_json(content: bytes, random: Random) -> bytes:
    """A .safetensors whose header is changed as JSON, and whose length agrees with that."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    for _ in range(random.choice((1, 1, 2))):
        _change_node(header, random)
    text = json.dumps(header).encode()
    if random.random() < 0.1:
        text = change_bytes(text, random)
    return len(text).to_bytes(8, "little") + text + content[8 + length :]


def _change_node(header: Any, random: Random) -> None:
    """One value somewhere within replaced, taken out or put in a second time."""
    node, path = header, 0
    while isinstance(node, dict | list) and node:
        key = random.choice(list(node)) if isinstance(node, dict) else random.randrange(len(node))
        path += 1
        if not isinstance(node[key], dict | list) or random.random() < 0.3:
            break
        node = node[key]
    else:
        return
    match random.randrange(6):
        case 0:
            del node[key]
        case 1 if isinstance(node, dict):
            node[random.choice(("__metadata__", "dtype", "a", "", "\ud800", "shape"))] = node[key]
        case 2:
            node[key] = random.choice(("F64", "F16", "BF16", "I64", "BOOL", "F8_E4M3", "C64", "U8"))
        case 3 if isinstance(node[key], int):
            node[key] += random.choice((-8, -4, -1, 1, 4, 8))
        case _:
            node[key] = random.choice((None, True, -1, 0.5, "", [], {}, [[]], *NUMBERS))


Change = Callable[[bytes, Random], bytes]
