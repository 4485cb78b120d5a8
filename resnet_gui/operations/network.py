"""The device and the network: found and loaded, so that the first picture need not wait."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Never

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.queues import Control
from resnet_gui.operations.operation import Again, Operation, Rules, Services
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.spec import NetworkChoice


@dataclass(frozen=True, slots=True)
class FindDevice(Operation[str, Never]):
    """Which device "auto" means here: its sentence, or the sentence that says why there is none."""

    rules = Rules("device", waiting=8)

    def run(self, services: Services, tell: Callable[[Never], None], control: Control) -> str:
        """As `Operation.run`."""
        from resnet_gui.errors import KnownError
        from resnet_gui.runs.facts import versions

        try:
            return services.networks.device("auto").sentence
        except KnownError as error:
            return error.in_window
        finally:
            versions()  # read before the first run's report needs them


@dataclass(frozen=True, slots=True)
class LoadNetwork(Operation[NetworkInfo, Never]):
    """Read and compile a network; it stays in memory until another one is asked for.

    choice: which one.  precision: exact, fast or turbo.  device: "auto" or a device by name.
    """

    choice: NetworkChoice
    precision: Precision
    device: str

    rules = Rules("network", waiting=1, again=Again(when_answered=True))

    def run(self, services: Services, tell: Callable[[Never], None], control: Control) -> NetworkInfo:
        """As `Operation.run`."""
        from resnet_gui.runs.facts import network_info

        loaded = services.networks.borrow(self.choice, self.precision, self.device)
        try:
            return network_info(self.choice, loaded)
        finally:
            services.networks.give_back(loaded)

    def begin_early(self, services: Services) -> Callable[[], None]:
        """As `Operation.begin_early`."""
        services.networks.load_ahead(self.choice, self.precision, self.device)
        return services.networks.wait_for_files
