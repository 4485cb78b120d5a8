"""The parts of the check that say how fast it is; each is a generator of what it finds."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from resnet_gui.engine.backends.torch import TorchBackend
from resnet_gui.engine.backends.torch_batch import sizes_to_try
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.pipeline import run_pipeline
from resnet_gui.engine.queues import Control
from resnet_gui.engine.record import Job, Record
from resnet_gui.engine.stages import PipelineSettings, Prepared, prepare
from resnet_gui.engine.threads import usable_threads
from resnet_gui.images.quick_jpeg import Scratch
from resnet_gui.weights.library import load_weights
from tests.benchmarks.alone import CROPS_KEPT, calls_of, decode_all, network_rate
from tests.benchmarks.rows import Row
from tests.gpu.asked import Asked, Fact, Found, jobs, prepared

_WARM_UP_S = 1.0
_LOOP_BATCH = 128
"""A card is not full below; timm's own script takes 256."""


def batch(asked: Asked) -> Found:
    """Which batch is chosen, how long choosing takes, and how much faster the best one would be."""
    weights = load_weights()
    for precision in (Precision.EXACT, Precision.FAST):
        begin = time.perf_counter()
        one = asked.backend(weights, precision)
        yield Fact(f"{precision}: seconds to load the network and to choose its batch", time.perf_counter() - begin)
        chosen, rates = one.crops_per_call, {}
        yield Fact(f"{precision}: batch", chosen)
        one.close()
        sizes = (8, 16) if asked.quick else sorted({*sizes_to_try(1), chosen, 256})
        for size in sizes:
            other = asked.backend(weights, precision, batch=size)
            rates[size] = _alone(asked, other, asked.orders(weights.preprocessing, precision), asked.seconds / 5)
            yield Fact(f"{precision}: crops/s, batch {size}", rates[size])
            other.close()
        if asked.on_card and not asked.quick:
            yield Row(
                f"{precision}: rate of the chosen batch {chosen} in parts of the best up to 128",
                100 * rates[chosen] / max(rate for size, rate in rates.items() if size <= 128),
                "%",
                90.0,
                at_least=True,
            )


def exact(asked: Asked) -> Found:
    """exact: the network alone, decoding alone, both together."""
    yield from _speed(asked, Precision.EXACT)


def fast(asked: Asked) -> Found:
    """fast: the same."""
    yield from _speed(asked, Precision.FAST)


def ten_crops(asked: Asked) -> Found:
    """Ten crops beside ten single ones, the network alone: as much arithmetic, half the upload."""
    weights = load_weights()
    for precision in (Precision.EXACT, Precision.FAST):
        one = asked.backend(weights, precision, crops=10)
        ten, single = (
            _alone(asked, one, asked.orders(weights.preprocessing, precision, crops), asked.seconds)
            for crops in (10, 1)
        )
        one.close()
        yield Fact(f"{precision}: ten crops, pictures/s of the network", ten / 10)
        limit = 1.1 if asked.on_card and not asked.quick else None
        yield Row(f"{precision}: ten crops in times of ten single ones", single / ten, "×", limit)


def loop(asked: Asked) -> Found:
    """What a person would write: timm's loop where timm is there, else torchvision's."""
    name, make = _timm if _has_timm() else _torchvision
    yield Fact("loop", name)
    for precision in (Precision.EXACT, Precision.FAST):
        half = precision is Precision.FAST
        batches = make(asked, half=half)
        yield Fact(f"{precision}: pictures/s of the loop", _rate(batches, asked.seconds))


def _speed(asked: Asked, precision: Precision) -> Found:
    weights = load_weights()
    one = asked.backend(weights, precision)
    work, paths = asked.orders(weights.preprocessing, precision), asked.pictures()
    yield Fact(f"{precision}: numbers", one.precision)
    yield Fact(f"{precision}: what runs", one.description)
    network = _alone(asked, one, work, asked.seconds)
    yield Fact(f"{precision}: network only", network)
    one_core = decode_all(paths[: 20 if asked.quick else 200], work).s
    yield Fact(f"{precision}: decode, s of one core", one_core)
    all_cores = _rate(_decoded(paths, work), asked.seconds)
    yield Fact(f"{precision}: decode only", all_cores)
    both = _rate(_pipeline(paths, work, one), asked.seconds)
    yield Fact(f"{precision}: pictures/s", both)
    shared = 1 / (1 / network + 1 / all_cores)
    yield Fact(f"{precision}: limit", min(network, all_cores) if asked.on_card else shared)
    one.close()


def _alone(asked: Asked, one: TorchBackend, work: PipelineSettings, seconds: float) -> float:
    """Crops/s of the network on crops that are ready."""
    calls = calls_of(prepared(asked.pictures()[: 4 if asked.quick else CROPS_KEPT], work), one, work.crops)
    network_rate(one, calls, seconds / 5)
    return network_rate(one, calls, seconds)


def _rate(counts: Iterable[int], seconds: float) -> float:
    """Pictures/s of what says how many it has done, from its first word and a warm-up on; then it is let go."""
    first = begin = 0.0
    done = 0
    for count in counts:
        now = time.perf_counter()
        if not first:
            first = now
        elif not begin:
            begin = now if now - first > min(_WARM_UP_S, seconds / 2) else 0.0
        else:
            done += count
            if now - begin > seconds:
                break
    if not done:
        raise RuntimeError("nothing was done in the time there was")
    return done / (now - begin)


