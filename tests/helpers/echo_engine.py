"""A child process that speaks the protocol without an engine: for tests of the client.

Started as `python echo_engine.py COUNTER`; the file COUNTER grows by a byte at each start.  ShowPicture of a path that
begins with "die" ends the process; "hang" makes it deaf; any other is answered.  A run ends at once, unless its first
path is "long" or "begun" (its store has been opened), both of which go on for ever, or "deadly", which shows that its
store has changed and ends the process.  Loading a network is answered unless its name is "slow" or "deadly".
"""

import os
import sys
import time
from pathlib import Path

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.runs.network_facts import NetworkFacts
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.service.messages import (
    CancelRun,
    EngineReady,
    Failed,
    LoadNetwork,
    PictureReady,
    RunEnded,
    RunProgress,
    RunStarted,
    ShowPicture,
    Shutdown,
    StartRun,
)
from resnet_gui.service.pipes import MessageWriter, read_message


def facts(choice: NetworkChoice) -> NetworkFacts:
    """Facts of no network at all."""
    return NetworkFacts(
        choice=choice,
        title="",
        name="",
        depth=0,
        form="",
        classes=0,
        parameters=0,
        recipe="",
        resize=None,
        crop=0,
        device="",
        backend="",
        precision=Precision.EXACT.value,
        assumed=(),
    )


def main() -> None:
    counter = Path(sys.argv[1])
    with counter.open("ab") as file:
        file.write(b".")
    writer = MessageWriter(os.fdopen(os.dup(1), "wb"))
    writer.send(EngineReady(f"start {counter.stat().st_size}"))
    while (request := read_message(sys.stdin.buffer)) is not None:
        match request:
            case Shutdown():
                return
            case ShowPicture(_, path) if path.startswith("die"):
                os._exit(7)
            case ShowPicture(_, "hang"):
                time.sleep(60)
            case ShowPicture(token, path):
                writer.send(PictureReady(token, path, "file", 1, 1, 1, 1))
            case LoadNetwork(token, choice) if choice.network == "deadly":
                os._exit(7)
            case LoadNetwork(token, choice) if choice.network != "slow":
                writer.send(Failed(token, "No network here."))
            case StartRun(run, spec):
                if spec.paths[0] == "begun":
                    writer.send(RunStarted(run, "store", facts(spec.choice)))
                if spec.paths[0] == "deadly":
                    writer.send(RunProgress(run, Progress(Phase.RUNNING), changed=True))
                    os._exit(7)
                writer.send(RunProgress(run, Progress(Phase.RUNNING, done=int(spec.fresh)), changed=False))
                if spec.paths[0] not in ("long", "begun"):
                    writer.send(RunEnded(run, Progress(Phase.DONE), ""))
            case CancelRun(run):
                writer.send(RunEnded(run, Progress(Phase.CANCELLED), ""))


main()
