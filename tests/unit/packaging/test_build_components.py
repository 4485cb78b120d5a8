"""What may be inside the frozen program: known parts have a name, anything else is refused with a sentence."""

import importlib.metadata
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.scripts import load_script

components = load_script("packaging/components.py")
gathered = load_script("packaging/gathered.py")
origins = load_script("packaging/origins.py")
left_out = load_script("packaging/left_out.py")
needed = load_script("packaging/needed.py")
flavours = load_script("packaging/flavours.py")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("resnet-gui", "resnet-gui"),
        ("resnet-gui-cli.exe", "resnet-gui"),
        ("licenses/numpy/LICENSE.txt", "licences"),
        ("_internal/resnet_gui/resources/networks/resnet50-imagenet.safetensors", "built-in network"),
        ("_internal/resnet_gui/resources/samples/coffee.png", "resnet-gui"),
        ("_internal/openvino/libs/libopenvino_intel_cpu_plugin.so", "OpenVINO"),
        ("_internal/openvino/libs/libopenvino.so.2641", "OpenVINO"),
        ("_internal/openvino/libs/openvino.dll", "OpenVINO"),
        ("_internal/openvino/libs/libopenvino_intel_gpu_plugin.so", "OpenVINO, Intel GPUs"),
        ("_internal/PySide6/Qt/lib/libQt6Widgets.so.6", "Qt"),
        ("_internal/PySide6/QtWidgets.abi3.so", "PySide6"),
        ("_internal/numpy.libs/libscipy_openblas64_-32a4b2a6.so", "numpy"),
        ("_internal/libxcb-cursor.so.0", "system libraries"),
        ("_internal/libpython3.11.so.1.0", "Python"),
        ("_internal/python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so", "Python"),
    ],
)
def test_each_part_of_the_program_has_its_row(place: str, name: str) -> None:
    assert components.component_of(place, torch=False).name == name


STRANGERS = [
    ("torch/lib/libtorch_cpu.so", "torch belongs into the GPU flavour"),
    ("nvidia/cudnn/lib/libcudnn.so.9", "CUDA belongs into the GPU flavour"),
    ("triton/backends/nvidia/bin/ptxas", "Triton"),
    ("PySide6/Qt/lib/libQt6Quick.so.6", "a part of Qt that the window does not use"),
    ("openvino/libs/libopenvino_intel_npu_plugin.so", "plugin or frontend of OpenVINO"),
    ("openvino/libs/libopenvino_onnx_frontend.so.2641", "plugin or frontend of OpenVINO"),
    ("openvino_telemetry/main.pyc", "analytics"),
    ("pillow_heif.libs/libx265-4883ecb5.so.217", "x265 are GPL"),
    ("pillow.libs/libx265-4883ecb5.so.217", "x265 are GPL"),  # a known package may bring it one day
    ("libreadline.so.8", "readline is GPL"),
    ("python3.11/lib-dynload/readline.cpython-311-x86_64-linux-gnu.so", "readline is GPL"),
    ("python3.11/lib-dynload/_gdbm.cpython-311-x86_64-linux-gnu.so", "dbm is GPL"),
    ("h5py/tests/data_files/vlen_string_dset.h5", "tests and their data"),
    ("libgtk-3.so.0", "on no list of known parts"),
]


@pytest.mark.parametrize(("place", "why"), STRANGERS)
def test_what_does_not_belong_inside_is_refused_by_name_and_with_who_brought_it(place: str, why: str) -> None:
    source = f"/packages/{place}"
    found = origins.Gathered({place: source}, {}, {"libother.so": (place.rpartition("/")[2],)})
    (sentence,) = gathered.complaints([f"_internal/{place}"], found, torch=False, owned={source: "the-bringer"})
    assert place in sentence
    assert why in sentence
    assert "the Python package the-bringer" in sentence
    assert "libother.so asks for it" in sentence


def test_torch_and_cuda_belong_into_the_gpu_flavour_but_triton_into_none() -> None:
    assert components.component_of("_internal/torch/lib/libtorch_cuda.so", torch=True).name == "torch"
    assert components.component_of_module("torch.testing._comparison", True, ()).name == "torch"
    assert components.component_of("_internal/nvidia/cudnn/lib/libcudnn.so.9", torch=True).name == "CUDA"
    assert components.component_of("_internal/triton/backends/nvidia/bin/ptxas", torch=True) is None


