"""Learning rates that change from step to step, as parts of the highest.

A schedule is one function of the part of the training that is over, from 0 at the first step
to 1 at the last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._stack.job import Job

Progress = NDArray[np.float64]

# Of Smith and Topin (2018): where the cycle peaks, and how far below its peak it starts and ends.
WARM_UP, START, END = 0.3, 1 / 25, 1 / 25e4


def cosine(done: Progress, last: Progress) -> Progress:
    """Fall from 1 to 0 along half a cosine (Loshchilov and Hutter 2017, equation 5).

    The rate would be 0 after the last step, as in torch's CosineAnnealingLR.
    """
    return (1 + np.cos(np.pi * done / (last + 1))) / 2


def one_cycle(done: Progress, last: Progress) -> Progress:
    """Rise to 1 and fall nearly to 0, both along half a cosine (Smith and Topin 2018).

    The steps are those of torch's OneCycleLR.
    """
    peak = np.maximum(WARM_UP * (last + 1) - 1, 0)
    rise = _half_cosine(START, 1.0, done / np.maximum(peak, 1e-300))
    fall = _half_cosine(1.0, END, (done - peak) / np.maximum(last - peak, 1e-300))
    return np.where(done <= peak, rise, fall)


def _half_cosine(start: float, end: float, part: Progress) -> Progress:
    return end + (start - end) / 2 * (1 + np.cos(np.pi * part))


SCHEDULES: dict[str, Callable[[Progress, Progress], Progress] | None] = {
    "constant": None,
    "cosine": cosine,
    "one_cycle": one_cycle,
}


def epoch_rates(
    jobs: Sequence[Job], epoch: int, n_steps: NDArray[np.int_]
) -> NDArray[np.float64] | None:
    """Return the rates of each step of an epoch.

    Parameters
    ----------
    jobs : sequence of Job
        One a member.
    epoch : int
        Its number, from 0 on.
    n_steps : ndarray of int of shape (M,)
        Steps that each member makes in an epoch.

    Returns
    -------
    ndarray of shape (steps, M), or None
        None where no member has a schedule.
    """
    if all(SCHEDULES[job.learning_rate] is None for job in jobs):
        return None
    rates = np.empty((n_steps.max(), len(jobs)))
    for member, job in enumerate(jobs):
        schedule, highest = SCHEDULES[job.learning_rate], job.optimizer["learning_rate"]
        steps = epoch * n_steps[member] + np.arange(len(rates), dtype=float)
        last = np.array(job.max_iter * n_steps[member] - 1.0)
        rates[:, member] = highest if schedule is None else highest * schedule(steps, last)
    return rates
