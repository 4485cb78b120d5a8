"""The catalogue's files without a window: queued, stopped, failed, added, removed, told."""

import re
from pathlib import Path

import pytest

from resnet_gui.assets import resources
from resnet_gui.errors import Wording
from resnet_gui.gui.app.render import views
from resnet_gui.gui.app.status import StatusView
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.weights import flow as weights
from resnet_gui.gui.weights.view import Act, RowState, WeightRow, WeightsView, weights_view
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.weights import AdoptWeights, DownloadWeights, RemoveWeights, VerifyWeights
from resnet_gui.service.messages import Answered, Cancel, Failed, Why
from resnet_gui.weights.published.catalogue import catalogue, find
from resnet_gui.weights.published.installed import FileState, fetch_elsewhere
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress
from tests.unit.gui_flows.fakes import answer, fail, make_context, tell, update

ONE, TWO = "resnet18.tv_in1k", "resnet34.tv_in1k"
TITLE = "ResNet-18 · torchvision"


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The dialog is open, the folder empty, the machine without a proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made = make_context(tmp_path)
    network.open_weights(made)
    weights.scan_folder(made)
    return made


def dialog(context: Context) -> WeightsView:
    view = views(context).dialogs["weights"].view
    assert isinstance(view, WeightsView)
    return view


def row(context: Context, name: str = ONE) -> WeightRow:
    """As the dialog shows it."""
    (found,) = (one for one in dialog(context).rows if one.name == name)
    return found


def acts(context: Context, name: str = ONE) -> list[Act]:
    return [one.act for one in row(context, name).acts]


def status(context: Context) -> StatusView:
    return views(context).status


def put(context: Context, name: str, share: float = 1.0, ending: str = "") -> Path:
    """A file of the entry's size, or a part of it, in the folder; it takes no room on the disk."""
    entry = find(name)
    assert entry is not None
    path = context.folders.weights / f"{entry.file_name}{ending}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(round(entry.size * share))
    return path


def test_every_entry_of_the_catalogue_is_listed_with_what_a_person_must_know(context: Context) -> None:
    view = weights_view(context.state, str(context.folders.weights))
    assert {one.name for one in view.rows} == {"built-in", *(entry.name for entry in catalogue())}
    for entry in catalogue():
        (shown,) = (one for one in view.rows if one.name == entry.name)
        facts = dict(shown.facts)
        assert facts["Address"] == entry.urls[0]
        assert entry.source.licence in facts["Licence"]
        assert entry.sha256[:8] in facts.get("SHA-256", entry.md5)
        get = shown.acts[0]
        host = re.sub(r"https://([^/]+)/.*", r"\1", entry.urls[0])
        assert get.act is Act.DOWNLOAD
        assert host in get.text, "where it goes is said before"
    groups = [one.group for one in view.rows]
    assert sorted(set(groups), key=groups.index) == [
        "Part of the program", "torchvision · ResNet", "Keras · ResNet", "timm · ResNet v2, pre-activation",
        "Keras · ResNet v2, pre-activation",
    ]  # fmt: skip
    assert str(context.folders.weights) in view.note
    assert "No proxy is set" in view.note
    context.state.weights.proxy = "proxy.example:3128"
    assert "through the proxy proxy.example:3128" in weights_view(context.state, "/w").note


def test_downloads_queue_and_come_one_after_the_other(context: Context) -> None:
    weights.act(context, ONE, Act.DOWNLOAD)
    weights.act(context, TWO, Act.DOWNLOAD)
    weights.act(context, ONE, Act.DOWNLOAD)  # a second click asks for nothing more
    (asked,) = context.engine.asked(DownloadWeights)
    assert asked.name == ONE
    assert (row(context).place, row(context, TWO).place) == (RowState.BUSY, RowState.WAITING)
    update(context, DownloadWeights, TransferProgress(TransferPhase.DOWNLOADING, 20_000_000, 47_000_000, 2e6))
    assert row(context).words == "43 % · 2.0 MB/s · 14 s left"
    assert row(context).fraction == pytest.approx(20 / 47)
    assert status(context).fetching == f"Downloading {TITLE}: 43 %, 1 waiting"
    put(context, ONE)
    answer(context, DownloadWeights, "path")
    assert row(context).place is RowState.HERE
    second = context.engine.last(DownloadWeights)
    assert second.name == TWO
    assert status(context).fetching.startswith("Downloading ResNet-34")
    fail(context, DownloadWeights, "", Why.CANCELLED)
    assert status(context).fetching == ""


