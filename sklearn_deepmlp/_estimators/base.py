"""What both estimators share: from parameters and data to a job, from its result to attributes."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from sklearn_deepmlp._compat.sklearn import (
    CallbackSupportMixin,
    fit_context,
    has_callbacks,
    with_callbacks,
)
from sklearn_deepmlp._estimators.combinations import check_combinations, check_partial_fit
from sklearn_deepmlp._estimators.continuing import (
    as_plain_state,
    fitted_weights,
    solver_state,
    start_of,
)
from sklearn_deepmlp._estimators.devices import prediction_device, step_flops
from sklearn_deepmlp._estimators.epoch_callbacks import EpochCallbacks
from sklearn_deepmlp._estimators.inputs import predictable, training_data, validation_data
from sklearn_deepmlp._estimators.job_making import initializers, make_job, uses_alpha_dropout
from sklearn_deepmlp._estimators.layer_sizes import hidden_sizes
from sklearn_deepmlp._estimators.messages import overflow_message
from sklearn_deepmlp._estimators.outcome import on_epoch, take_over
from sklearn_deepmlp._estimators.pieces import (
    make_activation,
    make_initializer,
    with_objects_for_nested,
)
from sklearn_deepmlp._estimators.reporting import print_end, warn_if_diverged, warn_of_end
from sklearn_deepmlp._estimators.scoring import make_score
from sklearn_deepmlp._estimators.self_normalization import parameter_violations, report
from sklearn_deepmlp._estimators.standardization import (
    Violation,
    batch_violations,
    data_violations,
    with_rows,
)
from sklearn_deepmlp._estimators.targets import Classes, Targets
from sklearn_deepmlp._estimators.training_data import TrainingData
from sklearn_deepmlp._estimators.validation_split import split_rows
from sklearn_deepmlp._estimators.versions import VersionStamped
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._randomness import seeds_from
from sklearn_deepmlp._stack.job import Job, NetworkState, Start
from sklearn_deepmlp._stack.prediction import raw_outputs
from sklearn_deepmlp._training.train import train


def is_stochastic(net: Any) -> bool:
    """Tell whether partial_fit exists; complain as scikit-learn's MLP does where it does not."""
    if net.solver == "lbfgs":
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. lbfgs is not stochastic."
        )
    return True


