"""The network alone is asked what the pipeline would ask it."""

import numpy as np

from resnet_gui.engine.record import Job
from resnet_gui.engine.stages import Prepared
from resnet_gui.images.preprocess import CropSet
from resnet_gui.images.status import Status
from tests.benchmarks.alone import calls_of
from tests.helpers.fake_backend import FakeBackend


def prepared(number: int, indices: list[int]) -> Prepared:
    """A picture whose squares hold its number."""
    squares = np.full((max(max(one, ~one) for one in indices) + 1, 2, 2, 3), number, np.uint8)
    job = Job(number, f"{number}.jpg", 1, 0)
    return Prepared(job, Status.OK, "", 2, 2, CropSet(squares, np.array(indices, np.intp)), 0.0)


def test_pictures_of_one_call_lie_behind_each_other() -> None:
    backend = FakeBackend(crops_per_call=9)  # room for two pictures of four
    ((squares, indices),) = calls_of([prepared(7, [0, ~0, 1, ~1]), prepared(9, [0, 1, ~0, ~1])], backend, 4)
    assert [int(squares[max(one, ~one), 0, 0, 0]) for one in indices] == [7, 7, 7, 7, 9, 9, 9, 9]
    assert [bool(one < 0) for one in indices] == [False, True, False, True, False, False, True, True]


def test_a_call_holds_one_picture_at_least_and_few_pictures_come_again() -> None:
    two = [prepared(1, [0]), prepared(2, [0])]
    assert len(calls_of(two, FakeBackend(crops_per_call=1), 1)) == 2
    ((squares, indices),) = calls_of(two, FakeBackend(crops_per_call=32), 1)
    assert (len(squares), len(indices)) == (32, 32)
