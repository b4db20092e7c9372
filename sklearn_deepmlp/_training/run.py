"""The training of one stack: its parts, which shrink together when networks stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
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
from sklearn_deepmlp._stack.step import Step
from sklearn_deepmlp._stack.step_tables import StepKind, StepTables
from sklearn_deepmlp._stack.weight_norms import StepMeasurement
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.recorder import Recorder
from sklearn_deepmlp._training.step_mode import LISTED, StepMode, log_not_captured
from sklearn_deepmlp._training.tabled_steps import TabledSteps
from sklearn_deepmlp._training.watch import UNWATCHED, Watch


class Run:
    """The training of M networks as one stack.

    Parameters
    ----------
    members : sequence of Member
        The networks, equal activations adjacent.
    watch : Watch
        What is called at each step and at the end of each epoch.
    mode : StepMode
        How steps are made.

    Attributes
    ----------
    running : list of Member
        The networks that have not stopped, in the order of the stack.
    stack, batches, optimizer : Stack, Batches, StackOptimizer
        Those of the running networks.
    tabled : TabledSteps or None
        The steps, where they take their inputs from tables.
    recorder : Recorder or None
        Records signals of the running networks, if their jobs ask for it.
    rates : ndarray of shape (n_steps, M) or None
        Learning rates of the steps of the epoch; None where they are constant.
    """

    def __init__(
        self,
        members: Sequence[Member],
        watch: Watch = UNWATCHED,
        mode: StepMode = LISTED,
    ) -> None:
        self.watch = watch
        self._indices = {member: index for index, member in enumerate(members)}
        self.running = list(members)
        jobs = [member.job for member in members]
        self.stack = Stack(jobs)
        self.optimizer = StackOptimizer(self.stack.network)
        data = StackedData(jobs, like_of(jobs[0]))
        self.batches = Batches(jobs, data)
        self.recorder = None if jobs[0].recording is None else Recorder(jobs, data, watch.at_step)
        self.rates: NDArray[np.float64] | None = None
        self.tabled = self._tabled_steps(data, mode) if mode.in_tables else None

    def _tabled_steps(self, data: StackedData, mode: StepMode) -> TabledSteps | None:
        rows = data.on_device()
        if rows is None:
            log_not_captured("the rows are in main memory, because they are sparse or too large.")
            return None
        device, make_recorder = self.stack.network.theta.device, mode.make_recorder
        return TabledSteps(
            lambda: StepTables(self.stack.network, self.optimizer, self.batches, *rows),
            self._evaluate,
            None if make_recorder is None else make_recorder(device),
        )

    def keep(self, indices: Sequence[int]) -> None:
        """Resume with the networks of these indices only."""
        self.running = [self.running[index] for index in indices]
        self.stack.keep(indices)
        self.optimizer.keep(indices)
        self.batches.keep(indices)
        if self.recorder is not None:
            self.recorder.keep(indices)
        if self.tabled is not None:
            self.tabled.renew()

    def close(self) -> None:
        """Release what its steps need, which refer to it."""
        if self.tabled is not None:
            self.tabled.close()
            self.tabled = None

    def step(self, step: Step) -> Tensor:
        """Make one step with all networks, which is measured if that is planned.

        Returns
        -------
        Tensor of shape (M,), or () for one network without a penalty
            Each network's loss with its penalty, before the step.
        """
        if self.recorder is not None and self.recorder.begin_step():
            return self._measured_step(step, self.recorder)
        return self._evaluate(step)

    def tabled_step(self, steps: TabledSteps, kind: StepKind) -> None:
        """Do the same as `step` with the next step of tables, which is of this kind."""
        if self.recorder is not None and self.recorder.begin_step():
            steps.make_by(partial(self._measured_step, recorder=self.recorder), kind)
        else:
            steps.make(kind)

    def _evaluate(self, step: Step) -> Tensor:
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
