"""How many CPU threads this process may really use: what the system shows it, cut to what its container pays for."""

import math
import os
from pathlib import Path


def usable_threads(root: Path = Path("/")) -> int:
    """At least 1: CPUs this process may run on, or its control group's CPU quota where that is less (rounded up).

    OpenVINO sees the set of CPUs but not the quota (openvino#37838) and would start too many threads.
    root: where `proc` and `sys` are looked for.
    """
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.ceil(min(cpus, _quota(root))))


def _quota(root: Path) -> float:
    """CPUs' worth of time this control group and those above it may use; infinite where nothing limits it."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return math.inf  # not Linux
    quotas = [math.inf]
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if controllers == "":
            quotas += [_quota_v2(folder) for folder in _upwards(root / "sys/fs/cgroup", group)]
        elif "cpu" in controllers.split(","):
            quotas += [_quota_v1(folder) for folder in _upwards(root / "sys/fs/cgroup" / controllers, group)]
    return min(quotas)


def _upwards(top: Path, group: str) -> list[Path]:
    """The group's folder and all above it up to the top; inside a container only the top may exist."""
    folder = top / group.strip("/")
    return [folder, *(parent for parent in folder.parents if parent.is_relative_to(top))]


def _quota_v2(folder: Path) -> float:
    """`cpu.max` holds "max 100000" or "150000 100000": microseconds, of each period of microseconds."""
    quota, _, period = _read(folder / "cpu.max").partition(" ")
    return _share(quota, period)


def _quota_v1(folder: Path) -> float:
    """`cpu.cfs_quota_us` is -1 where nothing is limited."""
    return _share(_read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us"))


def _share(quota: str, period: str) -> float:
    if not quota.isdecimal() or not period.isdecimal() or int(period) == 0:
        return math.inf
    return int(quota) / int(period)


def _read(file: Path) -> str:
    """The file's text, empty where there is none."""
    try:
        return file.read_text().strip()
    except OSError:
        return ""
