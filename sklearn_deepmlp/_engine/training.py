"""The door between estimators and engine: jobs go in, results come out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import torch

from sklearn_deepmlp._engine.lbfgs import minimize
from sklearn_deepmlp._engine.loop import AllStopped, MemberStopping, StackNet
from sklearn_deepmlp._engine.stopping import MemberProgress
from sklearn_deepmlp._stack.activation import sort_key
from sklearn_deepmlp._stack.fork import use_one_thread_after_fork
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._stack.stack import Stack


def train(job: Job) -> Result:
    """Train one network."""
    if job.solver == "lbfgs":
        return minimize(job)
    return train_stack([job])[0]


def train_stack(jobs: Sequence[Job]) -> list[Result]:
    """Train networks of one shape together.

    Parameters
    ----------
    jobs : sequence of Job
        They share layer sizes, loss, solver, normalization, skip connections, dtype and device.

    Returns
    -------
    list of Result
        In the order of the jobs.
    """
    use_one_thread_after_fork()
    members = [MemberProgress(job) for job in jobs]
    by_activation = sorted(members, key=lambda member: sort_key(member.job.activation))
    stopping = MemberStopping(by_activation)
    with torch.inference_mode(False), torch.no_grad():
        stack = Stack([member.job for member in by_activation])
        stack.rate_factors[:] = [member.rate_factor for member in by_activation]
        net = StackNet(stack, [("stopping", stopping)]).initialize()
        with suppress(AllStopped):
            net.fit_loop(None, epochs=max(job.max_iter for job in jobs))
    return [stopping.results[member] for member in members]
