"""Learning rate schedules, as fractions of the highest rate.

A schedule is a function of how far the training of a network has progressed. "adaptive" is an
exception: its rate falls when training no longer improves, which only the training loop knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._stack.job import Job

Fractions = NDArray[np.float64]

# The cycle of Smith and Topin (2018), with the defaults of torch's OneCycleLR: the fraction of
# steps at which it peaks, and the fractions of the peak at which it starts and ends.
WARM_UP, START, END = 0.3, 1 / 25, 1 / 25e4


@dataclass(frozen=True)
class TrainingProgress:
    """How far the training of a network has progressed, at each step of an epoch.

    Attributes
    ----------
    steps : ndarray of shape (n_steps,)
        Index of each step of the epoch, counted from 0 at the beginning of training.
    last : float or None
        Index of the last step of the last epoch; None if the schedule does not need it.
    rows_seen : int
        Rows trained on before the epoch.
    power : float
        Exponent of "invscaling".
    """

    steps: Fractions
    last: float | None
    rows_seen: int
    power: float


def _last(progress: TrainingProgress) -> float:
    if progress.last is None:
        raise TypeError("A schedule that reads TrainingProgress.last must set needs_length=True.")
    return progress.last


def cosine(progress: TrainingProgress) -> Fractions:
    """Fall from 1 to 0 along half a cosine (Loshchilov and Hutter 2017, equation 5).

    The rate would be 0 after the last step, as in torch's CosineAnnealingLR.
    """
    return (1 + np.cos(np.pi * progress.steps / (_last(progress) + 1))) / 2


def one_cycle(progress: TrainingProgress) -> Fractions:
    """Rise to 1 and fall nearly to 0, each along half a cosine (Smith and Topin 2018).

    The rates are those of torch's OneCycleLR.
    """
    done, last = progress.steps, _last(progress)
    peak = max(WARM_UP * (last + 1) - 1, 0)
    rise = _half_cosine(START, 1.0, done / max(peak, 1e-300))
    fall = _half_cosine(1.0, END, (done - peak) / max(last - peak, 1e-300))
    return np.where(done <= peak, rise, fall)


def _half_cosine(start: float, end: float, part: Fractions) -> Fractions:
    return end + (start - end) / 2 * (1 + np.cos(np.pi * part))


def inverse_scaling(progress: TrainingProgress) -> Fractions:
    """Fall from epoch to epoch with a power of the rows seen, as in scikit-learn's MLP."""
    return np.full(len(progress.steps), (progress.rows_seen + 1.0) ** -progress.power)


@dataclass(frozen=True)
class Plateau:
    """What happens to the rate when training no longer improves.

    Attributes
    ----------
    divisor : float
        The rate is divided by it.
    least : float
        Training ends instead if the rate is at most this.
    """

    divisor: float
    least: float


@dataclass(frozen=True)
class Schedule:
    """How learning rates change, and what this depends on.

    Attributes
    ----------
    description : str
        What it does, for the documentation.
    needs_length : bool
        Whether it depends on how long training will be; if not, `TrainingProgress.last` is None.
    fractions : callable TrainingProgress -> ndarray of shape (n_steps,), optional
        Returns the rates of an epoch's steps as fractions of the highest rate; None if all are 1.
    plateau : Plateau, optional
        What happens when training no longer improves; None for nothing.
    only_for : str, optional
        The only solver that follows it, as in scikit-learn's MLP; for the others it is "constant".
    """

    description: str
    needs_length: bool
    fractions: Callable[[TrainingProgress], Fractions] | None = None
    plateau: Plateau | None = None
    only_for: str | None = None


SCHEDULES = {
    "constant": Schedule("not at all", needs_length=False),
    "invscaling": Schedule(
        "falling from epoch to epoch with the power `power_t` of the rows seen",
        needs_length=False,
        fractions=inverse_scaling,
        only_for="sgd",
    ),
    "adaptive": Schedule(
        "divided by 5 where training no longer improves, until it is below 1e-6",
        needs_length=False,
        plateau=Plateau(divisor=5.0, least=1e-6),
        only_for="sgd",
    ),
    "cosine": Schedule(
        "falling to 0 along half a cosine (Loshchilov and Hutter 2017)",
        needs_length=True,
        fractions=cosine,
    ),
    "one_cycle": Schedule(
        "rising from 1/25 in the first 30 % of the steps and falling to 1/250000 (Smith and Topin "
        "2018)",
        needs_length=True,
        fractions=one_cycle,
    ),
}


def epoch_rates(
    jobs: Sequence[Job], epoch: int, n_steps: NDArray[np.int_], factors: Sequence[float]
) -> NDArray[np.float64] | None:
    """Return the learning rates of each step of an epoch.

    Parameters
    ----------
    jobs : sequence of Job
        One per network.
    epoch : int
        Its number in this training, starting at 0.
    n_steps : ndarray of int of shape (M,)
        Number of steps that each network makes in an epoch.
    factors : sequence of float
        Factor by which the rate of each network has been lowered.

    Returns
    -------
    ndarray of shape (n_steps, M), or None
        None where all networks have the rates that they started with.
    """
    schedules = [SCHEDULES[job.optimization.schedule] for job in jobs]
    if all(s.fractions is None for s in schedules) and all(factor == 1.0 for factor in factors):
        return None
    rates = np.empty((n_steps.max(), len(jobs)))
    for member, (job, factor) in enumerate(zip(jobs, factors, strict=True)):
        highest = job.optimization.hyperparameters["learning_rate"] * factor
        rates[:, member] = highest * _fractions(job, epoch, int(n_steps[member]), len(rates))
    return rates


def _fractions(job: Job, epoch: int, n_steps: int, length: int) -> Fractions | float:
    """Return the fractions for `length` steps, of which the network makes the first `n_steps`."""
    schedule = SCHEDULES[job.optimization.schedule]
    if schedule.fractions is None:
        return 1.0
    progress = TrainingProgress(
        steps=epoch * n_steps + np.arange(length, dtype=float),
        last=job.stopping.max_iter * n_steps - 1.0 if schedule.needs_length else None,
        rows_seen=job.start.rows_seen + epoch * len(job.data.rows),
        power=job.optimization.power_t,
    )
    return schedule.fractions(progress)
