"""The window's side of the engine's process: starts it, talks to it, starts it again when it dies.  Imports no engine.

Two threads, joined by `close`: "engine-out" writes messages, "engine-in" reads events and watches the process.
The window calls `send` and `poll`; neither ever blocks.
"""

import contextlib
import queue
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resnet_gui.operations.operation import Operation
from resnet_gui.service.messages import (
    SUPERSEDED,
    Answered,
    Ask,
    Cancel,
    Event,
    Failed,
    Lost,
    Message,
    Pause,
    Resume,
    Shutdown,
    Told,
    Why,
)
from resnet_gui.service.pipes import MessageWriter, read_message
from resnet_gui.service.spawn import engine_command, spawn

DEATHS_WITHOUT_PROGRESS = 4
"""After so many deaths in a row without progress an operation is given up: starting again would not end."""
_QUEUE = 1000


@dataclass(slots=True)
class _Asked:
    """Something asked, as it would be asked again.

    overtaken: a newer one has replaced it.  answered: it was, and is kept for a new process.
    deaths: how many it has seen since it made progress; done: how far it was then.
    """

    operation: Operation[Any, Any]
    paused: bool = False
    cancelled: bool = False
    overtaken: bool = False
    answered: bool = False
    deaths: int = 0
    done: int = 0

    def messages(self, token: int) -> list[Message]:
        """What a new process is told of it."""
        steered = [Pause(token)] * self.paused + [Cancel(token)] * self.cancelled
        return [Ask(token, self.operation), *steered]


