"""The classifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import scipy.sparse
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from sklearn_deepmlp._compat.sklearn import check_partial_fit_first_call, fit_context
from sklearn_deepmlp._estimators.base import BaseDeepMLP
from sklearn_deepmlp._estimators.class_weights import with_class_weights
from sklearn_deepmlp._estimators.conflicts import has_partial_fit
from sklearn_deepmlp._estimators.consistent_predictions import reads_state_once
from sklearn_deepmlp._estimators.docstrings import documented
from sklearn_deepmlp._estimators.error_names import errors_name
from sklearn_deepmlp._estimators.labels import (
    check_classes,
    check_kind,
    check_known_classes,
    checked_labels,
    classes_in,
    encode_labels,
)
from sklearn_deepmlp._estimators.parameter_table import CLASSIFIER_CONSTRAINTS
from sklearn_deepmlp._estimators.probabilities import log_probabilities, probabilities
from sklearn_deepmlp._estimators.targets import Classes, Targets
from sklearn_deepmlp._estimators.training_data import TrainingData
from sklearn_deepmlp.activations.base import Activation
from sklearn_deepmlp.initializers import Initializer

_AUTO_ALPHA = 1e-3  # per unit of sample weight


@documented(_AUTO_ALPHA)
class DeepMLPClassifier(ClassifierMixin, BaseDeepMLP):
    """A deep multilayer perceptron classifier.

    It minimizes the log loss of binary, multiclass or multilabel targets. Parameters and
    attributes shared with :class:`sklearn.neural_network.MLPClassifier` have the same meaning.
    Networks are built in PyTorch and trained by skorch, on CPU or GPU.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels in sorted order; the indices of the columns of multilabel targets.
    n_outputs_ : int
        Number of outputs: one for two classes, else one per class or label.
    out_activation_ : str
        Output activation: "softmax" for more than two classes, else "logistic".

    See Also
    --------
    DeepMLPRegressor : The regressor.
    sklearn.neural_network.MLPClassifier : The multilayer perceptron of scikit-learn.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_deepmlp import DeepMLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> net = DeepMLPClassifier((32, 32), "swish", max_iter=500, random_state=0)
    >>> make_pipeline(StandardScaler(), net).fit(X, y).score(X, y) > 0.95
    True
    """

    loss = "log_loss"
    _parameter_constraints = CLASSIFIER_CONSTRAINTS
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
        class_weight: dict[Any, float] | list[dict[int, float]] | str | None = None,
        label_smoothing: float = 0.0,
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
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        classes: ArrayLike | None = None,
    ) -> Self:
        """Train for one more epoch, on these data; only with stochastic solvers.

        The solver resumes where the last call left it; after `fit` it starts afresh.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Class labels, or one column of zeros and ones per label.
        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weight of each row.
        classes : array-like of shape (n_classes,), default=None
            All class labels that will ever occur; required by the first call. For multilabel
            targets they are the indices of the columns of y, ``np.arange(n_labels)``.

        Returns
        -------
        object
            The fitted estimator.

        Raises
        ------
        ValueError
            As `fit` does, and for parameters that need all data at once: early stopping,
            learning rates that depend on the length of training, and class_weight="balanced".
        """
        with self._atomically() as fitted:
            check_classes(classes)
            with errors_name("classes", "y"):
                is_first = check_partial_fit_first_call(fitted, classes)
            fitted._update(X, y, sample_weight, "announced" if is_first else "known")
        return self

    def _encode(self, y: Any, classes: Classes, name: str) -> Targets:
        labels = checked_labels(y, name)
        if classes == "new":
            self.classes_ = classes_in(labels)
        if classes in {"new", "announced"}:
            self._is_multilabel = labels.ndim == 2
            self._sparse_format = type(y).__name__ if issparse(y) else None
        if classes != "new":
            check_kind(labels, self.classes_, name, is_multilabel=self._is_multilabel)
            check_known_classes(labels, self.classes_, classes, name)
        return encode_labels(labels, self.classes_)

    def _decode(self, values: NDArray[Any]) -> NDArray[Any]:
        codes = values.astype(np.intp)
        return codes if self._is_multilabel else self.classes_[codes.ravel()]

    def _weigh(self, data: TrainingData) -> TrainingData:
        return with_class_weights(data, self.class_weight, self.classes_, type(self).__name__)

    def _codes(self, raw: NDArray[Any]) -> NDArray[np.intp]:
        """Return class indices (n_samples,), or zeros and ones (n_samples, n_labels)."""
        if self.out_activation_ == "softmax":
            return raw.argmax(axis=1)
        codes = (raw > 0).astype(np.intp)
        if self._is_multilabel:
            return codes
        return np.minimum(codes.ravel(), len(self.classes_) - 1)  # 0 if there is only one class

    def _score_raw(
        self, values: NDArray[Any], raw: NDArray[Any], sample_weight: NDArray[Any]
    ) -> float:
        predicted = self._codes(raw)
        true = values.reshape(predicted.shape).astype(np.intp)
        return accuracy_score(true, predicted, sample_weight=sample_weight)

    @reads_state_once
    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict classes.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        {ndarray, sparse matrix} of shape (n_samples,) or (n_samples, n_labels)
            The most probable class of each row, or one column of zeros and ones per label,
            sparse if the network was fitted to sparse labels.
        """
        codes = self._codes(self._raw_predictions(X))
        if self._is_multilabel:
            name = self._sparse_format
            return codes if name is None else getattr(scipy.sparse, name)(codes)
        return self.classes_[codes]

    @reads_state_once
    def decision_function(self, X: ArrayLike) -> NDArray[Any]:
        """Return logits: the network's outputs before the output activation.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            For two classes one number per row, above 0 where the second class is predicted.
        """
        raw = self._raw_predictions(X)
        return raw.ravel() if self.n_outputs_ == 1 else raw

    @reads_state_once
    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Predict probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
            The probability of each class, in the order of `classes_`, or of each label.
        """
        raw = self._raw_predictions(X)
        return probabilities(raw, self.out_activation_, self._n_classes)

    @reads_state_once
    def predict_log_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Predict logarithms of probabilities, including those that round to 0.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
            The logarithm of `predict_proba`; finite even where that is 0.
        """
        raw = self._raw_predictions(X)
        return log_probabilities(raw, self.out_activation_, self._n_classes)

    @property
    def _n_classes(self) -> int | None:
        """Number of classes that exclude each other; None for multilabel targets."""
        return None if self._is_multilabel else len(self.classes_)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
