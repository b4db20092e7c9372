"""The training of all jobs that wait at a door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter

from sklearn_deepmlp._engine.training import Outcome, train_alone, train_stack
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._together.blocks import blocks, by_shape
from sklearn_deepmlp._together.report import (
    LBFGS,
    SINGLE,
    Alone,
    Member,
    StackReport,
    TogetherReport,
    tell_alone,
    tell_stack,
)

AtStep = Callable[[], None]
Reports = tuple[TogetherReport, ...]


def train_round(jobs: Sequence[Job], at_step: AtStep, reports: Sequence[Reports]) -> list[Outcome]:
    """Train jobs, those of one shape as one stack.

    Parameters
    ----------
    jobs : sequence of Job
        In the order of their tasks.
    at_step : callable
        Called at each step; ends training by raising what is no `Exception`.
    reports : sequence of tuple of TogetherReport
        Those that are told how each job was trained.

    Returns
    -------
    list of Result or Exception
        In the order of the jobs.
    """
    outcomes: dict[int, Outcome] = {}
    for places in by_shape(jobs):
        same = [jobs[place] for place in places]
        train = _train_as_stack if _can_be_joined(same) else _train_one_by_one
        told = [reports[place] for place in places]
        outcomes |= zip(places, train(same, at_step, told), strict=True)
    return [outcomes[place] for place in range(len(jobs))]


def _can_be_joined(jobs: Sequence[Job]) -> bool:
    return len(jobs) > 1 and jobs[0].solver != "lbfgs"


def _train_one_by_one(
    jobs: Sequence[Job], at_step: AtStep, reports: Sequence[Reports]
) -> list[Outcome]:
    reason = LBFGS if jobs[0].solver == "lbfgs" else SINGLE
    return [
        _train_and_tell(job, at_step, told, reason) for job, told in zip(jobs, reports, strict=True)
    ]


def _train_and_tell(job: Job, at_step: AtStep, reports: Reports, reason: str) -> Outcome:
    start = perf_counter()
    outcome = _train_alone(job, at_step)
    tell_alone(reports, Alone(reason, perf_counter() - start))
    return outcome


def train_at_once(job: Job, reports: Reports, reason: str) -> Result:
    """Train a network by itself in this thread; `reason` says why."""
    outcome = _train_and_tell(job, lambda: None, reports, reason)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _train_alone(job: Job, at_step: AtStep) -> Outcome:
    try:
        return train_alone(job, at_step)
    except Exception as error:  # noqa: BLE001 - raised where the job came from
        return error


def _train_as_stack(
    jobs: Sequence[Job], at_step: AtStep, reports: Sequence[Reports]
) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    members: dict[int, Member] = {}
    parts = blocks(jobs)
    for places in parts:
        block = [jobs[place] for place in places]
        start = perf_counter()
        found = _train_or_halve(block, at_step)
        seconds = perf_counter() - start
        outcomes |= zip(places, found, strict=True)
        members |= zip(places, _members(block, found, seconds), strict=True)
    in_order = [members[place] for place in range(len(jobs))]
    tell_stack(StackReport(jobs[0].layer_sizes, jobs[0].solver, in_order, len(parts)), reports)
    return [outcomes[place] for place in range(len(jobs))]


def _train_or_halve(jobs: Sequence[Job], at_step: AtStep) -> list[Outcome]:
    """Train a block; where that raises, its halves, so that only the guilty one fails."""
    if len(jobs) == 1:
        return [_train_alone(jobs[0], at_step)]
    with suppress(Exception):
        return train_stack(jobs, at_step)
    middle = len(jobs) // 2
    return [*_train_or_halve(jobs[:middle], at_step), *_train_or_halve(jobs[middle:], at_step)]


def _members(jobs: Sequence[Job], outcomes: Sequence[Outcome], seconds: float) -> list[Member]:
    epochs = [len(o.loss_curve) if isinstance(o, Result) else 0 for o in outcomes]
    total = sum(epochs) or 1
    return [
        Member(
            activation=repr(job.activation),
            n_epochs=n,
            seconds=seconds * n / total,
            error=None if isinstance(outcome, Result) else repr(outcome),
        )
        for job, outcome, n in zip(jobs, outcomes, epochs, strict=True)
    ]
