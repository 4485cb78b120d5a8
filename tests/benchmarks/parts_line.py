"""What `parts` prints, as data; without numpy, as the process that starts all others must stay small."""

import json
from dataclasses import dataclass

from tests.benchmarks.figures import limit_rate


@dataclass(frozen=True, slots=True)
class Parts:
    """network_rate: pictures/s of the network alone.  decode_s: seconds of one core to decode and cut a picture.
    cores: those the program may use.  shared: whether network and decoders share them (on a CPU).
    precision: what the network really computed in; description: the backend's own."""

    network_rate: float
    decode_s: float
    cores: int
    shared: bool
    precision: str
    description: str

    @property
    def limit(self) -> float:
        """The most pictures/s that both together allow."""
        return limit_rate(self.network_rate, self.decode_s, self.cores, shared=self.shared)


def parse(line: str) -> Parts:
    """The object from its line of JSON."""
    return Parts(**json.loads(line))
