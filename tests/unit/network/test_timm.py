"""Our networks beside timm's, v1 and pre-activation, with random weights and random statistics.

The arrays go the way a file's go: timm's state dictionary is identified, checked and built.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")
timm = pytest.importorskip("timm")

from resnet_gui.network.build_openvino import build_graph  # noqa: E402
from resnet_gui.network.build_torch import Classifier, load_torch  # noqa: E402
from resnet_gui.network.description import Family, Network, StemPool  # noqa: E402
from resnet_gui.network.table import layer_table  # noqa: E402
from resnet_gui.network.variants import PUBLISHED, keras_v2, pre_activation, published  # noqa: E402
from resnet_gui.weights.architecture import check_arrays  # noqa: E402
from resnet_gui.weights.library import identify  # noqa: E402
from resnet_gui.weights.readers.raw import Framework, RawWeights  # noqa: E402
from resnet_gui.weights.weight_set import IdentifiedWeights  # noqa: E402
from tests.helpers.initial_arrays import initial_arrays  # noqa: E402
from tests.unit.network.conftest import Ask  # noqa: E402
from tests.unit.network.crops import random_crops, small, worst  # noqa: E402
from tests.unit.network.peers import Witness, arrays_of, imagenet_input, randomise_statistics  # noqa: E402

CASES = [
    pytest.param((name, depth), id=f"{name}{depth}", marks=[pytest.mark.slow] if depth > 50 else [])
    for name in ("resnet", "resnetv2_")
    for depth in PUBLISHED
]
PARAMETERS = {  # REFERENCE.md, section 1
    "resnet": {18: 11_689_512, 34: 21_797_672, 50: 25_557_032, 101: 44_549_160, 152: 60_192_808},
    "resnetv2_": {18: 11_687_720, 34: 21_795_880, 50: 25_549_352, 101: 44_541_480, 152: 60_185_128},
}


def timm_network(name: str, depth: int) -> torch.nn.Module:
    """timm's network with random weights, and every normalisation busy."""
    torch.manual_seed(depth)
    module = timm.create_model(f"{name}{depth}", pretrained=False)
    randomise_statistics(module)
    return module.eval()


@dataclass(frozen=True)
class Case:
    """timm's network of a name and a depth, as the program understands its arrays, and as it answers."""

    name: str
    depth: int
    found: IdentifiedWeights
    witness: Witness


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    """pytest runs all tests of a case one after another, so that one network is kept at a time."""
    name, depth = request.param
    module = timm_network(name, depth)
    found = identify(RawWeights(arrays_of(module), Framework.TORCH))
    check_arrays(found.network, found.arrays)
    crops = random_crops(1 if depth > 50 else 2)
    with torch.inference_mode():
        features = module.forward_features(imagenet_input(crops))
        logits = module.forward_head(features)
    return Case(
        name, depth, found, Witness(module, found.network, found.arrays, crops, features.numpy(), logits.numpy())
    )


def test_a_state_dictionary_of_timm_is_the_network_it_is(case: Case) -> None:
    name, depth, found = case.name, case.depth, case.found
    expected = published(depth) if name == "resnet" else pre_activation(depth)
    assert found.network == expected
    assert ("stride_in" in found.assumed) == (depth >= 50)
    theirs = sum(parameter.numel() for parameter in case.witness.module.parameters())
    assert layer_table(found.network).parameters == theirs == PARAMETERS[name][depth]


def test_torch_logits_are_timms(case: Case) -> None:
    theirs = case.witness
    with torch.inference_mode():
        logits = load_torch(theirs.network, theirs.arrays)(theirs.pixels)
    difference = worst(logits.numpy(), theirs.logits)
    print(f"{case.name}{case.depth}, torch: {difference:.1e}")
    assert difference < 1e-5


def test_openvino_logits_are_timms(ask: Ask, case: Case) -> None:
    theirs = case.witness
    graph = build_graph(theirs.network, theirs.arrays, small("torch"), batch=len(theirs.crops), with_features=True)
    answer = ask(graph, theirs.crops)
    difference = worst(answer["logits"], theirs.logits)
    print(f"{case.name}{case.depth}, OpenVINO: {difference:.1e}")
    assert difference < 1e-4
    assert worst(answer["features"], theirs.features) < 1e-4


def test_every_array_of_timm_has_its_place_and_loads_strictly(case: Case) -> None:
    found = case.found
    theirs = arrays_of(case.witness.module)
    ours = load_torch(found.network, found.arrays).state_dict()  # strict
    ours = {key: value for key, value in ours.items() if not key.endswith("num_batches_tracked")}
    assert set(ours) == set(found.arrays)
    for (key, value), (their_key, array) in zip(found.arrays.items(), theirs.items(), strict=True):
        assert (ours[key].numpy() == array.reshape(value.shape)).all(), f"{their_key} is not {key}"


@pytest.mark.parametrize("prefix", ["module.", "backbone.", "model._orig_mod."])
def test_names_behind_a_prefix_are_found(prefix: str) -> None:
    arrays = {f"{prefix}{name}": array for name, array in arrays_of(timm_network("resnetv2_", 18)).items()}
    assert identify(RawWeights(arrays, Framework.TORCH)).network == pre_activation(18)


@pytest.mark.parametrize("network", [pre_activation(50), pre_activation(18), keras_v2()], ids=["50", "18", "Keras"])
def test_torch_and_openvino_agree_on_v2(ask: Ask, network: Network) -> None:
    arrays = _busy(network)
    crops = random_crops(2)
    with torch.inference_mode():
        expected = Classifier(load_torch(network, arrays), small("tf"))(torch.from_numpy(crops)).numpy()
    answer = ask(build_graph(network, arrays, small("tf"), batch=2), crops)["logits"]
    assert worst(answer, expected) < 1e-4


def test_zeros_round_the_stem_pool_change_a_v2_and_no_v1() -> None:
    pixels = imagenet_input(random_crops(1))
    for family, differs in ((Family.V1, False), (Family.V2, True)):
        network = replace(published(18), family=family)
        arrays = _busy(network)
        with torch.inference_mode():
            plain = load_torch(network, arrays)(pixels)
            zeros = load_torch(replace(network, stem_pool=StemPool.ZERO_PADDED), arrays)(pixels)
        assert torch.equal(plain, zeros) != differs


def _busy(network: Network) -> dict[str, NDArray[np.float32]]:
    """Arrays in which every vector matters."""
    random = np.random.default_rng(3)
    arrays = initial_arrays(network, seed=3)
    for name, array in arrays.items():
        if name.endswith("running_var"):
            arrays[name] = random.uniform(0.5, 2, array.shape).astype(np.float32)
        elif array.ndim == 1:
            arrays[name] = (array + random.normal(0, 0.2, array.shape)).astype(np.float32)
    return arrays
