"""The networks in memory: read once, compiled once for each device and precision, given back when replaced."""

import contextlib
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from resnet_gui.engine.backend import Backend
from resnet_gui.engine.backends.openvino import cpu_has_bf16
from resnet_gui.engine.devices import DeviceChoice, choose_device
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.open_backend import open_backend
from resnet_gui.runs.pins import check_pins
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.weight_set import WeightSet

_SWITCH_S = 0.0005
"""How long a thread keeps Python's lock while a network loads ahead: loading needs it for moments, between long calls
without it, while another thread imports.  With Python's own 5 ms each such moment is waited for."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A network ready to be asked, and why it runs where it runs."""

    weights: WeightSet
    device: DeviceChoice
    backend: Backend


@dataclass(frozen=True, slots=True)
class _Key:
    choice: NetworkChoice
    precision: Precision
    device: str
    threads: int
    batch: int


class NetworkCache:
    """Holds the newest weights and the newest backend; opening another gives the older one's memory back.

    Thread-safe.  A backend that a run is using is closed only when the run has given it back.
    Reading and compiling have locks of their own, so that the weights can be looked at while they are compiled.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        """Of `_loaded` and `_users`; held for moments."""
        self._reading = threading.Lock()
        """Of `_weights` and `_devices`."""
        self._opening = threading.Lock()
        """One network is compiled at a time; taken before the others."""
        self._weights: tuple[NetworkChoice, WeightSet] | None = None
        self._devices: dict[str, DeviceChoice] = {}
        self._loaded: tuple[_Key, Loaded] | None = None
        self._users: dict[int, int] = {}
        self._ahead: threading.Thread | None = None
        self._files_read = threading.Event()

    def device(self, asked: str) -> DeviceChoice:
        """The device that `asked` means here; found out once.  Raises DeviceError."""
        with self._reading:
            return self._device(asked)

    def find(self, choice: NetworkChoice, device: str) -> tuple[WeightSet, DeviceChoice]:
        """The network read, and the device that runs it, also while it is being compiled.  Raises KnownError."""
        with self._reading:
            if self._weights is not None and self._weights[0] == choice:
                return self._weights[1], self._device(device)
            with ThreadPoolExecutor(1, "device") as beside:  # finding it loads libraries; reading leaves time for it
                found = beside.submit(self._ready_device, device)
                weights = self._read(choice)
                return weights, found.result()

    def borrow(
        self, choice: NetworkChoice, precision: Precision, device: str, threads: int = 0, batch: int = 0
    ) -> Loaded:
        """The network, compiled; `give_back` it when done.  Raises KnownError (weights, class names, device).

        One backend serves single crops and ten crops, so that changing between them loads nothing.
        """
        key = _Key(choice, precision, device, threads, batch)
        with self._opening:
            loaded = self._lend(key)
            if loaded is None:
                weights, where = self.find(choice, device)
                self._files_read.set()
                backend = open_backend(weights, where, precision, crops=1, threads=threads, batch=batch)
                with self._lock:
                    self._replace((key, Loaded(weights, where, backend)))
                loaded = self._lend(key)
                assert loaded is not None
            return loaded

    def _lend(self, key: _Key) -> Loaded | None:
        """The backend in memory, if it is the one asked for, with one user more."""
        with self._lock:
            if self._loaded is None or self._loaded[0] != key:
                return None
            loaded = self._loaded[1]
            self._users[id(loaded)] = self._users.get(id(loaded), 0) + 1
            return loaded

    def load_ahead(
        self, choice: NetworkChoice, precision: Precision, device: str, threads: int = 0, batch: int = 0
    ) -> None:
        """Begin to load what will be borrowed soon; returns at once.  `borrow` and `close` wait for it."""

        def load() -> None:
            before = sys.getswitchinterval()
            sys.setswitchinterval(_SWITCH_S)
            try:
                with contextlib.suppress(Exception):  # `borrow` meets the same trouble again, where someone is told
                    self.give_back(self.borrow(choice, precision, device, threads, batch))
            finally:
                sys.setswitchinterval(before)
                self._files_read.set()

        self._ahead = threading.Thread(target=load, name="ahead", daemon=True)
        self._ahead.start()

    def wait_for_files(self) -> None:
        """After `load_ahead`: until the weights are read and the libraries loaded, or that has failed.

        The rest, building and compiling, leaves Python to others; before, importing would only get in its way.
        """
        self._files_read.wait()

    def give_back(self, loaded: Loaded) -> None:
        """End of a `borrow`."""
        with self._lock:
            self._users[id(loaded)] -= 1
            if self._users[id(loaded)] == 0:
                del self._users[id(loaded)]
                if self._loaded is None or self._loaded[1] is not loaded:
                    loaded.backend.close()

    def close(self) -> None:
        """Give all memory back; what is still borrowed goes when it is given back."""
        if self._ahead is not None:
            self._ahead.join()
        with self._opening:
            with self._lock:
                self._replace(None)
            with self._reading:
                self._weights = None

    def _replace(self, new: tuple[_Key, Loaded] | None) -> None:
        old, self._loaded = self._loaded, new
        if old is not None and id(old[1]) not in self._users:
            old[1].backend.close()

    def _read(self, choice: NetworkChoice) -> WeightSet:
        if self._weights is None or self._weights[0] != choice:
            self._weights = None  # the old arrays need not stay in memory beside the new
            weights = load_weights(
                choice.network,
                classes=choice.classes,
                preprocess=choice.preprocess,
                stem_pool=choice.stem_pool,
                stride_in=choice.stride_in,
            )
            check_pins(choice, weights)
            self._weights = (choice, weights)
        return self._weights[1]

    def _ready_device(self, asked: str) -> DeviceChoice:
        """The device, with the libraries that it needs loaded."""
        found = self._device(asked)
        if found.kind == "cpu":
            cpu_has_bf16()  # asked for what comes with it: OpenVINO and its CPU plugin are in memory now
        return found

    def _device(self, asked: str) -> DeviceChoice:
        if asked not in self._devices:
            self._devices[asked] = choose_device(asked)
        return self._devices[asked]