class EngineClient:
    """One engine process, and the pipes to it.

    session: an existing folder for what is handed over as files; the caller removes it after `close`.
    command: how the process is started; None: as this program does it.
    process: one that `spawn` has started already; later ones are started with `command`.
    """

    def __init__(
        self, session: Path, command: list[str] | None = None, process: subprocess.Popen[bytes] | None = None
    ) -> None:
        self._command = command or engine_command(session)
        self._given = process
        self._messages: queue.Queue[Message | None] = queue.Queue(_QUEUE)
        self._events: queue.Queue[Event] = queue.Queue()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: MessageWriter | None = None
        self._closing = threading.Event()
        self._asked: dict[int, _Asked] = {}
        self._refused = ""
        self._deaths = 0
        self._in = threading.Thread(target=self._read_events, name="engine-in", daemon=True)
        self._out = threading.Thread(target=self._write_messages, name="engine-out", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the process is running at this moment."""
        process = self._process
        return process is not None and process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process' number, for the device card and for tests."""
        process = self._process
        return None if process is None else process.pid

    def start(self) -> None:
        """Start the process; returns at once."""
        self._in.start()
        self._out.start()

    def send(self, message: Message) -> None:
        """Queue a message.  Never blocks: with 1000 of them unsent (the engine hangs) what is asked fails at once."""
        try:
            self._messages.put_nowait(message)
        except queue.Full:
            if isinstance(message, Ask):
                self._events.put(Failed(message.token, "The engine does not answer; restart the program."))

    def poll(self) -> list[Event]:
        """All events that have arrived, oldest first.  Never blocks."""
        events: list[Event] = []
        with contextlib.suppress(queue.Empty):
            while len(events) < _QUEUE:
                events.append(self._events.get_nowait())
        return events

    def close(self, timeout_s: float = 3.0) -> None:
        """Ask the process to end, then make it; join the threads.  What is done of a run is kept."""
        self._closing.set()
        self.send(Shutdown())
        if self._in.ident is not None:
            self._in.join(timeout_s)
            for force in ("terminate", "kill"):
                if self._in.is_alive() and self._process is not None:
                    getattr(self._process, force)()
                    self._in.join(1.0)
        if self._out.ident is not None:
            self._messages.put(None)
            self._out.join(timeout_s)

    # ------------------------------------------------------------ the thread "engine-out"

    def _write_messages(self) -> None:
        while (message := self._messages.get()) is not None:
            with self._lock:
                refused = self._refused
                if not refused:
                    self._remember(message)
                writer = self._writer
            if refused and isinstance(message, Ask):
                self._tell(Failed(message.token, refused))
            if writer is None:
                continue  # not up yet, or just died: `_start_process` sends what is remembered
            with contextlib.suppress(OSError, ValueError):  # it died: the reading thread sees it and starts it again
                writer.send(message)

    def _remember(self, message: Message) -> None:
        match message:
            case Ask(token, operation):
                for number, older in self._of_worker(operation):
                    if older.answered:
                        del self._asked[number]
                    elif operation.rules.replaces:
                        older.overtaken = True
                self._asked[token] = _Asked(operation)
                if operation.rules.again is not None:
                    self._deaths = 0
            case Pause(token) | Resume(token) if token in self._asked:
                self._asked[token].paused = isinstance(message, Pause)
            case Cancel(token) if token in self._asked:
                self._asked[token].cancelled = True
            case _:
                pass

    def _of_worker(self, operation: Operation[Any, Any]) -> list[tuple[int, _Asked]]:
        """What is remembered of the same worker's operations, the oldest first."""
        worker = operation.rules.worker
        return [(token, one) for token, one in self._asked.items() if one.operation.rules.worker == worker]

    # ------------------------------------------------------------ the thread "engine-in"

    def _read_events(self) -> None:
        while not self._closing.is_set():
            try:
                process = self._start_process()
            except OSError as error:
                self._give_up(f"The engine cannot be started: {error}. Install the program again.")
                return
            assert process.stdout is not None
            while (event := read_message(process.stdout)) is not None:
                self._note(event)
                self._tell(event)
            status = process.wait()
            if not self._closing.is_set():
                self._lost(status)
            process.stdout.close()
            with self._lock, contextlib.suppress(OSError, ValueError):
                if self._writer is not None:
                    self._writer.close()
                self._writer = None

    def _start_process(self) -> subprocess.Popen[bytes]:
        process, self._given = self._given or spawn(self._command), None
        assert process.stdin is not None
        writer = MessageWriter(process.stdin)
        with self._lock:
            self._process, self._writer = process, writer
            # Within the lock: what is asked for from now on must not get to the new process before what is older.
            with contextlib.suppress(OSError, ValueError):  # died at once: the reading loop sees its end
                for message in [Shutdown()] if self._closing.is_set() else self._to_send_again():
                    writer.send(message)
        return process

    def _to_send_again(self) -> list[Message]:
        """First what brings the new process to where the old one stood."""
        asked = sorted(self._asked.items(), key=lambda item: not _is_kept(item[1].operation))
        return [message for token, one in asked if not one.overtaken for message in one.messages(token)]

    def _note(self, event: Event) -> None:
        with self._lock:
            match event:
                case Told(token, update) if (one := self._asked.get(token)) is not None:
                    one.operation = one.operation.after(update)
                    if one.operation.done_by(update) > one.done:
                        one.done, one.deaths, self._deaths = one.operation.done_by(update), 0, 0
                case Answered(token) if (one := self._asked.get(token)) is not None:
                    newest = self._of_worker(one.operation)[-1][0]
                    if _is_kept(one.operation) and newest == token:
                        one.answered, one.deaths = True, 0
                    else:
                        del self._asked[token]
                case Failed(token):
                    self._asked.pop(token, None)
                case _:
                    pass

    def _lost(self, status: int) -> None:
        """Say so; what cannot be asked again has failed, and so has what killed the process again and again."""
        why = _why(status)
        sentences = [f"The engine stopped unexpectedly ({why}) and was started again."]
        failed: list[Failed] = []
        with self._lock:
            self._deaths += 1
            for token, one in list(self._asked.items()):
                again = one.operation.rules.again
                one.deaths += 1
                if again is not None and not one.overtaken and one.deaths <= DEATHS_WITHOUT_PROGRESS:
                    sentences += [again.goes_on] * bool(again.goes_on)
                    continue
                del self._asked[token]
                sentence = f"The engine stopped ({why}) while it was at work on this."
                if one.overtaken:
                    failed.append(Failed(token, SUPERSEDED, Why.CANCELLED))
                elif not one.answered:
                    if again is not None and again.given_up:
                        sentences.append(again.given_up)
                        sentence = f"{sentences[0]} {again.given_up}"
                    failed.append(Failed(token, sentence, Why.LOST))
            spins = self._deaths > DEATHS_WITHOUT_PROGRESS
        for event in failed:
            self._tell(event)
        self._tell(Lost(" ".join(sentences)))
        if spins:
            self._closing.wait(1.0)

    def _give_up(self, sentence: str) -> None:
        """No process can be started: what waits has failed, and from now on everything fails, with this sentence."""
        with self._lock:
            self._refused = sentence
            tokens = [token for token, one in self._asked.items() if not one.answered]
            self._asked.clear()
        for token in tokens:
            self._tell(Failed(token, sentence, Why.LOST))
        self._tell(Lost(sentence))

    def _tell(self, event: Event) -> None:
        """Hand over an event; while the window takes none, wait, so that the engine waits too."""
        while self._events.qsize() >= _QUEUE and not self._closing.wait(0.02):
            pass
        self._events.put(event)


def _is_kept(operation: Operation[Any, Any]) -> bool:
    again = operation.rules.again
    return again is not None and again.when_answered


def _why(status: int) -> str:
    if status < 0:
        names: Mapping[int, str] = {
            4: "illegal instruction",
            6: "abort",
            8: "arithmetic fault",
            9: "killed",
            11: "memory fault",
        }
        return names.get(-status, f"signal {-status}")
    return f"exit status {status}"
