"""The torch modules of a network, written to be read beside the paper, with torchvision's parameter names.

torch takes seconds to import: nobody imports this module at the top of a file, only inside the functions that need
it.  State dictionaries are torchvision's, key for key, so weights go both ways with `strict=True`.
"""
# mypy: disallow-subclassing-any=False

from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from resnet_gui.network.description import BGR, BlockKind, Family, Network, PixelRecipe, StemPool
from resnet_gui.network.walk import STEM_WIDTH, Block, Convolution, Op, blocks, walk


def build_torch(network: Network) -> "ResNet":
    """The module, initialised as the first article does (`ResNet.initialise`), in training mode.

    It takes normalised float32 [n, 3, S, S] and returns logits [n, classes].  Draws from torch's global generator.
    """
    module = ResNet(network)
    module.initialise()
    return module


def load_torch(network: Network, arrays: Mapping[str, NDArray[np.float32]]) -> "ResNet":
    """The module with these arrays, in evaluation mode; spends no time on numbers that would be overwritten."""
    with torch.device("meta"):
        module = ResNet(network)
    load_arrays(module, arrays)
    module.eval()
    return module


def load_arrays(module: nn.Module, arrays: Mapping[str, NDArray[np.float32]]) -> None:
    """Copy arrays (names of `walk.parameter_shapes`) into a module; strict, counters of batches aside.

    Raises RuntimeError (torch's) naming what is missing, not expected, or of a wrong shape.
    """
    state = {name: torch.tensor(array) for name, array in arrays.items()}
    counters = [name for name in module.state_dict() if name.endswith("num_batches_tracked")]
    state |= {name: torch.tensor(0) for name in counters}
    on_meta = any(parameter.is_meta for parameter in module.parameters())
    module.load_state_dict(state, strict=True, assign=on_meta)


def fold_normalisations(module: "ResNet", network: Network) -> None:
    """Put each normalisation that follows a convolution into it, in float64 rounded once; for inference only.

    The formula is in `build_openvino.py`.  A normalisation is no arithmetic worth speaking of, but a GPU reads and
    writes the whole feature map for it.  What is folded becomes an identity; state dictionaries are no longer
    torchvision's.
    """
    convolutions = {node.name for node in walk(network) if node.op is Op.CONVOLUTION}
    for node in walk(network):
        if node.op is Op.BATCH_NORM and node.inputs[0] in convolutions:
            convolution, normalisation = module.get_submodule(node.inputs[0]), module.get_submodule(node.name)
            scale = normalisation.weight.double() / (normalisation.running_var.double() + normalisation.eps).sqrt()
            bias = 0.0 if convolution.bias is None else convolution.bias.double()
            shift = normalisation.bias.double() + scale * (bias - normalisation.running_mean.double())
            kernel = convolution.weight.double() * scale[:, None, None, None]
            convolution.weight, convolution.bias = (
                nn.Parameter(values.to(convolution.weight.dtype), requires_grad=False) for values in (kernel, shift)
            )
            module.set_submodule(node.name, nn.Identity())


class ResNet(nn.Module):
    """A residual network (He et al. 2015, table 1): stem, stages of residual blocks, mean, classifier.

    Modules are named as torchvision's: conv1, bn1, layer1 … layer4, fc.  In v2 (He et al. 2016) normalisation and ReLU
    stand before each convolution, so there is none in the stem (`bn1`), and one more after the last block (`bn`).
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.pre_activation = network.family is Family.V2
        self.conv1 = _convolution(Convolution(7, 3, STEM_WIDTH, 2), network)
        if not self.pre_activation:
            self.bn1 = _normalisation(STEM_WIDTH, network)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = _stem_pool(network.stem_pool)
        kind = BLOCKS[network.family, network.block]
        stages: dict[int, list[nn.Module]] = {}
        for block in blocks(network):
            stages.setdefault(block.stage, []).append(kind(block, network))
        self.stages = tuple(f"layer{stage}" for stage in stages)
        for name, members in zip(self.stages, stages.values(), strict=True):
            self.add_module(name, nn.Sequential(*members))
        if self.pre_activation:
            self.bn = _normalisation(network.features, network)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(network.features, network.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits [n, classes] of normalised pictures [n, 3, S, S]."""
        return self.classify(self.features(x))

    def features(self, x: Tensor) -> Tensor:
        """The last feature map [n, C, h, w] of normalised pictures [n, 3, S, S]: C = 2048, h = w = 7 for ResNet-50."""
        x = self.conv1(x)
        if not self.pre_activation:
            x = self.relu(self.bn1(x))
        x = self.maxpool(x)
        for stage in self.stages:
            x = self.get_submodule(stage)(x)
        return self.relu(self.bn(x)) if self.pre_activation else x

    def classify(self, features: Tensor) -> Tensor:
        """Logits [n, classes] of a last feature map [n, C, h, w]."""
        return self.fc(self.avgpool(features).flatten(1))

    def initialise(self) -> None:
        """Set every parameter anew, as the first article does.

        Convolutions: normal with mean 0 and variance 2 / (k·k·out), so that activations keep their size through ReLUs
        (He et al. 2015, "Delving Deep into Rectifiers", arXiv 1502.01852, equation 14, the backward case); batch
        normalisations begin as the identity.  The article says nothing of the classifier, which begins as torch's
        `nn.Linear` does: weight and bias uniform within ±1/sqrt(inputs).
        """
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, nn.BatchNorm2d | nn.Linear):
                module.reset_parameters()


