"""Fitted attributes from the result of a training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sklearn_deepmlp._estimators.fitted_network import Fitted, network_attributes
from sklearn_deepmlp._estimators.recorded_signals import joined_signals
from sklearn_deepmlp._estimators.warm_start import as_plain_state, is_scored_alike
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._stack.signals import Signals


def fitted_attributes(job: Job, result: Result, scoring: Any, before: Fitted) -> dict[str, Any]:
    """Return all attributes that training sets.

    Parameters
    ----------
    job : Job
        What was trained.
    result : Result
        The result of its training.
    scoring : str, callable or None
        The parameter of that name.
    before : mapping
        The attributes before; where training has resumed, they are continued.
    """
    solver = job.optimization.solver
    kept = (
        {}
        if result.optimizer_state is None
        else {"_optimizer_state": as_plain_state(solver, result.optimizer_state)}
    )
    return {
        **network_attributes(result.state, job.architecture),
        **_course(job, result, scoring, before),
        "init_": job.start.initializers.hidden,
        "signals_": _signals(job, result, before),
        "n_iter_": len(result.loss_curve),
        "t_": job.start.rows_seen + len(result.loss_curve) * len(job.data.rows),
        "_scoring": scoring,
        **kept,
    }


def _signals(job: Job, result: Result, before: Fitted) -> Signals | None:
    earlier = before["signals_"] if job.start.state is not None else None
    return joined_signals(job, result.signals, earlier)


def _course(job: Job, result: Result, scoring: Any, before: Fitted) -> dict[str, Any]:
    """Return losses and scores, including those of the training that this one resumes."""
    resumes, is_judged = job.start.state is not None, job.score is not None
    is_continued = is_judged and resumes and is_scored_alike(before, scoring)
    losses = [*(before["loss_curve_"] if resumes else ()), *result.loss_curve]
    scores = [*(before["validation_scores_"] if is_continued else ()), *result.validation_scores]
    return {
        "loss_": result.loss,
        "loss_curve_": losses,
        "best_loss_": None if is_judged else _best(min, [*losses, result.loss]),
        "validation_scores_": scores if is_judged else None,
        "best_validation_score_": _best(max, scores) if is_judged else None,
    }


def _best(choose: Callable[..., float], values: list[float]) -> float | None:
    """Return the best defined value: NaN if none is defined, None if there are no values."""
    defined = [value for value in values if not np.isnan(value)]
    return choose(defined, default=np.nan) if values else None
