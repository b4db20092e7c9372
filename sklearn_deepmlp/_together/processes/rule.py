"""When workers are worth their cost.

Workers that are ready take part within milliseconds. Others are started first: this process does
not wait, but their imports, about 3 seconds of CPU time each, slow it down where cores are busy.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Worth:
    """From which training on workers pay.

    Attributes
    ----------
    ready : float
        Seconds of training left to share from which workers pay that are ready.
    start : float
        The same for workers that have to be started.
    writing : float
        Fraction of this time that writing the arrays for them may take.
    bytes_per_second : float
        How fast arrays are written.
    """

    ready: float = 0.2
    start: float = 8.0
    writing: float = 0.1
    bytes_per_second: float = 5e8

    def is_reached(self, seconds: float, n_bytes: int, *, are_ready: bool) -> bool:
        """Return whether workers should take part in a training.

        Parameters
        ----------
        seconds : float
            Estimate of how long this process would take for the units that workers may take.
        n_bytes : int
            Size of their arrays.
        are_ready : bool
            Whether the workers have been started before.
        """
        least = self.ready if are_ready else self.start
        return seconds >= least and n_bytes / self.bytes_per_second <= self.writing * seconds


WORTH = Worth()
