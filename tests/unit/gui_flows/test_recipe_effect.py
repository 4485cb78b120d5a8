"""What a recipe writes down of a loaded network asks for that very network again: the run has the same identity."""

from dataclasses import replace
from pathlib import Path

import pytest

from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import State
from resnet_gui.gui.recipe.flow import in_force
from resnet_gui.network.description import Network
from resnet_gui.network.variants import early_keras, keras_applications, keras_v2, pre_activation, published
from resnet_gui.runs.facts import identity_facts, network_info
from resnet_gui.runs.network_cache import Loaded
from resnet_gui.runs.pins import check_pins
from resnet_gui.runs.recipe_file import read_recipe, write_recipe
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.own_file import metadata_for, write_safetensors
from resnet_gui.weights.weight_set import WeightSet
from tests.helpers.fake_backend import FakeBackend
from tests.unit.weights.files import TINY_BOTTLENECK, random_arrays, torch_file

FORMS = [
    published(18),
    published(50),
    pre_activation(18),
    pre_activation(50),
    keras_applications(),
    keras_v2(),
    early_keras(),
]


def read(choice: NetworkChoice) -> WeightSet:
    weights = load_weights(
        choice.network,
        classes=choice.classes,
        preprocess=choice.preprocess,
        stem_pool=choice.stem_pool,
        stride_in=choice.stride_in,
    )
    check_pins(choice, weights)
    return weights


def state_with(choice: NetworkChoice, weights: WeightSet) -> State:
    """The window's, this network loaded."""
    state = State(Settings())
    device = DeviceChoice("cpu", 0, "CPU", "CPU, because a test says so")
    state.network.choice = choice
    state.network.facts = network_info(choice, Loaded(weights, device, FakeBackend()))
    return state


def assert_same_run(asked: NetworkChoice, folder: Path) -> None:
    weights = read(asked)
    recipe = in_force(state_with(asked, weights))
    assert recipe is not None
    write_recipe(recipe, folder / "my.toml")
    again = read_recipe(folder / "my.toml").choice
    assert None not in (again.preprocess, again.stem_pool, again.stride_in, again.sha256, again.classes_sha256)
    spec = RunSpec(("a",))
    assert identity_facts(spec, read(again)) == identity_facts(spec, weights)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.name} {form.stem_pool} {form.stride_in}")
def test_every_form_of_network(form: Network, tmp_path: Path) -> None:
    small = replace(form, stages=(1, 2), widths=(4, 6), classes=3)
    metadata = metadata_for(small, preprocessing="half", classes='[["", "a"], ["", "b"], ["", "c"]]', title="small")
    write_safetensors(tmp_path / "net.safetensors", random_arrays(small), metadata)
    assert_same_run(NetworkChoice(str(tmp_path / "net.safetensors")), tmp_path)


def test_what_was_assumed_and_what_was_overruled(tmp_path: Path) -> None:
    (tmp_path / "net.pth").write_bytes(torch_file(random_arrays(TINY_BOTTLENECK), "zip"))
    (tmp_path / "names.txt").write_text("\n".join(f"thing {number}" for number in range(TINY_BOTTLENECK.classes)))
    network = str(tmp_path / "net.pth")
    assert_same_run(NetworkChoice(network), tmp_path)
    assert_same_run(NetworkChoice(network, str(tmp_path / "names.txt"), "tf", "unpadded", "1x1"), tmp_path)
