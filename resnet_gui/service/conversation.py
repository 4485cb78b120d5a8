"""Asking the engine's process from the window: an operation goes out, and the asker hears what came of it.

Here, and nowhere else, is it decided whether an answer is still wanted.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from resnet_gui.operations.operation import Operation
from resnet_gui.service.messages import Answered, Ask, Cancel, Event, Failed, Message, Pause, Resume, Told

AnswerT = TypeVar("AnswerT")
UpdateT = TypeVar("UpdateT")


@dataclass(frozen=True, slots=True)
class _Asked:
    operation: Operation[Any, Any]
    done: Callable[[Any], None] | None
    told: Callable[[Any], None] | None
    failed: Callable[[Failed], None] | None


class Request:
    """Something that was asked, to be steered.

    token: its number.  send: takes messages for the engine's process.  forget: called with the token by `forget`.
    """

    def __init__(self, token: int, send: Callable[[Message], None], forget: Callable[[int], None]) -> None:
        self.token = token
        self._send, self._forget = send, forget

    def pause(self) -> None:
        """Let what is in flight end, then wait."""
        self._send(Pause(self.token))

    def resume(self) -> None:
        """Go on after a pause."""
        self._send(Resume(self.token))

    def cancel(self) -> None:
        """Stop soon; the end is told as ever."""
        self._send(Cancel(self.token))

    def forget(self) -> None:
        """Nothing that comes of it is wanted any more; it goes on until it has ended."""
        self._forget(self.token)


class Conversation:
    """What was asked of the engine's process and is not answered yet.  For one thread; nothing here ever waits.

    send: takes messages for the engine's process.  elsewhere: does a piece of work in another thread.
    """

    def __init__(self, send: Callable[[Message], None], elsewhere: Callable[[Callable[[], None]], None]) -> None:
        self._send, self._elsewhere = send, elsewhere
        self._tokens = itertools.count(1)
        self._asked: dict[int, _Asked] = {}
        self._newest: dict[str, Request] = {}

    def ask(
        self,
        operation: Operation[AnswerT, UpdateT],
        done: Callable[[AnswerT], None] | None = None,
        told: Callable[[UpdateT], None] | None = None,
        failed: Callable[[Failed], None] | None = None,
        slot: str = "",
    ) -> Request:
        """Ask; then `told` hears each update, and `done` the answer or `failed` the failure.

        slot: what was asked before in the same slot is forgotten.
        """
        request = Request(next(self._tokens), self._send, self._forget)
        self._asked[request.token] = _Asked(operation, done, told, failed)
        if slot:
            if slot in self._newest:
                self._newest[slot].forget()
            self._newest[slot] = request
        self._send(Ask(request.token, operation))
        return request

    def handle(self, event: Event) -> None:
        """Let the asker hear it, if it is an event about something asked here."""
        match event:
            case Told(token, update) if token in self._asked:
                asked = self._asked[token]
                if asked.told is not None:
                    asked.told(update)
            case Answered(token, answer) if token in self._asked:
                asked = self._asked.pop(token)
                if asked.done is not None:
                    asked.done(answer)
                else:
                    discard = asked.operation.discard
                    self._elsewhere(lambda: discard(answer))
            case Failed(token) if token in self._asked:
                asked = self._asked.pop(token)
                if asked.failed is not None:
                    asked.failed(event)
            case _:
                pass

    def _forget(self, token: int) -> None:
        """Still waited for, since the answer may have to be cleared away."""
        asked = self._asked.get(token)
        if asked is not None:
            self._asked[token] = _Asked(asked.operation, None, None, None)
