"""What two starts say to each other: every path survives, and no bytes do harm."""

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_gui.gui.instance.message import (
    LARGEST,
    Answer,
    Handover,
    MessageError,
    decode,
    decode_answer,
    encode,
    encode_answer,
    reply_to,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths as Linux and macOS have them")

names = st.binary(min_size=0, max_size=40).map(lambda name: os.fsdecode(b"/" + name.replace(b"\0", b"\n")))
tokens = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
handovers = st.builds(Handover, st.lists(names, max_size=6).map(tuple), tokens)


@given(handovers)
def test_what_is_handed_over_arrives_whatever_bytes_the_names_are(handover: Handover) -> None:
    assert decode(encode(handover)) == handover


def test_a_message_is_these_bytes() -> None:
    """Other versions of the program rely on them."""
    message = encode(Handover(("/caf\udce9.png", "/b"), "token-1"))
    assert message == b"resnet-gui 1 20\ntoken-1\0/caf\xe9.png\0/b"
    assert encode(Handover()) == b"resnet-gui 1 0\n"
    assert encode_answer(Answer.TAKEN) == b"resnet-gui 1 taken\n"


@given(handovers, st.data())
def test_a_beginning_waits_for_more(handover: Handover, data: st.DataObject) -> None:
    message = encode(handover)
    cut = data.draw(st.integers(0, len(message) - 1))
    assert reply_to(message[:cut]) == (None, None)


@given(st.one_of(st.binary(max_size=80), st.binary(max_size=80).map(lambda rest: b"resnet-gui 1 " + rest)))
def test_no_bytes_raise_and_only_absolute_paths_are_taken(data: bytes) -> None:
    answer, handover = reply_to(data)
    assert (answer is Answer.TAKEN) == (handover is not None)
    if handover is not None:
        assert all(os.path.isabs(path) for path in handover.paths)  # noqa: PTH117


@given(handovers, st.data())
def test_a_changed_byte_does_no_harm(handover: Handover, data: st.DataObject) -> None:
    message = bytearray(encode(handover))
    message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    _, changed = reply_to(message)
    if changed is not None:
        assert decode(encode(changed)) == changed


@pytest.mark.parametrize(
    "message",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0" * 50,
        b"resnet-gui 1 \n",
        b"resnet-gui 1 taken\n",
        b"resnet-gui 1 %d\n" % (LARGEST + 1),
        b"resnet-gui 1 999999999999\n",
        b"resnet-gui 1 2\n\0a",  # relative
        b"resnet-gui 1 3\n\0/ab",  # longer than it says
        b"resnet-gui 1 3\n\n\0/",  # a token that is none
        b"resnet-gui 1 4\n\xe9\0/a",
        b"resnet-gui " + b"1" * 40,
    ],
)
def test_what_is_no_message_is_refused_at_once(message: bytes) -> None:
    assert reply_to(message) == (Answer.REFUSED, None)


def test_another_version_is_told_so() -> None:
    assert reply_to(b"resnet-gui 2 7\nwhatever comes") == (Answer.UNKNOWN, None)
    assert reply_to(b"resnet-gui 2 words\n") == (Answer.UNKNOWN, None)


@pytest.mark.parametrize("paths", [("/a\0b",), ("/" + "a" * LARGEST,), ("/\ud800",)])
def test_what_cannot_be_said_is_not_sent(paths: tuple[str, ...]) -> None:
    with pytest.raises(MessageError):
        encode(Handover(paths))


@pytest.mark.parametrize("token", ["é", "a\nb", "x" * 600])
def test_a_strange_token_is_left_out(token: str) -> None:
    assert decode(encode(Handover(("/a",), token))) == Handover(("/a",))


@pytest.mark.parametrize("answer", Answer)
def test_an_answer_is_understood_when_its_line_is_whole(answer: Answer) -> None:
    line = encode_answer(answer)
    assert decode_answer(line) is answer
    assert all(decode_answer(line[:cut]) is None for cut in range(len(line)))


@given(st.binary(max_size=60))
def test_no_answer_raises(data: bytes) -> None:
    assert decode_answer(data) in (None, *Answer)


@pytest.mark.parametrize("line", [b"resnet-gui 2 taken\n", b"resnet-gui 1 maybe\n", b"HTTP/1.1 200 OK\r\n"])
def test_an_answer_that_is_not_understood_is_no_promise(line: bytes) -> None:
    assert decode_answer(line) is Answer.UNKNOWN
