"""The training of a group: all jobs that waited at a rendezvous when it opened."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from joblib import cpu_count

from sklearn_deepmlp._stack.job import Job, Result, widest
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp._together.blocks import blocks, by_shape
from sklearn_deepmlp._together.processes.crew import train_units
from sklearn_deepmlp._together.processes.plan import Limits
from sklearn_deepmlp._together.progress import Progress
from sklearn_deepmlp._together.report import (
    NOT_STOCHASTIC,
    SINGLE,
    Member,
    Separate,
    StackReport,
    TogetherReport,
)
from sklearn_deepmlp._together.reporting import report_separate, report_stack
from sklearn_deepmlp._together.units import Trained, train_unit
from sklearn_deepmlp._training.train import Outcome
from sklearn_deepmlp._training.watch import Watch

Reports = tuple[TogetherReport, ...]


def train_group(
    jobs: Sequence[Job], watch: Watch, reports: Sequence[Reports], limits: Limits
) -> list[Outcome]:
    """Train jobs, those of one shape as one stack.

    Parameters
    ----------
    jobs : sequence of Job
        In the order of their tasks.
    watch : Watch
        What is called while they are trained; ends training by raising a `BaseException` that is
        no `Exception`.
    reports : sequence of tuple of TogetherReport
        The reports that cover each job.
    limits : Limits
        The bounds on processes and memory.

    Returns
    -------
    list of Result or Exception
        In the order of the jobs.
    """
    stacks = by_shape(jobs)
    divided = [_divided(jobs, stack) for stack in stacks]
    units = [[jobs[index] for index in unit] for unit in chain(*divided)]
    trained = iter(train_units(units, watch, limits))
    outcomes: dict[int, Outcome] = {}
    for stack, parts in zip(stacks, divided, strict=True):
        of_parts = [next(trained) for _ in parts]
        for part, one in zip(parts, of_parts, strict=True):
            outcomes |= zip(part, one.outcomes, strict=True)
        _report(jobs, stack, parts, of_parts, reports)
    return [outcomes[index] for index in range(len(jobs))]


def _divided(jobs: Sequence[Job], stack: Sequence[int]) -> list[list[int]]:
    """Return the indices of the jobs of each unit of a stack."""
    same = [jobs[index] for index in stack]
    if not _can_be_joined(same):
        return [[index] for index in stack]
    parts = blocks(same, n_cores=cpu_count())
    return [[stack[index] for index in part] for part in parts]


def _can_be_joined(jobs: Sequence[Job]) -> bool:
    return len(jobs) > 1 and _is_stochastic(jobs[0])


def _is_stochastic(job: Job) -> bool:
    return SOLVERS[job.optimization.solver].is_stochastic


def train_at_once(job: Job, progress: Progress, reports: Reports, reason: str) -> Result:
    """Train a network separately in this thread; `reason` says why."""
    progress.wait(job)
    with progress.training([job]) as at_epoch:
        trained = train_unit([job], Watch(at_epoch=at_epoch))
    report_separate(reports, Separate(reason, trained.seconds, trained.process))
    (outcome,) = trained.outcomes
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _report(
    jobs: Sequence[Job],
    stack: Sequence[int],
    parts: Sequence[Sequence[int]],
    trained: Sequence[Trained],
    reports: Sequence[Reports],
) -> None:
    """Report a stack, or the networks of one shape that are trained separately."""
    same = [jobs[index] for index in stack]
    if not _can_be_joined(same):
        reason = SINGLE if _is_stochastic(same[0]) else NOT_STOCHASTIC
        for index, one in zip(stack, trained, strict=True):
            report_separate(reports[index], Separate(reason, one.seconds, one.process))
        return
    members: dict[int, Member] = {}
    for part, one in zip(parts, trained, strict=True):
        members |= zip(part, _members([jobs[index] for index in part], one), strict=True)
    found = StackReport(
        layer_sizes=(widest(same), *same[0].architecture.layer_sizes[1:]),
        solver=same[0].optimization.solver,
        members=[members[index] for index in stack],
        n_blocks=len(parts),
        n_processes=len({one.process for one in trained}),
    )
    report_stack(found, [reports[index] for index in stack])


def _members(jobs: Sequence[Job], trained: Trained) -> list[Member]:
    epochs = [len(o.loss_curve) if isinstance(o, Result) else 0 for o in trained.outcomes]
    total = sum(epochs) or 1
    return [
        Member(
            activation=repr(job.architecture.activation),
            n_epochs=n,
            seconds=trained.seconds * n / total,
            error=None if isinstance(outcome, Result) else repr(outcome),
        )
        for job, outcome, n in zip(jobs, trained.outcomes, epochs, strict=True)
    ]
