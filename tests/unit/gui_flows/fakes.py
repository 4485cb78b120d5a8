"""A context without Qt: an engine that only notes, a background that works at once, a window that remembers."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from resnet_gui.folders import Folders
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notices
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import Given, State
from resnet_gui.runs.protocol import Event, Request


class NotingEngine:
    """sent: every request."""

    def __init__(self) -> None:
        self.sent: list[Request] = []

    def send(self, request: Request) -> None:
        self.sent.append(request)

    def poll(self) -> list[Event]:
        return []

    def last(self, kind: type) -> Any:
        """The newest request of a kind."""
        return [request for request in self.sent if isinstance(request, kind)][-1]

    def count(self, kind: type) -> int:
        """How many of a kind."""
        return sum(isinstance(request, kind) for request in self.sent)


class AtOnce:
    """Does the work where it is asked for; failures without a taker are raised."""

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        slot: str = "",
    ) -> None:
        try:
            result = work()
        except Exception as error:
            if failed is None:
                raise
            failed(error)
            return
        if done is not None:
            done(result)


class Remembers:
    """Answers every call; `shown[name]` has the arguments of the last one."""

    def __init__(self, **answers: Any) -> None:
        self.shown: dict[str, tuple[Any, ...]] = {}
        self._answers = answers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.shown[name] = (*arguments, *named.values())
            return self._answers.get(name)

        return call


class NoTable(Remembers):
    """A list without rows."""

    def __init__(self) -> None:
        super().__init__(reader=None, number=0, id_at=None, row_of=-1)


def make_context(folder: Path, settings: Settings | None = None, given: Given | None = None) -> Context:
    """Everything new; `context.engine`, `.window`, `.platform` and `.table` are the fakes above."""
    return Context(
        engine=NotingEngine(),
        background=AtOnce(),
        notices=Notices(),
        window=Remembers(leave_full_screen=False),
        platform=Remembers(clipboard=given or Given()),
        table=NoTable(),
        folders=Folders(folder / "data", folder / "cache", folder / "config", folder / "logs"),
        session=folder / "session",
        tokens=itertools.count(1),
        state=State(settings or Settings()),
    )
