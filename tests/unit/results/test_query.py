import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_gui.engine.record import Job, Record, Score
from resnet_gui.errors import StoreError
from resnet_gui.images.find import FoundFile
from resnet_gui.images.status import Status
from resnet_gui.results.blobs import DamagedBlobError, pack_scores, pack_votes, unpack_scores, unpack_votes
from resnet_gui.results.filters import Filter
from resnet_gui.results.query import RunReader, Sort

from .making import CLASSES, HEADER, bad, done_store, found, new_store, ok, prediction, scanned

SCORES = st.lists(st.builds(Score, st.integers(0, 2**32 - 1), st.floats(0, 1, width=32)), max_size=60)


@given(SCORES)
def test_float32_probabilities_survive_the_store_exactly(scores: list[Score]) -> None:
    assert unpack_scores(pack_scores(scores)) == tuple(scores)


@given(st.lists(SCORES, max_size=12))
def test_votes_survive_the_store_exactly(votes: list[list[Score]]) -> None:
    assert unpack_votes(pack_votes(votes)) == tuple(tuple(vote) for vote in votes)


@given(SCORES, st.data())
def test_no_changed_bit_passes(scores: list[Score], data: st.DataObject) -> None:
    blob = bytearray(pack_scores(scores))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(DamagedBlobError):
        unpack_scores(bytes(blob))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Five pictures: three answers, a damaged one, and one not done."""
    store = new_store(tmp_path)
    jobs = scanned(store, "x/Éa.jpg", "b.jpg", "c.jpg", "broken.jpg", "waiting.jpg")
    store.put(ok(jobs["x/Éa.jpg"], (1, 0.5), (0, 0.25)))
    store.put(ok(jobs["b.jpg"], (0, 0.9), (1, 0.05), votes=[0] * 9 + [2]))
    store.put(ok(jobs["c.jpg"], (0, 0.3)))
    store.put(bad(jobs["broken.jpg"]))
    store.close()
    return store.path


def shown(reader: RunReader, wanted: Filter | None = None, sort: Sort = Sort.FOLDER) -> list[str]:
    return [row.shown for row in reader.rows(reader.ids(wanted, sort))]


def test_rows_hold_what_was_put(mixed: Path) -> None:
    with RunReader(mixed) as reader:
        a, b, _, broken, waiting = reader.rows(reader.ids())
        assert (a.path, a.shown, a.status) == ("/pictures/x/Éa.jpg", "x/Éa.jpg", Status.OK)
        assert (a.width, a.height, a.ms, a.message) == (640, 480, 12.34, "")
        assert a.prediction == prediction((1, 0.5), (0, 0.25))
        assert b.prediction is not None
        assert b.prediction.agreeing == 9
        assert (broken.status, broken.message, broken.prediction) == (Status.CORRUPT, "the data is damaged", None)
        assert (waiting.status, waiting.prediction, waiting.ms) == (None, None, None)


def test_the_orders(mixed: Path) -> None:
    with RunReader(mixed) as reader:
        folder = ["x/Éa.jpg", "b.jpg", "c.jpg", "broken.jpg", "waiting.jpg"]
        assert shown(reader) == folder
        assert shown(reader, sort=Sort.LEAST_SURE) == ["c.jpg", "x/Éa.jpg", "b.jpg", *folder[3:]]
        assert shown(reader, sort=Sort.MOST_SURE) == ["b.jpg", "x/Éa.jpg", "c.jpg", *folder[3:]]
        assert shown(reader, sort=Sort.LABEL) == ["x/Éa.jpg", "b.jpg", "c.jpg", *folder[3:]]  # goldfish before tench
        assert [row.shown for row in reader.iterate_sorted()] == ["b.jpg", "broken.jpg", "c.jpg", "x/Éa.jpg"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(statuses=frozenset({Status.CORRUPT, Status.EMPTY})), ["broken.jpg"]),
        (Filter(statuses=frozenset()), []),
        (Filter(labels=frozenset({0})), ["b.jpg", "c.jpg"]),
        (Filter(p1_from=0.5), ["x/Éa.jpg", "b.jpg"]),
        (Filter(p1_below=0.5), ["c.jpg"]),
        (Filter(p1_from=0.4, p1_below=0.8), ["x/Éa.jpg"]),
        (Filter(name="X/éA"), ["x/Éa.jpg"]),
        (Filter(name="%"), []),
        (Filter(name="b", statuses=frozenset({Status.OK})), ["b.jpg"]),
        (Filter(), ["x/Éa.jpg", "b.jpg", "c.jpg", "broken.jpg", "waiting.jpg"]),
    ],
)
def test_the_filters(mixed: Path, wanted: Filter, names: list[str]) -> None:
    with RunReader(mixed) as reader:
        assert shown(reader, wanted) == names
        assert reader.count(wanted) == len(names)


def test_a_table_of_few_classes_reads_no_more_than_it_needs(mixed: Path) -> None:
    with RunReader(mixed) as reader:
        whole, short = (next(iter(reader.iterate_sorted(top))).prediction for top in (50, 1))
    assert whole is not None
    assert short is not None
    assert (short.top, short.margin, short.agreeing) == (whole.top[:2], whole.margin, 9)
    assert [len(vote) for vote in short.votes] == [1] * 10


def test_the_counts(mixed: Path) -> None:
    with RunReader(mixed) as reader:
        assert reader.count() == 5
        assert reader.counts_by_status() == {Status.OK: 3, Status.CORRUPT: 1}
        assert reader.most_frequent(5) == [(0, 2), (1, 1)]
        assert reader.most_frequent(1) == [(0, 2)]
        state = reader.state()
        assert (state.found, state.done, state.scanned, state.complete, state.ended) == (5, 4, True, False, "")


def test_the_header_and_the_classes(mixed: Path) -> None:
    with RunReader(mixed) as reader:
        assert reader.header() == HEADER
        assert reader.classes() == CLASSES


def test_rows_come_in_the_order_asked_and_unknown_numbers_are_left_out(mixed: Path) -> None:
    with RunReader(mixed) as reader:
        assert [row.id for row in reader.rows([4, 99, 1])] == [4, 1]
        with pytest.raises(StoreError, match="has no picture 99"):
            reader.row(99)


def test_a_reader_cannot_write(mixed: Path) -> None:
    with RunReader(mixed) as reader, pytest.raises(StoreError, match="may not be written"):
        reader._all("DELETE FROM file")


def test_a_reader_sees_what_a_writer_adds_and_does_not_hinder_it(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with RunReader(store.path) as reader:
        assert reader.count() == 0
        jobs = scanned(store, "a", "b")
        rows = reader.iterate_sorted()
        store.put(ok(jobs["a"]))
        store.flush()
        assert next(rows).shown == "a"
        store.put(ok(jobs["b"]))
        store.flush()
        assert reader.state().done == 2
        store.close()
        assert reader.state().done == 2


def test_a_run_can_be_read_whose_name_needs_quoting(tmp_path: Path) -> None:
    folder = tmp_path / "100% sure? #1 & more\udcff"
    folder.mkdir()
    path = done_store(folder, [("a", [(0, 0.5)])])
    with RunReader(path) as reader:
        assert reader.count() == 1


def test_a_hundred_thousand_rows_take_a_moment_of_the_processor(tmp_path: Path) -> None:
    number = 100_000
    store = new_store(tmp_path)
    store.begin_scan()
    answer = prediction(*((n % 3, 0.5 / (n + 1)) for n in range(50)))
    for start in range(0, number, 5000):
        store.add_files([FoundFile(f"/p/{n:06}.jpg", f"{n:06}.jpg", 1, 1) for n in range(start, start + 5000)])
    store.end_scan()
    for job in store.pending(0, number):
        top = (Score(job.id % 4, (job.id % 1000) / 1000), *answer.top[1:])
        store.put(Record(job, Status.OK, prediction=replace(answer, top=top)))
    store.close()
    with RunReader(store.path) as reader:
        spent: dict[str, float] = {}
        for sort in Sort:
            began = time.process_time()
            ids = reader.ids(sort=sort)
            spent[sort] = time.process_time() - began
            assert len(ids) == number
            assert ids.itemsize == 8
        for name, work in {
            "count": reader.count,
            "state": reader.state,
            "by status": reader.counts_by_status,
            "frequent": lambda: reader.most_frequent(10),
            "name": lambda: reader.count(Filter(name="0999")),
            "page": lambda: reader.rows(ids[50_000:50_100]),
        }.items():
            began = time.process_time()
            work()
            spent[name] = time.process_time() - began
    began = time.process_time()
    new_store(tmp_path).close()
    spent["open"] = time.process_time() - began
    print({name: round(seconds, 3) for name, seconds in spent.items()}, store.path.stat().st_size)
    assert max(spent.values()) < 20  # sane, not fast: about 0.2 s at most on two cores


def test_reading_needs_neither_numpy_nor_a_picture_library_nor_qt() -> None:
    code = (
        "import sys, resnet_gui.results.query, resnet_gui.results.verdict, resnet_gui.results.runs_index;"
        "print([m for m in ('numpy', 'PIL', 'openvino', 'torch', 'h5py', 'PySide6', 'xlsxwriter') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_jobs_carry_what_the_scan_saw(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    store.begin_scan()
    store.add_files(found("a", size=2**40, mtime_ns=2**62))
    assert store.pending(0, 10) == [Job(1, "/pictures/a", 2**40, 2**62)]
    store.close()