def test_a_strange_module_is_refused_with_the_modules_that_import_it() -> None:
    found = origins.Gathered({}, {"pandas.core": ("resnet_gui.results.store",), "json": (), "numpy._core": ()}, {})
    (sentence,) = gathered.complaints([], found, torch=False, owned={})
    assert "pandas.core" in sentence
    assert "resnet_gui.results.store imports it" in sentence


@pytest.mark.parametrize(
    "module", ["torch.nn", "readline", "_gdbm", "openvino_telemetry.main", "openvino.tools.ovc", "numpy.testing"]
)
def test_no_component_has_these_modules(module: str) -> None:
    """readline is one of Python's own."""
    assert components.component_of_module(module, False, sys.stdlib_module_names) is None


def test_sizes_are_counted_by_component_and_links_count_nothing() -> None:
    contents = load_script("packaging/contents.py")
    entries = [
        contents.Entry("_internal/numpy/a.so", 7, "x"),
        contents.Entry("_internal/numpy.libs/b.so", 4, "x"),
        contents.Entry("_internal/b.so", 0, "", "numpy.libs/b.so"),
        contents.Entry("resnet-gui", 20, "x"),
        contents.Entry("_internal/strange.so", 1, "x"),
    ]
    assert components.sizes(entries, torch=False) == {"resnet-gui": 20, "numpy": 11, "?": 1}


@pytest.mark.parametrize(
    ("place", "out"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", False),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", False),
        ("PySide6/Qt/translations/qtbase_de.qm", True),
        ("libstdc++.so.6", True),
        ("libOpenCL.so.1", True),
        ("openvino/libs/libopenvino.so.2641", False),
        ("openvino/libs/cache.json", True),
    ],
)
def test_what_the_stock_hooks_bring_and_nobody_needs_stays_out(place: str, out: bool) -> None:
    assert left_out.is_left_out(place) is out


def test_only_the_gpu_flavour_may_follow_torch_and_none_follows_what_is_gpl() -> None:
    assert "torch" in left_out.excluded_modules(torch=False)
    assert "torch" not in left_out.excluded_modules(torch=True)
    for torch in (False, True):
        assert {"readline", "pillow_heif", "openvino_telemetry"} <= set(left_out.excluded_modules(torch))


def test_libraries_that_nobody_asks_for_any_more_stay_out_with_all_they_ask_for() -> None:
    needs = {
        "PySide6/QtGui.abi3.so": ["libQt6Gui.so.6"],
        "PySide6/Qt/lib/libQt6Gui.so.6": ["libglib-2.0.so.0", "libGL.so.1"],
        "libglib-2.0.so.0": ["libpcre2-8.so.0"],
        "libpcre2-8.so.0": ["libglib-2.0.so.0"],  # a circle
        "libgtk-3.so.0": ["libcairo.so.2", "libglib-2.0.so.0"],
        "libcairo.so.2": [],
        "libpython3.11.so.1.0": [],
        "_pi_heif.cpython-311-x86_64-linux-gnu.so": ["libheif-2f24.so.1"],
        "pi_heif_decoder.libs/libheif-2f24.so.1": [],
    }
    assert needs.keys() - needed.reachable(needs) == {"libgtk-3.so.0", "libcairo.so.2"}


def test_the_promises_about_size_are_the_issues_own() -> None:
    assert (flavours.CPU.most_disk, flavours.CPU.most_packed) == (420_000_000, 190_000_000)
    assert not flavours.CPU.torch


def test_the_flavour_is_the_cpus_unless_the_variable_names_another() -> None:
    assert flavours.asked_flavour({}) is flavours.CPU
    assert flavours.asked_flavour({"RESNET_GUI_FLAVOUR": "gpu"}) is flavours.GPU
    with pytest.raises(ValueError, match="'tpu'; it can be cpu or gpu"):
        flavours.asked_flavour({"RESNET_GUI_FLAVOUR": "tpu"})


def test_a_file_is_traced_to_the_python_package_that_is_installed(tmp_path: Path) -> None:
    source = Path(np.__file__)
    owned = origins.owners([importlib.metadata.distribution("numpy")])
    assert origins.origin(str(source), owned) == "the Python package numpy"
    stray = tmp_path / "stray.so"
    stray.touch()
    assert origins.origin(str(stray), {}) == str(stray.resolve())
