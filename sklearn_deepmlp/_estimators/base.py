"""What both estimators share: from parameters and data to a job, from its result to attributes."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, Self, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from sklearn_deepmlp._engine.training import train
from sklearn_deepmlp._estimators.devices import prediction_device, step_flops
from sklearn_deepmlp._estimators.job_making import make_job, uses_alpha_dropout
from sklearn_deepmlp._estimators.layer_sizes import hidden_sizes
from sklearn_deepmlp._estimators.messages import overflow_message, parameter_message
from sklearn_deepmlp._estimators.pieces import (
    make_activation,
    make_initializer,
    with_objects_for_nested,
)
from sklearn_deepmlp._estimators.reporting import print_end, warn_if_not_converged
from sklearn_deepmlp._estimators.self_normalization import (
    data_violations,
    parameter_violations,
    report,
)
from sklearn_deepmlp._estimators.targets import Targets
from sklearn_deepmlp._estimators.training_data import TrainingData, weighted_data
from sklearn_deepmlp._estimators.validation_split import split_rows
from sklearn_deepmlp._estimators.versions import VersionStamped
from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._randomness import seeds_from
from sklearn_deepmlp._sklearn import fit_context
from sklearn_deepmlp._stack.job import Job, Result, Weights
from sklearn_deepmlp._stack.prediction import raw_outputs


class BaseDeepMLP(VersionStamped, BaseEstimator, ABC):
    """Base of the classifier and the regressor."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]]
    _y_checks: ClassVar[dict[str, bool]] = {}

    def _store(self, arguments: dict[str, Any]) -> None:
        """Store the constructor's arguments, given as its locals(), unchanged."""
        for name in self._get_param_names():
            setattr(self, name, arguments[name])

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also those of the activation and the initializer.

        ``activation__negative_slope`` sets a parameter of the activation, which becomes an
        object where it is a name, and likewise ``init__scale``.

        Parameters
        ----------
        **params : dict
            Parameters by name.

        Returns
        -------
        object
            The estimator.
        """
        super().set_params(**with_objects_for_nested(params, self.get_params(deep=False)))
        return self

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the model to data.

        If it fails or is interrupted, the estimator stays as it was.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets: class labels, or zeros and ones a label, for the classifier; numbers for
            the regressor.
        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weight of each row; rows of weight 0 are left out. None is 1 for all.

        Returns
        -------
        object
            The fitted estimator.

        Raises
        ------
        ValueError
            Where data or parameters cannot be used, where training ends in weights that are
            not finite, and where a self-normalizing activation meets conditions that break
            self-normalization.
        """
        fitted = copy.copy(self)
        fitted._fit(X, y, sample_weight)
        self.__dict__ = fitted.__dict__
        return self

    def _fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None) -> None:
        self.activation_ = make_activation(self.activation)
        self.init_ = make_initializer(self.init, self.activation_)
        self._skip_connections = self.skip_connections
        self._check_combinations()
        X, y = validate_data(
            self, X, y, multi_output=True, dtype=(np.float64, np.float32), **self._y_checks
        )
        targets = self._encode(cast("NDArray[Any]", y))
        self.n_outputs_ = targets.n_outputs
        self.out_activation_ = LOSSES[targets.loss].out_activation
        data = self._weigh(weighted_data(np.asarray(X), targets, sample_weight))
        self._check_self_normalization(data.X)
        job = self._make_job(data)
        result = train(job)
        self._take_over(job, result)

    @abstractmethod
    def _encode(self, y: NDArray[Any]) -> Targets:
        """Encode the targets and set the attributes that describe them."""

    @abstractmethod
    def _weigh(self, data: TrainingData) -> TrainingData:
        """Change sample weights by what they mean to this estimator."""

    @abstractmethod
    def _loss_number(self) -> float:
        """Return the number that the loss takes."""

    @abstractmethod
    def _score_raw(
        self, values: NDArray[Any], raw: NDArray[Any], sample_weight: NDArray[Any]
    ) -> float:
        """Score raw outputs against encoded targets, as `score` does predictions."""

    @property
    def _feature_names(self) -> NDArray[np.object_] | None:
        return getattr(self, "feature_names_in_", None)

    def _check_combinations(self) -> None:
        if self.solver == "adamw" and self.l1_ratio > 0:
            expected = "0 with solver='adamw', whose weight decay is L2; take solver='adam' for L1"
            owner = type(self).__name__
            raise ValueError(parameter_message("l1_ratio", owner, expected, self.l1_ratio))

    def _check_self_normalization(self, X: NDArray[Any]) -> None:
        has_hidden_layers = len(hidden_sizes(self.hidden_layer_sizes, type(self).__name__)) > 0
        applies = self.activation_.self_normalizing and has_hidden_layers
        if self.self_normalization == "ignore" or not applies:
            return
        violations = [
            *data_violations(X, self._feature_names),
            *parameter_violations(
                self.get_params(deep=False), self.init_, uses_alpha_dropout(self)
            ),
        ]
        report(violations, self.activation_, self.self_normalization, type(self).__name__)

    def _make_job(self, data: TrainingData) -> Job:
        seeds = seeds_from(self.random_state)
        rows, held_back = np.arange(len(data.X)), None
        if self.early_stopping:
            rows, held_back = split_rows(
                len(data.X), self.validation_fraction, data.targets.strata(), seeds.split
            )
        job = make_job(self, data, rows, seeds)
        return job if held_back is None else replace(job, score=self._scorer(job, held_back))

    def _scorer(self, job: Job, rows: NDArray[np.intp]) -> Callable[[Weights], float]:
        X, values, weight = job.X[rows], job.targets[rows], job.sample_weight[rows]

        def score(weights: Weights) -> float:
            raw = self._raw_outputs_of(weights, X)
            if not np.isfinite(raw).all():
                return np.nan
            return float(self._score_raw(values, raw, weight))

        return score

    def _raw_outputs_of(self, weights: Weights, X: NDArray[Any]) -> NDArray[Any]:
        layer_sizes = (X.shape[1], *(len(intercept) for intercept in weights.intercepts))
        device = prediction_device(self.device, step_flops(layer_sizes, len(X)))
        return raw_outputs(weights, self.activation_, self._skip_connections, X, device)

    def _take_over(self, job: Job, result: Result) -> None:
        """Make fitted attributes of what training gave."""
        weights, scores = result.weights, result.validation_scores
        if not weights.is_finite():
            raise ValueError(
                "Solver produced non-finite parameter weights. The input data may contain large "
                f"values and need to be preprocessed, or learning_rate_init="
                f"{self.learning_rate_init} is too large."
            )
        self.coefs_ = weights.coefs
        self.intercepts_ = weights.intercepts
        self.activation_params_ = weights.activation_params
        self.normalization_params_ = weights.normalization_params
        self.loss_curve_ = result.loss_curve
        self.loss_ = result.loss_curve[-1]
        self.best_loss_ = min(result.loss_curve) if job.score is None else None
        self.validation_scores_ = None if job.score is None else scores
        self.best_validation_score_ = None if job.score is None else _best(scores)
        self.n_iter_ = len(result.loss_curve)
        self.t_ = self.n_iter_ * len(job.rows)
        self.n_layers_ = len(job.layer_sizes)
        if self.verbose:
            print_end(job, result)
        warn_if_not_converged(job, result)

    def _raw_predictions(self, X: ArrayLike) -> NDArray[Any]:
        """Validate X and return raw outputs (n_samples, n_outputs), all of them finite."""
        check_is_fitted(self)
        given = np.asarray(validate_data(self, X, reset=False, dtype=(np.float64, np.float32)))
        dtype = self.coefs_[0].dtype
        with np.errstate(over="ignore"):
            data = given.astype(dtype, copy=False)
        weights = Weights(
            self.coefs_, self.intercepts_, self.activation_params_, self.normalization_params_
        )
        raw = self._raw_outputs_of(weights, data)
        if not np.isfinite(raw).all():
            raise ValueError(overflow_message(given, self._feature_names, dtype))
        return raw


def _best(scores: list[float]) -> float:
    return max((score for score in scores if not np.isnan(score)), default=-np.inf)
