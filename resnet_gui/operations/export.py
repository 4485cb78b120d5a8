"""A run's table, written to a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Never

from resnet_gui.engine.queues import Control
from resnet_gui.operations.operation import Operation, Rules, Services
from resnet_gui.results.formats import TableOptions


@dataclass(frozen=True, slots=True)
class ExportTable(Operation[int, Never]):
    """Write a run's table, its run file beside it; the answer is the number of rows.

    store: path of the run's database.  target: path of the file.  kind: the name of one of `results.formats.FORMATS`.
    options: how the table is written.
    command_line: for the run file; None where no command line asked for it.
    """

    store: str
    target: str
    kind: str
    options: TableOptions
    command_line: str | None = None

    rules = Rules("export", waiting=100)

    def run(self, services: Services, tell: Callable[[Never], None], control: Control) -> int:
        """As `Operation.run`."""
        from resnet_gui.results.export import export_table

        return export_table(
            Path(self.store),
            Path(self.target),
            self.kind,
            self.options,
            command_line=self.command_line,
            cancelled=lambda: control.cancelled,
        )
