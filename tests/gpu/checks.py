"""The parts of the check that say whether the answers are right; each is a generator of what it finds."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from resnet_gui.engine.backend import select_crops
from resnet_gui.engine.backends.torch import TorchBackend, test_run
from resnet_gui.engine.devices import Machine, choose_device
from resnet_gui.engine.modes import Average, Precision
from resnet_gui.engine.record import Prediction
from resnet_gui.engine.self_check import TOLERANCE, fixed_picture
from resnet_gui.engine.voting import predict
from resnet_gui.errors import DeviceError
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.variants import published
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.weight_set import ClassName, WeightSet
from tests.benchmarks.rows import Row
from tests.gpu.asked import Asked, Fact, Found, answers, apart, logits_of, prepared
from tests.unit.engine.networks import random_crops, random_weights
from tests.unit.network.peers import arrays_of, features_and_logits, imagenet_input, torchvision_network

EXACT = 100.0
"""Millionths that exact may lie from the reference."""
HALF_STORED = 5000.0
"""The same for the built-in network, whose numbers are kept in half precision."""
_PPM = "millionths"


def device(asked: Asked) -> Found:
    """Is it there, what is it, and would the program choose it?"""
    yield Fact("torch", torch.__version__)
    driver = Machine().nvidia()
    yield Fact("driver", "none" if driver is None else f"CUDA {driver.version // 1000}.{driver.version % 1000 // 10}")
    chosen = choose_device(asked.device)
    yield Fact("card", chosen.name)
    yield Fact("chosen", chosen.sentence)
    if not asked.on_card:
        test_run(asked.device)
        return
    about = torch.cuda.get_device_properties(asked.device)
    yield Fact("capability", f"{about.major}.{about.minor}")
    yield Fact("memory of the card, GiB", about.total_memory / 2**30)
    yield Fact("CUDA of torch", str(torch.version.cuda))
    yield Fact("cuDNN", str(torch.backends.cudnn.version()))
    automatic = choose_device("auto")
    yield Fact("chosen by itself", automatic.sentence)
    yield Row("device: the card is taken without being asked for", float(automatic.kind == "cuda"), "", 1.0, True)


def backend(asked: Asked) -> Found:
    """Mirror images, several callers, batches of every size: nothing is mixed up, and every run gives the same bits."""
    weights, crops = random_weights(), random_crops(24)
    indices = np.random.default_rng(3).permutation(np.r_[np.arange(24), ~np.arange(24)])
    plain = asked.on_cpu(weights)
    expected = plain.logits(select_crops(crops, indices))
    plain.close()
    for batch in (1, 3, 16, 64):
        one = asked.backend(weights, Precision.EXACT, batch=batch)
        answer = one.logits(crops, indices)
        yield Row(
            f"backend: crops and mirror images, batch {batch}, off the CPU's", apart(answer, expected), _PPM, EXACT
        )
        yield Row(
            f"backend: batch {batch}, asked again: other bits", _differing(one.logits(crops, indices), answer), "", 0
        )
        single = np.concatenate([one.logits(crops, indices[[place]]) for place in range(12)])
        yield Row(f"backend: batch {batch}, other neighbours: other bits", _differing(single, answer[:12]), "", 0)
        if batch in (3, 16):
            wrong = _from_five_threads(one, crops, indices, answer)
            yield Row(f"backend: five threads at once, batch {batch}: answers mixed up", wrong, "", 0)
        one.close()
    half = asked.backend(weights, Precision.FAST, batch=16)
    yield Row("backend: fast, off exact's", apart(half.logits(crops, indices), expected) / 1e4, "%", 5.0)
    refused = _raises(lambda: half.logits(crops, np.array([24])), ValueError)
    yield Row("backend: a crop that is not there is refused", float(refused), "", 1.0, True)
    half.close()


def exact(asked: Asked) -> Found:
    """The reference answers, torch's own on the CPU, and all depths beside torchvision's networks on the CPU."""
    weights = load_weights()
    work = asked.orders(weights.preprocessing, Precision.EXACT)
    one = asked.backend(weights, Precision.EXACT)
    paths = asked.pictures()[: 4 if asked.quick else 32]
    plain = asked.on_cpu(weights)
    ours, theirs = (np.concatenate(logits_of(each, paths, work)) for each in (one, plain))
    yield Row("exact, built-in network: off torch's CPU", apart(ours, theirs), _PPM, EXACT)
    plain.close()
    reference = asked.reference()
    if reference:
        said = answers(one, list(reference), work)
        yield from _against(reference, said, "single", "exact, built-in network", HALF_STORED)
    else:
        yield Fact("reference", "photos/demo is not here, so exact was compared with torch on the CPU only")
    one.close()
    if reference and asked.weights is not None:
        one = asked.backend(load_weights(str(asked.weights), stem_pool="padded"), Precision.EXACT)
        said = answers(one, list(reference), work)
        yield from _against(reference, said, "single", f"exact, {asked.weights.name}", EXACT)
        one.close()
    for depth in (18, 50) if asked.quick else (18, 34, 50, 101, 152):
        yield Row(f"exact, ResNet-{depth}: off torchvision's on the CPU", _off_torchvision(asked, depth), _PPM, EXACT)


def fast(asked: Asked) -> Found:
    """Does fast give exact's answers, on photographs, through each one's own preparation?"""
    weights = load_weights()
    labels = asked.labelled()
    paths = [path for path in asked.pictures() if not labels or str(path) in labels][: 8 if asked.quick else 200]
    said: dict[Precision, list[Prediction]] = {}
    on_fixed: dict[Precision, NDArray[np.float32]] = {}
    for precision in (Precision.EXACT, Precision.FAST):
        one = asked.backend(weights, precision)
        said[precision] = answers(one, paths, asked.orders(weights.preprocessing, precision))
        on_fixed[precision] = one.logits(fixed_picture(weights.preprocessing.crop))
        yield Fact(f"numbers of {precision}", one.precision)
        one.close()
    pairs = list(zip(said[Precision.EXACT], said[Precision.FAST], strict=True))
    same = sum(one.top[0].index == other.top[0].index for one, other in pairs)
    yield Row(f"fast: winners that are exact's, of {len(paths)}", 100 * same / len(paths), "%", 99.0, at_least=True)
    furthest = max(abs(one.top[0].probability - other.top[0].probability) for one, other in pairs)
    yield Row("fast: probability of a winner, at most off exact's", 100 * furthest, "%")
    spread = float(np.sqrt(np.mean(np.square(on_fixed[Precision.FAST] - on_fixed[Precision.EXACT]))))
    yield Row("fast: off exact on the fixed picture", spread / float(on_fixed[Precision.EXACT].std()), "×", TOLERANCE)
    if labels:
        right = {word: _right(labels, paths, said[word]) for word in said}
        for word, share in right.items():
            yield Row(f"{word}: right, of {len(paths)}", share, "%")
        yield Row("fast: right, apart from exact", abs(right[Precision.FAST] - right[Precision.EXACT]), "%", 1.0)


def crops(asked: Asked) -> Found:
    """Ten crops: both ways of making one answer of them, and each crop's own."""
    known = asked.weights is not None
    weights = load_weights(str(asked.weights), stem_pool="padded") if known else load_weights()
    limit, work = EXACT if known else HALF_STORED, asked.orders(weights.preprocessing, Precision.EXACT, 10)
    one = asked.backend(weights, Precision.EXACT, crops=10)
    if asked.on_card:
        yield Row("ten crops: a batch's crops beyond whole pictures", one.crops_per_call % 10, "", 0)
    reference = asked.reference()
    logits = logits_of(one, list(reference), work)
    if reference:
        for average, key in ((Average.SOFTMAX, "ten"), (Average.LOGITS, "ten_logits")):
            said = [predict(each, average) for each in logits]
            yield from _against(reference, said, key, f"ten crops, {average}", limit)
        votes = [(vote[0].index, vote[0].probability) for answer in said for vote in answer.votes]
        theirs = [tuple(each) for answer in reference.values() for each in answer["ten_each_top1"]]
        other = sum(ours[0] != expected[0] for ours, expected in zip(votes, theirs, strict=True))
        yield Row(f"ten crops: winners of single crops that are others, of {len(votes)}", other, "", 0)
    plain = asked.on_cpu(weights)
    for picture in prepared(asked.pictures()[: 1 if asked.quick else 4], work):
        views = picture.crops
        off = apart(one.logits(views.squares, views.indices), plain.logits(select_crops(views.squares, views.indices)))
        yield Row(f"ten crops of {Path(picture.job.path).name}: off torch's CPU", off, _PPM, EXACT)
    plain.close()
    one.close()


