"""Keras files that mean harm: links out and in circles, lying sizes, archives that swell; nothing outside is read."""

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from resnet_gui.errors import WeightsError
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.readers import hdf5, hdf5_file, keras_zip
from tests.unit.weights.files import TINY_KERAS, random_arrays
from tests.unit.weights.keras_models import article, variables, write_keras_zip, write_weights_h5

GROUPS = variables(random_arrays(TINY_KERAS), TINY_KERAS)
CONFIG = article(TINY_KERAS, pool_size=28).config()
KERNEL = "layers/conv2d/vars/0"


def weights_h5(folder: Path) -> Path:
    write_weights_h5(folder / "a.weights.h5", GROUPS)
    return folder / "a.weights.h5"


def _virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
    file.create_virtual_dataset(KERNEL, layout)


def _link_layers(file: h5py.File) -> None:
    """Each group holds the next twice: 2 to the power of 9 groups, where there are 10."""
    for number in range(9):
        place = file.create_group(f"g{number}")
        del place
    for number in range(8):
        for name in ("a", "b"):
            file[f"g{number}/{name}"] = file[f"g{number + 1}"]


HARM: dict[str, tuple[Callable[[h5py.File], object], str]] = {
    "external link": (lambda f: f.__setitem__(KERNEL, h5py.ExternalLink("other.h5", "/x")), "a link to somewhere else"),
    "soft link": (lambda f: f.__setitem__(KERNEL, h5py.SoftLink("/layers/conv2d/vars/1")), "a link to somewhere else"),
    "external layer": (lambda f: f.__setitem__("layers/x", h5py.ExternalLink("o.h5", "/")), "a link to somewhere else"),
    "external storage": (
        lambda f: f.create_dataset(KERNEL, (4,), "f4", external=[("/etc/passwd", 0, 16)]),
        "lies in another file",
    ),
    "virtual": (_virtual, "lies in another file"),
    "a terabyte": (lambda f: f.create_dataset(KERNEL, (1 << 20, 1 << 18), "f4", chunks=(1, 1 << 10)), "does not hold"),
    "a shape beyond 64 bits": (
        lambda f: f.create_dataset(KERNEL, (1 << 31, 1 << 31, 4), "f4", chunks=(1, 1, 4)),
        "does not hold",
    ),
    "never written": (lambda f: f.create_dataset(KERNEL, (100,), "f4"), "does not hold"),
    "compressed": (lambda f: f.create_dataset(KERNEL, data=np.zeros(9999), compression="gzip"), "compressed"),
    "chunks of a gigabyte": (
        lambda f: f.create_dataset(KERNEL, (4,), "f4", chunks=(1 << 28,), maxshape=(None,)),
        "chunks larger than the file",
    ),
    "a group within itself": (lambda f: f.__setitem__("layers/conv2d/more", f["layers"]), "hold one another"),
    "one group many times": (_link_layers, "hold one another"),
    "too deep": (lambda f: f.create_group("/".join("abcdefghijklmnopqrst")), "nested deeper"),
    "another count": (lambda f: f.__setitem__("layers/conv2d/vars/kernel", np.ones(2)), "where Keras counts"),
    "a name that is no word": (lambda f: f["layers/conv2d/vars"].attrs.create("name", 3), "holds no words"),
    "words": (lambda f: f.create_dataset(KERNEL, data=np.array([b"abc"])), "holds no numbers"),
    "nothing": (lambda f: f.create_dataset(KERNEL, data=h5py.Empty("f4")), "holds no numbers"),
    "a layer of nothing": (lambda f: f.create_dataset(KERNEL, (0, 4), "f4"), "does not hold"),
}


@pytest.mark.parametrize("kind", HARM)
def test_harmful_layouts_of_keras_3_are_refused(tmp_path: Path, kind: str) -> None:
    harm, words = HARM[kind]
    path = weights_h5(tmp_path)
    with h5py.File(path, "r+") as file:
        del file[KERNEL]
        harm(file)
    with pytest.raises(WeightsError, match=rf"a\.weights\.h5' cannot be used: .*{words}"):
        hdf5.read(path)


