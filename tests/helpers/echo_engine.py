"""A child process that speaks the protocol without an engine: for tests of the client.

Started as `python echo_engine.py COUNTER`; the file COUNTER grows by a byte at each start.  ShowPicture of a path that
begins with "die" ends the process; "hang" makes it deaf; any other is answered.  A run ends at once unless its first
path is "long".
"""

import os
import sys
import time
from pathlib import Path

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.runs.pipes import MessageWriter, read_message
from resnet_gui.runs.protocol import (
    CancelRun,
    EngineReady,
    PictureReady,
    RunEnded,
    RunProgress,
    ShowPicture,
    Shutdown,
    StartRun,
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
            case StartRun(run, spec):
                writer.send(RunProgress(run, Progress(Phase.RUNNING, done=int(spec.fresh)), changed=False))
                if spec.paths[0] != "long":
                    writer.send(RunEnded(run, Progress(Phase.DONE), ""))
            case CancelRun(run):
                writer.send(RunEnded(run, Progress(Phase.CANCELLED), ""))


main()
