"""After which epochs signals are recorded, in addition to the beginning and the end."""

from __future__ import annotations

from dataclasses import dataclass

# Epochs before the first record between beginning and end, by default. Each
# gap is twice as long as the one before. A record takes half an epoch or more.
FIRST = 50


@dataclass(frozen=True)
class RecordingSchedule:
    """After which epochs signals are recorded.

    Attributes
    ----------
    every : int, optional
        Number of epochs between records; None for gaps that double, so that recording costs
        little: after 50, 150, 350, 750, … epochs.

    Examples
    --------
    >>> [epoch for epoch in range(1, 1000) if RecordingSchedule().includes(epoch)]
    [50, 150, 350, 750]
    """

    every: int | None = None

    def includes(self, epoch: int) -> bool:
        """Return whether signals are recorded after an epoch, of which the first is 1."""
        if self.every is not None:
            return epoch % self.every == 0
        n_gaps, rest = divmod(epoch, FIRST)
        return rest == 0 and (n_gaps + 1).bit_count() == 1
