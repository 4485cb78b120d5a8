"""The conversation with the engine begins before Qt is loaded, with the network that the window will open with."""

import subprocess
from pathlib import Path

from resnet_gui.engine.modes import Precision
from resnet_gui.folders import folders
from resnet_gui.gui.core.settings import load
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.service.client import EngineClient
from resnet_gui.service.messages import Ask

NOBODYS_TOKEN = 0
"""Tokens of the window begin at one, so nothing waits for the answer to this."""


def connect(session: Path, process: subprocess.Popen[bytes] | None) -> EngineClient:
    """The client of the engine's process, started, and asked at once for the network that was used last.

    `Program` asks for it again, and waits for that answer; by then it is loaded, or nearly so.
    """
    engine = EngineClient(session, process=process)
    engine.start()
    settings, _ = load(folders().config)  # what is amiss with them is told by `Program`
    choice = NetworkChoice(settings.network)
    first = LoadNetwork(choice, Precision(settings.precision), settings.device)
    engine.send(Ask(NOBODYS_TOKEN, first))
    return engine
