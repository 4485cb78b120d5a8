"""The OpenVINO graph by itself: names, types, and what it does with odd arrays."""

from types import ModuleType

import numpy as np
import pytest

from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.build_openvino import build_graph
from resnet_gui.network.variants import published
from resnet_gui.network.walk import walk
from tests.helpers.initial_arrays import initial_arrays
from tests.unit.network.conftest import Ask
from tests.unit.network.crops import random_crops


def test_inputs_and_outputs_are_as_promised(library: ModuleType) -> None:
    network = published(18, classes=7)
    plain = build_graph(network, initial_arrays(network, 1), PRESETS["torch"], batch=3)
    both = build_graph(network, initial_arrays(network, 1), PRESETS["torch"], batch=3, with_features=True)
    crops = plain.input("crops")
    assert (list(crops.shape), crops.element_type) == ([3, 224, 224, 3], library.Type.u8)
    assert [(output.names, list(output.shape)) for output in plain.outputs] == [({"logits"}, [3, 7])]
    assert [(output.names, list(output.shape)) for output in both.outputs] == [
        ({"logits"}, [3, 7]),
        ({"features"}, [3, 512, 7, 7]),
    ]
    assert all(output.element_type == library.Type.f32 for output in both.outputs)


def test_operations_bear_the_walks_names() -> None:
    network = published(50)
    graph = build_graph(network, initial_arrays(network, 1), PRESETS["torch"], batch=1)
    names = {operation.get_friendly_name() for operation in graph.get_ops()}
    assert {node.name for node in walk(network)} <= names


def test_arrays_of_any_layout_give_the_same_graph(ask: Ask) -> None:
    """Big-endian, Fortran-ordered and read-only arrays are legal in weight files; OpenVINO would misread the first."""
    network = published(18, classes=5)
    arrays = initial_arrays(network, 1)
    odd = {name: np.asfortranarray(array).astype(">f4", order="K") for name, array in arrays.items()}
    for array in odd.values():
        array.setflags(write=False)
    crops = random_crops(1, side=224)
    expected = ask(build_graph(network, arrays, PRESETS["caffe"], batch=1), crops)["logits"]
    assert (ask(build_graph(network, odd, PRESETS["caffe"], batch=1), crops)["logits"] == expected).all()


def test_changing_the_arrays_later_changes_nothing(ask: Ask) -> None:
    network = published(18, classes=5)
    arrays = initial_arrays(network, 1)
    graph = build_graph(network, arrays, PRESETS["torch"], batch=1)
    crops = random_crops(1, side=224)
    expected = ask(graph, crops)["logits"]
    for array in arrays.values():
        array[:] = 9
    assert (ask(graph, crops)["logits"] == expected).all()


def test_a_missing_array_is_named() -> None:
    network = published(18, classes=5)
    arrays = initial_arrays(network, 1)
    del arrays["layer3.1.bn2.running_var"]
    with pytest.raises(KeyError, match=r"layer3\.1\.bn2\.running_var"):
        build_graph(network, arrays, PRESETS["torch"], batch=1)
