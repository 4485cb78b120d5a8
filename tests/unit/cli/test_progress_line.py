"""The progress on stderr, and its words."""

import errno
import io
from dataclasses import replace

import pytest

from resnet_gui.cli.progress_line import ProgressLine
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.runs.words import duration_words, left_words, progress_sentence, rate_words

BUSY = Progress(Phase.RUNNING, 23410, False, 1204, 3, 0, 38.42, 540.0, "CPU, bf16")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_sentence_is_that_of_the_design() -> None:
    assert progress_sentence(BUSY) == "1,204 of 23,410 · 38.4/s · 9 min left · CPU, bf16 · 3 skipped"


def test_what_is_not_known_is_left_out() -> None:
    start = Progress(Phase.RUNNING, 12, True, 0, device="CPU, fp32")
    assert progress_sentence(start) == "0 of 12+ · CPU, fp32"
    assert progress_sentence(Progress(Phase.LOADING)) == "Loading the network"
    assert progress_sentence(replace(BUSY, phase=Phase.PAUSED, skipped=0)) == (
        "1,204 of 23,410 · paused · 38.4/s · 9 min left · CPU, bf16"
    )


def test_a_finished_run_has_no_time_left() -> None:
    done = Progress(Phase.DONE, 14, False, 14, 2, 0, 15.21, 0.0, "CPU, fp32")
    assert progress_sentence(done) == "14 pictures · 15.2/s · CPU, fp32 · 2 skipped"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 s"), (40, "40 s"), (59.4, "59 s"), (59.6, "1 min"), (540, "9 min"), (3599, "1 h"), (7800, "2 h 10 min"),
     (200_000, "56 h")],
)  # fmt: skip
def test_durations(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_rates_and_times_left() -> None:
    assert [rate_words(rate) for rate in (0.0, 0.273, 38.42, 1204.0)] == ["", "0.27/s", "38.4/s", "1,204.0/s"]
    assert (left_words(None), left_words(40)) == ("", "40 s left")


def test_the_line_is_rewritten_and_leaves_nothing_of_a_longer_one() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal, quiet=False)
    line.show(progress_sentence(BUSY))
    line.end(progress_sentence(Progress(Phase.DONE, 1, False, 1)))
    first, last = terminal.getvalue().split("\r")[1:]
    assert first == progress_sentence(BUSY)
    assert last == "1 picture".ljust(len(first)) + "\n"


@pytest.mark.parametrize(("stream", "quiet"), [(io.StringIO(), False), (Terminal(), True)])
def test_it_is_silent_when_asked_to_be_and_where_there_is_no_terminal(stream: io.StringIO, quiet: bool) -> None:
    line = ProgressLine(stream, quiet)
    line.show(progress_sentence(BUSY))
    line.end(progress_sentence(BUSY))
    assert stream.getvalue() == ""


def test_stages_are_told_on_a_terminal_only() -> None:
    for stream, written in ((Terminal(), "\rmeasuring fast, round 2 of 3\n"), (io.StringIO(), "")):
        line = ProgressLine(stream)
        line.show("measuring fast, round 2 of 3")
        line.end()
        assert stream.getvalue() == written


class Failing(Terminal):
    """A terminal that fails from its second text on, as one whose window was closed; counts what it was given."""

    given = 0

    def write(self, text: str) -> int:
        self.given += 1
        if self.given > 1:
            raise OSError(errno.EIO, "Input/output error")
        return super().write(text)


@pytest.mark.parametrize("words", ["2 pictures", ""])
def test_a_terminal_that_fails_ends_the_line_and_not_what_is_being_done(words: str) -> None:
    terminal = Failing()
    line = ProgressLine(terminal)
    line.show("1 of 2")
    for _ in range(2):
        line.end(words)
    assert terminal.getvalue() == "\r1 of 2"
    assert terminal.given == 2  # it is not asked again once it has failed


def test_a_stream_that_was_closed_ends_the_line_too() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)
    line.show("1 of 2")
    assert terminal.getvalue() == "\r1 of 2"
    terminal.close()
    line.end("2 pictures")
    line.show("3 of 2")
