"""Learning rates that change in the course of training, as parts of the highest.

A schedule is one function of how far a member's training has come. "adaptive" is none: its rate
falls where training no longer improves, which only the loop knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._stack.job import Job

Parts = NDArray[np.float64]

# Of Smith and Topin (2018): where the cycle peaks, and how far below its peak it starts and ends.
WARM_UP, START, END = 0.3, 1 / 25, 1 / 25e4
# Of scikit-learn's MLP: what "adaptive" divides the rate by, and the rate at which it stops.
ADAPTIVE_DIVISOR, ADAPTIVE_LEAST = 5.0, 1e-6


@dataclass(frozen=True)
class Progress:
    """How far the training of a member has come in an epoch.

    Attributes
    ----------
    steps : ndarray of shape (n_steps,)
        Steps made before each step of the epoch, the first of all is 0.
    last : float
        Number of the last step of the last epoch.
    rows_seen : int
        Rows trained on before the epoch.
    power : float
        Exponent of "invscaling".
    """

    steps: Parts
    last: float
    rows_seen: int
    power: float


def cosine(progress: Progress) -> Parts:
    """Fall from 1 to 0 along half a cosine (Loshchilov and Hutter 2017, equation 5).

    The rate would be 0 after the last step, as in torch's CosineAnnealingLR.
    """
    return (1 + np.cos(np.pi * progress.steps / (progress.last + 1))) / 2


def one_cycle(progress: Progress) -> Parts:
    """Rise to 1 and fall nearly to 0, both along half a cosine (Smith and Topin 2018).

    The steps are those of torch's OneCycleLR.
    """
    done, last = progress.steps, progress.last
    peak = max(WARM_UP * (last + 1) - 1, 0)
    rise = _half_cosine(START, 1.0, done / max(peak, 1e-300))
    fall = _half_cosine(1.0, END, (done - peak) / max(last - peak, 1e-300))
    return np.where(done <= peak, rise, fall)


def _half_cosine(start: float, end: float, part: Parts) -> Parts:
    return end + (start - end) / 2 * (1 + np.cos(np.pi * part))


def inverse_scaling(progress: Progress) -> Parts:
    """Fall with a power of the rows seen, from epoch to epoch, as scikit-learn's MLP does."""
    return np.full(len(progress.steps), (progress.rows_seen + 1.0) ** -progress.power)


SCHEDULES: dict[str, Callable[[Progress], Parts] | None] = {
    "constant": None,
    "invscaling": inverse_scaling,
    "adaptive": None,
    "cosine": cosine,
    "one_cycle": one_cycle,
}


def depends_on_length(schedule: str) -> bool:
    """Tell whether a schedule must know beforehand how long training will be."""
    return SCHEDULES[schedule] in {cosine, one_cycle}


def epoch_rates(
    jobs: Sequence[Job], epoch: int, n_steps: NDArray[np.int_], factors: Parts
) -> NDArray[np.float64] | None:
    """Return the rates of each step of an epoch.

    Parameters
    ----------
    jobs : sequence of Job
        One a member.
    epoch : int
        Its number in this training, from 0 on.
    n_steps : ndarray of int of shape (M,)
        Steps that each member makes in an epoch.
    factors : ndarray of shape (M,)
        By which rates have been lowered.

    Returns
    -------
    ndarray of shape (steps, M), or None
        None where all members keep the rates that they started with.
    """
    if all(SCHEDULES[job.optimization.schedule] is None for job in jobs) and (factors == 1.0).all():
        return None
    rates = np.empty((n_steps.max(), len(jobs)))
    for member, job in enumerate(jobs):
        schedule, of_member = SCHEDULES[job.optimization.schedule], int(n_steps[member])
        progress = Progress(
            steps=epoch * of_member + np.arange(len(rates), dtype=float),
            last=job.stopping.max_iter * of_member - 1.0,
            rows_seen=job.start.rows_seen + epoch * len(job.data.rows),
            power=job.optimization.power_t,
        )
        parts = 1.0 if schedule is None else schedule(progress)
        rates[:, member] = (
            job.optimization.hyperparameters["learning_rate"] * factors[member] * parts
        )
    return rates
