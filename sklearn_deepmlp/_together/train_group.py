"""The training of a group: all jobs that waited at a rendezvous when it opened."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter

from sklearn_deepmlp._stack.job import Job, Result, widest
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp._together.blocks import blocks, by_shape
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
from sklearn_deepmlp._training.train import Outcome, train_separately, train_stack
from sklearn_deepmlp._training.watch import Watch, taken_back_on_error

Reports = tuple[TogetherReport, ...]


def train_group(jobs: Sequence[Job], watch: Watch, reports: Sequence[Reports]) -> list[Outcome]:
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

    Returns
    -------
    list of Result or Exception
        In the order of the jobs.
    """
    outcomes: dict[int, Outcome] = {}
    for indices in by_shape(jobs):
        same = [jobs[index] for index in indices]
        of_same = [reports[index] for index in indices]
        train = _train_as_stack if _can_be_joined(same) else _train_sequentially
        outcomes |= zip(indices, train(same, watch, of_same), strict=True)
    return [outcomes[index] for index in range(len(jobs))]


def _can_be_joined(jobs: Sequence[Job]) -> bool:
    return len(jobs) > 1 and _is_stochastic(jobs[0])


def _is_stochastic(job: Job) -> bool:
    return SOLVERS[job.optimization.solver].is_stochastic


def _train_sequentially(
    jobs: Sequence[Job], watch: Watch, reports: Sequence[Reports]
) -> list[Outcome]:
    reason = SINGLE if _is_stochastic(jobs[0]) else NOT_STOCHASTIC
    return [
        _train_and_report(job, watch, of_job, reason)
        for job, of_job in zip(jobs, reports, strict=True)
    ]


def _train_and_report(job: Job, watch: Watch, reports: Reports, reason: str) -> Outcome:
    start = perf_counter()
    outcome = _train_separately(job, watch)
    report_separate(reports, Separate(reason, perf_counter() - start))
    return outcome


def train_at_once(job: Job, progress: Progress, reports: Reports, reason: str) -> Result:
    """Train a network separately in this thread; `reason` says why."""
    progress.wait(job)
    with progress.training([job]) as at_epoch:
        outcome = _train_and_report(job, Watch(at_epoch=at_epoch), reports, reason)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _train_separately(job: Job, watch: Watch) -> Outcome:
    try:
        return train_separately(job, watch)
    except Exception as error:  # noqa: BLE001 - raised where the job came from
        return error


def _train_as_stack(jobs: Sequence[Job], watch: Watch, reports: Sequence[Reports]) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    members: dict[int, Member] = {}
    parts = blocks(jobs)
    for indices in parts:
        block = [jobs[index] for index in indices]
        start = perf_counter()
        found = _train_or_halve(block, watch)
        seconds = perf_counter() - start
        outcomes |= zip(indices, found, strict=True)
        members |= zip(indices, _members(block, found, seconds), strict=True)
    in_order = [members[index] for index in range(len(jobs))]
    layer_sizes = widest(jobs), *jobs[0].architecture.layer_sizes[1:]
    solver = jobs[0].optimization.solver
    report_stack(StackReport(layer_sizes, solver, in_order, len(parts)), reports)
    return [outcomes[index] for index in range(len(jobs))]


def _train_or_halve(jobs: Sequence[Job], watch: Watch) -> list[Outcome]:
    """Train a block; where that raises, its halves, so that only the faulty network fails."""
    if len(jobs) == 1:
        return [_train_separately(jobs[0], watch)]
    with suppress(Exception), taken_back_on_error(watch) as attempt:
        return train_stack(jobs, attempt)
    middle = len(jobs) // 2
    return [*_train_or_halve(jobs[:middle], watch), *_train_or_halve(jobs[middle:], watch)]


def _members(jobs: Sequence[Job], outcomes: Sequence[Outcome], seconds: float) -> list[Member]:
    epochs = [len(o.loss_curve) if isinstance(o, Result) else 0 for o in outcomes]
    total = sum(epochs) or 1
    return [
        Member(
            activation=repr(job.architecture.activation),
            n_epochs=n,
            seconds=seconds * n / total,
            error=None if isinstance(outcome, Result) else repr(outcome),
        )
        for job, outcome, n in zip(jobs, outcomes, epochs, strict=True)
    ]
