"""What was trained together, and what separately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from sklearn_deepmlp._tables import Table
from sklearn_deepmlp._text import counted, text_html, wrapped


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
        Processes that trained the blocks. With a `backend` it is 1, because each batch of fits that
        a worker trains is a stack.
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
    "fitted in a thread that fit_together did not start, such as those of asyncio, "
    "concurrent.futures and Optuna's n_jobs; to train such fits together, use joblib.Parallel, "
    "with batches of study.ask for Optuna"
)
_NOTHING = (
    "no network was trained in this process; a thread that calls joblib must enter fit_together "
    "itself"
)
_ALL_OUTSIDE = "Nothing was trained together: is n_jobs=1 given to the search? Leave it at None."
_WIDTH = 90  # columns of the text


@dataclass(repr=False)
class TogetherReport:
    """What was trained together within one `fit_together`, filled as it happens.

    It prints as text and shows as HTML in a notebook.

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
        """Add what another report holds, for example that of a worker.

        Parameters
        ----------
        other : TogetherReport
            It stays as it is.
        """
        self.stacks += other.stacks
        self.separate += other.separate

    def __str__(self) -> str:
        stacks, separate = self._so_far()
        lines = [*map(_line_of_stack, stacks), *_lines_of_separate(separate)]
        lines += _remarks(stacks, separate)
        indented = (wrapped(line, _WIDTH, "  ", "    ") for line in lines)
        return "\n".join([_summary(stacks, separate), *indented])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_summary(*self._so_far())})"

    def _repr_html_(self) -> str:
        stacks, separate = self._so_far()
        tables = [_table_of_stacks(stacks)] if stacks else []
        tables += [_table_of_separate(separate)] if separate else []
        remarks = "".join(map(text_html, _remarks(stacks, separate)))
        title = f"<p><b>{escape(_summary(stacks, separate))}</b></p>"
        return f"<div>{title}{''.join(table.as_html() for table in tables)}{remarks}</div>"

    def _so_far(self) -> tuple[list[StackReport], list[Separate]]:
        """Return copies of the lists, to which other threads may add."""
        return [*self.stacks], [*self.separate]


def _summary(stacks: Sequence[StackReport], separate: Sequence[Separate]) -> str:
    joined = sum(len(stack.members) for stack in stacks)
    n_stacks = counted(len(stacks), "stack")
    return f"{joined} networks trained together in {n_stacks}, {len(separate)} separately"


def _remarks(stacks: Sequence[StackReport], separate: Sequence[Separate]) -> list[str]:
    """Return what may be the reason that nothing was trained together, if nothing was."""
    if not (stacks or separate):
        return [_NOTHING]
    return [_ALL_OUTSIDE] if not stacks and OUTSIDE in _by_reason(separate) else []


def _line_of_stack(stack: StackReport) -> str:
    blocks = counted(stack.n_blocks, "block")
    return (
        f"stack of {len(stack.members)} networks {_sizes(stack)}{_others(stack)}, {stack.solver}, "
        f"in {blocks}: {_duration(stack.seconds, stack.n_processes)}"
    )


def _lines_of_separate(separate: Sequence[Separate]) -> list[str]:
    return [
        f"{len(each)} separately, {_duration(_seconds(each), _n_processes(each))}: {reason}"
        for reason, each in _by_reason(separate).items()
    ]


def _table_of_stacks(stacks: Sequence[StackReport]) -> Table:
    header = ("trained together", "layer sizes", "activations", "solver", "blocks", "processes")
    return Table((*header, "seconds"), [_row_of_stack(stack) for stack in stacks])


def _row_of_stack(stack: StackReport) -> list[str]:
    return [
        f"{len(stack.members)}{_others(stack)}",
        _sizes(stack),
        ", ".join(dict.fromkeys(member.activation for member in stack.members)),
        stack.solver,
        str(stack.n_blocks),
        str(stack.n_processes),
        f"{stack.seconds:.2f}",
    ]


def _table_of_separate(separate: Sequence[Separate]) -> Table:
    rows = [
        (str(len(each)), reason, str(_n_processes(each)), f"{_seconds(each):.2f}")
        for reason, each in _by_reason(separate).items()
    ]
    return Table(("trained separately", "reason", "processes", "seconds"), rows)


def _by_reason(separate: Sequence[Separate]) -> dict[str, list[Separate]]:
    by_reason: dict[str, list[Separate]] = {}
    for one in separate:
        by_reason.setdefault(one.reason, []).append(one)
    return by_reason


def _n_processes(separate: Sequence[Separate]) -> int:
    return len({one.process for one in separate})


def _seconds(separate: Sequence[Separate]) -> float:
    return sum(one.seconds for one in separate)


def _duration(seconds: float, n_processes: int) -> str:
    where = f" in total over {n_processes} processes" if n_processes > 1 else ""
    return f"{seconds:.2f} s{where}"


def _others(stack: StackReport) -> str:
    return f" and {stack.n_others} of other contexts" if stack.n_others else ""


def _sizes(stack: StackReport) -> str:
    return "-".join(map(str, stack.layer_sizes))
