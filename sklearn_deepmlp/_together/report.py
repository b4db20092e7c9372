"""What was trained together, and what separately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Member:
    """One network of a stack.

    Attributes
    ----------
    activation : str
        Activation function of its hidden layers.
    n_epochs : int
        Epochs for which it was trained.
    seconds : float
        Its share of the training time, by epochs.
    error : str, optional
        The exception that ended its training, if any.
    """

    activation: str
    n_epochs: int
    seconds: float
    error: str | None = None


@dataclass(frozen=True)
class StackReport:
    """Networks of one shape that were trained together.

    Attributes
    ----------
    layer_sizes : tuple of int
        Numbers of features, of units of each hidden layer, and of outputs. Where networks differ in
        the number of features, it is the largest.
    solver : str
        Solver of all its networks.
    members : list of Member
        In the order of the tasks; those of the context that the report belongs to.
    n_blocks : int
        Blocks in which they were trained, each of which fits a core's cache.
    n_processes : int
        Processes that trained the blocks.
    n_others : int
        Members of the stack that belong to other contexts: where `fit_together` is used within a
        task of another `fit_together`, fits of both are trained together.
    """

    layer_sizes: tuple[int, ...]
    solver: str
    members: list[Member]
    n_blocks: int
    n_processes: int = 1
    n_others: int = 0

    @property
    def seconds(self) -> float:
        """Duration of their training in seconds, summed over the processes."""
        return sum(member.seconds for member in self.members)


@dataclass(frozen=True)
class Separate:
    """A network that was trained separately.

    Attributes
    ----------
    reason : str
        Why it was trained separately.
    seconds : float
        Duration of its training, in seconds. Those of several threads overlap.
    process : int
        Id of the process that trained it.
    """

    reason: str
    seconds: float
    process: int


OUTSIDE = (
    "fitted outside of a parallel call, as the refit of a search is, or with n_jobs=1, which runs "
    "fits sequentially"
)
NOT_STOCHASTIC = (
    "the solver takes all rows at each step, as solver='lbfgs' does, and trains one network at a "
    "time"
)
SINGLE = (
    "no other network of its shape was waiting: there was none, or the memory_budget let no "
    "other fit start"
)
OTHER_THREAD = (
    "fitted in a thread that fit_together did not start, as those of asyncio, concurrent.futures "
    "and Optuna's n_jobs; joblib.Parallel has such fits trained together, and Optuna's trials in "
    "batches of study.ask"
)
_NOTHING = (
    "no network was trained in this process; a thread that calls joblib must enter fit_together "
    "itself"
)


@dataclass
class TogetherReport:
    """What was trained together within one `fit_together`, filled as it happens.

    Attributes
    ----------
    stacks : list of StackReport
        In the order of their training.
    separate : list of Separate
        The networks that were trained separately.
    """

    stacks: list[StackReport] = field(default_factory=list)
    separate: list[Separate] = field(default_factory=list)

    def add(self, other: TogetherReport) -> None:
        """Add what another report holds, for example that of a worker."""
        self.stacks += other.stacks
        self.separate += other.separate

    def __str__(self) -> str:
        stacks, separate = [*self.stacks], [*self.separate]  # other threads may add to them
        lines = [_summary(stacks, separate), *map(_line_of_stack, stacks)]
        for reason, count in Counter(one.reason for one in separate).items():
            of_reason = [one for one in separate if one.reason == reason]
            seconds = sum(one.seconds for one in of_reason)
            processes = _by(len({one.process for one in of_reason}))
            lines.append(f"{count} separately{processes}, {seconds:.2f} s: {reason}")
        if not (stacks or separate):
            lines.append(_NOTHING)
        return "\n  ".join(lines)


def _summary(stacks: Sequence[StackReport], separate: Sequence[Separate]) -> str:
    joined = sum(len(stack.members) for stack in stacks)
    n_stacks = "1 stack" if len(stacks) == 1 else f"{len(stacks)} stacks"
    return f"{joined} networks trained together in {n_stacks}, {len(separate)} separately"


def _line_of_stack(stack: StackReport) -> str:
    sizes = "-".join(map(str, stack.layer_sizes))
    blocks = "1 block" if stack.n_blocks == 1 else f"{stack.n_blocks} blocks"
    others = f" and {stack.n_others} of other contexts" if stack.n_others else ""
    return (
        f"stack of {len(stack.members)} networks {sizes}{others}, {stack.solver}, "
        f"in {blocks}{_by(stack.n_processes)}: {stack.seconds:.2f} s"
    )


def _by(n_processes: int) -> str:
    return "" if n_processes == 1 else f" by {n_processes} processes"
