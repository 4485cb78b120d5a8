"""A recipe's hashes are compared with what is really read, where it is read."""

import hashlib
from pathlib import Path

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.errors import ClassNamesError, WeightsError
from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.runs.pins import check_pins, names_sha256
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.weight_set import ClassName
from tests.unit.weights.files import TINY, random_arrays, torch_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.pth"
    path.write_bytes(torch_file(random_arrays(TINY), "zip"))
    return path


def test_other_weights_are_refused_with_both_hashes_before_a_device_is_asked(file: Path) -> None:
    really = hashlib.sha256(file.read_bytes()).hexdigest()
    cache = NetworkCache()
    choice = NetworkChoice(str(file), sha256="ab12cd34" + "0" * 56)
    with pytest.raises(WeightsError, match=f"net.pth.*begins {really[:8]}.*asks for ab12cd34.*delete the line"):
        cache.borrow(choice, Precision.EXACT, "no such device")
    cache.close()


def test_the_right_ones_pass(file: Path) -> None:
    weights = load_weights(str(file))
    really = hashlib.sha256(file.read_bytes()).hexdigest()
    check_pins(NetworkChoice(str(file), sha256=really, classes_sha256=names_sha256(weights.classes)), weights)
    check_pins(NetworkChoice(str(file)), weights)


def test_other_names_are_refused_whatever_file_they_come_from(file: Path, tmp_path: Path) -> None:
    names = [f"thing {n}" for n in range(TINY.classes)]
    (tmp_path / "names.txt").write_text("\n".join(names))
    (tmp_path / "names.json").write_text("[" + ",".join(f'"{name}"' for name in names) + "]")
    asked = names_sha256(load_weights(str(file), classes=str(tmp_path / "names.txt")).classes)
    same = NetworkChoice(str(file), str(tmp_path / "names.json"), classes_sha256=asked)
    check_pins(same, load_weights(str(file), classes=same.classes))
    (tmp_path / "names.json").write_text((tmp_path / "names.json").read_text().replace("thing 3", "thing three"))
    with pytest.raises(ClassNamesError, match=f"names.json.*asks for {asked[:8]}"):
        check_pins(same, load_weights(str(file), classes=same.classes))


def test_a_hash_of_names_sees_order_number_and_wordnet_id() -> None:
    hashes = [
        names_sha256(classes)
        for classes in (
            [ClassName(0, "a"), ClassName(1, "b")],
            [ClassName(0, "b"), ClassName(1, "a")],
            [ClassName(0, "a", "n1"), ClassName(1, "b")],
            [ClassName(0, "a")],
        )
    ]
    assert len(set(hashes)) == 4
