"""What a drop is, and the sentence that says so before it happens."""

from pathlib import Path

import pytest

from resnet_gui.gui.core.state import Given
from resnet_gui.gui.drop import flow as drop
from resnet_gui.images.find import Count
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.run_pictures import RunPictures
from tests.unit.gui_flows.fakes import make_context


@pytest.fixture
def things(tmp_path: Path) -> Path:
    """A folder with a picture, a folder that looks like a file, a network, a text."""
    for name in ("a.JPG", "b", "net.pth", "net.safetensors", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "holiday.2020").mkdir()
    (tmp_path / "holiday.2020" / "c.png").write_bytes(b"x")
    return tmp_path


def test_paths_are_sorted_by_what_they_are_and_not_by_how_they_look(things: Path) -> None:
    names = ("a.JPG", "b", "holiday.2020", "net.pth", "notes.txt", "a.JPG")
    found = drop.sort_paths([str(things / name) for name in names])
    assert found.pictures == (str(things / "a.JPG"), str(things / "b"))
    assert found.folders == (str(things / "holiday.2020"),)
    assert found.weights == (str(things / "net.pth"),)
    assert found.refused == (str(things / "notes.txt"),)


@pytest.mark.parametrize(
    "name", ["a.pth", "a.PT", "a.th", "pytorch_model.bin", "last.ckpt", "checkpoint.pth.tar", "a.h5", "a.keras"]
)
def test_every_ending_of_a_weight_file_means_a_network(name: str) -> None:
    assert drop.sort_paths([f"/w/{name}"]).weights == (f"/w/{name}",)
    assert drop.sort_paths(["/w/pictures.tar"]).weights == ()


@pytest.mark.parametrize(
    ("given", "counted", "said", "allowed"),
    [
        (drop.Sorted(pictures=("a",)), None, "Classify 1 picture", True),
        (drop.Sorted(pictures=tuple("abc")), None, "Classify 3 pictures", True),
        (drop.Sorted(folders=("f",)), None, "Label all pictures in this folder", True),
        (drop.Sorted(folders=("f",)), Count(2314, 3, True), "Label 2,314 files in 3 folders", True),
        (drop.Sorted(folders=("f",)), Count(1, 1, True), "Label 1 file in this folder", True),
        (drop.Sorted(folders=("f",)), Count(9000, 70, False), "Label more than 9,000 files in 70 folders", True),
        (drop.Sorted(folders=("f",)), Count(0, 1, True), "Look for pictures in this folder", True),
        (drop.Sorted(weights=("w",)), None, "Use this network", True),
        (drop.Sorted(weights=("w",), pictures=("a",)), None, "Use this network and classify 1 picture", True),
        (drop.Sorted(weights=("w", "v")), None, "Drop one network at a time", False),
        (drop.Sorted(refused=("/x/notes.txt",)), None, "notes.txt is neither a picture nor a network", False),
        (drop.Sorted(), None, drop.NOTHING, False),
    ],
)
def test_the_sentence_says_what_will_happen(
    given: drop.Sorted, counted: Count | None, said: str, allowed: bool
) -> None:
    assert drop.sentence(given, counted) == (said, allowed)


def test_a_network_and_pictures_together_do_both(things: Path) -> None:
    context = make_context(things)
    drop.drop(context, Given(paths=(str(things / "net.pth"), str(things / "a.JPG"))))
    assert context.engine.last(LoadNetwork).choice.network == str(things / "net.pth")
    assert context.engine.last(RunPictures).spec.paths == (str(things / "a.JPG"),)


def test_what_is_left_out_of_a_mixture_is_named(things: Path) -> None:
    context = make_context(things)
    drop.drop(context, Given(paths=(str(things / "notes.txt"), str(things / "a.JPG"))))
    assert context.notices.current is not None
    assert "notes.txt" in context.notices.current.text
    assert context.engine.count(RunPictures) == 1


def test_nothing_is_ever_fetched_from_the_web(things: Path) -> None:
    context = make_context(things)
    drop.drop(context, Given(remote=("https://example.org/a.jpg",)))
    assert context.engine.sent == []
    assert context.notices.current is not None
    assert "opens no connection" in context.notices.current.text


def test_an_empty_clipboard_says_so(things: Path) -> None:
    context = make_context(things)
    drop.paste(context)
    assert context.notices.current is not None
    assert context.engine.sent == []


def test_a_count_that_comes_after_the_drag_has_left_is_dropped(things: Path) -> None:
    context = make_context(things)
    late = []
    context.background.run = lambda work, done=None, failed=None, slot="": late.append((work, done))  # type: ignore[method-assign]
    drop.hover(context, Given(paths=(str(things),)))
    drop.leave(context)
    for work, done in late:
        done(work())
    assert (context.state.hover.sentence, context.state.hover.allowed) == ("", True)
