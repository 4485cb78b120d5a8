"""How good our int8 is beside NNCF's, on the built-in network: answers against fp32's, and the network's rate alone.

    python -m tests.benchmarks.int8_quality CALIBRATION CHECK [--pictures 291] [--rounds 7] [--without-slow]

CALIBRATION: a folder of photographs that ranges and corrections are made from (../shared/photos/extra).  CHECK: one of
others, with a labels.csv of columns "file" and "index" (../shared/photos/val).  Needs `nncf` and `openvino` in one
environment with the program; NNCF is no dependency of it.  Prints a Markdown table.

NNCF 3.4 is called as `nncf.quantize` with its defaults, but for what a row's name says:
- "mean": its own aggregation of activation ranges, the mean over pictures of each picture's smallest and largest value;
  "max": the smallest and the largest of all pictures.
- "fast": FastBiasCorrection, its default; "slow": fast_bias_correction=False; "uncorrected": no correction;
- "but the classifier": that is left in fp32, as ours is; NNCF itself would round it too.

Ours differ in the ranges ("mean", "95th" percentile and "max" over pictures of the largest absolute value; "shipped":
those in the repository), in "corrected", where each convolution's mean error, channel by channel, measured on
fp32 inputs, is taken out of the vector that is added after it, and in what is rounded besides.
"""

import argparse
import csv
import importlib.util
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.ranges import find_ranges
from resnet_gui.folders import folders
from resnet_gui.images.decode import Limits, decode
from resnet_gui.images.preprocess import cut
from resnet_gui.network.build_openvino import build_graph, quantised
from resnet_gui.network.openvino_library import core, openvino
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.weight_set import WeightSet

Crops = NDArray[np.uint8]
Logits = NDArray[np.float32]

_THREADS = 2
_RATED = 64
"""Crops of one round of timing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A graph and the precision its int8 is embedded in ("f32", "bf16")."""

    name: str
    graph: Any
    hint: str = "f32"


@dataclass(frozen=True, slots=True)
class Quality:
    """Answers beside fp32's: see `main` for the columns' words."""

    agreed: int
    top1: int
    top5: int
    rmse: float
    probability_error: float
    divergence: float


def read_crops(folder: Path, preprocessing: Any) -> tuple[list[str], Crops]:
    """The names of the folder's JPEGs and their single crops, uint8 [n, S, S, 3]."""
    names, crops = [], []
    for path in sorted(folder.glob("*.jpg")):
        image = decode(str(path), Limits()).image
        if image is not None:
            names.append(path.name)
            crops.append(cut(image, preprocessing, 1))
    return names, np.concatenate(crops)


def compile_graph(graph: Any, hint: str) -> Any:
    """As `OpenVinoBackend` compiles."""
    config = {
        "INFERENCE_PRECISION_HINT": hint,
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_NUM_THREADS": str(_THREADS),
        "ENABLE_CPU_PINNING": "NO",
    }
    return core().compile_model(graph, "CPU", config)


def answer(compiled: Any, crops: Crops) -> tuple[NDArray[np.float32], ...]:
    """Every output of the graph (batch 1) for all crops, as [n, …]; two requests at once."""
    requests = [compiled.create_infer_request() for _ in range(_THREADS)]
    found: list[list[NDArray[np.float32]]] = [[] for _ in compiled.outputs]
    for first in range(0, len(crops), len(requests)):
        busy = requests[: len(crops) - first]
        for offset, request in enumerate(busy):
            request.start_async({0: crops[first + offset][None]})
        for request in busy:
            request.wait()
            for number, values in enumerate(found):
                values.append(request.get_output_tensor(number).data.copy())
    return tuple(np.concatenate(values) for values in found)


def rate(compiled: Any, crops: Crops) -> tuple[float, float]:
    """The network alone, all streams busy all the time: pictures a second, and CPU milliseconds a picture."""
    queue = openvino().AsyncInferQueue(compiled)
    begin, begin_cpu = time.perf_counter(), time.process_time()
    for crop in crops:
        queue.start_async({0: crop[None]})
    queue.wait_all()
    elapsed, worked = time.perf_counter() - begin, time.process_time() - begin_cpu
    return len(crops) / elapsed, worked * 1000 / len(crops)


# ------------------------------------------------------------------ NNCF


def by_nncf(graph: Any, crops: Crops, *, aggregate: str, correct: str, classifier: bool = True) -> Any:
    """The fp32 graph quantised by NNCF; aggregate: "mean" or "max"; correct: "fast", "slow" or "uncorrected"."""
    import nncf
    from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters
    from nncf.quantization.range_estimator import RangeEstimatorParametersSet

    nncf.set_log_level(logging.ERROR)
    advanced = AdvancedQuantizationParameters(disable_bias_correction=correct == "uncorrected")
    if aggregate == "max":
        advanced.activations_range_estimator_params = RangeEstimatorParametersSet.MINMAX
    spared = None if classifier else nncf.IgnoredScope(types=["MatMul"])
    return nncf.quantize(
        graph,
        nncf.Dataset([crop[None] for crop in crops]),
        subset_size=len(crops),
        fast_bias_correction=correct != "slow",
        ignored_scope=spared,
        advanced_parameters=advanced,
    )


