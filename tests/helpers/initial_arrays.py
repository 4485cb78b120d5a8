"""Random arrays for networks of tests and benchmarks, as a training would start from them.

Convolutions: normal with mean 0 and variance 2 / (k·k·out), so that activations keep their size through ReLUs
(He et al. 2015, "Delving Deep into Rectifiers", arXiv 1502.01852, equation 14, the backward case); batch
normalisations begin as the identity.  This is the first article's choice.  It says nothing of the classifier,
which begins as torch's `nn.Linear` does: weight and bias uniform within ±1/sqrt(inputs) (`reset_parameters`:
`kaiming_uniform_(weight, a=sqrt(5))`).
"""

import numpy as np
from numpy.typing import NDArray

from resnet_gui.network.description import Network
from resnet_gui.network.walk import Node, Op, node_parameters, walk


def initial_arrays(network: Network, seed: int) -> dict[str, NDArray[np.float32]]:
    """All arrays of `walk.parameter_shapes`, float32; the same seed gives the same arrays."""
    random = np.random.default_rng(seed)
    arrays: dict[str, NDArray[np.float32]] = {}
    for node in walk(network):
        arrays |= {f"{node.name}.{part}": array for part, array in _node_arrays(node, random).items()}
    return arrays


def _node_arrays(node: Node, random: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    shapes = node_parameters(node)
    match node.op:
        case Op.CONVOLUTION:
            deviation = np.float32(np.sqrt(2 / (node.kernel**2 * node.out_channels)))
            arrays = {"weight": random.standard_normal(shapes["weight"], np.float32) * deviation}
            if node.bias:
                arrays["bias"] = np.zeros(shapes["bias"], np.float32)
            return arrays
        case Op.LINEAR:
            bound = 1 / np.sqrt(node.in_channels)
            return {part: random.uniform(-bound, bound, shape).astype(np.float32) for part, shape in shapes.items()}
        case _:
            ones = ("weight", "running_var")
            return {part: np.full(shape, part in ones, np.float32) for part, shape in shapes.items()}
