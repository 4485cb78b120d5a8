"""The list's model, its thumbnails, the background and the feed, without a window."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from resnet_gui.engine.record import Record
from resnet_gui.errors import StoreError
from resnet_gui.gui.app.engine_poll import StallMeter
from resnet_gui.gui.core.background import Background
from resnet_gui.gui.run import table_model
from resnet_gui.gui.run.table_model import RunTable
from resnet_gui.gui.run.thumbnails import BATCH, Thumbnails
from resnet_gui.gui.run.view import ListView, Role
from resnet_gui.images.find import FoundFile
from resnet_gui.images.status import Status
from resnet_gui.operations.pictures import MakeThumbnails, Thumbnail, ThumbnailsReady
from resnet_gui.results.query import Sort
from resnet_gui.results.schema import RunHeader
from resnet_gui.results.store import Store, open_store
from resnet_gui.results.verdict import Verdict
from resnet_gui.service.conversation import Conversation
from resnet_gui.service.messages import SUPERSEDED, Answered, Ask, Failed, Why
from tests.helpers.fake_engine import CLASSES, FakeEngine, prediction


@pytest.fixture
def troubles() -> list[Exception]:
    """What nobody else wanted to hear of."""
    return []


@pytest.fixture
def background(qapp: QObject, troubles: list[Exception]) -> Iterator[Background]:
    made = Background(troubles.append)
    yield made
    made.close()


@pytest.fixture
def silent(session: Path) -> FakeEngine:
    """An engine that only notes what it is sent."""
    engine = FakeEngine(session)
    engine.refuse = lambda ask: Failed(-1, "")
    return engine


@pytest.fixture
def conversation(background: Background, silent: FakeEngine) -> Conversation:
    return Conversation(silent.send, background.run)


@pytest.fixture
def thumbnails(background: Background, conversation: Conversation) -> Thumbnails:
    return Thumbnails(conversation, background)


@pytest.fixture
def table(background: Background, thumbnails: Thumbnails, troubles: list[Exception]) -> Iterator[RunTable]:
    made = RunTable(background, thumbnails, troubles.append)
    yield made
    background.close()
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "run.sqlite", RunHeader("x", {}, CLASSES))) as made:
        made.begin_scan()
        yield made


def add(store: Store, first: int, count: int) -> None:
    """More files."""
    store.add_files([FoundFile(f"/p/{n:06d}.jpg", f"{n:06d}.jpg", 1, 1) for n in range(first, first + count)])
    store.flush()


def classify(store: Store, after: int, count: int) -> None:
    """Rows for the next few."""
    for job in store.pending(after, count):
        store.put(Record(job, Status.OK, "", 330, 250, 1.0, prediction(job.id, 1)))
    store.flush()


def change(table: RunTable, grown: bool) -> None:
    """As a run tells that its rows have changed; grown: there may be more of them."""
    view = table._view
    table.set_view(replace(view, grown=view.grown + grown, changed=view.changed + 1))


# ---------------------------------------------------------------- the table


def test_the_model_keeps_qts_rules_while_it_grows_and_is_sorted(
    qtmodeltester: ModelTester, qtbot: QtBot, table: RunTable, store: Store, tmp_path: Path
) -> None:
    add(store, 0, 40)
    store.end_scan()
    qtmodeltester.check(table)
    table.set_view(ListView(run=1, store=str(tmp_path / "run.sqlite")))
    qtbot.waitUntil(lambda: table.number() == 40)
    add(store, 40, 300)
    classify(store, 0, 20)
    change(table, grown=True)
    qtbot.waitUntil(lambda: table.number() == 340)
    table.set_view(replace(table._view, sort=Sort.LABEL))
    qtbot.waitUntil(lambda: table.id_at(0) == 7)
    qtmodeltester.check(table, force_py=True)


def test_rows_are_read_when_looked_at_and_waiting_ones_again(
    qtbot: QtBot, table: RunTable, store: Store, tmp_path: Path
) -> None:
    add(store, 0, 1000)
    store.end_scan()
    table.set_view(ListView(run=1, store=str(tmp_path / "run.sqlite")))
    qtbot.waitUntil(lambda: table.number() == 1000)
    last = table.index(999, 0)
    assert table.data(last, Role.FILE) is None
    qtbot.waitUntil(lambda: table.data(last, Role.FILE) == "000999.jpg")
    assert table.data(last, Role.VERDICT) is Verdict.WAITING
    classify(store, 0, 1000)
    change(table, grown=False)
    qtbot.waitUntil(lambda: table.data(last, Role.VERDICT) is Verdict.SURE)
    assert table.data(last, Role.PERCENT) == "90.0 %"


def test_growth_is_announced_at_the_end_and_at_most_twice_a_second(
    qtbot: QtBot, table: RunTable, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a second is made an hour, so that a slow machine changes nothing; then that hour is over."""
    assert table_model.STEP_S == 0.5
    inserted: list[tuple[int, int]] = []
    resets: list[None] = []
    add(store, 0, 10)
    table.set_view(ListView(run=1, store=str(tmp_path / "run.sqlite")))
    qtbot.waitUntil(lambda: table.number() == 10)
    monkeypatch.setattr(table_model, "STEP_S", 3600.0)
    table.rowsInserted.connect(lambda parent, first, last: inserted.append((first, last)))
    table.modelReset.connect(lambda: resets.append(None))
    for step in range(8):
        add(store, 10 + 10 * step, 10)
        change(table, grown=True)
        qtbot.wait(30)
    assert inserted == []
    assert table._list_timer.remainingTime() > 3_000_000
    table._list_timer.start(0)
    qtbot.waitUntil(lambda: table.number() == 90)
    assert inserted == [(10, 89)]
    assert resets == []


