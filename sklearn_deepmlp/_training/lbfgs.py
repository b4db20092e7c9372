"""Training by L-BFGS: scipy's minimizer on the loss and gradient of one network on all rows.

Source: Liu and Nocedal (1989), as implemented in `scipy.optimize.minimize(method="L-BFGS-B")`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize
from torch import Tensor

from sklearn_deepmlp._stack.batches import Batches
from sklearn_deepmlp._stack.job import Job, NetworkState, Result
from sklearn_deepmlp._stack.network import like_of
from sklearn_deepmlp._stack.rows import row_bytes
from sklearn_deepmlp._stack.stack import Stack
from sklearn_deepmlp._stack.stacked_data import StackedData
from sklearn_deepmlp._stack.threads import threads_for
from sklearn_deepmlp._stack.training_memory import require_memory
from sklearn_deepmlp._threads import one_blas_thread
from sklearn_deepmlp._training.callbacks.progress import report
from sklearn_deepmlp._training.callbacks.stopping import decide
from sklearn_deepmlp._training.callbacks.validation import judge
from sklearn_deepmlp._training.iteration_recorder import Iterate, IterationRecorder
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.watch import Watch

# For a chunk of rows: bytes of its features or of one layer's outputs, and minimum number of rows.
_CHUNK_BYTES, _LEAST_ROWS = 2**22, 64

Vector = NDArray[np.float64]


def minimize_by_lbfgs(job: Job, watch: Watch, max_rows: int | None = None) -> Result:
    """Train one network until its gradient is small.

    Training ends when no entry of the gradient exceeds `tol`, when the loss improves by less than
    scipy's own tolerance `ftol`, after `max_iter` iterations or `max_fun` evaluations, or, if the
    job has a score, by early stopping.

    Parameters
    ----------
    job : Job
        The training, on all rows at once.
    watch : Watch
        What is called at each evaluation of the loss and at the end of each iteration; ends
        training by raising an exception.
    max_rows : int, optional
        How many rows pass through the network at a time; by default, as many as bound the memory.

    Returns
    -------
    Result
    """
    job = job.changed(batch_size=max_rows or _chunk_rows(job), shuffle=False)
    if job.score is None:
        job = job.changed(n_iter_no_change=np.inf)  # scipy decides by the loss
    require_memory([job])
    threads = threads_for([job], watch.at_step)
    with torch.inference_mode(False), torch.no_grad(), threads as begin_step, one_blas_thread():
        problem = _Problem(job, begin_step)
        iterations = _Iterations(job, problem.recorder(), watch)
        optimum = minimize(
            problem,
            problem.start(),
            method="L-BFGS-B",
            jac=True,
            callback=partial(iterations.end, problem),
            options={
                "maxfun": job.stopping.max_fun,
                "maxiter": job.stopping.max_iter,
                "gtol": job.stopping.tol,
            },
        )
        return iterations.result(optimum, problem)


def _chunk_rows(job: Job) -> int:
    """Return how many rows pass through the network at a time, which bounds the memory."""
    of_layers = max(job.architecture.layer_sizes[1:]) * job.data.X.dtype.itemsize
    n_bytes = max(row_bytes(job.data.X), of_layers)
    return min(len(job.data.rows), max(_LEAST_ROWS, _CHUNK_BYTES // n_bytes))


class _Problem:
    """The loss and its gradient as functions of the vector of all parameters."""

    def __init__(self, job: Job, at_step: Callable[[], None]) -> None:
        self._at_step = at_step
        self._stack = Stack([job])
        self._theta, self._gradient = self._stack.network.theta, self._stack.network.gradient
        self._data = StackedData([job], like_of(job))
        self._batches = Batches([job], self._data)
        self._evaluated: Iterate
        self._iterate: Iterate | None = None
        self._total_weight = self._theta.new_tensor([[job.data.sample_weight[job.data.rows].sum()]])

    def recorder(self) -> IterationRecorder | None:
        """Return what records signals of the iterations, if the job asks for it."""
        network = self._stack.network
        schedule = network.jobs[0].recording
        if schedule is None:
            return None
        return IterationRecorder(network, schedule, self._data, self._at_step)

    def start(self) -> Vector:
        return _as_vector(self._theta)

    def state(self, x: Vector) -> NetworkState:
        self._set(x)
        return self._stack.state(0)

    def _set(self, x: Vector) -> None:
        self._theta[0] = torch.from_numpy(x.copy()).to(self._theta)

    def __call__(self, x: Vector) -> tuple[float, Vector]:
        self._at_step()
        self._set(x)
        loss, gradient = torch.zeros_like(self._theta[:, 0]), torch.zeros_like(self._gradient)
        for batch in self._batches:
            share = batch.total_weight / self._total_weight
            loss += share[0] * self._stack.evaluate_loss(batch, None)
            gradient += share * self._gradient
        self._gradient.copy_(gradient)
        penalty = self._stack.add_penalty(self._total_weight)
        added = 0.0 if penalty is None else penalty.item()
        self._evaluated = Iterate(x.copy(), _as_vector(gradient), added)
        self._iterate = self._iterate or self._evaluated
        if penalty is not None:
            loss += penalty
        return loss.item(), _as_vector(self._gradient)

    def next_iterate(self) -> Iterate:
        """Move to the next iterate, which was evaluated last, and return the one before."""
        before, self._iterate = self._iterate, self._evaluated
        return before or self._evaluated


def _as_vector(values: Tensor) -> Vector:
    return values[0].cpu().numpy().astype(np.float64)


class _Iterations:
    """The records of all iterations, each of which counts as an epoch."""

    def __init__(self, job: Job, recorder: IterationRecorder | None, watch: Watch) -> None:
        self._member = Member(job)
        self._recorder, self._watch = recorder, watch
        self._losses: list[float] = []
        self._scores: list[float] = []

    def end(self, problem: _Problem, intermediate_result: OptimizeResult) -> None:
        member, current = self._member, partial(problem.state, intermediate_result.x)
        self._losses.append(float(intermediate_result.fun))
        member.end_epoch(self._losses[-1])
        judge(member, current)
        if member.job.score is not None:
            self._scores.append(member.score)
        decide(member, current)
        report(member, current)
        before = problem.next_iterate()
        if self._recorder is not None:
            current()
            self._recorder.end_iteration(member.n_epochs, before, intermediate_result.x)
        self._watch.at_epoch(1)
        if member.is_over and not self._is_last():
            raise StopIteration

    def _is_last(self) -> bool:
        """Return whether scipy stops after this iteration by itself."""
        return self._member.n_epochs == self._member.job.stopping.max_iter

    def result(self, optimum: OptimizeResult, problem: _Problem) -> Result:
        member = self._member
        self._watch.at_epoch(member.job.stopping.max_iter - member.n_epochs)
        is_stopped = member.is_over and not self._is_last()
        state = member.best_state or problem.state(optimum.x)
        return Result(
            state=state,
            loss=float(optimum.fun),
            loss_curve=self._losses,
            validation_scores=self._scores,
            converged=optimum.success or member.is_converged,
            message="" if is_stopped else str(optimum.message),
            signals=None if self._recorder is None else self._recorder.end(member.n_epochs, state),
        )