def memory(asked: Asked) -> Found:
    """A card whose memory runs out while it is asked, one that holds nothing at all, and whether it recovers."""
    weights = load_weights() if asked.on_card else random_weights()
    some = random_crops(64, weights.preprocessing.crop)
    one = asked.backend(weights, Precision.EXACT, batch=64)
    expected = one.logits(some)
    shrink = _cap_memory(asked, one, some) if asked.on_card else _pretend_small(one)
    yield Fact("memory", "the card's, capped" if asked.on_card else "made up: this device tells of none")
    shrink(0.6)
    wrong = _from_five_threads(one, some, np.arange(64), expected)
    yield Row("memory too small under five threads: answers mixed up", wrong, "", 0)
    yield Row("memory too small: batch left of 64", one.crops_per_call, "crops", 63)
    shrink(0.0)
    # on a card the weights themselves find no room then; a single crop might still, in what torch keeps unused
    ask = (lambda: asked.backend(weights, Precision.EXACT, batch=1)) if asked.on_card else (lambda: one.logits(some))
    yield Row("no memory at all: told as a sentence", float(_raises(ask, DeviceError)), "", 1.0, True)
    shrink(1.0)
    yield Row("memory is there again: off the first answer", apart(one.logits(some), expected), _PPM, EXACT)
    one.close()
    if asked.on_card:
        yield Fact("MiB kept after closing", torch.cuda.memory_allocated(asked.device) / 2**20)


