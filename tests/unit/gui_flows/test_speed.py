"""The speed picker without a window: what its rows say, and when something can be measured."""

from dataclasses import replace
from pathlib import Path

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.app.render import views
from resnet_gui.gui.app.status import Mood, status_view
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.run import flow as folder
from resnet_gui.gui.speed import actions as conditions
from resnet_gui.gui.speed import flow as speed
from resnet_gui.gui.speed.view import SpeedRow, SpeedView, speed_choices, speed_view
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.run_pictures import RunEnded, RunPictures, RunStarted
from resnet_gui.operations.speeds import MeasureSpeeds, SpeedProgress, SpeedsKnown
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.runs.speed_figures import RangesCheck, Speeds, WordSpeed
from resnet_gui.service.messages import Cancel, Why
from tests.unit.gui_flows.fakes import answer, fail, make_context, update

OURS = NetworkChoice()
FIGURES = Speeds(
    (
        WordSpeed(Precision.EXACT, "fp32", 38.25, 104, 104),
        WordSpeed(Precision.FAST, "bf16", 71.5, 104, 103),
        WordSpeed(Precision.TURBO, "int8", 1120.0, 40, 39, calibrated=120),
    ),
    104,
    False,
    "2025-03-07T12:00:00+00:00",
)


def facts(choice: NetworkChoice) -> NetworkInfo:
    return NetworkInfo(choice, "t", "ResNet-50", 50, "v1.5", 1000, 1, "torch", 256, 224, "CPU, why", "b", "fp32", ())


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """The built-in network is loaded."""
    made = make_context(tmp_path)
    network.load_first(made)
    answer(made, LoadNetwork, facts(OURS))
    return made


def shown(context: Context) -> SpeedView:
    """The picker as the screen was last told."""
    view = views(context).bar.speed  # type: ignore[attr-defined]
    assert isinstance(view, SpeedView)
    return view


def known(context: Context, speeds: Speeds | None, check: RangesCheck | None = None) -> tuple[SpeedRow, ...]:
    folder.on_speeds(context, SpeedsKnown(OURS, "auto", speeds, check))
    return shown(context).rows


def test_before_anything_is_measured_the_words_say_what_they_mean(context: Context) -> None:
    view = shown(context)
    assert [row.text for row in view.rows] == ["Exact", "Fast", "Turbo"]
    assert [row.rate for row in view.rows] == ["", "", ""]
    assert view.foot.startswith("Not measured yet")
    assert view.button == "Measure on this machine"


def test_figures_of_an_earlier_day_are_shown_with_their_date(context: Context) -> None:
    exact, fast, turbo = known(context, FIGURES)
    assert (exact.rate, fast.rate, turbo.rate) == ("38 pictures/s", "72 pictures/s", "1,120 pictures/s")
    assert exact.agreement == ""
    assert fast.means == "16-bit numbers (bf16)"
    assert fast.agreement == "Same winner as Exact on 103 of 104 pictures"
    assert turbo.agreement == "Same winner as Exact on 39 of 40 pictures beside the 120 it was calibrated with"
    assert shown(context).foot == "Measured 7 Mar 2025 with 104 of your pictures, one crop each, file to answer."
    assert shown(context).button == "Measure again"
    assert speed_choices(context.state)[1].tip == " · ".join((fast.means, fast.rate, fast.agreement))


def test_a_slow_rate_keeps_its_decimal(context: Context) -> None:
    slow = replace(FIGURES, words=(replace(FIGURES.words[0], rate=3.64), *FIGURES.words[1:]))
    assert known(context, slow)[0].rate == "3.6 pictures/s"


def test_samples_are_called_so(context: Context) -> None:
    words = tuple(replace(one, asked=5, agreed=5, calibrated=0) for one in FIGURES.words)
    rows = known(context, replace(FIGURES, words=words, pictures=5, samples=True))
    assert rows[1].agreement == "Same winner as Exact on 5 of 5 sample pictures"
    assert "with the 5 sample pictures" in shown(context).foot


def test_a_word_that_means_another_says_so(context: Context) -> None:
    words = (*FIGURES.words[:2], WordSpeed(Precision.TURBO, same_as=Precision.FAST))
    turbo = known(context, replace(FIGURES, words=words))[2]
    assert (turbo.means, turbo.rate) == ("The same as Fast on this device", "72 pictures/s")