def test_no_link_is_followed_even_to_look(tmp_path: Path) -> None:
    """The file that is linked to is good; were it opened, the outcome would be another."""
    write_weights_h5(tmp_path / "other.h5", GROUPS)
    for place in ("model_weights", "layers", "layers/conv2d", "_layer_checkpoint_dependencies"):
        path = tmp_path / "a.h5"
        with h5py.File(path, "w") as file:
            file[place] = h5py.ExternalLink("other.h5", place if place.startswith("layers") else "/layers")
        with pytest.raises(WeightsError, match="a link to somewhere else"):
            hdf5.read(path)


def test_a_text_that_a_list_names_many_times_is_not_copied_each_time(tmp_path: Path) -> None:
    """One text of a megabyte, a thousand times: made by pointing each word of a list at the same place."""
    words = ["x" * (1 << 20), *(f"layer{number:04}" for number in range(1000))]
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.attrs["layer_names"] = np.array(words, h5py.string_dtype())
    content = (tmp_path / "a.h5").read_bytes()
    # A word: its length in 4 bytes, its heap's address in 8, its number there in 4.
    (first,) = re.finditer(rb"\x00\x00\x10\x00.{12}(\x09\x00\x00\x00.{12}){1000}", content, re.DOTALL)
    same = first[0][:16] * 1001
    (tmp_path / "a.h5").write_bytes(content[: first.start()] + same + content[first.end() :])
    with pytest.raises(WeightsError, match="more text than any network has"):
        hdf5.read(tmp_path / "a.h5")


