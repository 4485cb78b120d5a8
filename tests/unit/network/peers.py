"""Independent witnesses: torchvision's networks with random weights AND random statistics, and how to ask them.

Importing this file needs torch and torchvision: tests say `pytest.importorskip("torchvision")` first.
"""

from functools import cache

import numpy as np
import torch
import torchvision
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision.transforms import functional as transform

from resnet_gui.network.description import StrideIn


@cache
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
    """A module's arrays, batch counters left out."""
    state = module.state_dict()
    return {name: value.numpy().copy() for name, value in state.items() if not name.endswith("num_batches_tracked")}


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
