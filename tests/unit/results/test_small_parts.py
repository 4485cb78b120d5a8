import hashlib
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_gui.engine.record import Prediction, Score
from resnet_gui.errors import StoreError
from resnet_gui.images.status import Status
from resnet_gui.results.drives import file_system_of, is_network_path
from resnet_gui.results.in_flight import notes_path
from resnet_gui.results.runs_index import delete_run, list_runs
from resnet_gui.results.verdict import verdict
from resnet_gui.runs.facts import run_identity

from .making import HEADER, bad, new_store, ok, scanned

# ---------------------------------------------------------------- identity


def test_an_identity_is_the_hash_of_canonical_json() -> None:
    expected = hashlib.sha256(b'{"a":[1,2.5],"paths":["/caf\\udce9"]}').hexdigest()
    assert run_identity({"paths": ["/caf\udce9"], "a": (1, 2.5)}) == expected


@given(st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.booleans(), st.none())))
def test_the_order_of_facts_does_not_matter(facts: dict[str, object]) -> None:
    assert run_identity(facts) == run_identity(dict(reversed(facts.items())))


def test_different_facts_are_different_runs() -> None:
    assert run_identity({"crops": 1}) != run_identity({"crops": 10})
    with pytest.raises(ValueError, match="not JSON compliant"):
        run_identity({"p": float("nan")})


# ---------------------------------------------------------------- verdict


def answer(p1: float, agreeing: int, crops: int) -> Prediction:
    votes = tuple((Score(0 if crop < agreeing else 1, 0.5),) for crop in range(crops))
    return Prediction((Score(0, p1), Score(1, 0.0)), votes)


@pytest.mark.parametrize(
    ("p1", "agreeing", "crops", "word"),
    [
        (0.8, 1, 1, "sure"),
        (0.79, 1, 1, "check"),
        (0.5, 1, 1, "check"),
        (0.49, 1, 1, "unsure"),
        (0.95, 8, 10, "sure"),
        (0.95, 7, 10, "check"),
        (0.95, 0, 10, "check"),
        (0.6, 10, 10, "check"),
        (0.3, 10, 10, "unsure"),
    ],
)
def test_the_verdict(p1: float, agreeing: int, crops: int, word: str) -> None:
    assert verdict(answer(p1, agreeing, crops)) == word


def test_the_limits_of_the_verdict_can_be_chosen() -> None:
    assert verdict(answer(0.6, 1, 1), sure_from=0.6) == "sure"
    assert verdict(answer(0.3, 1, 1), check_from=0.2) == "check"


# ---------------------------------------------------------------- drives

MOUNTS = rb"""22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:40 / /home rw,relatime shared:2 - nfs4 server:/home rw,vers=4.2
31 30 8:1 / /home/me/local\040disk rw - xfs /dev/sda1 rw
32 22 0:41 / /mnt rw - autofs systemd-1 rw
33 32 0:42 / /mnt rw master:1 propagate_from:2 - cifs //nas/share rw
"""


@pytest.mark.skipif(sys.platform == "win32", reason="mount points are POSIX")
@pytest.mark.parametrize(
    ("path", "system"),
    [
        ("/var/lib", "ext4"),
        ("/home/me/runs", "nfs4"),
        ("/home", "nfs4"),
        ("/homework", "ext4"),
        ("/home/me/local disk/runs", "xfs"),
        ("/mnt/x", "cifs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_latest_mount(path: str, system: str) -> None:
    assert file_system_of(Path(path), MOUNTS) == system


def test_a_temporary_folder_is_on_no_network_drive(tmp_path: Path) -> None:
    assert not is_network_path(tmp_path)


# ---------------------------------------------------------------- the folder of runs


def test_runs_are_listed_with_what_they_came_to(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        jobs = scanned(store, "a", "b", "c")
        store.put(ok(jobs["a"]))
        store.put(bad(jobs["b"]))
        store.flush()
        (run,) = list_runs(tmp_path)
        assert (run.name, run.active, run.interrupted, run.facts) == ("run", True, False, HEADER.facts)
        assert run.state is not None
        assert (run.state.found, run.state.done) == (3, 2)
        assert run.statuses == {Status.OK: 1, Status.CORRUPT: 1}
        assert run.size > 4096
    finally:
        store.close()
    (run,) = list_runs(tmp_path)
    assert (run.active, run.interrupted) == (False, True)


def test_a_damaged_run_is_listed_with_its_problem(tmp_path: Path) -> None:
    (tmp_path / "bad.sqlite").write_bytes(b"nonsense" * 1000)
    (run,) = list_runs(tmp_path)
    assert run.state is None
    assert "is damaged" in run.problem


def test_no_folder_has_no_runs(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "nowhere") == []


def test_deleting_a_run_leaves_nothing(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    path = tmp_path / "run.sqlite"
    notes_path(path).touch()
    delete_run(path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError, match=r"There is no run run\.sqlite"):
        delete_run(path)


def test_a_run_that_is_being_written_is_not_deleted(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        with pytest.raises(StoreError, match="is being written by another resnet-gui"):
            delete_run(store.path)
    finally:
        store.close()
    assert store.path.exists()
