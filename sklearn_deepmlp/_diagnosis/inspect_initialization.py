"""Inspects a network before any training."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from sklearn_deepmlp._diagnosis.finding import Remedy
from sklearn_deepmlp._diagnosis.initial_remedy import SHORTEN, remedies
from sklearn_deepmlp._diagnosis.initial_scale import root_mean_square, scale_note
from sklearn_deepmlp._diagnosis.initial_signals import initial_signals
from sklearn_deepmlp._diagnosis.initial_verdict import Verdict, verdict_on
from sklearn_deepmlp._diagnosis.initialization_report import InitializationReport
from sklearn_deepmlp._estimators.base import BaseDeepMLP, initial_job
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.signals import Signals


def inspect_initialization(
    estimator: BaseDeepMLP, X: ArrayLike, y: ArrayLike | None = None
) -> InitializationReport:
    """Inspect the network that a fit would start with, before any training.

    Data are sent through the untrained network. The report says whether activation and
    initialization fit together at this depth: whether the signal reaches the last layer, and the
    gradient the first. The weights are those that `fit` would draw with the same `random_state`.
    Dropout and other noise are left out; statistics of a normalization are those of the data.

    Parameters
    ----------
    estimator : DeepMLPClassifier or DeepMLPRegressor
        Only its parameters are used, whether it is fitted or not, and it is not changed. If it is
        the last step of a Pipeline, transform X by the steps before it:
        ``inspect_initialization(pipeline[-1], pipeline[:-1].fit_transform(X))``.
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        Features.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        Targets, of which only the number of outputs is used. None stands for one output.

    Returns
    -------
    InitializationReport
        Signals, verdict and remedy.

    Raises
    ------
    TypeError
        If `estimator` is not an estimator of this package.
    ValueError
        If data or parameters cannot be used.

    See Also
    --------
    diagnose : Explain why a network did not learn.

    Notes
    -----
    The gradients are those of the weights, for standard normal gradients at the outputs. The
    thresholds of the verdicts were measured on networks that were then trained; the user guide
    shows the results on its page about initializations.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.preprocessing import scale
    >>> from sklearn_deepmlp import DeepMLPClassifier, inspect_initialization
    >>> X = scale(load_digits().data)
    >>> deep = DeepMLPClassifier((64,) * 30, "relu", init="standard_normal", random_state=0)
    >>> report = inspect_initialization(deep, X)
    >>> report.verdict, report.layer
    ('explodes', 30)
    >>> inspect_initialization(deep.set_params(**report.params), X).verdict
    'fits'
    """
    _check_kind(estimator)
    job = initial_job(estimator, X, y)
    signals = initial_signals(job)
    verdict = _verdict(job, signals)
    remedy = None if verdict.name == "fits" else _remedy(estimator, job, X, y)
    return InitializationReport(
        network=_network(estimator, job),
        layer_sizes=job.architecture.layer_sizes,
        signals=signals,
        verdict=verdict.name,
        explanation=verdict.explanation + scale_note(job.data.X),
        layer=verdict.layer,
        remedy=None if remedy is None else remedy.text,
        params={} if remedy is None else remedy.params,
    )


def _check_kind(estimator: Any) -> None:
    if isinstance(estimator, BaseDeepMLP):
        return
    message = (
        "The 'estimator' parameter of inspect_initialization must be a DeepMLPClassifier or a "
        f"DeepMLPRegressor. Got {estimator!r} instead."
    )
    if isinstance(estimator, Pipeline):
        message += (
            " Take its last step, and transform X by the others: "
            "inspect_initialization(pipeline[-1], pipeline[:-1].fit_transform(X))."
        )
    raise TypeError(message)


def _verdict(job: Job, signals: Signals) -> Verdict:
    return verdict_on(signals, job.architecture, root_mean_square(job.data.X))


def _remedy(estimator: BaseDeepMLP, job: Job, X: ArrayLike, y: ArrayLike | None) -> Remedy:
    """Return the first change after which the verdict is "fits", found by trying."""
    for remedy in remedies(job):
        changed = initial_job(clone(estimator).set_params(**remedy.params), X, y)
        if _verdict(changed, initial_signals(changed)).name == "fits":
            return remedy
    return SHORTEN


def _network(estimator: BaseDeepMLP, job: Job) -> str:
    hidden = job.architecture.layer_sizes[1:-1]
    depth = "1 hidden layer" if len(hidden) == 1 else f"{len(hidden)} hidden layers"
    activation, init = job.architecture.activation, job.start.initializers.hidden
    return f"{type(estimator).__name__} with {depth}, activation {activation!r}, init {init!r}"