def test_a_database_that_cannot_be_read_is_told(
    qtbot: QtBot, table: RunTable, troubles: list[Exception], tmp_path: Path
) -> None:
    (tmp_path / "bad.sqlite").write_bytes(b"no database at all" * 100)
    table.set_view(ListView(run=1, store=str(tmp_path / "bad.sqlite")))
    qtbot.waitUntil(lambda: len(troubles) == 1)
    assert isinstance(troubles[0], StoreError)


# ---------------------------------------------------------------- thumbnails


def ready(session: Path, token: int, request: MakeThumbnails) -> ThumbnailsReady:
    """A crooked picture for each: a width that is no multiple of four."""
    file = session / f"t{token}"
    file.write_bytes(bytes((1, 2, 3)) * (5 * 7 * len(request.items)))
    return ThumbnailsReady(
        str(file),
        tuple(Thumbnail(number, place * 105, 5, 7) for place, (number, _) in enumerate(request.items)),
    )


def asked(silent: FakeEngine, number: int) -> tuple[int, MakeThumbnails]:
    """Token and operation of a request, by its place among all."""
    sent = silent.sent[number]
    assert isinstance(sent, Ask)
    assert isinstance(sent.operation, MakeThumbnails)
    return sent.token, sent.operation


def test_small_pictures_are_asked_for_in_batches_and_once(
    qtbot: QtBot, thumbnails: Thumbnails, silent: FakeEngine, conversation: Conversation, session: Path
) -> None:
    for number in range(BATCH + 5):
        assert thumbnails.get(number, f"/p/{number}") is None
        assert thumbnails.get(number, f"/p/{number}") is None
    qtbot.waitUntil(lambda: len(silent.sent) == 2)
    token, first = asked(silent, 0)
    answer = ready(session, token, first)
    with qtbot.waitSignal(thumbnails.ready):
        conversation.handle(Answered(token, answer))
    found = thumbnails.get(3, "/p/3")
    assert found is not None
    image = found.toImage()
    assert (image.width(), image.height(), image.pixelColor(4, 6).getRgb()[:3]) == (5, 7, (1, 2, 3))
    assert not Path(answer.file).exists()


