"""Files with a ResNet's names that are another network: refused where it can be told, and said where it cannot.

The witnesses are torchvision's and timm's own networks, saved by torch.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resnet_gui.errors import WeightsError
from resnet_gui.weights.library import load_weights

torch = pytest.importorskip("torch")
models = pytest.importorskip("torchvision.models")
nn = torch.nn


def saved(folder: Path, value: object) -> str:
    torch.save(value, folder / "file.pth")
    return str(folder / "file.pth")


class Headed(nn.Module):  # type: ignore[misc,name-defined]
    """A backbone and a head beside it, as people write it."""

    def __init__(self, head: Any, *, classifier_left: bool = False) -> None:
        super().__init__()
        self.backbone = models.resnet18()
        if not classifier_left:
            self.backbone.fc = nn.Identity()
        self.head = head


LAYERS_IN_HEADS = {
    "a normalisation before": lambda: nn.Sequential(nn.BatchNorm1d(512), nn.Linear(512, 7)),
    "a normalisation behind": lambda: nn.Sequential(nn.Linear(512, 7), nn.BatchNorm1d(7)),
    "a layer normalisation": lambda: nn.Sequential(nn.LayerNorm(512), nn.Linear(512, 7)),
    "an activation that is trained": lambda: nn.Sequential(nn.PReLU(), nn.Linear(512, 7)),
}


@pytest.mark.parametrize("head", LAYERS_IN_HEADS)
def test_a_head_that_does_more_than_a_matrix_is_not_cut_down(tmp_path: Path, head: str) -> None:
    path = saved(tmp_path, Headed(LAYERS_IN_HEADS[head]()).state_dict())
    with pytest.raises(WeightsError, match=r"beside a ResNet it has layers of its own, as 'head\.\d\.weight'"):
        load_weights(path)


def test_imagenets_classifier_does_not_answer_for_the_files_own(tmp_path: Path) -> None:
    path = saved(tmp_path, Headed(nn.Conv2d(512, 7, 1), classifier_left=True).state_dict())
    with pytest.raises(WeightsError, match=r"beside a ResNet it has layers of its own, as 'head\.weight'"):
        load_weights(path)


def test_a_head_of_several_matrices_is_named(tmp_path: Path) -> None:
    network = models.resnet18()
    network.fc = nn.Sequential(nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 7))
    with pytest.raises(WeightsError, match=r"its classifier is not one layer but 2.*'fc\.0\.weight', 'fc\.2\.weight'"):
        load_weights(saved(tmp_path, network.state_dict()))


def test_one_output_is_no_choice_between_classes(tmp_path: Path) -> None:
    """A softmax over one number is 1, whatever the picture."""
    with pytest.raises(WeightsError, match="its classifier has one output"):
        load_weights(saved(tmp_path, models.resnet18(num_classes=1).state_dict()))


def test_fastais_learners_are_recognised(tmp_path: Path) -> None:
    body = nn.Sequential(*list(models.resnet18().children())[:-2])
    head = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(512), nn.Linear(512, 7))
    with pytest.raises(WeightsError, match="whose layers have numbers for names, as in fastai's learners"):
        load_weights(saved(tmp_path, {"model": nn.Sequential(body, head).state_dict()}))


def without_a_pool(network: Any) -> None:
    network.maxpool = nn.Identity()


def with_the_maximum(network: Any) -> None:
    network.avgpool = nn.AdaptiveMaxPool2d(1)


def without_a_relu(network: Any) -> None:
    network.relu = nn.Identity()


def without_padding(network: Any) -> None:
    network.conv1.padding = (0, 0)


def with_mirrored_edges(network: Any) -> None:
    network.conv1.padding_mode = "reflect"


CHANGES = {
    without_a_pool: r"maxpool \(Identity\) where the ResNets of this program have something else",
    with_the_maximum: r"avgpool \(AdaptiveMaxPool2d\) where",
    without_a_relu: r"relu \(Identity\) where",
    without_padding: r"a convolution, conv1 \(Conv2d\), whose padding is not 3×3",
    with_mirrored_edges: r"a convolution, conv1 \(Conv2d\), whose padding_mode is not zeros",
}


@pytest.mark.parametrize("change", CHANGES)
def test_whole_models_that_were_changed_are_refused(tmp_path: Path, change: Callable[[Any], None]) -> None:
    network = models.resnet18(num_classes=3)
    change(network)
    with pytest.raises(WeightsError, match=CHANGES[change]):
        load_weights(saved(tmp_path, network))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("resnet18", {"global_pool": "max"}, r"global_pool\.pool \(AdaptiveMaxPool2d\)"),
        ("resnetv2_18", {"avg_down": True}, r"downsample\.pool"),
    ],
)
def test_timms_whole_models_of_other_pools_are_refused(
    tmp_path: Path, name: str, options: dict[str, object], words: str
) -> None:
    timm = pytest.importorskip("timm")
    with pytest.raises(WeightsError, match=words):
        load_weights(saved(tmp_path, timm.create_model(name, num_classes=3, **options)))


def test_what_arrays_cannot_tell_is_said(tmp_path: Path) -> None:
    """timm's blurred network has the same names and shapes as the plain one."""
    timm = pytest.importorskip("timm")
    blurred, plain = (timm.create_model(name, num_classes=3).state_dict() for name in ("resnetblur18", "resnet18"))
    assert {name: value.shape for name, value in blurred.items()} == {n: v.shape for n, v in plain.items()}
    said = load_weights(saved(tmp_path, blurred)).assumed
    assert any("a plain ResNet was assumed" in sentence and "blurred pooling" in sentence for sentence in said)
