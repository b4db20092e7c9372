"""In which order units are trained, by how many processes, and on how many threads each.

How many threads there are decides over bits of the results. So it depends on the jobs, the machine
and the memory budget, but not on the number of processes that train in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from joblib import cpu_count

from sklearn_deepmlp._threads import n_threads
from sklearn_deepmlp._together.processes.costs import seconds_of
from sklearn_deepmlp._together.processes.memory_of_units import training_bytes
from sklearn_deepmlp._together.processes.rule import WORTH, Worth
from sklearn_deepmlp._together.processes.workers import may_have_workers
from sklearn_deepmlp._together.units import Unit


@dataclass(frozen=True)
class Limits:
    """What a group may use.

    Attributes
    ----------
    n_processes : int
        The number of processes that may train at a time, this one included.
    memory_budget : int
        Estimated bytes that all of them may hold for it.
    worth : Worth
        When others than this one take part.
    """

    n_processes: int
    memory_budget: int
    worth: Worth = WORTH


def n_processes(n_jobs: int) -> int:
    """Return a number of processes; -1 means as many as there are cores, -2 one less, and so on."""
    return n_jobs if n_jobs > 0 else max(1, cpu_count() + 1 + n_jobs)


@dataclass(frozen=True)
class Plan:
    """How a group is trained.

    Attributes
    ----------
    units : list of sequence of Job
        The units in the order of their training.
    indices : list of int
        The index of each of them in the order that was given.
    n_fixed : int
        How many of them, the first ones, must be trained in this process.
    n_workers : int
        The number of workers that may take part.
    has_one_thread : bool
        Whether each is trained on one thread even if its steps could use several ones.
    """

    units: list[Unit]
    indices: list[int]
    n_fixed: int
    n_workers: int
    has_one_thread: bool


def plan(units: Sequence[Unit], limits: Limits) -> Plan:
    """Plan the training of a group: the largest units first, after those that must stay here."""
    seconds = [seconds_of(unit) for unit in units]
    stay = [not _may_be_sent(unit) for unit in units]
    indices = sorted(range(len(units)), key=lambda index: (not stay[index], -seconds[index]))
    n_sent = stay.count(False)
    n_fitting = _n_fitting(units, limits.memory_budget)
    n_workers = min(limits.n_processes, n_fitting, n_sent + any(stay)) - 1
    return Plan(
        units=[units[index] for index in indices],
        indices=indices,
        n_fixed=sum(stay),
        n_workers=n_workers if may_have_workers() else 0,
        has_one_thread=_has_one_thread(min(n_sent, n_fitting, cpu_count()), sum(seconds)),
    )


def _may_be_sent(unit: Unit) -> bool:
    """Return whether a unit may be trained in another process."""
    return all(job.device == "cpu" and job.on_epoch is None and job.is_portable for job in unit)


def _n_fitting(units: Sequence[Unit], memory_budget: int) -> int:
    """Return how many of the units fit into a budget at a time, at least one."""
    return max(1, memory_budget // max(map(training_bytes, units)))


def _has_one_thread(n_at_once: int, seconds: float) -> bool:
    """Return whether units are better trained side by side than sequentially on all threads.

    Threads of one training wait for each other: 16 of them make the steps of large networks 3 to 7
    times as fast.
    """
    return n_at_once >= max(2, n_threads() / 2) and seconds >= WORTH.start
