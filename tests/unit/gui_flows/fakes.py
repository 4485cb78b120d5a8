"""A context without Qt: an engine that only notes, a background that works at once, a window that remembers."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from resnet_gui.folders import Folders
from resnet_gui.gui.app.engine_events import handle_events
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notices
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import Given, State
from resnet_gui.service.conversation import Conversation
from resnet_gui.service.messages import Answered, Ask, Event, Failed, Message, Told, Why


class NotingEngine(Conversation):
    """sent: every message."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        super().__init__(self.sent.append, lambda work: work())

    def asked(self, kind: type) -> list[Any]:
        """The operations of a kind, in the order of asking."""
        return [sent.operation for sent in self.sent if isinstance(sent, Ask) and isinstance(sent.operation, kind)]

    def last(self, kind: type) -> Any:
        """The newest operation of a kind."""
        return self.asked(kind)[-1]

    def token(self, kind: type) -> int:
        """Of the newest operation of a kind."""
        return [one.token for one in self.sent if isinstance(one, Ask) and isinstance(one.operation, kind)][-1]

    def count(self, kind: type) -> int:
        """How many of a kind, operations or messages."""
        return sum(isinstance(sent, kind) for sent in self.sent) + len(self.asked(kind))


def engine_of(context: Context) -> NotingEngine:
    """The fake in a context that `make_context` has made."""
    assert isinstance(context.engine, NotingEngine)
    return context.engine


def tell(context: Context, *events: Event) -> None:
    """Let the engine say something."""
    handle_events(context, events)


def update(context: Context, kind: type, *updates: object) -> None:
    """Let the newest operation of a kind tell these."""
    token = engine_of(context).token(kind)
    tell(context, *(Told(token, one) for one in updates))


def answer(context: Context, kind: type, given: object) -> None:
    """Let the newest operation of a kind be answered."""
    tell(context, Answered(engine_of(context).token(kind), given))


def fail(context: Context, kind: type, sentence: str, why: Why = Why.ERROR) -> None:
    """Let the newest operation of a kind fail."""
    tell(context, Failed(engine_of(context).token(kind), sentence, why))


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
        numbers=itertools.count(1),
        state=State(settings or Settings()),
    )
