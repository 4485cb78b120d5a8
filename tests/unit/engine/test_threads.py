"""How many threads: CPU quotas of both generations of control groups, written as the kernel writes them."""

import os
from pathlib import Path

import pytest

from resnet_gui.engine.threads import usable_threads


@pytest.fixture(autouse=True)
def eight_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process may run on eight CPUs."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


def _write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def test_without_a_quota_all_cpus_count(tmp_path: Path) -> None:
    assert usable_threads(tmp_path) == 8
    files = {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}
    assert usable_threads(_write(tmp_path, files)) == 8


@pytest.mark.parametrize(("quota", "threads"), [("150000 100000", 2), ("50000 100000", 1), ("9900000 100000", 8)])
def test_a_quota_counts_rounded_up(tmp_path: Path, quota: str, threads: int) -> None:
    files = {"proc/self/cgroup": "0::/box/inner\n", "sys/fs/cgroup/box/inner/cpu.max": quota}
    assert usable_threads(_write(tmp_path, files)) == threads


def test_the_quota_of_a_group_above_counts_too(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "0::/box/inner\n",
        "sys/fs/cgroup/box/inner/cpu.max": "max 100000",
        "sys/fs/cgroup/box/cpu.max": "300000 100000",
    }
    assert usable_threads(_write(tmp_path, files)) == 3


def test_the_older_control_groups_are_understood(tmp_path: Path) -> None:
    folder = "sys/fs/cgroup/cpu,cpuacct/box"
    files = {
        "proc/self/cgroup": "5:devices:/\n3:cpu,cpuacct:/box\n0::/\n",
        f"{folder}/cpu.cfs_quota_us": "250000\n",
        f"{folder}/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    }
    assert usable_threads(_write(tmp_path, files)) == 3
