"""Signals of the networks, recorded at the beginning and after some epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skorch import NeuralNet

from sklearn_deepmlp._stack.job import Result
from sklearn_deepmlp._training.callbacks.member_callback import MemberCallback
from sklearn_deepmlp._training.callbacks.stopping import may_be_over
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.run import Run


class Recording(MemberCallback):
    """Records signals of all networks that are left, and plans which steps are measured.

    What a step changes can only be measured while it is made. So steps are measured in each epoch
    that may be the last one.
    """

    _is_recorded = False  # whether the networks are recorded after this epoch

    def on_epoch_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        run, schedule = self.run, self.run.running[0].job.recording
        if run.recorder is None or schedule is None:
            return
        epoch = run.batches.epoch + 1
        self._is_recorded = schedule.includes(epoch)
        planned = []
        if epoch == 1:
            run.recorder.record(run.stack.network, 0)
            planned.append(0)
        if self._is_recorded or any(map(may_be_over, run.running)):
            planned.append(run.batches.grid.last_full_step)
        run.recorder.plan_steps(planned)

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        run = self.run
        if self._is_recorded and run.recorder is not None:
            run.recorder.record(run.stack.network, run.batches.epoch)


def record_end(run: Run, members: Sequence[Member]) -> None:
    """Record networks whose training is over, and add to their results what was recorded.

    Parameters
    ----------
    run : Run
        Their training.
    members : sequence of Member
        All networks, in their order at the beginning.
    """
    results = {i: m.outcome for i, m in enumerate(members) if isinstance(m.outcome, Result)}
    if run.recorder is None or not results:
        return
    are_unchanged = all(member.best_state is None for member in members)
    if are_unchanged and len(run.running) == len(members):
        run.recorder.record(run.stack.network, run.batches.epoch)
    else:
        states = {index: result.state for index, result in results.items()}
        run.recorder.record_states(states, [members[index].n_epochs for index in states])
    signals = run.recorder.signals()
    for index, result in results.items():
        result.signals = signals[index]
