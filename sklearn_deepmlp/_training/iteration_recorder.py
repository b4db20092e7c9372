"""Records signals of a network whose solver makes iterations of its own instead of epochs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.recording_schedule import RecordingSchedule
from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp._stack.stacked_data import StackedData
from sklearn_deepmlp._stack.weight_norms import layer_norms, step_norms
from sklearn_deepmlp._training.recorder import Recorder

Vector = NDArray[np.float64]


class Iterate(NamedTuple):
    """The parameters at some iteration, the gradient of the loss there, and the penalty."""

    x: Vector
    gradient: Vector
    penalty: float


class IterationRecorder:
    """Records signals of one network, at the beginning, after some iterations and at the end.

    Parameters
    ----------
    network : Network
        The initial network.
    schedule : RecordingSchedule
        After which iterations signals are recorded.
    data : StackedData
        Its rows.
    at_step : callable
        Called before each batch of a record.
    """

    def __init__(
        self,
        network: Network,
        schedule: RecordingSchedule,
        data: StackedData,
        at_step: Callable[[], None],
    ) -> None:
        self._network, self._schedule = network, schedule
        self._recorder = Recorder(network.jobs, data, at_step)
        self._recorder.record(network, 0)
        self._last: tuple[Iterate, Vector] | None = None

    def end_iteration(self, n_iterations: int, before: Iterate, after: Vector) -> None:
        """Record an iteration, after which the network has the parameters `after`."""
        self._last = before, after.copy()
        is_recorded = self._schedule.includes(n_iterations)
        if is_recorded or n_iterations == 1:
            self._record_step()
        if is_recorded:
            self._recorder.record(self._network, n_iterations)

    def _record_step(self) -> None:
        if self._last is not None:
            before, after = self._last
            layout = self._network.layout
            gradient, x, new_x = (
                torch.from_numpy(vector[None]) for vector in (before.gradient, before.x, after)
            )
            norms = step_norms(layer_norms(gradient, layout), x, new_x, layout)
            self._recorder.record_step(norms, [before.penalty])

    def end(self, n_iterations: int, state: NetworkState) -> Signals:
        """Record the network in its final state, and return all that was recorded."""
        self._record_step()
        self._recorder.record_states({0: state}, [n_iterations])
        return self._recorder.signals()[0]
