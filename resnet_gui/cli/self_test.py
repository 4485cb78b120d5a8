"""`resnet-gui --self-test`: is this installation whole?  Resources, readers, network, one picture labelled right."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from resnet_gui.assets import resources
from resnet_gui.errors import KnownError, WeightsError
from resnet_gui.folders import folders
from resnet_gui.images.status import Status
from resnet_gui.weights.catalogue import catalogue

SAMPLE, SAMPLE_WNID = "coffee.png", "n07920052"
"""A picture every copy carries, and its class, "espresso", as Keras' own ResNet50 answers."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding.  text: what was seen, or what is wrong."""

    name: str
    passed: bool
    text: str


def self_test() -> int:
    """Print one line for each check; 0 if all passed, else 1."""
    checks = list(run_checks())
    for check in checks:
        print(f"{'ok    ' if check.passed else 'FAILED'}  {check.name}: {check.text}")
    return 0 if all(check.passed for check in checks) else 1


def run_checks() -> Iterator[Check]:
    """The checks, one after the other; none stops the others."""
    for name, work in (
        ("resources", _resources),
        ("pictures", _pictures),
        ("weight files", _weight_files),
        ("downloads", _downloads),
        ("built-in network", _built_in),
        ("a known picture", _known_picture),
    ):
        yield _tried(name, work)


def _tried(name: str, work: Callable[[], str]) -> Check:
    try:
        return Check(name, True, work())
    except KnownError as error:
        return Check(name, False, str(error))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with an installation is this command's answer
        return Check(name, False, f"{type(error).__name__}: {error}")


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise KnownError(sentence)


def _resources() -> str:
    folder = resources()
    missing = [part for part in ("networks", "classes", "icons", "samples") if not (folder / part).is_dir()]
    _require(not missing, f"{folder} has no {', '.join(missing)}; install resnet-gui again.")
    return f"{folder}, {len(catalogue())} networks in the catalogue"


def _downloads() -> str:
    """Whether what fetches is all there; nothing is fetched."""
    from resnet_gui.weights.fetch import means  # slow to import

    return f"{means()}; nothing was fetched"


def _pictures() -> str:
    """Each format is written by Pillow and read back by our own reader; of HEIC a package ships the decoder only."""
    import pillow_heif
    from PIL import Image

    from resnet_gui.images.decode import Limits, decode

    kinds = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        for kind in kinds:
            try:
                Image.new("RGB", (64, 48), (200, 40, 40)).save(path, kind)
            except (KeyError, OSError) as error:
                raise KnownError(f"{kind} is not supported by this Pillow ({error}).") from error
            read = decode(str(path), Limits(300, False))
            _require(read.status is Status.OK and read.width == 64, f"{kind} cannot be read: {read.message}")
    return f"{', '.join(kinds)}, HEIC (libheif {pillow_heif.libheif_version()})"


def _weight_files() -> str:
    """A file that is no network must be refused by the reader of its format, which shows that the reader is there."""
    import h5py

    from resnet_gui.weights.library import load_weights

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nothing.h5"
        h5py.File(path, "w").close()
        try:
            load_weights(str(path), classes=None, preprocess=None, stem_pool=None, stride_in=None)
        except WeightsError:
            return f"HDF5 {h5py.version.hdf5_version}, safetensors, PyTorch"
    raise KnownError("An empty HDF5 file was taken for a network.")


def _built_in() -> str:
    from resnet_gui.runs.spec import BUILT_IN
    from resnet_gui.weights.library import load_weights

    weights = load_weights(BUILT_IN, classes=None, preprocess=None, stem_pool=None, stride_in=None)
    names = {name.name for name in weights.classes}
    _require(len(names) == weights.network.classes == 1000, f"{len(names)} different class names instead of 1000.")
    return f"{weights.title}, SHA-256 {weights.sha256[:16]}…"


def _known_picture() -> str:
    """The whole way, as `classify` goes it."""
    from resnet_gui.cli.classify import scratch_folder
    from resnet_gui.results.query import RunReader
    from resnet_gui.runs.folder_run import FolderRun
    from resnet_gui.runs.spec import RunSpec

    places = folders()
    with scratch_folder(places) as scratch:
        run = FolderRun(RunSpec(paths=(str(resources() / "samples" / SAMPLE),)), places, scratch)
        try:
            run.start()
            run.wait()
            if run.failure is not None:
                raise run.failure
            assert run.store_path is not None
            assert run.facts is not None
            with RunReader(run.store_path) as reader:
                row = next(iter(reader.iterate_sorted()))
                names = {index: (wnid, name) for index, wnid, name in reader.classes()}
        finally:
            run.close()
    _require(row.prediction is not None, f"{SAMPLE} could not be read: {row.message}")
    assert row.prediction is not None
    best = row.prediction.top[0]
    wnid, name = names[best.index]
    _require(wnid == SAMPLE_WNID, f"{SAMPLE} was taken for '{name}'.")
    return f"{SAMPLE} is '{name}', {best.probability:.1%}; {run.facts.backend}"
