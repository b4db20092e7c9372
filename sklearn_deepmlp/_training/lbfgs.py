"""Training by L-BFGS: scipy's minimizer on the loss and gradient of one network, all rows at once.

Source: Liu and Nocedal (1989), as `scipy.optimize.minimize(method="L-BFGS-B")` has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult
from scipy.optimize import minimize as scipy_minimize

from sklearn_deepmlp._stack.batches import Batches, StackedData
from sklearn_deepmlp._stack.job import Job, NetworkState, Result
from sklearn_deepmlp._stack.objective import StackObjective
from sklearn_deepmlp._stack.rows import row_bytes
from sklearn_deepmlp._stack.threads import threads_for
from sklearn_deepmlp._threads import one_blas_thread
from sklearn_deepmlp._training.stopping import MemberProgress

# Bytes of the features or of one layer's outputs, and the fewest rows that are worth a pass.
_CHUNK_BYTES, _LEAST_ROWS = 2**22, 64

Vector = NDArray[np.float64]


def minimize(job: Job, at_step: Callable[[], None]) -> Result:
    """Train one network until its gradient is small.

    It ends where no entry of the gradient is above `tol`, after `max_iter` iterations or
    `max_fun` evaluations, and, with a score, where early stopping ends it. `at_step` is called
    at each evaluation of the loss.
    """
    job = job.changed(batch_size=_chunk_rows(job), shuffle=False)
    if job.score is None:
        job = job.changed(n_iter_no_change=np.inf)  # scipy judges the loss
    progress = MemberProgress(job)
    threads = threads_for([job], at_step)
    with torch.inference_mode(False), torch.no_grad(), threads as begin_step, one_blas_thread():
        problem = _Problem(job, begin_step)

        def end_iteration(intermediate_result: OptimizeResult) -> None:
            current = partial(problem.weights, intermediate_result.x)
            is_over = progress.end_epoch(float(intermediate_result.fun), current)
            if (
                is_over and len(progress.loss_curve) < job.stopping.max_iter
            ):  # there scipy stops itself
                raise StopIteration

        found = scipy_minimize(
            problem,
            problem.start(),
            method="L-BFGS-B",
            jac=True,
            callback=end_iteration,
            options={
                "maxfun": job.stopping.max_fun,
                "maxiter": job.stopping.max_iter,
                "gtol": job.stopping.tol,
            },
        )
        result = progress.result(partial(problem.weights, found.x))
    is_stopped = progress.is_over and found.nit < job.stopping.max_iter
    return replace(
        result,
        loss=float(found.fun),
        converged=found.success or result.converged,
        message="" if is_stopped else str(found.message),
    )


def _chunk_rows(job: Job) -> int:
    """Return how many rows go through the network at a time, which bounds the memory."""
    of_layers = max(job.architecture.layer_sizes[1:]) * job.data.X.dtype.itemsize
    n_bytes = max(row_bytes(job.data.X), of_layers)
    return min(len(job.data.rows), max(_LEAST_ROWS, _CHUNK_BYTES // n_bytes))


class _Problem:
    """The loss and its gradient as functions of one vector of all parameters."""

    def __init__(self, job: Job, at_step: Callable[[], None]) -> None:
        self._at_step = at_step
        self._objective = StackObjective([job], penalizes=True)
        network = self._objective.network
        self._theta, self._gradient = network.theta, network.gradient
        self._batches = Batches([job], StackedData([job], self._theta.device))
        self._total_weight = self._theta.new_tensor([[job.data.sample_weight[job.data.rows].sum()]])
        self._learned = job.architecture.activation.learned()

    def start(self) -> Vector:
        return self._theta[0].cpu().numpy().astype(np.float64)

    def weights(self, x: Vector) -> NetworkState:
        self._set(x)
        return self._objective.network.weights(0, self._learned)

    def _set(self, x: Vector) -> None:
        self._theta[0] = torch.from_numpy(x.copy()).to(self._theta)

    def __call__(self, x: Vector) -> tuple[float, Vector]:
        self._at_step()
        self._set(x)
        loss, gradient = torch.zeros_like(self._theta[:, 0]), torch.zeros_like(self._gradient)
        for batch in self._batches:
            part = batch.total_weight / self._total_weight
            loss += part[0] * self._objective.evaluate_loss(batch, None)
            gradient += part * self._gradient
        self._gradient.copy_(gradient)
        penalty = self._objective.add_penalty(self._total_weight)
        if penalty is not None:
            loss += penalty
        return loss.item(), self._gradient[0].cpu().numpy().astype(np.float64)
