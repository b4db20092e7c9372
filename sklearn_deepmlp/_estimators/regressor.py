"""The regressor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from sklearn_deepmlp._compat.sklearn import fit_context
from sklearn_deepmlp._estimators.base import BaseDeepMLP
from sklearn_deepmlp._estimators.conflicts import has_partial_fit
from sklearn_deepmlp._estimators.consistent_predictions import reads_state_once
from sklearn_deepmlp._estimators.docstrings import documented
from sklearn_deepmlp._estimators.parameter_table import REGRESSOR_CONSTRAINTS
from sklearn_deepmlp._estimators.regression_targets import encode_values
from sklearn_deepmlp._estimators.target_scale import warn_of_scale
from sklearn_deepmlp._estimators.targets import Classes, Targets
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.activations.base import Activation
from sklearn_deepmlp.initializers import Initializer

_AUTO_ALPHA = 1e-4  # per unit of sample weight


@documented(_AUTO_ALPHA)
class DeepMLPRegressor(RegressorMixin, BaseDeepMLP):
    """A deep multilayer perceptron regressor.

    It minimizes half the squared error or another loss. Parameters and
    attributes shared with :class:`sklearn.neural_network.MLPRegressor` have the same meaning.
    Networks are built in PyTorch and trained by skorch, on CPU or GPU.

    Attributes
    ----------
    n_outputs_ : int
        Number of outputs.
    out_activation_ : str
        Output activation that belongs to the loss, such as "identity", or "exp" for counts.

    See Also
    --------
    DeepMLPClassifier : The classifier.
    sklearn.neural_network.MLPRegressor : The multilayer perceptron of scikit-learn.

    Examples
    --------
    >>> from sklearn.compose import TransformedTargetRegressor
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_deepmlp import DeepMLPRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = DeepMLPRegressor((32, 32), "gelu", random_state=0)
    >>> pipeline = make_pipeline(StandardScaler(), net)
    >>> model = TransformedTargetRegressor(pipeline, transformer=StandardScaler())
    >>> model.fit(X, y).score(X, y) > 0.5
    True
    """

    _parameter_constraints = REGRESSOR_CONSTRAINTS
    _starts_small = True
    _auto_alpha = _AUTO_ALPHA

    def __init__(
        self,
        hidden_layer_sizes: int | ArrayLike = (100,),
        activation: str | Activation = "relu",
        *,
        init: str | Initializer = "auto",
        solver: str = "adam",
        alpha: float | str = "auto",
        l1_ratio: float = 0.0,
        max_norm: float | None = None,
        dropout: float = 0.0,
        dropout_kind: str = "auto",
        loss: str = "squared_error",
        quantile: float = 0.5,
        normalization: str | None = None,
        skip_connections: str | None = None,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: int | np.random.RandomState | None = None,
        tol: float = 1e-4,
        verbose: bool | int = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        scoring: str | Callable[..., float] | None = None,
        validation_fraction: float = 0.1,
        max_grad_norm: float | None = None,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        device: str = "auto",
        dtype: str = "auto",
        self_normalization: str = "enforce",
        record_signals: str | int | bool = "auto",
    ) -> None:
        self._store(locals())

    @available_if(has_partial_fit)
    @fit_context(prefer_skip_nested_validation=False)
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train for one more epoch, on these data; only with stochastic solvers.

        The solver resumes where the last call left it; after `fit` it starts afresh.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weight of each row.

        Returns
        -------
        object
            The fitted estimator.

        Raises
        ------
        ValueError
            As `fit` does, and for parameters that need all data at once: early stopping and
            learning rates that depend on the length of training.
        """
        with self._atomically() as fitted:
            fitted._update(X, y, sample_weight, "known")
        return self

    def _encode(self, y: Any, classes: Classes, name: str) -> Targets:
        return encode_values(y, self.loss, name)

    def _decode(self, values: NDArray[Any]) -> NDArray[Any]:
        return values.ravel() if values.shape[1] == 1 else values

    def _judge_targets(self, targets: Targets) -> None:
        if self.out_activation_ == "identity":
            by_line_search = not SOLVERS[self.solver].is_stochastic
            warn_of_scale(targets.values, by_line_search=by_line_search)

    def _values(self, raw: NDArray[Any]) -> NDArray[Any]:
        """Apply the output activation."""
        with np.errstate(over="ignore"):
            return np.exp(raw) if self.out_activation_ == "exp" else raw

    def _score_raw(
        self, values: NDArray[Any], raw: NDArray[Any], sample_weight: NDArray[Any]
    ) -> float:
        predicted = self._values(raw)
        if not np.isfinite(predicted).all():
            return np.nan
        return r2_score(values, predicted, sample_weight=sample_weight)

    @reads_state_once
    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict targets.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The predicted values.
        """
        raw = self._raw_predictions(X)
        values = self._values(raw)
        if not np.isfinite(values).all():
            row = int(np.argmax(raw.max(axis=1)))
            raise ValueError(
                f"The prediction for row {row} of X overflows: it is exp({raw[row].max():.6g}). "
                "Does the row differ from the training data? Scale the features, for instance with "
                "StandardScaler in a Pipeline."
            )
        return values.ravel() if self.n_outputs_ == 1 else values

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.positive_only = any(
            loss.needs_non_negative and name == self.loss
            for name, loss in REGRESSION_LOSSES.items()
        )
        return tags