def test_a_text_that_claims_gigabytes_is_refused_before_room_is_made_for_it(tmp_path: Path) -> None:
    """HDF5's library fills two gigabytes with zeros before it looks whether there is such a text."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.attrs["layer_names"] = np.array(["one", "seventeen letters"], h5py.string_dtype())
    content = (tmp_path / "a.h5").read_bytes()
    at = content.index(struct.pack("<L", 17), content.index(b"layer_names"))
    (tmp_path / "a.h5").write_bytes(content[:at] + struct.pack("<L", 0x7F00_0000) + content[at + 4 :])
    with pytest.raises(WeightsError, match="layer_names claims more text than any network has"):
        hdf5.read(tmp_path / "a.h5")


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_attributes_are_found_in_both_layouts_of_headers_and_in_further_blocks(tmp_path: Path, libver: str) -> None:
    """What is added after something else makes the library add blocks to the header."""
    with h5py.File(tmp_path / "a.h5", "w", libver=libver) as file:
        for number in range(7):
            file.attrs[f"{number}"] = np.array(["x" * number, "äöü"], h5py.string_dtype())
            file[f"more{number}"] = np.arange(5)
            file.flush()
    assert (b"OCHK" in (tmp_path / "a.h5").read_bytes()) == (libver == "latest")
    with hdf5_file.open_hdf5(tmp_path / "a.h5") as opened:
        for number in range(7):
            assert opened.words(opened.root, f"{number}") == ["x" * number, "äöü"]


def zipped(folder: Path, **parts: bytes) -> Path:
    path = folder / "a.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def keras_parts() -> dict[str, bytes]:
    weights = io.BytesIO()
    write_weights_h5(weights, GROUPS)
    return {"config.json": json.dumps(CONFIG).encode(), "model.weights.h5": weights.getvalue()}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_parts_may_be_packed_or_not_and_others_are_left_alone(tmp_path: Path, compression: int) -> None:
    """A part that would be written elsewhere, were the archive unpacked, is never looked at."""
    extra = {"../../evil.txt": b"x", "/tmp/evil.txt": b"x", "assets/words.txt": b"x"}
    path = write_keras_zip(tmp_path / "a.keras", GROUPS, CONFIG, compression=compression, extra=extra)
    assert load_weights(str(path)).network.classes == 11
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.keras"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model.weights.h5": b""}, "no HDF5|damaged"),
        ({"model.weights.h5": b"PK\x03\x04" * 100}, "damaged"),
        ({"config.json": b"{"}, "not what Keras writes"),
        ({"config.json": b"[" * 100_000}, "not what Keras writes"),
        ({"config.json": b'{"class_name": "Functional", "config": {"layers": 3}}'}, "not what Keras writes|of its own"),
        ({"config.json": b'{"class_name": "Mine", "config": {"units": 3}}'}, "class of its own"),
        ({"config.json": b"\xff\xfe"}, "not what Keras writes"),
    ],
)
def test_parts_that_are_not_what_they_are_called_are_refused(
    tmp_path: Path, change: dict[str, bytes], words: str
) -> None:
    with pytest.raises(WeightsError, match=words):
        load_weights(str(zipped(tmp_path, **{**keras_parts(), **change})))


def test_other_ways_of_keeping_weights_are_refused_with_the_reason(tmp_path: Path) -> None:
    config = keras_parts()["config.json"]
    for parts, words in [
        ({"config.json": config, "model.weights.npz": b"x"}, "npz with pickled parts"),
        ({"config.json": config, "model.weights.json": b"{}"}, "several shards"),
        ({"config.json": config}, "no 'model.weights.h5'"),
    ]:
        with pytest.raises(WeightsError, match=words):
            load_weights(str(zipped(tmp_path, **parts)))
    (tmp_path / "model.weights.json").write_text('{"metadata": {}, "weight_map": {}}')
    with pytest.raises(WeightsError, match="several shards"):
        load_weights(str(tmp_path / "model.weights.json"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, **keras_parts())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("config.json", b"{}")
    with pytest.raises(WeightsError, match="two parts of the name"):
        keras_zip.read(path)


def test_an_archive_that_swells_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b"{}")
        with archive.open("model.weights.h5", "w") as part:
            for _ in range(64):
                part.write(bytes(1 << 20))
    assert path.stat().st_size < 100_000
    with pytest.raises(WeightsError, match="claims 67,108,864 bytes, which the file does not hold"):
        keras_zip.read(path)


def test_a_part_that_is_longer_than_it_claims_gives_no_more_than_that(tmp_path: Path) -> None:
    """The directory says 1,000 bytes; what is packed there are 64 megabytes."""
    path = tmp_path / "a.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b"{}")
        archive.writestr("model.weights.h5", bytes(64 << 20))
    content = bytearray(path.read_bytes())
    for signature, crc_at, size_at in ((b"PK\x03\x04", 14, 22), (b"PK\x01\x02", 16, 24)):
        at = content.rindex(signature)
        content[at + crc_at : at + crc_at + 4] = struct.pack("<L", zlib.crc32(bytes(1000)))
        content[at + size_at : at + size_at + 4] = struct.pack("<L", 1000)
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="damaged"):
        keras_zip.read(path)


@pytest.mark.parametrize(
    ("offset", "value", "words"),
    [
        (10, struct.pack("<H", 12), "packed in a way"),  # bzip2
        (8, struct.pack("<H", 1), "encrypted"),
        (24, struct.pack("<L", 1 << 31), "which the file does not hold"),
        (20, struct.pack("<L", 1 << 31), "goes beyond the directory"),
        (42, struct.pack("<L", 1 << 30), "goes beyond the directory"),
        (16, struct.pack("<L", 1), "damaged"),  # check sum
    ],
)
def test_a_directory_that_lies_is_refused(tmp_path: Path, offset: int, value: bytes, words: str) -> None:
    path = zipped(tmp_path, **keras_parts())
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02") + offset
    content[at : at + len(value)] = value
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=words):
        keras_zip.read(path)


def test_a_directory_of_a_million_parts_is_not_read(tmp_path: Path) -> None:
    path = zipped(tmp_path, **keras_parts())
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x05\x06") + 12
    content[at : at + 4] = struct.pack("<L", 50 << 20)
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="does not fit the file"):
        keras_zip.read(path)


@pytest.mark.parametrize("share", [0.0001, 0.1, 0.5, 0.9, 0.9999])
def test_an_archive_cut_anywhere_is_refused(tmp_path: Path, share: float) -> None:
    path = zipped(tmp_path, **keras_parts())
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(WeightsError):
        load_weights(str(path))