def test_a_download_that_ends_offers_its_network(context: Context) -> None:
    context.state.close_dialog("weights")
    weights.download(context, ONE)
    put(context, ONE)
    answer(context, DownloadWeights, "path")
    notice = context.notices.current
    assert notice is not None
    assert (notice.text, notice.action, notice.error) == (f"{TITLE} is here.", "Use it", False)
    context.notices.act()
    assert context.engine.last(LoadNetwork).choice.network == ONE


def test_closing_the_dialog_stops_nothing(context: Context) -> None:
    weights.download(context, ONE)
    context.state.close_dialog("weights")
    update(context, DownloadWeights, TransferProgress(TransferPhase.DOWNLOADING, 1, 4, 1.0))
    assert context.engine.count(Cancel) == 0
    assert "weights" not in views(context).dialogs, "nobody looks"
    assert status(context).fetching == f"Downloading {TITLE}: 25 %"


def test_what_is_stopped_keeps_its_part_and_can_go_on(context: Context) -> None:
    weights.download(context, ONE)
    token = context.engine.token(DownloadWeights)
    weights.act(context, ONE, Act.STOP)
    weights.act(context, ONE, Act.STOP)
    assert [one for one in context.engine.sent if isinstance(one, Cancel)] == [Cancel(token)]
    assert row(context).words == "Stopping"
    assert row(context).acts[0].why_not
    put(context, ONE, 0.4, ".part")
    fail(context, DownloadWeights, "", Why.CANCELLED)
    assert (row(context).place, row(context).words) == (RowState.PART, "40 % is here")
    assert row(context).acts[0].text == "Resume from download.pytorch.org"
    weights.act(context, ONE, Act.DOWNLOAD)
    assert context.engine.count(DownloadWeights) == 2


def test_what_waits_is_taken_out_of_the_queue(context: Context) -> None:
    weights.download(context, ONE)
    weights.download(context, TWO)
    weights.act(context, TWO, Act.STOP)
    assert row(context, TWO).place is RowState.ABSENT
    assert context.engine.count(Cancel) == 0


def test_a_failure_says_what_to_do_here_and_the_next_in_the_queue_begins(context: Context) -> None:
    entry = find(ONE)
    assert entry is not None
    weights.download(context, ONE)
    weights.download(context, TWO)
    put(context, ONE, 0.25, ".part")
    sentence = fetch_elsewhere(entry).after(f"{ONE} cannot be downloaded: no connection. Try again later, or ").window
    fail(context, DownloadWeights, sentence)
    shown = row(context)
    assert (shown.place, shown.bad, shown.words) == (RowState.FAILED, True, "Failed · 25 % is here")
    assert entry.urls[0] in shown.message
    assert "add the file here (or save it as " in shown.message
    assert entry.file_name in shown.message
    assert "resnet-gui weights" not in shown.message, "that is for a terminal"
    assert acts(context) == [Act.DOWNLOAD, Act.ADOPT, Act.COPY, Act.REMOVE]
    assert shown.acts[0].text == "Resume from download.pytorch.org"
    assert shown.acts[-1].question == "Discard the 12 MB that are here?"
    assert context.notices.current is None, "the dialog says it"
    assert context.engine.last(DownloadWeights).name == TWO
    weights.act(context, ONE, Act.COPY)
    assert context.platform.shown["copy_text"] == (entry.urls[0],)


def test_a_failure_nobody_looks_at_is_told_in_the_window(context: Context) -> None:
    context.state.close_dialog("weights")
    weights.download(context, ONE)
    fail(context, DownloadWeights, "The disk is full.")
    notice = context.notices.current
    assert notice is not None
    assert (notice.text, notice.error, notice.action) == ("The disk is full.", True, "Weights…")
    context.notices.act()
    assert ("weights" in context.state.dialogs, context.state.weights.sought) == (True, ONE)


