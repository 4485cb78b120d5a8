"""Measures the ranges that int8 needs for the built-in network, and writes resources/networks/….ranges.json.

    python resources/build/build_ranges.py FOLDER

FOLDER: a few hundred photographs of many kinds, none of which serves to check the result.  Those in the repository were
measured on the 291 photographs of ../shared/photos/extra (ImageNet samples, which are not part of the program).
"""

import sys

from resnet_gui.engine import ranges as ranges_module
from resnet_gui.engine.backends.openvino import OpenVinoBackend
from resnet_gui.engine.modes import Arithmetic
from resnet_gui.engine.ranges import Ranges, as_text, ranges_key, shipped_path
from resnet_gui.images.decode import Limits, decode
from resnet_gui.images.find import ScanCounts, find
from resnet_gui.images.preprocess import cut
from resnet_gui.weights.library import load_weights


def main(folder: str) -> None:
    weights = load_weights()
    exact = OpenVinoBackend(weights, threads=2, with_maxima=True)
    measured = ranges_module.Calibration(weights.network)
    for file in find([folder], counts=ScanCounts()):
        image = decode(file.path, Limits()).image
        if image is not None:
            crops = cut(image, weights.preprocessing, 1)
            outputs = exact.outputs(crops)
            assert outputs.maxima is not None
            measured.add(crops, outputs.logits, outputs.maxima)
    largest = measured.ranges()
    rounded = OpenVinoBackend(weights, arithmetic=Arithmetic.INT8, threads=2, ranges=largest)
    asked, agreed = measured.check(rounded)
    print(f"{rounded.description}: {agreed} of {asked} pictures that were kept back agree with fp32")
    text = as_text(ranges_key(weights), Ranges(largest, measured.measured, asked, agreed))
    shipped_path().write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
