"""Independent witnesses: torchvision's networks with random weights AND random statistics, and how to ask them.

Importing this file needs torch and torchvision: tests say `pytest.importorskip("torchvision")` first.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torchvision
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision.transforms import functional as transform

from resnet_gui.network.description import Network, StrideIn
from resnet_gui.network.variants import published
from tests.unit.network.crops import random_crops


@dataclass(frozen=True)
class Witness:
    """Another program's network, and what it says about some crops: asked once, however many tests compare with it.

    network, arrays: the same in our words.  crops: uint8 [n, SIDE, SIDE, 3].  features, logits: what the module says.
    """

    module: nn.Module
    network: Network
    arrays: dict[str, NDArray[np.float32]]
    crops: NDArray[np.uint8]
    features: NDArray[np.float32]
    logits: NDArray[np.float32]

    @property
    def pixels(self) -> Tensor:
        """The crops as the module took them."""
        return imagenet_input(self.crops)


def torchvision_witness(depth: int, stride_in: StrideIn) -> Witness:
    """torchvision's network of that depth."""
    module = torchvision_network(depth, stride_in)
    crops = random_crops(1 if depth > 50 else 2)
    network = published(depth, stride_in=stride_in)
    return Witness(module, network, arrays_of(module), crops, *features_and_logits(module, imagenet_input(crops)))


def torchvision_network(depth: int, stride_in: StrideIn = StrideIn.THE_3X3) -> nn.Module:
    """torchvision's ResNet; for v1 with the strides moved by hand from the 3×3 to the first 1×1."""
    torch.manual_seed(depth)
    module = getattr(torchvision.models, f"resnet{depth}")(weights=None)
    randomise_statistics(module)
    if stride_in is StrideIn.FIRST_1X1 and depth >= 50:
        for stage in (module.layer2, module.layer3, module.layer4):
            stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
    return module.eval()


def randomise_statistics(module: nn.Module) -> None:
    """Give every batch normalisation something to do, so that a forgotten or swapped vector shows."""
    with torch.no_grad():
        for norm in module.modules():
            if isinstance(norm, nn.BatchNorm2d):
                norm.weight.uniform_(0.4, 1.2)
                norm.bias.normal_(0, 0.2)
                norm.running_mean.normal_(0, 0.3)
                norm.running_var.uniform_(0.5, 2.0)


def arrays_of(module: nn.Module) -> dict[str, NDArray[np.float32]]:
    """A module's arrays, batch counters left out; they are the module's own, and nobody may write into them."""
    state = module.state_dict()
    arrays = {name: value.numpy() for name, value in state.items() if not name.endswith("num_batches_tracked")}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def imagenet_input(crops: NDArray[np.uint8]) -> Tensor:
    """The crops as the transforms of torchvision's weights prepare them.

    (Those of `transforms.v2` multiply by 1/255 instead of dividing: up to one unit in the last place apart.)
    """
    pixels = torch.stack([transform.to_tensor(crop) for crop in crops])
    return transform.normalize(pixels, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])


def features_and_logits(module: nn.Module, pixels: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What torchvision's network says: the output of layer4, and the logits."""
    seen: list[Tensor] = []
    hook = module.layer4.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    try:
        with torch.inference_mode():
            logits = module(pixels)
    finally:
        hook.remove()
    return seen[0].numpy(), logits.numpy()