def test_a_file_a_person_has_is_added_by_entry_or_by_hash(context: Context) -> None:
    weights.act(context, ONE, Act.ADOPT)
    title, _, kinds, done = context.platform.shown["ask_files"]
    assert "resnet18-f37072fd.pth" in title
    assert "*.pth" in kinds[0]
    done(["/mine/resnet18.pth"])
    asked = context.engine.last(AdoptWeights)
    assert (asked.path, asked.name) == ("/mine/resnet18.pth", ONE)
    assert row(context).place is RowState.BUSY
    put(context, ONE)
    answer(context, AdoptWeights, ONE)
    assert row(context).place is RowState.HERE
    weights.adopt(context, ["/dropped/a", "/dropped/b"])
    second = context.engine.token(AdoptWeights)
    first = second - 1
    put(context, TWO)
    tell(context, Answered(first, TWO))
    assert dialog(context).message == "It is the file of ResNet-34 · torchvision, and was added."
    refusal = "'/dropped/b' is no file of the catalogue (SHA-256 00); nothing was copied."
    tell(context, Failed(second, refusal))
    view = dialog(context)
    assert view.bad
    assert view.message == refusal


def test_an_installed_file_is_checked_and_removed(context: Context) -> None:
    path = put(context, ONE)
    weights.scan_folder(context)
    assert acts(context) == [Act.USE, Act.VERIFY, Act.REMOVE, Act.COPY]
    assert dict(row(context).facts)["File"] == str(path)
    weights.act(context, ONE, Act.VERIFY)
    answer(context, VerifyWeights, (FileState.DAMAGED, Wording("Remove it.", "It is damaged.")))
    assert (row(context).message, row(context).bad) == ("It is damaged.", True)
    assert [one.question for one in row(context).acts if one.act is Act.REMOVE] == ["Remove 47 MB from this computer?"]
    weights.act(context, ONE, Act.REMOVE)
    path.unlink()
    answer(context, RemoveWeights, 1)
    assert (row(context).place, row(context).message) == (RowState.ABSENT, "")


def test_a_network_in_use_is_not_removed(context: Context) -> None:
    put(context, ONE)
    weights.scan_folder(context)
    network.load_first(context)
    weights.act(context, ONE, Act.USE)
    assert context.engine.last(LoadNetwork).choice.network == ONE
    shown = row(context)
    assert (shown.used, shown.words) == (True, "In use")
    assert acts(context) == [Act.VERIFY, Act.REMOVE, Act.COPY], "that it is in use is said once, above the buttons"
    assert {one.act for one in shown.acts if one.why_not} == {Act.REMOVE}


def test_the_built_in_network_is_as_well_described_as_the_others(context: Context) -> None:
    """The figures are those of its model card, resources/networks/resnet50-imagenet.md."""
    shown = row(context, "built-in")
    card = (resources() / "networks" / "resnet50-imagenet.md").read_text(encoding="utf-8")
    assert "51,569,248 bytes" in card
    assert "74.9 % top-1, 92.1 % top-5 on ImageNet" in card
    assert (shown.figure, shown.size) == ("74.9 %", "52 MB")
    assert dict(shown.facts)["Accuracy"].startswith("74.9 % top-1, 92.1 % top-5 on ImageNet")
    assert (shown.words, shown.acts) == ("In use", ())


def test_the_dialog_follows_what_is_in_use(context: Context) -> None:
    put(context, ONE)
    weights.scan_folder(context)
    network.choose_file(context, ONE)
    fail(context, LoadNetwork, "It is damaged.")
    assert not row(context).used, "it could not be loaded"
    assert row(context, "built-in").used


def test_a_network_that_is_not_installed_leads_to_where_it_can_be_got(context: Context) -> None:
    network.choose_file(context, ONE)
    fail(context, LoadNetwork, f"{ONE} is not installed.")
    assert context.notices.current is not None
    assert context.notices.current.action == "Weights…"
    context.notices.act()
    assert context.state.weights.sought == ONE


def test_the_proxy_is_shown_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128")
    assert weights.proxy_in_use() == "proxy.example:3128"