class BasicBlock(nn.Module):
    """Two 3×3 convolutions beside a shortcut (figure 5, left): the block of ResNet-18 and 34.

    The block learns the residual F(x) = H(x) - x of the mapping H it has to make.  Where nothing needs to change,
    driving F to zero is easy, while an identity made of several nonlinear layers is hard (section 3.1).
    """

    def __init__(self, block: Block, network: Network) -> None:
        super().__init__()
        first, second = block.convolutions
        self.conv1 = _convolution(first, network)
        self.bn1 = _normalisation(first.out_channels, network)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = _convolution(second, network)
        self.bn2 = _normalisation(second.out_channels, network)
        self.downsample = _projection(block, network)

    def forward(self, x: Tensor) -> Tensor:
        """[n, in, h, w] → [n, out, h / stride, w / stride]."""
        shortcut = x if self.downsample is None else self.downsample(x)
        residual = self.relu(self.bn1(self.conv1(x)))
        residual = self.bn2(self.conv2(residual))
        return self.relu(residual + shortcut)


class Bottleneck(nn.Module):
    """1×1, 3×3 and 1×1 convolutions beside a shortcut (figure 5, right): the block of ResNet-50, 101 and 152.

    The first 1×1 reduces the channels fourfold and the last restores them, so that the costly 3×3 works on few:
    as much arithmetic as a basic block, at four times the channels.  The stride of a stage's first block sits in the
    first 1×1 (v1: the paper, Caffe, Keras) or in the 3×3 (v1.5: torchvision), which then overlooks no pixel.
    """

    def __init__(self, block: Block, network: Network) -> None:
        super().__init__()
        reduce, spatial, restore = block.convolutions
        self.conv1 = _convolution(reduce, network)
        self.bn1 = _normalisation(reduce.out_channels, network)
        self.conv2 = _convolution(spatial, network)
        self.bn2 = _normalisation(spatial.out_channels, network)
        self.conv3 = _convolution(restore, network)
        self.bn3 = _normalisation(restore.out_channels, network)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = _projection(block, network)

    def forward(self, x: Tensor) -> Tensor:
        """[n, in, h, w] → [n, out, h / stride, w / stride]."""
        shortcut = x if self.downsample is None else self.downsample(x)
        residual = self.relu(self.bn1(self.conv1(x)))
        residual = self.relu(self.bn2(self.conv2(residual)))
        residual = self.bn3(self.conv3(residual))
        return self.relu(residual + shortcut)


class PreActivationBasicBlock(nn.Module):
    """The basic block with normalisation and ReLU before each convolution (He et al. 2016, figure 4e).

    Nothing stands on the way from one addition to the next: a signal, and in training its gradient, goes through the
    whole network unchanged.  A projection reads the first pre-activation, which it shares with the first convolution.
    """

    def __init__(self, block: Block, network: Network) -> None:
        super().__init__()
        first, second = block.convolutions
        self.bn1 = _normalisation(first.in_channels, network)
        self.conv1 = _convolution(first, network, normalised_next=True)
        self.bn2 = _normalisation(second.in_channels, network)
        self.conv2 = _convolution(second, network)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = _projection(block, network)
        self.pool = _shortcut_pool(block)

    def forward(self, x: Tensor) -> Tensor:
        """[n, in, h, w] → [n, out, h / stride, w / stride]."""
        ready = self.relu(self.bn1(x))
        shortcut = self.pool(x) if self.downsample is None else self.downsample(ready)
        residual = self.conv1(ready)
        residual = self.conv2(self.relu(self.bn2(residual)))
        return residual + shortcut


