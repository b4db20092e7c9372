"""How much time a run of the suite takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """How many rounds are timed, and how long each is.

    Attributes
    ----------
    rounds : int
        Rounds of calls that take up to some seconds.
    few_rounds : int
        Rounds of calls that take longer.
    memory_runs : int
        How many processes a figure of memory is the median of.
    divisor : int
        What the epochs of the shapes are divided by.
    """

    rounds: int
    few_rounds: int
    memory_runs: int
    divisor: int


FULL = Effort(rounds=21, few_rounds=11, memory_runs=5, divisor=1)
QUICK = Effort(rounds=5, few_rounds=3, memory_runs=1, divisor=4)
