"""Whole models, TorchScript programs and torchvision's depths, saved by torch itself: the arrays of `state_dict()`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resnet_gui.errors import WeightsError
from resnet_gui.network.description import StrideIn
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.readers.torch_pickle import read
from tests.unit.weights.files import LAYOUTS

torch = pytest.importorskip("torch")
models = pytest.importorskip("torchvision.models")


NOTE = "The file holds {}: its arrays were taken, its code was not run; that it is a plain ResNet was assumed."


def saved(tmp_path: Path, value: object, layout: str = "zip") -> Path:
    torch.save(value, tmp_path / "file.pth", _use_new_zipfile_serialization=layout == "zip")
    return tmp_path / "file.pth"


def assert_equals_state(path: Path, state: dict[str, Any]) -> None:
    """Same names, types, shapes and bits as torch's own state dictionary."""
    found = read(path).arrays
    assert set(found) == set(state)
    for name, value in state.items():
        expected = value.numpy()
        assert (found[name].dtype, found[name].shape) == (expected.dtype, expected.shape), name
        assert found[name].tobytes() == expected.tobytes(), name


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_torchvisions_networks_are_read_bit_by_bit(tmp_path: Path, depth: int, layout: str) -> None:
    with torch.device("meta"):
        network = getattr(models, f"resnet{depth}")()
    state = network.to_empty(device="cpu").state_dict()
    numbers = torch.randn(4096, generator=torch.Generator().manual_seed(depth))
    for value in state.values():  # drawing 60 million numbers would take longer than all the rest
        value.copy_(numbers.repeat(value.numel() // 4096 + 1)[: value.numel()].view(value.shape))
    assert_equals_state(saved(tmp_path, state, layout), state)


@pytest.fixture(scope="module")
def small() -> Any:
    """A ResNet-18 of three classes that has seen a batch: all its buffers hold numbers of their own."""
    torch.manual_seed(1)
    network = models.resnet18(num_classes=3)
    network(torch.randn(2, 3, 32, 32))
    return network.eval()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_whole_model_gives_its_state(tmp_path: Path, small: Any, layout: str) -> None:
    path = saved(tmp_path, small, layout)
    assert_equals_state(path, small.state_dict())
    assert read(path).notes == (NOTE.format("a whole model"),)


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_newer_protocols_of_pickle_are_read(tmp_path: Path, small: Any, protocol: int, layout: str) -> None:
    path = tmp_path / "file.pth"
    checkpoint = {"model": small, "names": {0: "a", 1: "b", 2: "c"}, "odd": [b"bytes", {1, 2}, 1 << 70, -0.5]}
    torch.save(checkpoint, path, pickle_protocol=protocol, _use_new_zipfile_serialization=layout == "zip")
    assert_equals_state(path, small.state_dict())
    assert [one.name for one in load_weights(str(path)).classes] == ["a", "b", "c"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_whole_model_in_a_checkpoint_of_a_careless_script(tmp_path: Path, small: Any, layout: str) -> None:
    optimiser = torch.optim.SGD(small.parameters(), 0.1, momentum=0.9)
    wrapped = torch.nn.DataParallel(small)
    checkpoint = {"net": wrapped, "optimizer": optimiser, "scheduler": torch.optim.lr_scheduler.StepLR(optimiser, 3)}
    path = saved(tmp_path, checkpoint, layout)
    assert_equals_state(path, wrapped.state_dict())
    assert load_weights(str(path)).network.classes == 3


def test_buffers_that_are_not_saved_with_the_state_are_left_out(tmp_path: Path) -> None:
    network = torch.nn.Linear(3, 2)
    network.register_buffer("kept", torch.ones(2))
    network.register_buffer("passing", torch.ones(2), persistent=False)
    assert_equals_state(saved(tmp_path, network), network.state_dict())


@pytest.mark.parametrize("model", ["resnet18", "resnetv2_18"])
def test_timms_whole_models(tmp_path: Path, model: str) -> None:
    timm = pytest.importorskip("timm")
    network = timm.create_model(model, num_classes=3)
    assert_equals_state(saved(tmp_path, network), network.state_dict())


def script(network: Any) -> Any:
    return torch.jit.script(network)


def trace(network: Any) -> Any:
    return torch.jit.trace(network, torch.zeros(1, 3, 32, 32))


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:FutureWarning", "ignore:.*torch.jit.*:DeprecationWarning")
@pytest.mark.parametrize("compiled", [script, trace])
def test_a_torchscript_program_gives_its_arrays(tmp_path: Path, small: Any, compiled: Callable[[Any], Any]) -> None:
    torch.jit.save(compiled(small), tmp_path / "file.pt")
    assert_equals_state(tmp_path / "file.pt", small.state_dict())
    weights = load_weights(str(tmp_path / "file.pt"))
    assert weights.network.classes == 3
    assert NOTE.format("a TorchScript program") in weights.assumed


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:FutureWarning", "ignore:.*torch.jit.*:DeprecationWarning")
def test_a_frozen_torchscript_program_is_refused_with_the_reason(tmp_path: Path, small: Any) -> None:
    torch.jit.save(torch.jit.freeze(script(small)), tmp_path / "file.pt")
    with pytest.raises(WeightsError, match=r"frozen TorchScript program.*before torch\.jit\.freeze"):
        read(tmp_path / "file.pt")


@pytest.mark.filterwarnings("ignore:.*quantize.*:UserWarning")
def test_a_quantised_model_is_refused_with_the_reason(tmp_path: Path) -> None:
    quantised = torch.quantize_per_tensor(torch.ones(3, 2), 0.1, 0, torch.qint8)
    with pytest.raises(WeightsError, match=r"a storage of the type 'torch\.QInt8Storage', which this program does not"):
        read(saved(tmp_path, {"a": quantised}))


@pytest.mark.parametrize("dtype", ["float8_e4m3fn", "float8_e5m2", "complex64"])
def test_types_of_no_resnet_are_refused_by_name(tmp_path: Path, dtype: str) -> None:
    name = "ComplexFloatStorage" if dtype == "complex64" else dtype
    with pytest.raises(WeightsError, match=rf"of the type '?torch\.{name}'?, which this program does not read"):
        read(saved(tmp_path, {"a": torch.ones(3, 2).to(getattr(torch, dtype))}))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_every_bit_pattern_is_converted_as_torch_does(tmp_path: Path, dtype: str, layout: str) -> None:
    """All 65,536 numbers of 16 bits; of 32 and 64 bits as many drawn from all patterns: infinite, none, denormal."""
    kind = getattr(torch, dtype)
    random = np.random.default_rng(5)
    patterns = np.arange(1 << 16, dtype=np.uint16).view(np.int16)
    if kind.itemsize > 2:
        patterns = random.integers(-(1 << 62), 1 << 62, 1 << 16).view(np.int64 if kind.itemsize == 8 else np.int32)
    numbers = torch.from_numpy(patterns).view(kind)
    found = read(saved(tmp_path, {"a": numbers}, layout)).arrays["a"]
    expected = numbers.float().numpy()
    known = ~np.isnan(expected)
    assert np.array_equal(np.isnan(found), ~known)
    assert found[known].tobytes() == expected[known].tobytes()


def test_a_tensor_with_attributes_and_odd_company_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What training scripts put beside the weights: paths, counters, dates, sets, arrays of numpy, states of chance."""
    import collections
    import datetime
    import functools
    import random

    weights = torch.arange(6.0).view(2, 3)
    weights.note = "seen"
    company = {
        "path": tmp_path,
        "counter": collections.Counter({30: 1, 60: 1}),
        "default": collections.defaultdict(list, a=[1]),
        "date": datetime.datetime.now(datetime.UTC),
        "set": {1, 2},
        "numpy": np.arange(3),
        "chance": (random.getstate(), np.random.default_rng(1).bytes(3), torch.get_rng_state()),
        "partial": functools.partial(dict, a=1),
        "version": torch.torch_version.TorchVersion("2.1"),
        "dtype": torch.float16,
        "size": weights.size(),
        "device": torch.device("cpu"),
        "optimizer": {"state": {0: {"momentum_buffer": torch.ones(1)}}, "param_groups": [{"lr": 0.1, "params": [0]}]},
    }
    raw = read(saved(tmp_path, {"state_dict": {"a": weights}, **company}))
    assert list(raw.arrays) == ["a"]
    assert np.array_equal(raw.arrays["a"], weights.numpy())


def test_a_whole_model_says_itself_where_it_strides(tmp_path: Path) -> None:
    """In the first 1×1 as the paper has it; a file of arrays alone would leave it open."""
    network = models.resnet50(num_classes=3, norm_layer=lambda width: torch.nn.BatchNorm2d(width, eps=1e-3))
    for stage in (network.layer2, network.layer3, network.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
    del network._norm_layer  # a lambda cannot be pickled
    weights = load_weights(str(saved(tmp_path, network)))
    assert weights.network.stride_in is StrideIn.FIRST_1X1
    assert weights.network.epsilon == 1e-3
    assert not any("strides" in sentence for sentence in weights.assumed)


@pytest.mark.parametrize("compiled", [lambda network: network, trace], ids=["whole", "TorchScript"])
@pytest.mark.filterwarnings("ignore:.*torch.jit.*:FutureWarning", "ignore:.*torch.jit.*:DeprecationWarning")
def test_another_activation_is_seen(tmp_path: Path, compiled: Callable[[Any], Any]) -> None:
    network = models.resnet18(num_classes=3).eval()
    network.layer3[0].relu = torch.nn.SiLU()
    changed = compiled(network)
    (torch.save if changed is network else torch.jit.save)(changed, tmp_path / "file.pth")
    with pytest.raises(WeightsError, match=r"the activation layer3\.0\.relu \(SiLU\)"):
        read(tmp_path / "file.pth")


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        (torch.nn.MaxPool2d(3, 2, 0), "with padding 0 instead of 1"),
        (torch.nn.MaxPool2d(3, 2, 1, ceil_mode=True), "with ceil_mode True instead of False"),
        (torch.nn.MaxPool2d(2, 2, (1, 1)), "with kernel_size 2 instead of 3"),
    ],
)
def test_another_stem_pool_is_seen(tmp_path: Path, pool: Any, words: str) -> None:
    network = models.resnet18(num_classes=3)
    network.maxpool = pool
    with pytest.raises(WeightsError, match=words):
        read(saved(tmp_path, network))


def test_a_dilated_whole_model_is_refused(tmp_path: Path) -> None:
    network = models.resnet50(num_classes=3, replace_stride_with_dilation=[False, True, True])
    with pytest.raises(WeightsError, match=r"whose dilation is not 1×1"):
        load_weights(str(saved(tmp_path, network)))