def test_fast_without_16_bit_numbers_says_what_it_is_then(context: Context) -> None:
    words = (FIGURES.words[0], replace(FIGURES.words[1], computed_in="fp32"), FIGURES.words[2])
    fast = known(context, replace(FIGURES, words=words))[1]
    assert fast.means == "32-bit numbers, as this device has no faster ones; JPEG files decoded smaller"


def test_what_was_not_measured_says_why(context: Context) -> None:
    words = (*FIGURES.words[:2], WordSpeed(Precision.TURBO, why_not="Too few."))
    turbo = known(context, replace(FIGURES, words=words))[2]
    assert (turbo.rate, turbo.agreement) == ("", "Too few.")


def test_the_calibrations_own_check_is_shown_until_there_is_more(context: Context) -> None:
    assert known(context, None, RangesCheck(64, 63))[2].agreement == (
        "Same winner as Exact on 63 of 64 pictures when it was calibrated"
    )


def test_a_calibrations_check_stays_beside_a_smaller_measurement(context: Context) -> None:
    """One picture that agrees must not hide 63 of 64, and 64 that agree must not hide one that does not."""
    words = tuple(replace(one, asked=1, agreed=1, calibrated=0) for one in FIGURES.words)
    speeds = replace(FIGURES, words=words, pictures=1)
    few = known(context, speeds, RangesCheck(64, 63))
    assert few[1].agreement == "Same winner as Exact on 1 of 1 picture"
    assert few[2].agreement == "Same winner as Exact on 1 of 1 picture; 63 of 64 when calibrated"
    assert "with one picture of yours, one crop each" in shown(context).foot
    more = known(context, FIGURES, RangesCheck(16, 16))
    assert more[2].agreement == "Same winner as Exact on 39 of 40 pictures beside the 120 it was calibrated with"


def test_figures_keep_their_date_while_nothing_can_be_measured(context: Context) -> None:
    known(context, FIGURES)
    before = shown(context).foot
    assert before.startswith("Measured 7 Mar 2025")
    folder.start(context, ("/p",), singles=False)
    assert (shown(context).foot, bool(shown(context).why_not)) == (before, True)


def test_pictures_that_were_too_few_once_are_forgotten_when_there_was_a_calibration_since(context: Context) -> None:
    words = (*FIGURES.words[:2], WordSpeed(Precision.TURBO, why_not="Too few."))
    turbo = known(context, replace(FIGURES, words=words), RangesCheck(64, 63))[2]
    assert (turbo.rate, turbo.agreement) == ("", "Same winner as Exact on 63 of 64 pictures when it was calibrated")


def test_a_run_in_turbo_says_what_its_calibration_came_to(context: Context) -> None:
    """Not one in another precision, nor one of a network that the check is not about."""

    def agreement() -> list[str]:
        view = views(context).run  # type: ignore[attr-defined]
        return [value for label, value in view.facts if label == "Agreement"]

    folder.on_speeds(context, SpeedsKnown(OURS, "auto", None, RangesCheck(64, 63)))
    folder.start(context, ("/p",), singles=False)
    assert agreement() == []
    context.state.settings = replace(context.state.settings, precision="turbo")
    folder.again(context)
    assert agreement() == ["Same winner as Exact on 63 of 64 pictures when it was calibrated"]
    folder.on_speeds(context, SpeedsKnown(NetworkChoice("other.pth"), "auto", None, RangesCheck(64, 63)))
    assert agreement() == []


def test_figures_belong_to_their_network_and_device(context: Context) -> None:
    known(context, FIGURES)
    network.choose_device(context, "cpu")
    assert shown(context).rows[0].rate == ""
    folder.on_speeds(context, SpeedsKnown(NetworkChoice("other.pth"), "cpu", FIGURES, None))
    assert shown(context).rows[0].rate == ""