def _against(reference: dict[Path, dict[str, Any]], said: list[Prediction], key: str, name: str, limit: float) -> Found:
    """The best of each picture beside the reference's; below 1e-4 classes may change places within the tolerance."""
    furthest, other = 0.0, 0
    for expected, answer in zip(reference.values(), said, strict=True):
        ours = {score.index: score.probability for score in answer.top}
        other += answer.top[0].index != expected[key][0]["index"]
        wanted = {each["index"]: each["probability"] for each in expected[key] if each["probability"] > 1e-4}
        furthest = max(*(abs(ours[index] - probability) for index, probability in wanted.items()), furthest)
    yield Row(f"{name}: probabilities off the reference", 1e6 * furthest, _PPM, limit)
    yield Row(f"{name}: winners that are not the reference's, of {len(said)}", other, "", 0)


def _off_torchvision(asked: Asked, depth: int) -> float:
    theirs, squares = torchvision_network(depth), random_crops(4, 224, depth)
    names = tuple(ClassName(index, str(index)) for index in range(1000))
    weights = WeightSet(published(depth), arrays_of(theirs), PRESETS["torch"], names, "0" * 64, "random", "nowhere")
    one = asked.backend(weights, Precision.EXACT, batch=4)
    off = apart(one.logits(squares), features_and_logits(theirs, imagenet_input(squares))[1])
    one.close()
    return off


def _right(labels: dict[str, int], paths: list[Path], said: list[Prediction]) -> float:
    right = sum(answer.top[0].index == labels[str(path)] for path, answer in zip(paths, said, strict=True))
    return 100 * right / len(paths)


def _differing(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Numbers that are not the same to the last bit."""
    return float((one != other).sum())


def _raises(ask: Callable[[], object], kind: type[Exception]) -> bool:
    try:
        ask()
    except kind:
        return True
    return False


def _from_five_threads(
    one: TorchBackend, squares: NDArray[np.uint8], indices: NDArray[np.intp], expected: NDArray[np.float32]
) -> float:
    """How many of five callers at once, each with another part in another order, got something else or an error."""
    wrong: list[object] = []

    def ask(number: int) -> None:
        order = np.random.default_rng(number).permutation(len(indices))
        try:
            if not apart(one.logits(squares, indices[order]), expected[order]) <= EXACT:
                wrong.append(number)
        except Exception as error:  # noqa: BLE001 - counted, and told on stderr
            print(f"thread {number}: {error!r}", flush=True)
            wrong.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return float(len(wrong))


def _cap_memory(asked: Asked, one: TorchBackend, some: NDArray[np.uint8]) -> Callable[[float], None]:
    """Sets what torch may take of the card: what is kept, and this part of what a batch needs; 0: nothing, 1: all."""
    cuda = torch.cuda
    cuda.reset_peak_memory_stats(asked.device)
    one.logits(some)
    kept, peak = cuda.memory_allocated(asked.device), cuda.max_memory_allocated(asked.device)
    whole = cuda.get_device_properties(asked.device).total_memory

    def shrink(part: float) -> None:
        cuda.synchronize(asked.device)
        cuda.empty_cache()
        allowed = {0.0: 0, 1.0: whole}.get(part, kept + part * (peak - kept))
        cuda.set_per_process_memory_fraction(min(1.0, allowed / whole), asked.device)

    return shrink


def _pretend_small(one: TorchBackend) -> Callable[[float], None]:
    """On a device that does not tell its memory: batches above a part of 64 fail as they would on a card."""
    submit, fits = one._card.submit, 64.0

    def submit_if_it_fits(slot: Any, *rest: Any, **named: Any) -> None:
        if slot.batch > fits:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        submit(slot, *rest, **named)

    def shrink(part: float) -> None:
        nonlocal fits
        fits = 64 * part

    one._card.submit = submit_if_it_fits  # type: ignore[method-assign]
    return shrink
