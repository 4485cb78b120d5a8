"""A server with one file, and the catalogue's entry for it."""

from collections.abc import Iterator

import pytest

from resnet_gui.network.variants import published
from resnet_gui.weights.published import download
from resnet_gui.weights.published.catalogue import Entry, Source
from tests.helpers.file_server import Behaviour, serving
from tests.unit.weights.downloads import CONTENT, SHA256


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other at once; no proxy of the machine stands between."""
    monkeypatch.setattr(download, "_WAITS_S", (0.01,) * 4)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def behaviour() -> Behaviour:
    """What the server does."""
    return Behaviour(CONTENT)


@pytest.fixture
def address(behaviour: Behaviour) -> Iterator[str]:
    """The server's."""
    with serving(behaviour) as base:
        yield base


@pytest.fixture
def entry(address: str, short_waits: None) -> Entry:
    """An entry of the catalogue that the server holds."""
    return Entry(
        name="some.weights",
        title="Some",
        source=Source("Somebody", "", "MIT", ""),
        network=published(18),
        preprocessing="torch",
        urls=(f"{address}/model.pth",),
        file_name="some.pth",
        size=len(CONTENT),
        sha256=SHA256,
    )