# ------------------------------------------------------------------ ours


def measured_ranges(weights: WeightSet, maxima: NDArray[np.float32]) -> dict[str, dict[str, float]]:
    """The ranges by each way of averaging the largest absolute values, float32 [pictures, nodes]."""
    ways = {"mean": maxima.mean(axis=0), "95th": np.percentile(maxima, 95, axis=0), "max": maxima.max(axis=0)}
    names = quantised(weights.network)
    return {way: dict(zip(names, map(float, values), strict=True)) for way, values in ways.items()}


def correct_means(make_graph: Callable[[], Any], crops: Crops) -> Any:
    """The int8 graph with the mean error of each convolution's channels taken out of the vector added after it."""
    means = [values.mean(axis=0, keepdims=True) for values in answer(compile_graph(_twins(make_graph()), "f32"), crops)]
    graph = make_graph()
    for convolution, mean in zip(_convolutions(graph), means, strict=True):
        (addition,) = {target.get_node() for target in convolution.output(0).get_target_inputs()}
        if addition.get_type_name() != "Add":
            raise SystemExit(f"{convolution.get_friendly_name()} is followed by {addition.get_type_name()}, not by Add")
        constant = addition.input_value(1).get_node().data
        addition.input(1).replace_source_output(_op().constant(constant + mean.reshape(constant.shape)).output(0))
    return graph


def _twins(graph: Any) -> Any:
    """A graph that tells each convolution's error: what fp32 makes of its fp32 inputs, less what int8 makes of them.

    An output for each convolution, the mean over the picture's places, float32 [1, channels].
    """
    op, told = _op(), []
    for convolution in _convolutions(graph):
        exact = [value.get_node().input_value(0) for value in convolution.input_values()]
        readers = convolution.output(0).get_target_inputs()
        places = convolution.get_attributes()
        begin, end = places["pads_begin"], places["pads_end"]
        twin = op.convolution(*exact, places["strides"], begin, end, places["dilations"])
        for reader in readers:
            reader.replace_source_output(twin.output(0))
        error = op.subtract(twin, convolution)
        told.append(op.result(op.reduce_mean(error, np.array([2, 3], np.int64), keep_dims=False)))
    return openvino().Model(told, graph.get_parameters(), "errors")


def round_classifier(graph: Any, exact: Any, crops: Crops) -> Any:
    """The graph with its matrix product in int8 as well, its input's range being the largest value seen in fp32."""
    op = _op()
    product = _product(exact)
    features = openvino().Model([op.result(product.input_value(0))], exact.get_parameters(), "features")
    high = np.float32(np.percentile(answer(compile_graph(features, "f32"), crops)[0].max(axis=1), 95)).reshape(1, 1)
    product = _product(graph)
    low = op.constant(np.zeros_like(high))
    source = op.fake_quantize(product.input_value(0), low, op.constant(high), low, op.constant(high), levels=256)
    most = np.abs(product.input_value(1).get_node().data).max(axis=1, keepdims=True)
    ends = [op.constant(end) for end in (-most, most)]
    factors = op.fake_quantize(product.input_value(1), *ends, *ends, levels=255)
    product.input(0).replace_source_output(source.output(0))
    product.input(1).replace_source_output(factors.output(0))
    return graph


def _convolutions(graph: Any) -> list[Any]:
    return [node for node in graph.get_ordered_ops() if node.get_type_name() == "Convolution"]


def _product(graph: Any) -> Any:
    (product,) = [node for node in graph.get_ordered_ops() if node.get_type_name() == "MatMul"]
    return product


def _op() -> Any:
    from openvino import opset13

    return opset13


# ------------------------------------------------------------------ judging


def judge(logits: Logits, exact: Logits, labels: NDArray[np.int64]) -> Quality:
    """The columns of the table but the last two.  labels: int [n]."""
    ours, theirs = _log_probabilities(logits), _log_probabilities(exact)
    winners, rows = exact.argmax(axis=1), np.arange(len(exact))
    best = np.argsort(-logits, axis=1, kind="stable")[:, :5]
    return Quality(
        agreed=int((logits.argmax(axis=1) == winners).sum()),
        top1=int((best[:, 0] == labels).sum()),
        top5=int((best == labels[:, None]).any(axis=1).sum()),
        rmse=float(np.sqrt(np.mean(np.square(logits.astype(np.float64) - exact)))),
        probability_error=float(np.abs(np.exp(ours) - np.exp(theirs))[rows, winners].mean()),
        divergence=float((np.exp(theirs) * (theirs - ours)).sum(axis=1).mean()),
    )