def _decoded(paths: list[Path], work: PipelineSettings) -> Iterator[int]:
    """Decode on all cores, as many threads as the program takes, and say from time to time how much."""
    stop, done = threading.Event(), [0] * work.decoders

    def decode(number: int) -> None:
        scratch = Scratch()
        for job in itertools.islice(itertools.cycle(list(jobs(paths))), number, None):
            if stop.is_set():
                return
            done[number] += isinstance(prepare(job, work, scratch), Prepared)

    threads = [threading.Thread(target=decode, args=(number,)) for number in range(work.decoders)]
    for thread in threads:
        thread.start()
    try:
        yield from _steps(lambda: sum(done))
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _steps(done: Callable[[], int]) -> Iterator[int]:
    """Every 20 ms, by how much a count has grown since, unless by nothing."""
    before = 0
    while True:
        time.sleep(0.02)
        now = done()
        if now > before:
            yield now - before
        before = now


def _pipeline(paths: list[Path], work: PipelineSettings, one: TorchBackend) -> Iterator[int]:
    """The program's own pipeline over the pictures, again and again, without the store."""
    control, counts = Control(), _Counts()
    running = threading.Thread(
        target=counts.run, args=(lambda: run_pipeline(_again(paths, control), work, one, counts, control, _NoNotes()),)
    )
    running.start()
    try:
        yield from _steps(counts.done)
    finally:
        control.cancel()
        running.join()


def _again(paths: list[Path], control: Control) -> Iterator[Job]:
    numbered = itertools.count()
    for job in itertools.cycle(list(jobs(paths))):
        if control.cancelled:
            return
        yield Job(next(numbered), job.path, job.size, 0)


class _NoNotes:
    """`engine.stages.Notes` that nobody reads."""

    def note(self, slot: int, job_id: int) -> None:
        """Nothing."""

    def clear(self, slot: int) -> None:
        """Nothing."""


class _Counts:
    """`engine.stages.Sink` that counts, and the thread's body that fills it."""

    def __init__(self) -> None:
        self._done = 0
        self._failed: BaseException | None = None

    def put(self, record: Record) -> None:
        """Count it.  Raises RuntimeError where the picture has no answer."""
        if record.prediction is None:
            raise RuntimeError(f"{record.job.path}: {record.message}")
        self._done += 1

    def run(self, work: Callable[[], None]) -> None:
        """What it raises is raised where the count is read."""
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed over
            self._failed = error

    def done(self) -> int:
        """How many so far.  Raises what the pipeline raised."""
        if self._failed is not None:
            raise self._failed
        return self._done


# ------------------------------------------------------------------ what others write


def _has_timm() -> bool:
    try:
        import timm  # noqa: F401
    except ImportError:
        return False
    return True


def _ready(asked: Asked, module: Any, *, half: bool) -> Any:
    module = module.eval().to(asked.device)
    return module.to(dtype=torch.float16, memory_format=torch.channels_last) if half else module


def _run(asked: Asked, module: Any, loader: Iterable[Any], *, half: bool) -> Iterator[int]:
    with torch.inference_mode():
        for pixels, _ in loader:
            x = pixels.to(asked.device, non_blocking=True)
            x = x.to(dtype=torch.float16, memory_format=torch.channels_last) if half else x
            module(x).float().softmax(-1).topk(5)[0].cpu()
            yield len(pixels)


def _names(asked: Asked) -> list[str]:
    """So many files that no loop comes to their end."""
    paths = list(map(str, asked.pictures()))
    return list(itertools.islice(itertools.cycle(paths), 400_000))


def _torchvision_batches(asked: Asked, *, half: bool) -> Iterator[int]:
    import torchvision
    from PIL import Image
    from torchvision import transforms

    change = transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    names = _names(asked)

    class Files(torch.utils.data.Dataset[Any]):
        def __len__(self) -> int:
            return len(names)

        def __getitem__(self, place: int) -> Any:
            return change(Image.open(names[place]).convert("RGB")), 0

    loader = torch.utils.data.DataLoader(
        Files(),
        batch_size=_loop_batch(asked),
        num_workers=usable_threads(),
        pin_memory=asked.on_card,
    )
    module = _ready(asked, torchvision.models.resnet50(weights=None), half=half)
    yield from _run(asked, module, loader, half=half)


def _timm_batches(asked: Asked, *, half: bool) -> Iterator[int]:
    import timm
    from timm.data import ImageDataset, create_loader, resolve_data_config
    from timm.data.readers.reader import Reader

    names = _names(asked)

    class Files(Reader):  # type: ignore[misc]
        def __getitem__(self, place: int) -> Any:
            return open(names[place], "rb"), 0

        def __len__(self) -> int:
            return len(names)

        def _filename(self, index: int, basename: bool = False, absolute: bool = False) -> str:
            return names[index]

    module = _ready(asked, timm.create_model("resnet50", pretrained=False), half=half)
    config = resolve_data_config({}, model=module)
    config.update(interpolation="bilinear", crop_pct=224 / 256)
    loader = create_loader(
        ImageDataset("", reader=Files()),
        batch_size=_loop_batch(asked),
        use_prefetcher=asked.on_card,
        num_workers=usable_threads(),
        device=torch.device(asked.device),
        img_dtype=torch.float16 if half and asked.on_card else torch.float32,
        **config,
    )
    yield from _run(asked, module, loader, half=half)


def _loop_batch(asked: Asked) -> int:
    return 8 if asked.quick else _LOOP_BATCH


_timm = ("timm", _timm_batches)
_torchvision = ("torchvision", _torchvision_batches)