class BaseDeepMLP(VersionStamped, CallbackSupportMixin, BaseEstimator, ABC):
    """Base of the classifier and the regressor."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]]
    _starts_small: ClassVar[bool] = False  # whether init="auto" starts the first layer small
    _auto_alpha: ClassVar[float]  # what alpha="auto" is for each unit of weight

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
    @with_callbacks
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Self:
        """Fit the model to data.

        If it fails or is interrupted, the estimator stays as it was. What scikit-learn's
        callbacks are told of is one task an epoch; where one of them returns True, training
        stops and keeps what it has learned.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets: class labels, or zeros and ones a label (sparse too), for the classifier;
            numbers for the regressor.
        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weight of each row; rows of weight 0 are left out. None is 1 for all.
        X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
            Features to judge by with ``early_stopping=True``, instead of rows held back from X.
            In a Pipeline ``transform_input=["X_val"]`` has them transformed as X is.
        y_val : array-like of shape (n_val,) or (n_val, n_outputs), default=None
            Targets of X_val.
        sample_weight_val : array-like of shape (n_val,), default=None
            Non-negative weights of the rows of X_val.

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
        callbacks = EpochCallbacks(self, X, y, sample_weight) if has_callbacks(self) else None
        with self._atomically() as fitted:
            fitted._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val), callbacks)
            if callbacks is not None:
                callbacks.end_fit(lambda: fitted.__dict__)
        return self

    @contextmanager
    def _atomically(self) -> Iterator[Self]:
        """Give a copy to work on, whose state is taken over at the end, if nothing fails."""
        fitted = copy.copy(self)
        yield fitted
        self.__dict__ = fitted.__dict__

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        validation: tuple[Any, Any, Any],
        callbacks: EpochCallbacks | None,
    ) -> None:
        goes_on = self.warm_start and hasattr(self, "coefs_")
        for name in ("_solver_state", "_inputs_seen"):
            self.__dict__.pop(name, None)
        self._set_pieces()
        data = training_data(self, X, y, sample_weight, "same" if goes_on else "new")
        held_back = validation_data(self, *validation)
        self._report_violations(data_violations, data.X, self._feature_names)
        self._judge_targets(data.targets)
        drawn = initializers(self)
        job = self._make_job(data, held_back, start_of(self, drawn) if goes_on else Start(drawn))
        result = train(replace(job, on_epoch=on_epoch(self, job, callbacks)))
        take_over(self, job, result)
        if self.verbose:
            print_end(job, result)
        warn_of_end(job, result)

    def _update(self, X: Any, y: Any, sample_weight: Any, classes: Classes) -> None:
        """Train for one epoch more, as `partial_fit` does."""
        is_new = not hasattr(self, "coefs_")
        check_partial_fit(self)
        self._set_pieces()
        data = training_data(self, X, y, sample_weight, classes)
        seen = with_rows(getattr(self, "_inputs_seen", ()), data.X)
        self._inputs_seen = tuple(seen)
        self._report_violations(batch_violations, data.X, seen)
        start = Start(initializers(self))
        if not is_new:
            start = replace(start_of(self, start.initializers), solver=solver_state(self))
        job = self._make_job(data, None, start).changed(max_iter=1, returns_solver=True)
        result = train(replace(job, on_epoch=on_epoch(self, job, None)))
        take_over(self, job, result)
        if self.verbose:
            print_end(job, result)
        warn_if_diverged(job, result)
        self._solver_state = as_plain_state(self.solver, result.solver)

    def _set_pieces(self) -> None:
        """Make activation and initializer of what the parameters name."""
        self.activation_ = make_activation(self.activation)
        self.init_ = make_initializer(self.init, self.activation_)
        self._skip_connections = self.skip_connections
        self._normalization = self.normalization
        check_combinations(self)

    @abstractmethod
    def _encode(self, y: Any, classes: Classes, name: str) -> Targets:
        """Encode validated targets; set what describes them where `classes` is "new"."""

    @abstractmethod
    def _decode(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return targets in the form in which they were given."""

    @abstractmethod
    def _weigh(self, data: TrainingData) -> TrainingData:
        """Change sample weights by what they mean to this estimator."""

    def _judge_targets(self, targets: Targets) -> None:
        """Warn of targets that are hard to learn."""

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

    def _report_violations(self, find: Any, *arguments: Any) -> None:
        """Report what breaks self-normalization, where it is to be; `find` looks at the data."""
        has_hidden_layers = len(hidden_sizes(self.hidden_layer_sizes, type(self).__name__)) > 0
        applies = self.activation_.self_normalizing and has_hidden_layers
        if self.self_normalization == "ignore" or not applies:
            return
        of_data: list[Violation] = find(*arguments)
        params = self.get_params(deep=False)
        of_parameters = parameter_violations(params, self.init_, uses_alpha_dropout(self))
        violations = [*of_data, *of_parameters]
        report(violations, self.activation_, self.self_normalization, type(self).__name__)

    def _make_job(self, data: TrainingData, held_back: TrainingData | None, start: Start) -> Job:
        seeds = seeds_from(self.random_state)
        rows = np.arange(data.X.shape[0])
        if self.early_stopping and held_back is None and self.solver != "lbfgs":
            rows, others = split_rows(
                len(rows), self.validation_fraction, data.targets.strata(), seeds.split
            )
            held_back = None if others is None else data.of(others)
        job = make_job(self, data, rows, seeds, start)
        if held_back is None:
            return job
        held_back = held_back.astype(job.data.X.dtype, self._feature_names)
        return replace(job, score=make_score(self, held_back))

    def _raw_outputs_of(self, weights: NetworkState, X: Any) -> NDArray[Any]:
        layer_sizes = (X.shape[1], *(len(intercept) for intercept in weights.intercepts))
        device = prediction_device(self.device, step_flops(layer_sizes, X.shape[0], X))
        architecture = Architecture(
            layer_sizes, self.activation_, self._normalization, self._skip_connections
        )
        return raw_outputs(weights, architecture, X, device)

    def _raw_predictions(self, X: ArrayLike) -> NDArray[Any]:
        """Validate X and return raw outputs (n_samples, n_outputs), all of them finite."""
        check_is_fitted(self, "coefs_")  # without a name, all attributes are looked through
        given = predictable(self, X)
        dtype = self.coefs_[0].dtype
        with np.errstate(over="ignore"):
            data = given.astype(dtype, copy=False)
        raw = self._raw_outputs_of(fitted_weights(self), data)
        if not np.isfinite(raw).all():
            raise ValueError(overflow_message(given, self._feature_names, dtype))
        return raw

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
