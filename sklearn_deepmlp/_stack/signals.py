"""What training records of a network: a few numbers per layer and recorded epoch."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._compat.extras import import_extra

PerLayer = NDArray[np.float64]


@dataclass(frozen=True)
class DataScale:
    """The scale of the data that a network was trained on.

    Attributes
    ----------
    n_features : int
        Number of features.
    features : ndarray of int of shape (n_named,)
        Indices of the features that are farthest from standardized: up to three with the largest
        root mean square, followed by up to three others with the smallest standard deviation above
        0.
    feature_means, feature_stds : ndarray of shape (n_named,)
        Their means and standard deviations.
    target_mean, target_std : float or None
        Mean and standard deviation of the target of a regressor; of several, of the one that is
        farthest from standardized. None for a classifier.
    """

    n_features: int
    features: NDArray[np.intp]
    feature_means: NDArray[np.float64]
    feature_stds: NDArray[np.float64]
    target_mean: float | None = None
    target_std: float | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Signals:
    """What passed through the layers of a network in training, measured at some epochs.

    Arrays of shape (n_records, n_layers) have one row per record and one column per layer: the
    hidden layers in their order, then the output layer. NaN stands where a layer has no such
    number, as the output layer has no hidden activation. Pre-activations are the inputs of the
    activation, after a normalization if there is one.

    Attributes
    ----------
    epoch : ndarray of int of shape (n_records,)
        Epochs trained before each record. The first record is that of the initial network, the last
        one that of the fitted network.
    preactivation_mean, preactivation_std : ndarray of shape (n_records, n_layers)
        Mean and standard deviation of the pre-activations, over rows and units (ddof=0).
    activation_mean, activation_std : ndarray of shape (n_records, n_layers)
        The same for the activations.
    saturated : ndarray of shape (n_records, n_layers)
        Fraction of pre-activations, over rows and units, at which the slope of the activation is at
        most a twentieth of its steepest slope.
    dead : ndarray of shape (n_records, n_layers)
        Fraction of units at which the derivative of the activation is 0 for every training row.
    died : ndarray of shape (n_records, n_layers)
        Fraction of units that are dead, but were not in the first record of this training.
    gradient_norm : ndarray of shape (n_records, n_layers)
        Euclidean norm of the gradient of the layer's weights, on one full batch: that of the first
        step for the first record, and for others that of the last step of the epoch that has a full
        batch. It is that of the loss without penalty, before `max_grad_norm`.
    update_ratio : ndarray of shape (n_records, n_layers)
        What this step changed: the norm of the change of the layer's weights, over that of the
        weights.
    activation_params : dict of str to ndarray of shape (n_records, n_layers)
        For each hyperparameter that the activation learns, its mean over the units.
    activation_params_std : dict of str to ndarray of shape (n_records, n_layers)
        Its standard deviation over the units (ddof=0).
    constant_loss : float
        Loss on the training rows, without penalty, of the best prediction that ignores the
        features; NaN where it is unknown.
    penalty : float
        What the penalty added to the loss in the last step that was measured.
    data : DataScale or None
        The scale of the data; None where it is unknown.

    See Also
    --------
    SignalDisplay : Draws a signal.
    diagnose : Explains what signals mean.

    Examples
    --------
    >>> from sklearn_deepmlp import DeepMLPClassifier
    >>> net = DeepMLPClassifier((8, 8), max_iter=4, record_signals=2, random_state=0)
    >>> net.fit([[-1.0], [1.0]], [0, 1]).signals_
    Signals(epoch=[0, 2, 4], n_layers=3)
    >>> net.signals_.gradient_norm.shape
    (3, 3)
    """

    epoch: NDArray[np.intp]
    preactivation_mean: PerLayer
    preactivation_std: PerLayer
    activation_mean: PerLayer
    activation_std: PerLayer
    saturated: PerLayer
    dead: PerLayer
    died: PerLayer
    gradient_norm: PerLayer
    update_ratio: PerLayer
    activation_params: dict[str, PerLayer] = field(default_factory=dict)
    activation_params_std: dict[str, PerLayer] = field(default_factory=dict)
    constant_loss: float = np.nan
    penalty: float = 0.0
    data: DataScale | None = None

    def __repr__(self) -> str:
        return f"Signals(epoch={self.epoch.tolist()}, n_layers={self.n_layers})"

    @property
    def n_layers(self) -> int:
        """Number of hidden layers, plus 1 for the output layer."""
        return self.gradient_norm.shape[1]

    def columns(self) -> dict[str, PerLayer]:
        """Return all arrays of shape (n_records, n_layers) by name.

        Those of learned hyperparameters are called, for example, "negative_slope" and
        "negative_slope_std".

        Returns
        -------
        dict of str to ndarray of shape (n_records, n_layers)
            The attributes of that shape, by name.
        """
        own = {name: getattr(self, name) for name in SIGNALS}
        stds = {f"{name}_std": array for name, array in self.activation_params_std.items()}
        return {**own, **self.activation_params, **stds}

    def taken(self, rows: Any) -> Signals:
        """Return some of the records.

        Parameters
        ----------
        rows : slice or array-like of int
            Indices of the records.

        Returns
        -------
        Signals
            These records.
        """
        columns = {name: array[rows] for name, array in self.columns().items()}
        return self._with(self.epoch[rows], columns)

    def after(self, before: Signals) -> Signals:
        """Return these records preceded by those of an earlier training of the same network.

        Parameters
        ----------
        before : Signals
            The earlier records.

        Returns
        -------
        Signals
            The records of both.
        """
        earlier = before.columns()
        columns = {name: np.concatenate([earlier[name], a]) for name, a in self.columns().items()}
        return self._with(np.concatenate([before.epoch, self.epoch]), columns)

    def _with(self, epoch: NDArray[np.intp], columns: dict[str, PerLayer]) -> Signals:
        """Return the same with other records."""
        own: dict[str, Any] = {name: columns[name] for name in SIGNALS}
        learned = {name: columns[name] for name in self.activation_params}
        stds = {name: columns[f"{name}_std"] for name in self.activation_params}
        return replace(
            self, epoch=epoch, **own, activation_params=learned, activation_params_std=stds
        )

    def to_frame(self) -> Any:
        """Return a pandas DataFrame with one row per record and layer.

        Returns
        -------
        pandas.DataFrame
            With the columns "epoch", "layer" (1 for the first hidden layer) and one column per
            signal.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        pd = import_extra("pandas", "Signals.to_frame")
        columns = {name: array.ravel() for name, array in self.columns().items()}
        layers = np.arange(1, self.n_layers + 1)
        epochs = np.repeat(self.epoch, self.n_layers)
        return pd.DataFrame({"epoch": epochs, "layer": np.tile(layers, len(self.epoch)), **columns})


# The names of the arrays of shape (n_records, n_layers) that all networks have.
SIGNALS = tuple(f.name for f in fields(Signals) if f.type == "PerLayer")
