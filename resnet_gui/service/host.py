"""The engine's side of the conversation: whatever is asked gets a worker, and its end is told.  No Qt here.

The main thread reads messages and never waits for work; each worker is a thread with a short list, made when it is
first needed.  The end of standard input means that the window has gone: everything is cancelled, and the process ends.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from resnet_gui.engine.queues import Cancelled, Control
from resnet_gui.errors import KnownError
from resnet_gui.operations.operation import Operation, Services
from resnet_gui.service.messages import (
    SUPERSEDED,
    Answered,
    Ask,
    Cancel,
    Event,
    Failed,
    Message,
    Pause,
    Ready,
    Resume,
    Shutdown,
    Told,
    Why,
)
from resnet_gui.service.pipes import MessageWriter
from resnet_gui.service.worker import Worker

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Something asked that has no answer yet."""

    token: int
    operation: Operation[Any, Any]
    control: Control = field(default_factory=Control)


class Host:
    """The workers, and what was asked of them.

    services: what operations may use; `close` closes them.  writer: takes events to the window.
    """

    def __init__(self, services: Services, writer: MessageWriter) -> None:
        self._services = services
        self._writer = writer
        self._lock = threading.Lock()
        self._asked: dict[int, _Asked] = {}
        self._workers: dict[str, Worker] = {}

    def serve(self, messages: Callable[[], Message | None]) -> bool:
        """Take messages until there are no more; whether the window said Shutdown, and has not just gone."""
        self._tell(Ready())
        while True:
            message = messages()
            if message is None or isinstance(message, Shutdown):
                return message is not None
            self.take(message)

    def close(self) -> None:
        """Cancel everything, end all workers, close the services."""
        for asked in self._now():
            asked.control.cancel()
        for worker in self._workers.values():
            worker.close()
        self._services.close()

    def take(self, message: Message) -> None:
        """Begin what is asked, or steer it; never blocks.  For one thread."""
        match message:
            case Ask(token, operation):
                self._begin(_Asked(token, operation))
            case Pause(token) | Resume(token) | Cancel(token):
                with self._lock:
                    asked = self._asked.get(token)
                if asked is not None:
                    acts = {Pause: asked.control.pause, Resume: asked.control.resume, Cancel: asked.control.cancel}
                    acts[type(message)]()
            case _:
                _log.error("unknown message %r", message)

    def _begin(self, asked: _Asked) -> None:
        rules, others = asked.operation.rules, self._now()
        with self._lock:
            self._asked[asked.token] = asked
        refused = [rules.refused_beside.get(other.operation.rules.worker, "") for other in others]
        if any(refused):
            self._end(asked, Failed(asked.token, max(refused)))
            return
        for other in others:
            theirs = other.operation.rules
            if rules.replaces and theirs.worker == rules.worker:
                other.control.cancel(SUPERSEDED)
            elif rules.worker in theirs.ended_by:
                other.control.cancel(theirs.ended_by[rules.worker])
        if rules.worker not in self._workers:
            self._workers[rules.worker] = Worker(rules.worker, rules.waiting)
        overtaken = Failed(asked.token, SUPERSEDED, Why.CANCELLED)
        self._workers[rules.worker].add(lambda: self._work_on(asked), dropped=lambda: self._end(asked, overtaken))

    def _now(self) -> tuple[_Asked, ...]:
        """All that waits or is being done."""
        with self._lock:
            return tuple(self._asked.values())

    def _work_on(self, asked: _Asked) -> None:
        """In the worker's thread.  Whatever happens, the end is told: the window waits for it."""
        token, control = asked.token, asked.control
        try:
            control.check()
            answer = asked.operation.run(self._services, lambda update: self._tell(Told(token, update)), control)
            end: Answered | Failed = Answered(token, answer)
        except Cancelled:
            end = Failed(token, control.reason, Why.CANCELLED)
        except KnownError as error:
            end = Failed(token, error.in_window)
        except Exception as error:  # noqa: BLE001 - a bug of ours: logged, and told as one
            _log.exception("%s failed", type(asked.operation).__name__)
            sentence = f"A fault in the program: {type(error).__name__}: {error}. The log has the details."
            end = Failed(token, sentence)
        self._end(asked, end)

    def _end(self, asked: _Asked, end: Answered | Failed) -> None:
        with self._lock:
            del self._asked[asked.token]
        self._tell(end)

    def _tell(self, event: Event) -> None:
        try:
            self._writer.send(event)
        except (OSError, ValueError):
            _log.info("the window has gone; %s was not told", type(event).__name__)
