"""What both estimators share: from parameters and data to a job, from its result to attributes."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from os import PathLike
from typing import Any, ClassVar, Self

from numpy.typing import ArrayLike
from sklearn import get_config
from sklearn.base import BaseEstimator, clone
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted
from torch import nn

from sklearn_deepmlp._compat.documentation import LinkedToDocumentation
from sklearn_deepmlp._compat.parameter_hints import HintsAtParameters
from sklearn_deepmlp._compat.sklearn import (
    CallbackSupportMixin,
    fit_context,
    has_callbacks,
    with_callbacks,
)
from sklearn_deepmlp._estimators.conflicts import check_conflicts, check_partial_fit
from sklearn_deepmlp._estimators.divergence import check_is_finite
from sklearn_deepmlp._estimators.early_stopping import Judged
from sklearn_deepmlp._estimators.epoch_callbacks import EpochCallbacks
from sklearn_deepmlp._estimators.fit_listeners import tell_of_fit
from sklearn_deepmlp._estimators.fit_record import FitRecord, fit_record
from sklearn_deepmlp._estimators.fitted_attributes import fitted_attributes
from sklearn_deepmlp._estimators.fitted_network import fitted_architecture, fitted_state
from sklearn_deepmlp._estimators.make_job import make_job
from sklearn_deepmlp._estimators.nested_parameters import with_objects_for_nested
from sklearn_deepmlp._estimators.object_hints import BASES, object_hint
from sklearn_deepmlp._estimators.onnx_export import fitted_onnx_model
from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._estimators.prediction import finite_raw_outputs
from sklearn_deepmlp._estimators.recorded_signals import recording_of_call
from sklearn_deepmlp._estimators.reporting import warn_if_diverged, warn_of_end
from sklearn_deepmlp._estimators.resolve import Resolved, resolve
from sklearn_deepmlp._estimators.saving import save
from sklearn_deepmlp._estimators.self_normalization import check_batch, check_data
from sklearn_deepmlp._estimators.targets import Classes, Targets
from sklearn_deepmlp._estimators.training_data import FeatureNames, TrainingData, weighted_data
from sklearn_deepmlp._estimators.training_job import training_job
from sklearn_deepmlp._estimators.training_run import run
from sklearn_deepmlp._estimators.unlabeled import unlabeled
from sklearn_deepmlp._estimators.validation import (
    has_validation_data,
    validated,
    validated_features,
)
from sklearn_deepmlp._estimators.value_hints import value_hint
from sklearn_deepmlp._estimators.versions import VersionStamped
from sklearn_deepmlp._estimators.warm_start import start_from
from sklearn_deepmlp._export.torch_module import torch_module
from sklearn_deepmlp._files.atomic import write_atomically
from sklearn_deepmlp._randomness import seeds_from
from sklearn_deepmlp._stack.job import Job, Result, Start
from sklearn_deepmlp._types import Array


class BaseDeepMLP(
    LinkedToDocumentation,
    HintsAtParameters,
    VersionStamped,
    CallbackSupportMixin,
    BaseEstimator,
    ABC,
):
    """Base of the classifier and the regressor."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]]
    _starts_small: ClassVar[bool] = False  # whether init="auto" starts the first layer small
    _auto_alpha: ClassVar[float]  # what alpha="auto" is per unit of sample weight

    def _store(self, arguments: dict[str, Any]) -> None:
        """Store the constructor's arguments, given as its locals(), unchanged."""
        for name in self._parameter_constraints:
            setattr(self, name, arguments[name])

    def set_params(self, **params: Any) -> Self:
        """Set parameters, including those of the activation and the initializer.

        ``activation__negative_slope`` sets a parameter of the activation, which becomes an
        object if it was a name; likewise ``init__scale``.

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

    def _hint(self, name: str) -> str:
        found = object_hint(name, getattr(self, name)) if name in BASES else ""
        return found or value_hint(name, self.get_params(deep=False)) or super()._hint(name)

    def save(self, path: str | PathLike[str]) -> None:
        """Save the estimator to a file, from which :func:`~sklearn_deepmlp.load` restores it.

        The file holds plain values and arrays, and no code. It replaces an older file in one step,
        after it has been written completely. Needs safetensors, an extra
        (``pip install 'sklearn-deepmlp[files]'``).

        Parameters
        ----------
        path : str or path-like
            The file to write.

        Raises
        ------
        TypeError
            If a parameter or attribute cannot be saved, such as a function as `scoring`. Nothing
            is written then.
        ValueError
            If a parameter is not valid, or if attributes have been changed so that they do not fit
            each other. Nothing is written then.
        OSError
            If the file cannot be written. An existing file is left unchanged.
        ImportError
            If safetensors is not installed.
        """
        save(self, path)

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

        If it fails or is interrupted, the estimator is left unchanged. For scikit-learn's
        callbacks, every epoch is a task; if one of them returns True, training stops and keeps what
        it has learned.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets: numbers for the regressor; class labels for the classifier, or for several
            labels per row one column of zeros and ones per label, which may be sparse.
        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weight of each row; rows of weight 0 are left out. None means 1 for all.
        X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
            Features to validate on with ``early_stopping=True``, instead of rows held out from X.
            In a Pipeline, ``transform_input=["X_val"]`` transforms them like X.
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
            If data or parameters cannot be used, if training ends in weights that are not
            finite, or if the conditions of a self-normalizing activation are broken.
        """
        callbacks = EpochCallbacks(self, X, y, sample_weight) if has_callbacks(self) else None
        with self._atomically() as fitted:
            fitted._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val), callbacks)
            if callbacks is not None:
                callbacks.end_fit(lambda: fitted.__dict__)
        return self

    @contextmanager
    def _atomically(self) -> Iterator[Self]:
        """Yield a copy to work on, whose state is adopted at the end if nothing fails.

        Parameters that another thread or a callback has set in the meantime are kept.
        """
        fitted = copy.copy(self)
        yield fitted
        now = vars(self)
        self.__dict__ = vars(fitted) | {name: now[name] for name in self._parameter_constraints}

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        validation: tuple[Any, Any, Any],
        callbacks: EpochCallbacks | None,
    ) -> None:
        """Train until nothing improves: the steps of `fit`."""
        resumes = self.warm_start and hasattr(self, "coefs_")
        self._forget_partial_fits()
        params = Parameters.of(self)
        resolved = self._resolve(params)
        data = self._training_data(X, y, sample_weight, "same" if resumes else "new")
        held_out = self._validation_data(*validation)
        check_data(params, resolved, data.X, self._feature_names)
        self._judge_targets(data.targets)
        job = self._job(params, resolved, data, held_out, resumes=resumes)
        warn_of_end(job, self._train(job, callbacks))

    def _update(self, X: Any, y: Any, sample_weight: Any, classes: Classes) -> None:
        """Train for one more epoch: the steps of `partial_fit`."""
        resumes = hasattr(self, "coefs_")
        if resumes and not get_config()["skip_parameter_validation"]:
            self._validate_params()  # which `fit_context` does for the first call only
        params = Parameters.of(self)
        check_partial_fit(params)
        resolved = self._resolve(params)
        data = self._training_data(X, y, sample_weight, classes)
        self._inputs_seen = check_batch(params, resolved, data.X, self._seen_before())
        job = self._job(params, resolved, data, None, resumes=resumes)
        recording = recording_of_call(params, job.start.epochs)
        job = job.changed(max_iter=1, returns_optimizer_state=True, recording=recording)
        warn_if_diverged(job, self._train(job))

    def _seen_before(self) -> tuple[Any, ...]:
        """Return what is known about the rows of earlier calls of `partial_fit`."""
        return getattr(self, "_inputs_seen", ())

    def _forget_partial_fits(self) -> None:
        for name in ("_optimizer_state", "_inputs_seen"):
            self.__dict__.pop(name, None)

    def _resolve(self, params: Parameters) -> Resolved:
        resolved = resolve(params, auto_alpha=self._auto_alpha, starts_small=self._starts_small)
        check_conflicts(params, resolved.activation)
        return resolved

    def _training_data(self, X: Any, y: Any, sample_weight: Any, classes: Classes) -> TrainingData:
        """Check training data; set what describes features and targets."""
        is_new = classes == "new" or not hasattr(self, "coefs_")
        data = self._data(X, y, sample_weight, classes, "", reset=is_new)
        self.n_outputs_ = data.targets.n_outputs
        self.out_activation_ = data.targets.out_activation
        return data

    def _validation_data(self, X: Any, y: Any, sample_weight: Any) -> TrainingData | None:
        """Check the user's validation data; None where there are none."""
        if not has_validation_data(X, y, sample_weight, early_stopping=self.early_stopping):
            return None
        data = self._data(X, y, sample_weight, "known", "_val", reset=False)
        if data.targets.n_outputs != self.n_outputs_:
            raise ValueError(
                f"y_val has {data.targets.n_outputs} outputs, but y has {self.n_outputs_} outputs."
            )
        return data

    def _data(
        self, X: Any, y: Any, sample_weight: Any, classes: Classes, suffix: str, *, reset: bool
    ) -> TrainingData:
        X, y = validated(self, X, y, suffix, reset=reset)
        targets = self._encode(y, classes, f"y{suffix}")
        return self._weigh(weighted_data(X, targets, sample_weight, suffix))

    @abstractmethod
    def _encode(self, y: Any, classes: Classes, name: str) -> Targets:
        """Encode validated targets; set what describes them where `classes` is "new"."""

    @abstractmethod
    def _decode(self, values: Array) -> Array:
        """Return targets in the form in which they were given."""

    def _weigh(self, data: TrainingData) -> TrainingData:
        """Adapt sample weights to this estimator."""
        return data

    def _judge_targets(self, targets: Targets) -> None:
        """Warn of targets that are hard to learn."""

    @abstractmethod
    def _score_raw(self, values: Array, raw: Array, sample_weight: Array) -> float:
        """Score raw outputs against encoded targets, as `score` does predictions."""

    @property
    def _feature_names(self) -> FeatureNames:
        return getattr(self, "feature_names_in_", None)

    def _job(
        self,
        params: Parameters,
        resolved: Resolved,
        data: TrainingData,
        held_out: TrainingData | None,
        *,
        resumes: bool,
    ) -> Job:
        start = start_from(vars(self) if resumes else None, resolved.initializers, params)
        judged = Judged(self, params, self._score_raw, self._decode)
        names = self._feature_names
        return training_job(judged, resolved, data, held_out, start, feature_names=names)

    def _initial_job(self, X: Any, y: Any) -> Job:
        """Describe the training of a new network: the steps of `fit` that lead to its weights."""
        self._validate_params()
        params = Parameters.of(self)
        resolved = self._resolve(params)
        data = unlabeled(self, X) if y is None else self._training_data(X, y, None, "new")
        return make_job(
            params,
            resolved,
            data,
            data.all_rows(),
            Start(resolved.initializers),
            seeds=seeds_from(params["random_state"]),
            feature_names=self._feature_names,
        )

    def _train(self, job: Job, callbacks: EpochCallbacks | None = None) -> Result:
        """Train and set the fitted attributes."""

        def attributes(result: Result) -> dict[str, Any]:
            after = {**vars(self), **fitted_attributes(job, result, self.scoring, vars(self))}
            check_is_finite(job, result, partial(self._record, after))
            return after

        result, self.__dict__ = run(job, self.verbose, callbacks, attributes)
        tell_of_fit(partial(self._record, vars(self)))
        return result

    def _record(self, fitted: Mapping[str, Any], error: str | None = None) -> FitRecord:
        """Return the record of a fit that has set these attributes, or failed to."""
        return fit_record(type(self).__name__, self.get_params(deep=False), fitted, error)

    def _fitted(self) -> Mapping[str, Any]:
        """Return the attributes, among them the fitted ones; refuse if there are none."""
        fitted = vars(self)
        if "coefs_" not in fitted:
            check_is_fitted(self, "coefs_")
        return fitted

    def _raw_predictions(self, X: ArrayLike) -> Array:
        """Validate X and return raw outputs (n_samples, n_outputs), all of them finite."""
        fitted = self._fitted()
        X = validated_features(self, X)
        return finite_raw_outputs(fitted, X, self.device, self._feature_names)

    def to_torch(self) -> nn.Module:
        """Return the network as a module of torch, for instance to continue its training there.

        Its outputs are raw: those of the output layer before the output activation, as losses such
        as ``BCEWithLogitsLoss`` and ``CrossEntropyLoss`` expect them. The classifier's
        `predict_proba` is their sigmoid, or their softmax for more than two classes; the
        regressor's `predict` returns their exponential if ``out_activation_`` is "exp", else the
        outputs themselves.

        Everything that training changes is a parameter of the module, including what activations
        learn. Running statistics are buffers. Dropout and random slopes are active in train mode
        only, and use torch's generator.

        Returns
        -------
        torch.nn.Module
            The network in eval mode, on the CPU, with the data type that it was trained in. It
            takes tensors of shape (n_samples, n_features) and returns tensors of shape
            (n_samples, n_outputs). Its tensors are copies.
        """
        fitted = self._fitted()
        return torch_module(fitted_state(fitted), fitted_architecture(fitted))

    def to_onnx(
        self, path: str | PathLike[str] | None = None, *, target_opset: int | None = None
    ) -> Any:
        """Return the estimator as an ONNX model, which predicts without this package.

        The input "X" has the data type that the network was trained in, and any number of rows. The
        classifier's outputs are "label", of type int64 or string, and "probabilities"; for several
        labels per row "label" has one column per label. The regressor's output "variable" has one
        column per target.

        Whole pipelines are converted by skl2onnx after ``import sklearn_deepmlp.onnx``.

        Parameters
        ----------
        path : str or path-like, default=None
            The file to write the model to; None writes none.
        target_opset : int, default=None
            Version of the operators, 18 or newer. None is 18.

        Returns
        -------
        onnx.ModelProto
            The model.

        Raises
        ------
        ImportError
            If onnx or onnxscript is not installed: ``pip install 'sklearn-deepmlp[onnx]'``.
        ValueError
            If a custom activation consists of operations that ONNX does not have.
        """
        model = fitted_onnx_model(self._fitted(), target_opset)
        if path is not None:
            write_atomically(path, model.SerializeToString())
        return model

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def initial_job(estimator: BaseDeepMLP, X: ArrayLike, y: ArrayLike | None) -> Job:
    """Return the training of a new network with the parameters of an estimator, on all rows.

    Parameters
    ----------
    estimator : DeepMLPClassifier or DeepMLPRegressor
        It may be fitted or not, and is not changed.
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        Features.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), or None
        Targets. None stands for a single output, which leaves the weights of hidden layers the
        same.
    """
    return clone(estimator)._initial_job(X, y)