class PreActivationBottleneck(nn.Module):
    """The bottleneck with normalisation and ReLU before each convolution: ResNet-50, 101 and 152 v2.

    The stride sits in the 3×3 (timm: of a stage's first block; Keras: of its last) or in the first 1×1 (the paper's
    own program).
    """

    def __init__(self, block: Block, network: Network) -> None:
        super().__init__()
        reduce, spatial, restore = block.convolutions
        self.bn1 = _normalisation(reduce.in_channels, network)
        self.conv1 = _convolution(reduce, network, normalised_next=True)
        self.bn2 = _normalisation(spatial.in_channels, network)
        self.conv2 = _convolution(spatial, network, normalised_next=True)
        self.bn3 = _normalisation(restore.in_channels, network)
        self.conv3 = _convolution(restore, network)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = _projection(block, network)
        self.pool = _shortcut_pool(block)

    def forward(self, x: Tensor) -> Tensor:
        """[n, in, h, w] → [n, out, h / stride, w / stride]."""
        ready = self.relu(self.bn1(x))
        shortcut = self.pool(x) if self.downsample is None else self.downsample(ready)
        residual = self.conv1(ready)
        residual = self.conv2(self.relu(self.bn2(residual)))
        residual = self.conv3(self.relu(self.bn3(residual)))
        return residual + shortcut


BLOCKS: dict[tuple[Family, BlockKind], Callable[[Block, Network], nn.Module]] = {
    (Family.V1, BlockKind.BASIC): BasicBlock,
    (Family.V1, BlockKind.BOTTLENECK): Bottleneck,
    (Family.V2, BlockKind.BASIC): PreActivationBasicBlock,
    (Family.V2, BlockKind.BOTTLENECK): PreActivationBottleneck,
}
"""The four residual blocks."""


class Classifier(nn.Module):
    """A network behind its preprocessing: uint8 crops in, logits out.

    Normalisation is computed in float32 as torchvision does it, `(pixel / divide - mean) / std`, then cast to the
    network's own type.  To run in half precision cast the network (`module.half()`), not this wrapper: its mean and
    std must stay float32.  memory_format: how the network's input lies in memory.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        module: ResNet,
        preprocessing: PixelRecipe,
        *,
        memory_format: torch.memory_format = torch.contiguous_format,
    ) -> None:
        super().__init__()
        self.module = module
        self._divide = preprocessing.divide
        self._bgr = preprocessing.channels == BGR
        self._memory_format = memory_format
        self.register_buffer("mean", torch.tensor(preprocessing.mean).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(preprocessing.std).reshape(1, 3, 1, 1), persistent=False)

    def forward(self, crops: Tensor) -> Tensor:
        """Logits [n, classes] of crops, uint8 [n, S, S, 3], red, green, blue."""
        return self.module(self.pixels(crops))

    def features_and_logits(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """The last feature map [n, C, h, w], and the logits [n, classes] made of it."""
        features = self.module.features(self.pixels(crops))
        return features, self.module.classify(features)

    def pixels(self, crops: Tensor) -> Tensor:
        """The network's input [n, 3, S, S], normalised, in the network's channel order and type."""
        x = crops.permute(0, 3, 1, 2)
        if self._bgr:
            x = x.flip(1)
        x = (x.to(torch.float32) / self._divide - self.mean) / self.std
        return x.to(self.module.fc.weight.dtype).contiguous(memory_format=self._memory_format)


def _convolution(what: Convolution, network: Network, *, normalised_next: bool = False) -> nn.Conv2d:
    return nn.Conv2d(
        what.in_channels,
        what.out_channels,
        what.kernel,
        stride=what.stride,
        padding=what.padding,
        bias=network.conv_bias and not normalised_next,
    )


def _normalisation(channels: int, network: Network) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=network.epsilon)


def _stem_pool(padding: StemPool) -> nn.Module:
    """3×3/2.  torch pads a max-pool with minus infinity; zeros have to be laid around it before."""
    if padding is StemPool.ZERO_PADDED:
        return nn.Sequential(nn.ZeroPad2d(1), nn.MaxPool2d(3, stride=2))
    return nn.MaxPool2d(3, stride=2, padding=1 if padding is StemPool.PADDED else 0)


def _projection(block: Block, network: Network) -> nn.Sequential | None:
    """The shortcut's 1×1 convolution where a block changes the side or the channels; in v1 with its normalisation."""
    if block.projection is None:
        return None
    convolution = _convolution(block.projection, network)
    if network.family is Family.V2:
        return nn.Sequential(convolution)
    return nn.Sequential(convolution, _normalisation(block.projection.out_channels, network))


def _shortcut_pool(block: Block) -> nn.Module:
    """Every pixel, or every other one where the block halves the side without a projection."""
    return nn.Identity() if block.pool_stride == 1 else nn.MaxPool2d(1, stride=block.pool_stride)
