"""What an operation is: something a person can ask for, as data with one `run`, whichever process it runs in.

The command line calls `run` itself; the window asks the engine's process, which runs the same object.
Light: the window's process imports every operation, so what an operation needs for its work is imported inside `run`.
"""

import itertools
import os
import shutil
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar

from resnet_gui.engine.queues import Control
from resnet_gui.errors import StoreError
from resnet_gui.folders import Folders, make_scratch

if TYPE_CHECKING:
    from resnet_gui.runs.network_cache import NetworkCache

Answer = TypeVar("Answer")
"""What an operation gives back."""
Update = TypeVar("Update")
"""What it tells on the way; Never for one that tells nothing."""


class Services:
    """What operations may use, in whichever process they run; `close` gives all of it back.

    folders: the program's own folders.
    session: an existing folder for what is handed over as files, and for the rows of a few single pictures; None makes
        one in the cache folder when it is first needed, and `close` removes that one.
    """

    def __init__(self, folders: Folders, session: Path | None = None) -> None:
        self.folders = folders
        self._session, self._own_session = session, session is None
        self._networks: NetworkCache | None = None
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    @property
    def networks(self) -> "NetworkCache":
        """The networks in memory; what loads them is imported here."""
        from resnet_gui.runs.network_cache import NetworkCache

        with self._lock:
            if self._networks is None:
                self._networks = NetworkCache()
            return self._networks

    @property
    def session(self) -> Path:
        """The session's folder.  Raises StoreError where one has to be made and cannot."""
        with self._lock:
            if self._session is None:
                try:
                    self._session = make_scratch(self.folders.cache)
                except OSError as error:
                    raise StoreError(
                        f"{self.folders.cache} cannot be written ({error.strerror}); set RESNET_GUI_HOME to a folder "
                        "that can."
                    ) from error
            return self._session

    def new_file(self, kind: str) -> Path:
        """A path in the session's folder that nobody else uses; the processes of a session share that folder."""
        return self.session / f"{kind}-{os.getpid()}-{next(self._numbers)}.rgb"

    def close(self) -> None:
        """Give networks and folder back."""
        if self._networks is not None:
            self._networks.close()
        if self._own_session and self._session is not None:
            shutil.rmtree(self._session, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Again:
    """That an operation is asked again when the engine's process died over it, and what a person is told of that.

    goes_on: sentence while it is asked again.
    given_up: sentence when it is not, as the process died too often without progress; empty: the usual one.
    when_answered: whether the newest one is asked again even when it has been answered, so that a new process comes to
        stand where the old one stood.
    """

    goes_on: str = ""
    given_up: str = ""
    when_answered: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """How the engine's process deals with an operation; in a process of its own there is nothing to deal with.

    worker: name of the thread that does it.  A worker does one at a time, the newest first.
    waiting: how many may wait for that worker; when one more comes, the oldest is given up.
    replaces: whether it ends an older one of the same worker, also one that is being done.
    ended_by: worker → the sentence with which an operation of that worker, asked later, ends this one.
    refused_beside: worker → the sentence with which it is refused while that worker has something to do.
    again: what happens when the process dies over it; None: it has failed.
    """

    worker: str
    waiting: int
    replaces: bool = False
    ended_by: Mapping[str, str] = field(default_factory=dict)
    refused_beside: Mapping[str, str] = field(default_factory=dict)
    again: Again | None = None


class Operation(ABC, Generic[Answer, Update]):
    """Something a person can ask for.  Subclasses are frozen dataclasses, pickled on their way to another process."""

    __slots__ = ()
    rules: ClassVar[Rules]

    @abstractmethod
    def run(self, services: Services, tell: Callable[[Update], None], control: Control) -> Answer:
        """Do it, and return the answer.

        tell: takes what is told on the way, from one thread; of several of one type in a row the last may be all that
        arrives.  control: pauses and cancels.  Raises KnownError, and Cancelled when it was cancelled.
        """

    def begin_early(self, services: Services) -> Callable[[], None] | None:
        """Begin, before the rest of a new process is imported, what `run` will need; returns at once.

        What comes back waits until importing no longer gets in its way; None where nothing was begun.
        """
        return None

    def after(self, update: Update) -> Self:
        """The operation as it is asked again when the process dies after it told this."""
        return self

    def done_by(self, update: Update) -> int:
        """How much is done for good when it tells this; a death after more of it does not count against it."""
        return 0

    def discard(self, answer: Answer) -> None:
        """Clear away an answer that nobody wants any more; called in any thread."""
        return


def nothing_told(update: object) -> None:
    """For `Operation.run` where nobody listens."""
