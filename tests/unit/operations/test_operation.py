"""What holds for every operation: it travels to another process, and workers' rules do not contradict each other."""

import dataclasses
import importlib
import pickle
from pathlib import Path

import pytest

from resnet_gui import operations
from resnet_gui.engine.modes import Precision
from resnet_gui.errors import StoreError
from resnet_gui.folders import Folders, folders
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.operation import Operation, Services
from resnet_gui.operations.run_pictures import RunPictures, RunStarted
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from tests.helpers.fake_engine import facts_of


def every() -> list[type[Operation]]:
    for path in Path(operations.__path__[0]).glob("*.py"):
        importlib.import_module(f"resnet_gui.operations.{path.stem}")
    return Operation.__subclasses__()


def test_every_operation_is_frozen_data_with_rules() -> None:
    found = {one.__name__: one for one in every()}
    assert {"RunPictures", "LoadNetwork", "ShowPicture", "ExportTable", "DownloadWeights"} <= set(found)
    for one in found.values():
        assert dataclasses.is_dataclass(one)
        assert one.__dataclass_params__.frozen, one  # type: ignore[attr-defined]
        assert one.rules.worker
        assert one.rules.waiting > 0


def test_operations_of_one_worker_agree_on_how_many_may_wait_and_name_workers_that_are_there() -> None:
    waiting: dict[str, int] = {}
    for one in every():
        assert waiting.setdefault(one.rules.worker, one.rules.waiting) == one.rules.waiting, one
    for one in every():
        assert {*one.rules.ended_by, *one.rules.refused_beside} <= set(waiting), one


def test_an_operation_travels_to_another_process() -> None:
    for one in (RunPictures(RunSpec(("caf\udce9",))), LoadNetwork(NetworkChoice("a.pth"), Precision.FAST, "cpu")):
        assert pickle.loads(pickle.dumps(one)) == one


def test_a_run_that_has_its_database_is_not_asked_to_forget_again() -> None:
    run = RunPictures(RunSpec(("/p",), fresh=True))
    assert run.after(RunStarted("store", facts_of(NetworkChoice()))) == RunPictures(RunSpec(("/p",)))


def test_a_session_of_its_own_is_made_when_it_is_needed_and_goes_with_the_services(own_home: Path) -> None:
    services = Services(folders())
    assert not (own_home / "cache").exists()
    first, second = services.new_file("picture"), services.new_file("picture")
    assert first != second
    assert first.parent == second.parent == services.session
    assert services.session.is_dir()
    services.close()
    assert not first.parent.exists()


def test_a_session_that_was_given_stays(tmp_path: Path) -> None:
    services = Services(folders(), tmp_path)
    services.close()
    assert tmp_path.is_dir()


def test_a_cache_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    places = Folders(tmp_path / "data", tmp_path / "file", tmp_path / "config", tmp_path / "logs")
    with pytest.raises(StoreError, match="cannot be written"):
        _ = Services(places).session
