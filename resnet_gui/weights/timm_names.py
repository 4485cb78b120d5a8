"""timm's names of the arrays of its pre-activation networks, turned into this program's.

Source: timm.models.resnetv2 ("stem.conv.weight", "stages.0.blocks.0.norm1.weight", "norm.weight", "head.fc.weight").
timm's v1 networks have torchvision's names.
"""

import re

FIRST_KERNEL = "stages.0.blocks.0.conv1.weight"
"""An array that every such network has."""

_BLOCK = re.compile(r"stages\.(\d{1,3})\.blocks\.(\d{1,4})\.(norm[1-3]|conv[1-3]|downsample\.conv)\.(\w{1,40})")
_FIXED = {"stem.conv.": "conv1.", "norm.": "bn.", "head.fc.": "fc."}


def rename(name: str) -> str:
    """ "stages.0.blocks.1.norm2.bias" → "layer1.1.bn2.bias"; a name that means nothing here stays as it is."""
    if match := _BLOCK.fullmatch(name):
        stage, block, part, array = match.groups()
        part = part.replace("norm", "bn").replace("downsample.conv", "downsample.0")
        return f"layer{int(stage) + 1}.{int(block)}.{part}.{array}"
    for theirs, ours in _FIXED.items():
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    return name
