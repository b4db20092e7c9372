"""The ways to make the steps of a training."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import torch

from sklearn_deepmlp._training.cuda_graphs import CudaGraphs

_logger = logging.getLogger("sklearn_deepmlp")


class StepRecorder(Protocol):
    """Records steps, so that they can be repeated.

    Attributes
    ----------
    least_steps : int
        How many steps of a kind must lie ahead for a record to be worth its time.
    """

    least_steps: int

    def warm_up(self) -> AbstractContextManager[object]:
        """Return a context in which a step is made as it will be recorded."""

    def record(self, step: Callable[[], None]) -> Callable[[], None]:
        """Return a function that makes a step; raise an exception where it cannot be recorded.

        Only its call makes the step.
        """

    def close(self) -> None:
        """Release all that was recorded."""


@dataclass(frozen=True)
class StepMode:
    """How steps are made.

    Attributes
    ----------
    in_tables : bool
        Whether steps take their inputs from tables at fixed addresses, if all rows lie on the
        device. Otherwise each step gets its own inputs, which takes less time on a CPU.
    make_recorder : callable torch.device -> StepRecorder, optional
        Returns what records the steps that take their inputs from tables. None to record none.
    """

    in_tables: bool = False
    make_recorder: Callable[[torch.device], StepRecorder] | None = None


LISTED = StepMode()
IN_TABLES = StepMode(in_tables=True)
CAPTURED = StepMode(in_tables=True, make_recorder=CudaGraphs)


def mode_for(device: str) -> StepMode:
    """Return how steps are made on a device by default."""
    return CAPTURED if torch.device(device).type == "cuda" else LISTED


def log_not_captured(reason: str) -> None:
    """Log why the steps of a training are not captured."""
    _logger.info("Steps are not captured as a CUDA graph: %s", reason)
