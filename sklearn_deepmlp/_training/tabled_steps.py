"""Steps that take their inputs from tables: made kernel by kernel, or recorded and repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from numpy import float64
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._stack.step import Step
from sklearn_deepmlp._stack.step_tables import StepKind, StepTables
from sklearn_deepmlp._training.obstacles import Obstacles
from sklearn_deepmlp._training.step_mode import StepRecorder, log_not_captured

# How many steps of a kind are made as they will be recorded before it is: at first as many as torch
# requires, and when networks have left the stack, one, which makes the tensors that stay.
WARM_UPS, WARM_UPS_AGAIN = 3, 1

Evaluate = Callable[[Step], Tensor]


class TabledSteps:
    """The steps of a training, made from tables.

    Each kind of step is recorded, after it has been made a few times, and repeated from then on. If
    that fails, all steps are made without.

    Parameters
    ----------
    make_tables : callable
        Returns tables for the networks that are in the stack.
    evaluate : callable Step -> Tensor
        Makes a step with all networks, and returns their losses.
    recorder : StepRecorder, optional
        Records steps. None to record none.
    """

    def __init__(
        self,
        make_tables: Callable[[], StepTables],
        evaluate: Evaluate,
        recorder: StepRecorder | None = None,
    ) -> None:
        self._make_tables, self._evaluate, self._recorder = make_tables, evaluate, recorder
        self._tables = make_tables()
        self._n_made: Counter[StepKind] = Counter()
        self._recorded: dict[StepKind, Callable[[], None]] = {}
        self._worth: Collection[StepKind] = ()
        self._is_first_epoch, self._is_inspected, self._n_warm_ups = True, False, WARM_UPS

    @property
    def losses(self) -> Tensor:
        """The losses of all steps of the epoch, of shape (n_steps, M)."""
        return self._tables.losses

    def begin_epoch(self, rates: NDArray[float64] | None, n_epochs: int) -> Sequence[StepKind]:
        """Begin an epoch, and return the kinds of its steps, which are made in this order.

        Parameters
        ----------
        rates : ndarray of shape (n_steps, M), or None
            Learning rates; None where they are constant.
        n_epochs : int
            How many epochs there may be from this one on.
        """
        kinds = self._tables.begin_epoch(rates)
        if self._recorder is not None:
            least, counts = self._recorder.least_steps, Counter(kinds).items()
            self._worth = {kind for kind, n in counts if n * n_epochs >= least}
            if self._is_first_epoch and not self._worth:
                self._give_up("they are too few.")
        self._is_first_epoch = False
        return kinds

    def make(self, kind: StepKind) -> None:
        """Make the next step, which is of this kind."""
        repeat = self._recorded.get(kind)
        if repeat is not None:
            repeat()
        elif self._recorder is not None and kind in self._worth:
            self._prepare(kind, self._recorder)
        else:
            self.make_by(self._evaluate, kind)

    def make_by(self, evaluate: Evaluate, kind: StepKind) -> None:
        """Make the next step without a record, and by another function."""
        self._tables.end_step(evaluate(self._tables.step(kind)))

    def _prepare(self, kind: StepKind, recorder: StepRecorder) -> None:
        """Make a step whose kind has no record yet, and record it once it is warmed up."""
        if self._n_made[kind] == self._n_warm_ups:
            self._record(kind, recorder)
            self.make(kind)
            return
        self._n_made[kind] += 1
        with recorder.warm_up():
            if self._is_inspected:
                self.make_by(self._evaluate, kind)
            else:
                self._make_and_inspect(kind)

    def _make_and_inspect(self, kind: StepKind) -> None:
        """Make the first step, and give up recording if it needs the host."""
        self._is_inspected = True
        with Obstacles() as obstacles:
            self.make_by(self._evaluate, kind)
        if obstacles.found:
            self._give_up(f"a step reads from the device or copies to it, in {obstacles.found[0]}.")

    def _record(self, kind: StepKind, recorder: StepRecorder) -> None:
        causes: list[str] = []  # no exceptions, which would keep the step's tensors alive

        def step() -> None:
            try:
                self.make_by(self._evaluate, kind)
            except Exception as error:
                causes.append(str(error))
                raise

        try:
            self._recorded[kind] = recorder.record(step)
        except Exception as error:  # noqa: BLE001 - an error of the step itself is raised again
            causes.append(str(error))
        if causes:
            self._give_up(causes[0].partition("\n")[0])

    def _give_up(self, reason: str) -> None:
        log_not_captured(reason)
        self.close()
        self._recorder = None

    def renew(self) -> None:
        """Continue with the networks that are still in the stack."""
        self.close()
        self._n_warm_ups = WARM_UPS_AGAIN
        self._tables = self._make_tables()

    def close(self) -> None:
        """Release all records."""
        self._recorded.clear()
        self._n_made.clear()
        if self._recorder is not None:
            self._recorder.close()
