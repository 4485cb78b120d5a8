"""The entry point: looks at the arguments and loads the window, the command line or the engine's process, late.

The only file that knows them all.  What is not asked for is not imported: `--version` loads neither Qt nor OpenVINO.
"""

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

COMMANDS = ("classify", "network", "weights", "runs", "doctor")
"""First words that mean the command line; a folder of that name is opened as `./classify`."""
ENGINE_FLAG = "--engine-process"
"""Hidden: the window starts its engine with it (`service.spawn`)."""
WINDOW_TEST_FLAG = "--window-self-test"
"""Hidden: `--self-test` has the window tried with it (`gui.self_test`)."""
NEW_WINDOW = "--new-window"
"""Before the paths: open a window beside the one that is open, in place of handing them to it."""
_GARBAGE_AFTER = 20_000
"""New objects between two searches for cyclic garbage.  A start makes some hundred thousand that stay, and Python's own
700 would look through them again and again."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit status: 0 done, 1 could not be done, 2 wrong usage, 130 interrupted.

    arguments: those after the program's name; None takes them from the process.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    first = given[0] if given else ""
    if arguments is None:
        gc.set_threshold(_GARBAGE_AFTER)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # it may be ignored, as after nohup
            signal.signal(signal.SIGINT, _end_at_once)
    if first == ENGINE_FLAG:
        from resnet_gui.service import engine_process

        return engine_process.main(given[-1])
    if first == WINDOW_TEST_FLAG:
        from resnet_gui.gui.app import self_test

        return self_test.main(*given[1:])
    from resnet_gui.cli.guarded import run_guarded

    paths = _paths(given)
    if paths is None:
        if arguments is None:
            # At the end Python would look through all objects once more, for 60 ms, to free what ends anyway; files
            # are flushed and threads joined as ever.
            atexit.register(gc.freeze)
        return run_guarded(lambda: _run_command(given))
    return run_guarded(lambda: _open_window(paths, new_window=first == NEW_WINDOW))


def _paths(given: Sequence[str]) -> Sequence[str] | None:
    """What the window is to open; None where the command line is meant."""
    new_window = given[:1] == [NEW_WINDOW]
    paths = given[1:] if new_window else given
    first = paths[0] if paths else ""
    if first == "--":
        return paths[1:]
    return None if first.startswith("-") or (first in COMMANDS and not new_window) else paths


def _end_at_once(number: int, frame: FrameType | None) -> None:
    """Ctrl+C before `run_guarded` has begun, or after it has ended: nothing can be lost, and no traceback is wanted."""
    os._exit(130)


def _run_command(given: Sequence[str]) -> int:
    from resnet_gui.cli.main import run_command

    return run_command(given)


def _open_window(paths: Sequence[str], *, new_window: bool) -> int:
    """Hand the paths to the window that is open, or open one; for the first nothing of Qt need be loaded."""
    from resnet_gui.errors import UsageError

    first = paths[0] if paths else ""
    if first.isalpha() and not os.path.lexists(first):
        raise UsageError(f"There is neither a command nor a file or folder '{first}'; see 'resnet-gui --help'.")

    from resnet_gui.gui.instance.sender import claim_or_hand_over

    claim = claim_or_hand_over(paths, new_window)
    if claim is None:
        return 0
    try:
        from resnet_gui.gui.app.application import run_window

        return run_window(paths, claim)
    finally:
        claim.release()


if __name__ == "__main__":
    sys.exit(main())
