"""The arithmetic of the benchmarks, against figures worked out elsewhere."""

import pytest

from tests.benchmarks.figures import limit_rate, rate_once_started, spread
from tests.benchmarks.parts_line import parse


@pytest.mark.parametrize(("network", "limit"), [(47, 45), (91, 82), (177, 146)])
def test_the_limit_is_that_of_the_reference(network: float, limit: float) -> None:
    """REFERENCE.md section 4 and issue 12: 2.4 ms of one core a picture, two cores."""
    assert limit_rate(network, 2.4e-3, 2) == pytest.approx(limit, abs=0.6)


def test_a_network_on_a_device_of_its_own_works_beside_the_decoders() -> None:
    assert limit_rate(5000, 2e-3, 8, shared=False) == 4000  # eight cores decode 500 each
    assert limit_rate(900, 2e-3, 8, shared=False) == 900


@pytest.mark.parametrize("figures", [(0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0)])
def test_no_limit_is_made_of_nothing(figures: tuple[float, float, int]) -> None:
    with pytest.raises(ValueError, match="no limit"):
        limit_rate(*figures)


def test_start_and_end_are_taken_off() -> None:
    # half a second to start, then 100 pictures/s: the first picture is in both
    assert rate_once_started(1001, 10.51, 0.51) == pytest.approx(100)
    with pytest.raises(ValueError, match="say nothing"):
        rate_once_started(1, 2.0, 1.0)
    with pytest.raises(ValueError, match="say nothing"):
        rate_once_started(10, 1.0, 1.0)


def test_spread_is_a_part_of_the_median() -> None:
    assert spread([90, 100, 120]) == pytest.approx(0.3)
    assert spread([7]) == 0


def test_what_the_parts_print_is_read_back() -> None:
    figures = '"network_rate": 91.0, "decode_s": 0.0024, "cores": 2, "shared": true'
    line = f'{{{figures}, "precision": "bf16", "description": "OpenVINO"}}'
    assert parse(line).limit == pytest.approx(82, abs=0.6)
