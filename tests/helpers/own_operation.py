"""An operation that the program does not have: for the proof that a new one is one file, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

from resnet_gui.engine.queues import Control
from resnet_gui.errors import UsageError
from resnet_gui.operations.operation import Operation, Rules, Services


@dataclass(frozen=True, slots=True)
class CountTo(Operation[str, int]):
    """Tell the numbers up to the last; the answer is the session's folder.  A negative last is refused, 0 goes on."""

    last: int

    rules = Rules("counting", waiting=8)

    def run(self, services: Services, tell: Callable[[int], None], control: Control) -> str:
        """As `Operation.run`."""
        if self.last < 0:
            raise UsageError("There is nothing to count.")
        for number in range(1, self.last + 1):
            control.wait_while_paused()
            tell(number)
        while self.last == 0:
            control.sleep(10)
        return str(services.session)
