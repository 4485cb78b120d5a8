"""`resnet-gui doctor`: versions, devices with the reason for each choice, folders, a short self-test."""

import os
import sqlite3
import sys

from resnet_gui.cli.self_test import run_checks
from resnet_gui.engine.devices import choose_device, usable_threads
from resnet_gui.errors import DeviceError
from resnet_gui.folders import HOME_VARIABLE, folders
from resnet_gui.runs.facts import versions

DEVICES = ("auto", "cuda:0", "mps")
INTEL = "used only by name (--device gpu); not looked at here, because its drivers can take a program down"


def doctor() -> int:
    """Print everything a report of a fault needs; 0 if the self-test passes, else 1."""
    _section("Versions", {**versions(), "sqlite": sqlite3.sqlite_version, "executable": sys.executable})
    _section(
        "Devices", {"CPU threads": str(usable_threads()), **{name: _device(name) for name in DEVICES}, "gpu": INTEL}
    )
    places = folders()
    home = os.environ.get(HOME_VARIABLE)
    _section(
        "Folders",
        {
            "data": str(places.data),
            "cache": str(places.cache),
            "config": str(places.config),
            "logs": str(places.logs),
            HOME_VARIABLE: home or "not set",
        },
    )
    checks = list(run_checks())
    _section("Self-test", {check.name: ("" if check.passed else "FAILED: ") + check.text for check in checks})
    return 0 if all(check.passed for check in checks) else 1


def _device(asked: str) -> str:
    """The device that the word means here, or why there is none."""
    try:
        return choose_device(asked).sentence
    except DeviceError as error:
        return str(error)


def _section(title: str, rows: dict[str, str]) -> None:
    print(title)
    width = max(map(len, rows))
    for name, text in rows.items():
        print(f"  {name.ljust(width)}  {text}")
    print()
