"""A child process that speaks the protocol without an engine: for tests of the client.

Started as `python echo_engine.py COUNTER`; the file COUNTER grows by a byte at each start.  ShowPicture of a path that
begins with "die" ends the process; "hang" makes it deaf; "starts" is answered with the number of starts as its width;
any other is answered.  A run ends at once, unless its first path is "long" or "begun" (its store has been opened), both
of which go on for ever, or "deadly", which shows that its store has changed and ends the process.  Loading a network
fails unless its name is "slow", which goes on for ever, "deadly", which ends the process, or "good".
"""

import os
import sys
import time
from pathlib import Path

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.operation import Operation
from resnet_gui.operations.pictures import PictureReady, ShowPicture
from resnet_gui.operations.run_pictures import RunEnded, RunPictures, RunProgress, RunStarted
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.service.messages import Answered, Ask, Cancel, Failed, Ready, Shutdown, Told
from resnet_gui.service.pipes import MessageWriter, read_message


def facts(choice: NetworkChoice) -> NetworkInfo:
    """Facts of no network at all."""
    return NetworkInfo(
        choice=choice,
        title="",
        name="",
        depth=0,
        form="",
        classes=0,
        parameters=0,
        preprocessing="",
        resize=None,
        crop=0,
        device="",
        backend="",
        precision=Precision.EXACT.value,
        assumed=(),
    )


def answer(writer: MessageWriter, token: int, operation: Operation, starts: int) -> None:
    """What comes of it."""
    match operation:
        case ShowPicture(path) if path.startswith("die"):
            os._exit(7)
        case ShowPicture("hang"):
            time.sleep(60)
        case ShowPicture(path):
            width = starts if path == "starts" else 1
            writer.send(Answered(token, PictureReady(path, "file", width, 1, 1, 1)))
        case LoadNetwork(choice) if choice.network == "deadly":
            os._exit(7)
        case LoadNetwork(choice) if choice.network == "good":
            writer.send(Answered(token, facts(choice)))
        case LoadNetwork(choice) if choice.network != "slow":
            writer.send(Failed(token, "No network here."))
        case RunPictures(spec):
            if spec.paths[0] == "begun":
                writer.send(Told(token, RunStarted("store", facts(spec.choice))))
            if spec.paths[0] == "deadly":
                writer.send(Told(token, RunProgress(Progress(Phase.RUNNING), version=1)))
                os._exit(7)
            writer.send(Told(token, RunProgress(Progress(Phase.RUNNING, done=int(spec.fresh)), version=0)))
            if spec.paths[0] not in ("long", "begun"):
                writer.send(Answered(token, RunEnded(Progress(Phase.DONE))))


def main() -> None:
    counter = Path(sys.argv[1])
    with counter.open("ab") as file:
        file.write(b".")
    writer = MessageWriter(os.fdopen(os.dup(1), "wb"))
    writer.send(Ready())
    while (message := read_message(sys.stdin.buffer)) is not None:
        match message:
            case Shutdown():
                return
            case Ask(token, operation):
                answer(writer, token, operation, counter.stat().st_size)
            case Cancel(token):
                writer.send(Answered(token, RunEnded(Progress(Phase.CANCELLED))))


main()
