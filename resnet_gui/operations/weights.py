"""The catalogue's weight files: fetched, copied in, checked and removed.

One is fetched after the other; what is quick goes on beside that.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from resnet_gui.engine.queues import Cancelled, Control
from resnet_gui.errors import StoppedError, UsageError, Wording
from resnet_gui.operations.operation import Operation, Rules, Services
from resnet_gui.weights.published.catalogue import Entry, find
from resnet_gui.weights.published.installed import FileState, adopt, remove, verify
from resnet_gui.weights.published.transfer import TransferProgress

_MANY = 1000
"""So many may wait: none is ever given up, a person cannot ask for more."""


@dataclass(frozen=True, slots=True)
class DownloadWeights(Operation[str, TransferProgress]):
    """Fetch a file of the catalogue, going on with what is there; the answer is its path.  Raises DownloadError.

    name: in the catalogue.
    """

    name: str

    rules = Rules("downloads", waiting=_MANY)

    def run(self, services: Services, tell: Callable[[TransferProgress], None], control: Control) -> str:
        """As `Operation.run`."""
        from resnet_gui.weights.published.download import download

        with _stoppable():
            return str(download(_entry(self.name), report=tell, stop=lambda: control.cancelled))


@dataclass(frozen=True, slots=True)
class AdoptWeights(Operation[str, TransferProgress]):
    """Copy a file that the person has into the folder, once it is proven; the answer is its name in the catalogue.

    path: of the file.  name: what it is meant to be, empty where its hash is to tell.  Raises WeightsError.
    """

    path: str
    name: str = ""

    rules = Rules("weights", waiting=_MANY)

    def run(self, services: Services, tell: Callable[[TransferProgress], None], control: Control) -> str:
        """As `Operation.run`."""
        entry = _entry(self.name) if self.name else None
        with _stoppable():
            return adopt(Path(self.path), entry, report=tell, stop=lambda: control.cancelled).name


@dataclass(frozen=True, slots=True)
class VerifyWeights(Operation[tuple[FileState, Wording], TransferProgress]):
    """Compare an installed file with its hash; the answer is what came of it, and a sentence.  Raises WeightsError."""

    name: str

    rules = Rules("weights", waiting=_MANY)

    def run(
        self, services: Services, tell: Callable[[TransferProgress], None], control: Control
    ) -> tuple[FileState, Wording]:
        """As `Operation.run`."""
        with _stoppable():
            return verify(_entry(self.name), report=tell, stop=lambda: control.cancelled)


@dataclass(frozen=True, slots=True)
class RemoveWeights(Operation[int, TransferProgress]):
    """Delete an installed file, its record and an unfinished download; the answer is how many bytes that was."""

    name: str

    rules = Rules("weights", waiting=_MANY)

    def run(self, services: Services, tell: Callable[[TransferProgress], None], control: Control) -> int:
        """As `Operation.run`."""
        return remove(_entry(self.name))


@contextmanager
def _stoppable() -> Iterator[None]:
    """A stop that was asked for is a Cancelled, as in every operation."""
    try:
        yield
    except StoppedError as error:
        raise Cancelled from error


def _entry(name: str) -> Entry:
    entry = find(name)
    if entry is None:
        raise UsageError(f"The catalogue has no weights '{name}'.")
    return entry
