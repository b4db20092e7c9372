"""The loss of the best prediction that ignores the features."""

from __future__ import annotations

from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize

from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._stack.job import Job

Vector = NDArray[np.floating]


def constant_loss(job: Job) -> float:
    """Return the lowest mean loss on a job's training rows of one prediction for all of them.

    Parameters
    ----------
    job : Job
        Has the rows and the loss.

    Returns
    -------
    float
        The loss, without a penalty.
    """
    loss, number = LOSSES[job.objective.loss], job.objective.loss_parameter
    targets, weight = job.data.targets[job.data.rows], job.data.sample_weight[job.data.rows]
    n_outputs = job.architecture.layer_sizes[-1]
    with np.errstate(all="ignore"):  # huge targets may overflow
        if loss.of_constant is not None:
            return loss.of_constant(targets, weight, number, n_outputs)
        evaluate = partial(_evaluate, job, targets, weight)
        return float(minimize(evaluate, np.zeros(n_outputs), jac=True).fun)


def _evaluate(
    job: Job, targets: NDArray[np.generic], weight: Vector, raw: Vector
) -> tuple[float, Vector]:
    """Return the mean loss of raw outputs, the same for all rows, and its derivatives."""
    is_index = targets.dtype.kind in "iu"
    values = torch.from_numpy(targets if is_index else targets.astype(np.float64))
    rows = torch.from_numpy(np.asarray(raw, np.float64)).expand(len(targets), -1)
    with torch.no_grad():
        per_row, derivatives = LOSSES[job.objective.loss].evaluate(
            rows, values, job.objective.loss_parameter
        )
    shares = weight / weight.sum()
    return float(shares @ per_row.numpy()), shares @ derivatives.numpy()
