"""Our torch modules beside torchvision's, with random weights and random statistics."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")

from resnet_gui.images.preprocessing import PRESETS  # noqa: E402
from resnet_gui.network.build_torch import (  # noqa: E402
    Classifier,
    build_torch,
    fold_normalisations,
    load_arrays,
    load_torch,
)
from resnet_gui.network.description import Network, StrideIn  # noqa: E402
from resnet_gui.network.variants import PUBLISHED, early_keras, keras_v2, published  # noqa: E402
from resnet_gui.network.walk import Op, node_parameters, parameter_shapes, walk  # noqa: E402
from tests.helpers.initial_arrays import initial_arrays  # noqa: E402
from tests.unit.engine.networks import random_weights  # noqa: E402
from tests.unit.network.crops import random_crops, worst  # noqa: E402
from tests.unit.network.peers import (  # noqa: E402
    Witness,
    arrays_of,
    features_and_logits,
    imagenet_input,
    torchvision_network,
)


@pytest.mark.parametrize("depth", PUBLISHED)
def test_the_walk_names_torchvisions_arrays(depth: int) -> None:
    with torch.device("meta"):
        theirs = torchvision.models.get_model(f"resnet{depth}", weights=None).state_dict()
    shapes = {name: tuple(t.shape) for name, t in theirs.items() if not name.endswith("num_batches_tracked")}
    assert list(parameter_shapes(published(depth)).items()) == list(shapes.items())


def test_state_dictionaries_go_both_ways_strictly(torchvision_witness: Witness) -> None:
    theirs = torchvision_witness.module
    ours = load_torch(torchvision_witness.network, torchvision_witness.arrays)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    assert list(ours.state_dict()) == list(theirs.state_dict())


def test_features_and_logits_are_torchvisions(torchvision_witness: Witness) -> None:
    theirs = torchvision_witness
    ours = load_torch(theirs.network, theirs.arrays)
    with torch.inference_mode():
        features = ours.features(theirs.pixels)
        logits = ours(theirs.pixels)
    assert worst(features.numpy(), theirs.features) < 1e-5
    assert worst(logits.numpy(), theirs.logits) < 1e-5


def test_v1_and_v1_5_give_different_answers_to_one_set_of_weights() -> None:
    arrays = arrays_of(torchvision_network(50))
    pixels = imagenet_input(random_crops(1))
    answers = []
    for stride_in in StrideIn:
        with torch.inference_mode():
            answers.append(load_torch(published(50, stride_in=stride_in), arrays)(pixels).numpy())
    assert worst(*answers) > 0.01


@pytest.mark.parametrize("network", [published(50), early_keras(), published(18)], ids=["50", "keras", "18"])
def test_the_walks_shapes_are_what_torch_computes(network: Network) -> None:
    seen: dict[str, tuple[int, ...]] = {}
    module = build_torch(network).eval()
    for name, part in module.named_modules():
        part.register_forward_hook(lambda _m, _i, out, name=name: seen.__setitem__(name, tuple(out.shape[1:])))
    with torch.inference_mode():
        module(torch.zeros(1, 3, network.input_side, network.input_side))
    for node in walk(network):
        if node_parameters(node) or node.op is Op.MAX_POOL:
            assert node.shape[: len(seen[node.name])] == seen[node.name], node.name


@pytest.mark.parametrize(
    ("network", "left"),
    [(published(18, classes=5), 0), (early_keras(classes=5), 0), (keras_v2(50, classes=5), 17)],
    ids=["18", "keras", "keras v2"],
)
def test_folded_normalisations_change_no_answer(network: Network, left: int) -> None:
    arrays = random_weights(network).arrays
    module = load_torch(network, arrays)
    folded = load_torch(network, arrays)
    fold_normalisations(folded, network)
    pixels = torch.randn((2, 3, 64, 64), generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        assert worst(folded(pixels).numpy(), module(pixels).numpy()) < 1e-5
    # in v2 those after additions remain: the first of each of 16 blocks, and the last
    assert sum(isinstance(part, torch.nn.BatchNorm2d) for part in folded.modules()) == left


def test_a_training_step_moves_every_parameter() -> None:
    module = build_torch(published(18, classes=3)).train()
    before = {name: parameter.detach().clone() for name, parameter in module.named_parameters()}
    optimiser = torch.optim.SGD(module.parameters(), lr=0.1)
    loss = torch.nn.functional.cross_entropy(module(torch.randn(4, 3, 64, 64)), torch.tensor([0, 1, 2, 0]))
    loss.backward()
    optimiser.step()
    assert [name for name, p in module.named_parameters() if torch.equal(p, before[name])] == []


def test_initialisation_is_the_first_articles() -> None:
    torch.manual_seed(1)
    module = build_torch(early_keras())
    expected_arrays = initial_arrays(early_keras(), seed=1)
    for name, array in arrays_of(module).items():
        expected = expected_arrays[name]
        assert array.std() == pytest.approx(expected.std(), rel=0.1), name
        assert array.mean() == pytest.approx(expected.mean(), abs=0.1 * float(expected.std()) + 1e-3), name


def test_loading_is_strict_and_takes_read_only_arrays() -> None:
    arrays = initial_arrays(published(18, classes=5), seed=1)
    for array in arrays.values():
        array.setflags(write=False)
    module = build_torch(published(18, classes=5))
    load_arrays(module, arrays)
    assert (module.state_dict()["fc.weight"].numpy() == arrays["fc.weight"]).all()
    with pytest.raises(RuntimeError, match=r"fc\.bias"):
        load_arrays(module, {name: array for name, array in arrays.items() if name != "fc.bias"})
    with pytest.raises(RuntimeError, match="stray"):
        load_arrays(module, {**arrays, "stray": arrays["fc.bias"]})
    with pytest.raises(RuntimeError, match=r"fc\.weight"):
        load_arrays(module, {**arrays, "fc.weight": arrays["fc.weight"][:, :-1]})


def test_a_loaded_module_shares_no_memory_with_the_arrays() -> None:
    arrays = initial_arrays(published(18, classes=5), seed=1)
    module = load_torch(published(18, classes=5), arrays)
    assert not module.training
    assert not any(parameter.is_meta for parameter in module.parameters())
    before = module.fc.bias.detach().clone()
    arrays["fc.bias"][:] = 7
    assert torch.equal(module.fc.bias, before)


def test_the_classifier_prepares_pixels_as_torchvision_does() -> None:
    crops = random_crops(2, side=17)
    classifier = Classifier(load_torch(published(18), initial_arrays(published(18), 1)), PRESETS["torch"])
    assert torch.equal(classifier.pixels(torch.from_numpy(crops)), imagenet_input(crops))


@pytest.mark.parametrize(
    ("preprocessing", "expected"),
    [
        ("caffe", lambda x: x[..., ::-1] - np.array([103.939, 116.779, 123.68])),
        ("tf", lambda x: x / 127.5 - 1),
        ("half", lambda x: (x / 255 - 0.5) / 0.5),
        ("article", lambda x: x[..., ::-1] - np.array([103.939, 116.779, 123.68])),
    ],
)
def test_the_classifier_prepares_pixels_as_the_recipe_says(
    preprocessing: str, expected: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> None:
    crops = random_crops(2, side=17)
    classifier = Classifier(load_torch(published(18), initial_arrays(published(18), 1)), PRESETS[preprocessing])
    pixels = classifier.pixels(torch.from_numpy(crops)).numpy()
    assert pixels.shape == (2, 3, 17, 17)
    np.testing.assert_allclose(pixels, expected(crops.astype(np.float64)).transpose(0, 3, 1, 2), rtol=0, atol=2e-5)


def test_the_classifier_gives_torchvisions_features_and_logits() -> None:
    theirs = torchvision_network(18)
    crops = random_crops(2)
    classifier = Classifier(load_torch(published(18), arrays_of(theirs)), PRESETS["torch"])
    with torch.inference_mode():
        features, logits = classifier.features_and_logits(torch.from_numpy(crops))
        alone = classifier(torch.from_numpy(crops))
    expected_features, expected_logits = features_and_logits(theirs, imagenet_input(crops))
    assert worst(features.numpy(), expected_features) < 1e-5
    assert worst(logits.numpy(), expected_logits) < 1e-5
    assert torch.equal(logits, alone)


def test_a_half_precision_network_is_normalised_in_float32() -> None:
    module = load_torch(published(18), initial_arrays(published(18), 1)).bfloat16()
    classifier = Classifier(module, PRESETS["torch"], memory_format=torch.channels_last)
    crops = random_crops(1, side=32)
    pixels = classifier.pixels(torch.from_numpy(crops))
    assert torch.equal(pixels, imagenet_input(crops).bfloat16())
    assert pixels.is_contiguous(memory_format=torch.channels_last)
