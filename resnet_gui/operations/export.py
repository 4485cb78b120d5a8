"""A run's table, written to a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Never

from resnet_gui.engine.queues import Control
from resnet_gui.operations.operation import Operation, Rules, Services


@dataclass(frozen=True, slots=True)
class ExportTable(Operation[int, Never]):
    """Write a run's table, its run file beside it; the answer is the number of rows.

    store: path of the run's database.  target: path of the file.  kind: "csv", "jsonl" or "xlsx".
    top: how many classes a row has.  excel: CSV as a spreadsheet needs it.  absolute: whole paths.
    command_line: for the run file; None where no command line asked for it.
    """

    store: str
    target: str
    kind: str
    top: int
    excel: bool
    absolute: bool
    command_line: str | None = None

    rules = Rules("export", waiting=100)

    def run(self, services: Services, tell: Callable[[Never], None], control: Control) -> int:
        """As `Operation.run`."""
        from resnet_gui.results.export import export_table

        return export_table(
            Path(self.store),
            Path(self.target),
            self.kind,
            top=self.top,
            excel=self.excel,
            absolute=self.absolute,
            command_line=self.command_line,
            cancelled=lambda: control.cancelled,
        )