def _log_probabilities(logits: Logits) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    result: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def in_int8(compiled: Any) -> str:
    """How many of the convolutions and matrix products really compute in int8, as the device's own report says."""
    found = [node.get_rt_info() for node in compiled.get_runtime_model().get_ops()]
    layers = [(info["layerType"].value, info["runtimePrecision"].value) for info in found]
    counts = []
    for kind in ("Convolution", "FullyConnected"):
        precisions = [precision for layer, precision in layers if layer == kind]
        counts.append(f"{sum(one in ('i8', 'u8') for one in precisions)}/{len(precisions)}")
    return " + ".join(counts)


def candidates(weights: WeightSet, crops: Crops, *, slow: bool) -> list[Candidate]:
    """Every graph of the table; fp32 is the first."""

    def graph(ranges: Mapping[str, float] | None = None, *, with_maxima: bool = False) -> Any:
        return build_graph(
            weights.network, weights.arrays, weights.preprocessing, batch=1, ranges=ranges, with_maxima=with_maxima
        )

    maxima = answer(compile_graph(graph(with_maxima=True), "f32"), crops)[1]
    ranges = measured_ranges(weights, maxima)
    shipped = find_ranges(weights, folders())
    assert shipped is not None
    found = [Candidate("fp32", graph()), Candidate("bf16", graph(), "bf16")]
    found += [Candidate(f"ours, {way}", graph(values)) for way, values in ranges.items()]
    found += [Candidate("ours, shipped", graph(shipped.largest))]
    found += [
        Candidate(f"ours, {way}, corrected", correct_means(lambda way=way: graph(ranges[way]), crops))  # type: ignore[misc]
        for way in ("95th", "max")
    ]
    found += [
        Candidate("ours, shipped, the rest in bf16", graph(shipped.largest), "bf16"),
        Candidate("ours, shipped, classifier too", round_classifier(graph(shipped.largest), graph(), crops)),
    ]
    for correct in ("uncorrected", "fast", "slow") if slow else ("uncorrected", "fast"):
        for aggregate in ("mean", "max"):
            for classifier in (True, False):
                name = f"NNCF, {aggregate}, {correct}" + ("" if classifier else ", but the classifier")
                print(f"{name} …", file=sys.stderr, flush=True)
                made = by_nncf(graph(), crops, aggregate=aggregate, correct=correct, classifier=classifier)
                found.append(Candidate(name, made))
    return found


def read_labels(folder: Path) -> dict[str, int]:
    """The right class by file name."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: int(row["index"]) for row in csv.DictReader(file)}


def table(found: list[Candidate], crops: Crops, labels: NDArray[np.int64], rounds: int) -> list[str]:
    """The table's lines.  Rates: the candidates take turns, a warm-up round first; medians."""
    compiled = [compile_graph(one.graph, one.hint) for one in found]
    answers = [answer(one, crops)[0] for one in compiled]
    rates: list[list[tuple[float, float]]] = [[] for _ in found]
    for turn in range(rounds + 1):
        for number, one in enumerate(compiled):
            measured = rate(one, crops[:_RATED])
            if turn:
                rates[number].append(measured)
    lines = [
        f"| {len(crops)} pictures | as fp32 | top-1 | top-5 | RMSE | error of p1 | KL, 1e-3 | in int8 | 1/s | ms |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for candidate, one, logits, own in zip(found, compiled, answers, rates, strict=True):
        per_second, milliseconds = (statistics.median(column) for column in zip(*own, strict=True))
        judged = judge(logits, answers[0], labels)
        lines.append(
            f"| {candidate.name} | {judged.agreed} | {judged.top1} | {judged.top5} | {judged.rmse:.3f} | "
            f"{judged.probability_error:.4f} | {judged.divergence * 1000:.2f} | {in_int8(one)} | "
            f"{per_second:.0f} | {milliseconds:.1f} |"
        )
    return lines


def main() -> int:
    """Columns: winners as fp32's; right answers; root mean square error of all logits; mean error of the probability of
    fp32's winner; Kullback-Leibler divergence from fp32's probabilities; convolutions + classifiers in int8; pictures a
    second; CPU milliseconds a picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("calibration", type=Path)
    parser.add_argument("check", type=Path)
    parser.add_argument("--pictures", type=int, default=300, help="at most so many to calibrate with (300)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--without-slow", action="store_true", help="leave out NNCF's slow correction")
    options = parser.parse_args()
    if importlib.util.find_spec("nncf") is None:
        print("This comparison needs NNCF: pip install nncf, in an environment of its own.", file=sys.stderr)
        return 1
    os.environ["NNCF_CI"] = "1"  # else it reports each call to an analytics service
    weights = load_weights()
    _, calibration = read_crops(options.calibration, weights.preprocessing)
    calibration = calibration[: options.pictures]
    names, crops = read_crops(options.check, weights.preprocessing)
    by_name = read_labels(options.check)
    labels = np.array([by_name[name] for name in names], np.int64)
    print(f"{len(calibration)} pictures to calibrate with, {len(crops)} to check on", file=sys.stderr, flush=True)
    found = candidates(weights, calibration, slow=not options.without_slow)
    print("\n".join(table(found, crops, labels, options.rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
