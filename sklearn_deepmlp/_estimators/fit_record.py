"""What is known about a fit at its end, whether it succeeded or failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp.activations import Activation
from sklearn_deepmlp.initializers import Initializer


@dataclass(frozen=True)
class FitRecord:
    """A fit: parameters, losses and signals, without the network itself.

    Attributes
    ----------
    owner : str
        Name of the estimator's class.
    params : mapping of str to Any
        The parameters of the estimator.
    activation : Activation
        Activation function of the hidden layers.
    init : Initializer
        Initialization of the hidden layers.
    layer_sizes : tuple of int
        Numbers of features, of units of each hidden layer, and of outputs.
    n_iter : int
        Epochs of the last training.
    loss_curve : list of float
        Loss of each epoch, including those of the fits that it resumed.
    validation_scores : list of float or None
        Validation score of each epoch; None without validation.
    rows_per_epoch : float
        Mean number of rows per epoch, or per call of `partial_fit`.
    signals : Signals or None
        What was recorded; None with ``record_signals=False``.
    out_activation : str
        Output activation.
    feature_names : ndarray of str of shape (n_features,), optional
        Names of the features, if they have names.
    error : str, optional
        The message of the error with which the fit failed.
    """

    owner: str
    params: Mapping[str, Any]
    activation: Activation
    init: Initializer
    layer_sizes: tuple[int, ...]
    n_iter: int
    loss_curve: list[float]
    validation_scores: list[float] | None
    rows_per_epoch: float
    signals: Signals | None
    out_activation: str
    feature_names: NDArray[np.object_] | None = None
    error: str | None = None

    @property
    def is_classifier(self) -> bool:
        """Whether the estimator is the classifier."""
        return "class_weight" in self.params


def fit_record(
    owner: str, params: Mapping[str, Any], fitted: Mapping[str, Any], error: str | None = None
) -> FitRecord:
    """Return the record of a fit.

    Parameters
    ----------
    owner : str
        Name of the estimator's class.
    params : mapping of str to Any
        Its parameters.
    fitted : mapping of str to Any
        Its fitted attributes.
    error : str, optional
        The message of the error with which the fit failed.
    """
    return FitRecord(
        owner,
        dict(params),
        activation=fitted["activation_"],
        init=fitted["init_"],
        layer_sizes=(fitted["n_features_in_"], *map(len, fitted["intercepts_"])),
        n_iter=fitted["n_iter_"],
        loss_curve=[*fitted["loss_curve_"]],
        validation_scores=fitted["validation_scores_"] and [*fitted["validation_scores_"]],
        rows_per_epoch=fitted["t_"] / max(len(fitted["loss_curve_"]), 1),
        signals=fitted["signals_"],
        out_activation=fitted["out_activation_"],
        feature_names=fitted.get("feature_names_in_"),
        error=error,
    )
