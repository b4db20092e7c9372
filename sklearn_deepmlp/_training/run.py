"""The training of one stack: its parts, which shrink together when networks stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skorch.history import History
from torch import Tensor

from sklearn_deepmlp._stack.batches import Batches
from sklearn_deepmlp._stack.network import like_of
from sklearn_deepmlp._stack.optimizer import StackOptimizer
from sklearn_deepmlp._stack.stack import Stack
from sklearn_deepmlp._stack.stacked_data import StackedData
from sklearn_deepmlp._stack.step import Step, StepBuffers
from sklearn_deepmlp._stack.weight_norms import StepMeasurement
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.recorder import Recorder
from sklearn_deepmlp._training.watch import UNWATCHED, Watch


class Run:
    """The training of M networks as one stack.

    Parameters
    ----------
    members : sequence of Member
        The networks, equal activations adjacent.
    watch : Watch
        What is called at each step and at the end of each epoch.
    in_buffers : bool
        Whether steps read from buffers at fixed addresses, so that they can be recorded.

    Attributes
    ----------
    running : list of Member
        The networks that have not stopped, in the order of the stack.
    stack, batches, optimizer : Stack, Batches, StackOptimizer
        Those of the running networks.
    buffers : StepBuffers or None
        The buffers of the steps, with `in_buffers`.
    recorder : Recorder or None
        Records signals of the running networks, if their jobs ask for it.
    rates : ndarray of shape (n_steps, M) or None
        Learning rates of the steps of the epoch; None where they are constant.
    """

    def __init__(
        self,
        members: Sequence[Member],
        watch: Watch = UNWATCHED,
        *,
        in_buffers: bool = False,
    ) -> None:
        self.watch = watch
        self._indices = {member: index for index, member in enumerate(members)}
        self.running = list(members)
        jobs = [member.job for member in members]
        self.stack = Stack(jobs)
        self.buffers = StepBuffers() if in_buffers else None
        self.optimizer = StackOptimizer(self.stack.network, as_tensors=in_buffers)
        data = StackedData(jobs, like_of(jobs[0]))
        self.batches = Batches(jobs, data)
        self.recorder = None if jobs[0].recording is None else Recorder(jobs, data, watch.at_step)
        self.rates: NDArray[np.float64] | None = None

    def keep(self, indices: Sequence[int]) -> None:
        """Resume with the networks of these indices only."""
        self.running = [self.running[index] for index in indices]
        self.stack.keep(indices)
        self.optimizer.keep(indices)
        self.batches.keep(indices)
        if self.recorder is not None:
            self.recorder.keep(indices)
        if self.buffers is not None:
            self.buffers = StepBuffers()

    def step(self, step: Step) -> Tensor:
        """Make one step with all networks, which is measured if that is planned.

        Returns
        -------
        Tensor of shape (M,), or () for one network without a penalty
            Each network's loss with its penalty, before the step.
        """
        if self.recorder is not None and self.recorder.begin_step():
            return self._measured_step(step, self.recorder)
        losses = self.stack.evaluate(step.batch, step.noise)
        self.optimizer.step(step.hyperparameters)
        return losses

    def _measured_step(self, step: Step, recorder: Recorder) -> Tensor:
        losses = self.stack.evaluate_loss(step.batch, step.noise)
        measurement = StepMeasurement(self.stack.network)
        penalty = self.stack.add_penalty(step.batch.total_weight)
        self.optimizer.step(step.hyperparameters)
        recorder.record_step(measurement.norms(), None if penalty is None else penalty.tolist())
        return losses if penalty is None else losses + penalty

    def index(self, member: Member) -> int:
        """Return the index that a network had at the beginning of training."""
        return self._indices[member]

    def row(self, values: Sequence[float]) -> NDArray[np.float64]:
        """Return an array of M numbers: the values of running networks, NaN for the others."""
        if len(self.running) == len(self._indices):
            return np.array(values)
        row = np.full(len(self._indices), np.nan)
        row[[self._indices[member] for member in self.running]] = values
        return row


def this_epoch(history: History) -> dict[str, Any]:
    """Return the row of the current epoch; ``history[-1]`` would copy the list of all rows."""
    return list.__getitem__(history, -1)


@contextmanager
def errors_of(member: Member) -> Iterator[None]:
    """Let an exception of a network's score or callback end the training of that network only."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - raised where the job came from
        member.fail(error)
