"""The training of jobs in this thread: separately, or several as one stack."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import replace

import torch

from sklearn_deepmlp._by_numpy import only_torch
from sklearn_deepmlp._compat.torch import is_out_of_memory
from sklearn_deepmlp._exit import resting_at_exit
from sklearn_deepmlp._layers.activation import sort_key
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp._stack.threads import threads_for
from sklearn_deepmlp._stack.training_memory import memory_error, require_memory
from sklearn_deepmlp._training.callbacks.compaction import AllStopped
from sklearn_deepmlp._training.callbacks.recording import record_end
from sklearn_deepmlp._training.lbfgs import minimize_by_lbfgs
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.net import StackNet
from sklearn_deepmlp._training.run import Run
from sklearn_deepmlp._training.step_mode import StepMode, log_not_captured, mode_for
from sklearn_deepmlp._training.watch import UNWATCHED, Watch

Outcome = Result | Exception


def train_separately(job: Job, watch: Watch = UNWATCHED) -> Result:
    """Train one network in this thread.

    Parameters
    ----------
    job : Job
        The training.
    watch : Watch
        What is called while it is trained; ends training by raising an exception.

    Returns
    -------
    Result

    Raises
    ------
    Exception
        What the score or the callback of the job raises.
    MemoryError
        Where the memory of the device is too small.
    """
    try:
        if not SOLVERS[job.optimization.solver].is_stochastic:
            if mode_for(job.device).in_tables:
                log_not_captured("the solver lbfgs reads each loss.")
            with resting_at_exit(watch.at_step) as at_step:
                return minimize_by_lbfgs(job, replace(watch, at_step=at_step))
        (outcome,) = train_stack([job], watch)
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise memory_error(job) from error
        raise
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def train_stack(
    jobs: Sequence[Job], watch: Watch = UNWATCHED, *, mode: StepMode | None = None
) -> list[Outcome]:
    """Train networks of one shape together.

    Parameters
    ----------
    jobs : sequence of Job
        All with the same `Job.shape`.
    watch : Watch
        What is called while they are trained; ends the training of all of them by raising an
        exception.
    mode : StepMode, optional
        How steps are made; by default as the device does it best.

    Returns
    -------
    list of Result or Exception
        In the order of the jobs; an exception where the score or the callback of that job raised
        it, which ended its training.

    Raises
    ------
    MemoryError
        Before anything is computed, where the memory of the device is too small.
    """
    require_memory(jobs)
    members = [Member(job) for job in jobs]
    by_activation = sorted(members, key=_activation_of)
    mode = mode or mode_for(jobs[0].device)
    kernels = only_torch() if mode.in_tables else nullcontext()
    with (
        torch.inference_mode(False),
        torch.no_grad(),
        kernels,
        resting_at_exit(watch.at_step) as at_step,
        threads_for(jobs, at_step) as begin_step,
    ):
        run = Run(by_activation, replace(watch, at_step=begin_step), mode)
        with closing(run), suppress(AllStopped):
            net = StackNet(run).initialize()
            net.fit_loop(None, epochs=max(job.stopping.max_iter for job in jobs))
        record_end(run, by_activation)
    return [_outcome(member) for member in members]


def _activation_of(member: Member) -> tuple[str, ...]:
    return sort_key(member.job.architecture.activation)


def _outcome(member: Member) -> Outcome:
    if member.outcome is None:
        raise RuntimeError("The training of a network has not ended.")
    return member.outcome
