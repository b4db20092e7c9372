"""The public function."""

from __future__ import annotations

from typing import Any

from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sklearn_deepmlp._compat.sklearn import BaseSearchCV
from sklearn_deepmlp._diagnosis.diagnosis import Diagnosis, diagnosis_of
from sklearn_deepmlp._diagnosis.search_diagnosis import SearchDiagnosis, search_diagnosis
from sklearn_deepmlp._estimators.base import BaseDeepMLP
from sklearn_deepmlp._estimators.divergence import DivergenceError
from sklearn_deepmlp._estimators.fit_record import fit_record
from sklearn_deepmlp._together.fit_records import records_of_search


def diagnose(fit: Any) -> Diagnosis | SearchDiagnosis:
    """Explain why a network does not learn, or learns less than it could.

    Parameters
    ----------
    fit : estimator, DivergenceError or search
        One of these:

        - a fitted DeepMLPClassifier or DeepMLPRegressor, a Pipeline that ends in one, or a
          TransformedTargetRegressor of one;
        - the error with which its `fit` failed;
        - a search over them that has run within :func:`fit_together`, in this process.

    Returns
    -------
    Diagnosis or SearchDiagnosis
        The `findings`, each with a code, title, layer, evidence, explanation and remedy, and the
        outcome of each of the `checks`; for a search, the findings of each of its `candidates`. It
        prints as text and shows as HTML in a notebook.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ValueError
        If the fits of the search are not known.
    TypeError
        If `fit` is anything else.

    See Also
    --------
    inspect_initialization : Inspect a network before its training.
    SignalDisplay : Draw what training recorded.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.preprocessing import scale
    >>> from sklearn_deepmlp import DeepMLPClassifier, diagnose
    >>> X, y = load_wine(return_X_y=True)
    >>> net = DeepMLPClassifier((20,) * 30, "logistic", max_iter=50, random_state=0)
    >>> [finding.title for finding in diagnose(net.fit(scale(X), y)).findings]
    ['vanishing gradients']
    """
    if isinstance(fit, BaseSearchCV):
        return _of_search(fit)
    if isinstance(fit, DivergenceError) and fit.record is not None:
        return diagnosis_of(fit.record)
    return _of_estimator(_network_of(fit))


def _of_estimator(network: BaseDeepMLP) -> Diagnosis:
    check_is_fitted(network, "coefs_")
    params = network.get_params(deep=False)
    return diagnosis_of(fit_record(type(network).__name__, params, vars(network)))


def _of_search(search: BaseSearchCV) -> SearchDiagnosis:
    check_is_fitted(search, "cv_results_")
    fits = records_of_search(search)
    if fits is None:
        raise ValueError(
            f"The fits of this {type(search).__name__} are not known, as their networks are gone "
            "when it ends. Run it within sklearn_deepmlp.fit_together(), which keeps what they "
            "recorded, and diagnose it in the same process."
        )
    n_splits = search.n_splits_
    splits = [fits[first : first + n_splits] for first in range(0, len(fits), n_splits)]
    return search_diagnosis(list(zip(search.cv_results_["params"], splits, strict=True)))


def _network_of(estimator: Any) -> BaseDeepMLP:
    """Return the estimator of this package that an estimator is or contains."""
    if isinstance(estimator, BaseDeepMLP):
        return estimator
    if isinstance(estimator, Pipeline):
        return _network_of(estimator[-1])
    if isinstance(estimator, TransformedTargetRegressor):
        check_is_fitted(estimator, "regressor_")
        return _network_of(estimator.regressor_)
    raise TypeError(
        "diagnose needs a fitted DeepMLPClassifier or DeepMLPRegressor, a Pipeline or "
        "TransformedTargetRegressor of one, the DivergenceError of its fit, or a search. Got "
        f"{type(estimator).__name__} instead."
    )
