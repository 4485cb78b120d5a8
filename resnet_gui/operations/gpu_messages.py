"""What the window and the engine's process say to each other about the GPU part: that part of `protocol`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LookForGpuPart:
    """Is there a card that the GPU part would be for, and is the part here?  Answered by GpuPartKnown."""

    token: int


@dataclass(frozen=True, slots=True)
class GpuPartKnown:
    """Answers LookForGpuPart.

    installed: whether torch is here, whatever it can do.  card: the first NVIDIA card that the GPU part can use, empty
    where there is none.  driver: the CUDA version that its driver serves, "12.4".  needs: the one that it would have to
    serve, empty where the driver is new enough.
    """

    token: int
    installed: bool
    card: str = ""
    driver: str = ""
    needs: str = ""
