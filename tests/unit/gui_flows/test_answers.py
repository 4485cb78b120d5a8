"""From a row to what the answer's panel shows."""

from dataclasses import replace

from resnet_gui.engine.record import Prediction, Score
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.picture import view as answers
from resnet_gui.images.status import Status
from resnet_gui.results.query import Row
from resnet_gui.results.verdict import Verdict
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.spec import NetworkChoice, RunSpec

CLASSES = ((0, "n01440764", "tench"), (1, "n01443537", "goldfish"), (2, "", "shark"))
FACTS = NetworkInfo(NetworkChoice(), "t", "ResNet-50", 50, "v1.5", 1000, 1, "torch", 256, 224, "CPU", "b", "fp32", ())
TENCH, GOLDFISH = (Score(0, 0.9), Score(1, 0.1)), (Score(1, 0.6), Score(0, 0.4))


def row(status: Status | None = Status.OK, prediction: Prediction | None = None, message: str = "") -> Row:
    return Row(4, "/p/a.jpg", "in/a.jpg", status, message, 640, 320, 31.4, prediction)


def test_ten_votes_are_numbered_mirrored_from_the_sixth_and_the_dissenting_one_marked() -> None:
    crops = Prediction(TENCH, (TENCH,) * 6 + (GOLDFISH,) + (TENCH,) * 3)
    view = answers.answer_view(row(prediction=crops), CLASSES, FACTS, RunSpec(("/p",), crops=10), Settings())
    assert [vote.number for vote in view.votes] == list(range(1, 11))
    assert [vote.mirrored for vote in view.votes] == [False] * 5 + [True] * 5
    assert [vote.number for vote in view.votes if not vote.agrees] == [7]
    assert (view.agreeing, view.rows[0].name, view.rows[0].wnid) == (9, "tench", "n01440764")


def test_a_single_crop_says_how_much_of_the_picture_it_saw() -> None:
    view = answers.answer_view(
        row(prediction=Prediction(TENCH, (TENCH,))), CLASSES, FACTS, RunSpec(("/p",)), Settings()
    )
    # 640 × 320 becomes 512 × 256, of which 224 × 224 is 38.3 %.
    assert ("Looked at", "one crop: 38 % of the picture") in view.facts
    assert ("This picture", "640 × 320, 31 ms") in view.facts
    assert view.votes == ()


def test_the_verdict_follows_the_persons_limits() -> None:
    answer = row(prediction=Prediction(TENCH, (TENCH,)))
    assert answers.verdict_of(answer, Settings().limits) is Verdict.SURE
    assert answers.verdict_of(answer, Settings(sure_from=0.95).limits) is Verdict.CHECK
    assert answers.verdict_of(answer, Settings(sure_from=0.95, check_from=0.92).limits) is Verdict.UNSURE
    assert answers.verdict_of(row(None), Settings().limits) is Verdict.WAITING
    assert answers.verdict_of(row(Status.EMPTY), Settings().limits) is Verdict.FAILED


def test_a_picture_without_an_answer_has_a_whole_sentence() -> None:
    assert answers.why_not(row(Status.TRUNCATED, message="the file ends after 12 kB of 3.1 MB")) == (
        "Cannot read a.jpg: the file ends after 12 kB of 3.1 MB. It is listed as truncated."
    )
    assert answers.why_not(row(Status.TOO_LARGE)) == (
        "Cannot read a.jpg: more pixels than the limit allows. It is listed as too large."
    )
    assert answers.why_not(row(None)) == ""


def test_a_class_without_a_name_has_its_number() -> None:
    assert answers.class_of(7, CLASSES) == ("", "class 7")


def test_the_lens_needs_an_answer() -> None:
    assert answers.lens_view(row(None), CLASSES, FACTS, RunSpec(("/p",))) is None
    lens = answers.lens_view(row(prediction=Prediction(TENCH, (TENCH,))), CLASSES, FACTS, RunSpec(("/p",)))
    assert lens is not None
    assert (lens.plan.boxes[0].x, lens.plan.boxes[0].width) == (180.0, 280.0)  # 144 and 224 of 512, times 640 / 512


def test_one_assumption_is_told_in_full_and_several_are_counted() -> None:
    one, more = replace(FACTS, assumed=("A.",)), replace(FACTS, assumed=("A.", "B."))
    assert answers.assumed_words(one) == "A."
    assert answers.assumed_words(more).startswith("2 things")