def test_after_a_crash_each_is_tried_once_alone_and_the_guilty_one_given_up(
    qtbot: QtBot, thumbnails: Thumbnails, silent: FakeEngine, conversation: Conversation, session: Path
) -> None:
    for number in (1, 2):
        thumbnails.get(number, f"/p/{number}")
    qtbot.waitUntil(lambda: len(silent.sent) == 1)
    conversation.handle(Failed(asked(silent, 0)[0], "The engine stopped (memory fault).", Why.LOST))
    token, alone = asked(silent, 1)
    assert len(alone.items) == 1
    guilty = alone.items[0][0]
    conversation.handle(Failed(token, "The engine stopped (memory fault).", Why.LOST))
    found = thumbnails.get(guilty, "/p")
    assert found is not None
    assert found.isNull()
    token, other = asked(silent, 2)
    conversation.handle(Answered(token, ready(session, token, other)))
    qtbot.waitUntil(lambda: thumbnails.get(other.items[0][0], "/p") is not None)
    assert len(silent.sent) == 3


def test_what_was_overtaken_is_asked_for_again_when_it_is_looked_at(
    qtbot: QtBot, thumbnails: Thumbnails, silent: FakeEngine, conversation: Conversation
) -> None:
    thumbnails.get(1, "/p/1")
    qtbot.waitUntil(lambda: len(silent.sent) == 1)
    conversation.handle(Failed(asked(silent, 0)[0], SUPERSEDED, Why.CANCELLED))
    thumbnails.get(1, "/p/1")
    qtbot.waitUntil(lambda: len(silent.sent) == 2)


def test_pictures_of_a_former_run_are_dropped(
    qtbot: QtBot, thumbnails: Thumbnails, silent: FakeEngine, conversation: Conversation, session: Path
) -> None:
    thumbnails.get(1, "/p/1")
    qtbot.waitUntil(lambda: len(silent.sent) == 1)
    token, request = asked(silent, 0)
    thumbnails.clear()
    answer = ready(session, token, request)
    conversation.handle(Answered(token, answer))
    qtbot.waitUntil(lambda: not Path(answer.file).exists())
    qtbot.wait(50)
    assert thumbnails.bytes_kept() == 0


# ---------------------------------------------------------------- the background


def test_results_come_back_on_the_gui_thread(qtbot: QtBot, background: Background) -> None:
    seen: list[tuple[threading.Thread, threading.Thread]] = []
    background.run(threading.current_thread, done=lambda worker: seen.append((worker, threading.current_thread())))
    qtbot.waitUntil(lambda: len(seen) == 1)
    worker, receiver = seen[0]
    assert worker.name.startswith("background-")
    assert receiver is threading.main_thread()


def test_in_a_slot_only_the_latest_is_delivered(qtbot: QtBot, background: Background) -> None:
    begun = threading.Event()
    seen: list[int] = []

    def slow() -> int:
        begun.set()
        time.sleep(0.1)
        return 1

    background.run(slow, done=seen.append, slot="s")
    assert begun.wait(2)
    background.run(lambda: 2, done=seen.append, slot="s")
    qtbot.waitUntil(lambda: seen == [2])
    qtbot.wait(200)
    assert seen == [2]


def test_a_failure_nobody_asked_about_is_not_silent(
    qtbot: QtBot, background: Background, troubles: list[Exception]
) -> None:
    told: list[Exception] = []
    background.run(lambda: 1 / 0)
    background.run(lambda: 1 / 0, failed=told.append)
    qtbot.waitUntil(lambda: len(troubles) == len(told) == 1)
    assert isinstance(troubles[0], ZeroDivisionError)


def test_after_closing_nothing_is_delivered_and_no_thread_is_left(qapp: QObject) -> None:
    seen: list[int] = []
    background = Background(lambda error: None)
    background.run(lambda: time.sleep(0.05) or 1, done=seen.append)
    background.close()
    background.run(lambda: 2, done=seen.append)
    assert seen == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("background-")]


def test_the_meter_sees_a_blocked_thread(qtbot: QtBot, qapp: QObject) -> None:
    meter = StallMeter()
    meter.start()
    qtbot.waitUntil(lambda: meter.beats > 5)
    time.sleep(0.15)
    qtbot.wait(60)
    meter.stop()
    assert meter.worst_ms > 130
    assert meter.p99_ms <= meter.worst_ms
