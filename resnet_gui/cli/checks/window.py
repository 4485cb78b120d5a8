"""Whether the window opens and answers: tried in a process of its own, without a screen, in folders of its own.

So it disturbs nobody's window, settings or runs.  This package does not know the window: the program is started again,
with a hidden argument that leads to `gui.self_test`.
"""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from resnet_gui.cli.checks.check import CheckError, is_there, require, shortened
from resnet_gui.cli.checks.known_picture import SAMPLE, SAMPLE_WNID, sample_path
from resnet_gui.folders import HOME_VARIABLE
from resnet_gui.service.spawn import WINDOW_TEST_FLAG, environment, program_command

PATIENCE_S = 90.0
"""Longer than the window itself waits for its answer."""
_QT = "PySide6"
_ROUTINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \S+ INFO ")
"""A line of the engine's log that tells of no trouble."""


class WindowTrial:
    """The process, begun at once, so that it works beside the other checks.

    scratch: an empty folder of its own; the caller removes it.
    """

    def __init__(self, scratch: Path) -> None:
        self._home, self._temporary = scratch / "home", scratch / "tmp"
        self._report, self._stderr = scratch / "window.json", scratch / "window.stderr"
        self._temporary.mkdir(parents=True)
        self._process = self._started() if is_there(_QT) else None

    def finding(self) -> str:
        """What was seen, once the process has ended.  Raises CheckError."""
        if self._process is None:
            raise CheckError(
                f"The window needs {_QT}, which is not installed here: install it with "
                "'pip install PySide6-Essentials'; the command line works without it."
            )
        status = self._ended(self._process)
        words = shortened(self._stderr.read_text(encoding="utf-8", errors="backslashreplace"))
        require(status == 0, f"The window's process ended with status {status}: {words or 'it said nothing'}.")
        seen: dict[str, Any] = json.loads(self._report.read_text(encoding="utf-8"))
        require(not seen["trouble"], f"In the window, {seen['trouble']}.")
        require(not words, f"The window's process wrote to stderr: {words}.")
        self._require_quiet_logs()
        self._require_nothing_left(seen)
        return self._answer(seen)

    def close(self) -> None:
        """End the process, if something else went wrong meanwhile; safe to call again."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _started(self) -> "subprocess.Popen[bytes]":
        """Its caches too (fonts, shaders) and what its desktop would tell it come from the scratch folder."""
        moved = {name: str(self._home / name) for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._temporary))
        own = {HOME_VARIABLE: str(self._home), "QT_QPA_PLATFORM": "offscreen", **moved, **temporary}
        with self._stderr.open("wb") as stderr:
            return subprocess.Popen(
                program_command(WINDOW_TEST_FLAG, sample_path(), str(self._report)),
                env={**environment(), **own},
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )

    def _ended(self, process: "subprocess.Popen[bytes]") -> int:
        try:
            return process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired as error:
            self.close()
            raise CheckError(f"The window did not end within {PATIENCE_S:.0f} seconds.") from error

    def _require_quiet_logs(self) -> None:
        """What the engine writes to its stderr goes to its log; there, only routine is expected."""
        for log in sorted((self._home / "logs").glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="backslashreplace").splitlines()
            odd = [line for line in lines if line.strip() and not _ROUTINE.match(line)]
            require(not odd, f"Unexpected in {log.name}: {shortened(os.linesep.join(odd))}.")

    def _require_nothing_left(self, seen: dict[str, Any]) -> None:
        left = sorted(path.name for path in self._temporary.iterdir())
        require(not left, f"The window left {', '.join(left)} among the temporary files.")
        require(not seen["engine left"], "The engine's process outlived the window.")

    def _answer(self, seen: dict[str, Any]) -> str:
        from resnet_gui.weights.classes import imagenet_classes

        name = next(one.name for one in imagenet_classes() if one.wnid == SAMPLE_WNID)
        require(name in seen["words"], f"{SAMPLE} was dropped, and the window says {', '.join(seen['words'])}.")
        return f"{seen['icons']} icons drawn; {SAMPLE} dropped, '{name}' read after {seen['seconds']:.1f} s; closed"
