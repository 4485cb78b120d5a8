"""The loops a person would write with timm or torchvision: ../shared/tools/peer_loops.py, run as a process."""

import importlib.util
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.pictures import SHARED
from tests.benchmarks.process import BenchmarkError, run_to_end

SCRIPT = SHARED / "tools" / "peer_loops.py"
PEERS = ("timm", "torchvision")
_LINE = re.compile(r"^(\w+) (\w+): (\d+) pictures, ([\d.]+) s, ([\d.]+) pictures/s, ([\d.]+) s with imports$", re.M)


@dataclass(frozen=True, slots=True)
class PeerSample:
    """pictures: how many.  loop_s: seconds of the loop alone, network and libraries already in memory.
    seconds: of the whole process, as ours is measured."""

    pictures: int
    loop_s: float
    seconds: float

    @property
    def loop_rate(self) -> float:
        """Pictures/s of the loop alone: what ours is compared with, though ours is a whole process."""
        return self.pictures / self.loop_s

    @property
    def rate(self) -> float:
        """Pictures/s of the whole process."""
        return self.pictures / self.seconds


def missing() -> str:
    """Why the peers cannot be measured here; empty where they can."""
    if not SCRIPT.is_file():
        return "../shared is absent, so timm's and torchvision's loops are left out"
    absent = [name for name in ("torch", *PEERS) if importlib.util.find_spec(name) is None]
    return f"{', '.join(absent)} not installed, so timm's and torchvision's loops are left out" if absent else ""


def run_peer(peer: str, network: str, folder: Path, pictures: int) -> PeerSample:
    """One run over the folder.  network: torchvision's name.  pictures: what it must say it has done."""
    command = [sys.executable, str(SCRIPT), str(folder), "--peer", peer, "--network", network]
    finished = run_to_end(command)
    done, loop_s = parse(finished.out)
    if done != pictures:
        raise BenchmarkError(f"{peer}'s loop did {done} of {pictures} pictures.")
    return PeerSample(done, loop_s, finished.seconds)


def parse(text: str) -> tuple[int, float]:
    """Pictures and seconds of the loop, from the script's one line."""
    found = _LINE.search(text)
    if found is None:
        raise BenchmarkError(f"{SCRIPT.name} printed something else than its line: {text.strip()[:300]!r}")
    return int(found[3]), float(found[4])