def test_measuring_tells_how_far_it_is_and_shows_what_it_found(context: Context) -> None:
    speed.measure(context)
    asked = context.engine.last(MeasureSpeeds)  # type: ignore[attr-defined]
    assert (asked.choice, asked.device, asked.store) == (OURS, "auto", "")
    update(context, MeasureSpeeds, SpeedProgress(Precision.FAST, 2, 3, calibrating=False, fraction=0.5))
    assert shown(context).busy == "Measuring Fast · round 2 of 3"
    assert shown(context).fraction == 0.5
    assert status_view(context.state).sentence == "Measuring Fast · round 2 of 3"
    assert status_view(context.state).mood is Mood.WORKING
    answer(context, MeasureSpeeds, SpeedsKnown(OURS, "auto", FIGURES, None))
    assert shown(context).busy == ""
    assert shown(context).rows[0].rate == "38 pictures/s"
    assert status_view(context.state).sentence == "Ready"


def test_it_is_not_asked_for_twice(context: Context) -> None:
    speed.measure(context)
    speed.measure(context)
    assert context.engine.count(MeasureSpeeds) == 1  # type: ignore[attr-defined]


def test_calibration_is_told(context: Context) -> None:
    speed.measure(context)
    update(context, MeasureSpeeds, SpeedProgress(Precision.TURBO, 1, 3, calibrating=True, fraction=0.4))
    assert shown(context).busy == "Showing Turbo the pictures it takes its ranges from"
    assert shown(context).fraction == 0.4
    update(context, MeasureSpeeds, SpeedProgress(Precision.EXACT, 1, 3, calibrating=False, fraction=0.6))
    assert (shown(context).busy, shown(context).fraction) == ("Measuring Exact · round 1 of 3", 0.6)


def test_cancelling_is_asked_once_and_ends_with_the_answer(context: Context) -> None:
    speed.measure(context)
    speed.stop(context)
    speed.stop(context)
    assert context.engine.count(Cancel) == 1  # type: ignore[attr-defined]
    assert shown(context).busy == "Stopping the measurement"
    fail(context, MeasureSpeeds, "", Why.CANCELLED)  # type: ignore[attr-defined]
    assert shown(context).busy == ""
    assert shown(context).foot.startswith("Not measured yet")


def test_a_measurement_that_a_run_has_ended_says_so(context: Context) -> None:
    speed.measure(context)
    fail(context, MeasureSpeeds, "A run began.", Why.CANCELLED)  # type: ignore[attr-defined]
    assert shown(context).foot == "A run began."
    folder.on_speeds(context, SpeedsKnown(OURS, "auto", FIGURES, None))
    said, date = shown(context).foot.split("\n")
    assert (said, date[:19]) == ("A run began.", "Measured 7 Mar 2025")


def test_a_network_that_is_chosen_while_measuring_is_what_the_line_tells(context: Context) -> None:
    speed.measure(context)
    assert status_view(context.state).sentence == "Measuring the speeds"
    network.choose_speed(context, "fast")
    assert status_view(context.state).sentence == "Loading ResNet-50 …"


def test_a_failure_is_told_and_ends_it(context: Context) -> None:
    speed.measure(context)
    fail(context, MeasureSpeeds, "None of 3 pictures could be read.")  # type: ignore[attr-defined]
    assert context.state.speed.request is None
    assert context.notices.current is not None
    assert context.notices.current.text == "None of 3 pictures could be read."


def test_a_run_forbids_it_while_it_lasts_and_lends_its_pictures_after(context: Context) -> None:
    assert conditions.MEASURABLE.holds(context.state)
    folder.start(context, ("/p",), singles=False)
    run = context.state.run
    assert run is not None
    assert shown(context).why_not == "A run is going on: measure when it has ended."
    assert not conditions.MEASURABLE.holds(context.state)
    speed.measure(context)
    assert context.engine.count(MeasureSpeeds) == 0  # type: ignore[attr-defined]
    update(context, RunPictures, RunStarted("/s.sqlite", facts(OURS)))
    answer(context, RunPictures, RunEnded(Progress(Phase.DONE, 4, False, 4)))
    assert shown(context).why_not == ""
    speed.measure(context)
    assert context.engine.last(MeasureSpeeds).store == "/s.sqlite"  # type: ignore[attr-defined]


def test_nothing_is_measured_while_a_network_is_loaded(context: Context) -> None:
    network.choose_speed(context, "fast")
    assert speed_view(context.state).why_not == "The network is being loaded: measure after that."
