"""What the dialog of the GPU part shows, as data: made by `flows.gpu_part`, drawn by the dialog.  No Qt in here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GpuStep:
    """One thing to do.  copied: what can be copied for it, a command or a name; empty for nothing."""

    text: str
    copied: str = ""


@dataclass(frozen=True, slots=True)
class GpuPartView:
    """lead: what is here, and what the part is.  steps: in order; none where there is nothing to do.

    said: what came of looking again, empty before; done: whether it is good news.  looking: the answer is on its way.
    """

    lead: str
    steps: tuple[GpuStep, ...] = ()
    said: str = ""
    done: bool = False
    looking: bool = False
