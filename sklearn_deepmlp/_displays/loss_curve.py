"""The loss of each epoch, and validation scores."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sklearn_deepmlp._displays.axes import axes_or_new
from sklearn_deepmlp._displays.fitted_network import fitted_network
from sklearn_deepmlp._displays.scales import set_y_scale

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

SCORE_LABEL = "validation score"


class LossCurveDisplay:
    """Loss of each epoch of training, with validation scores where there are any.

    It is recommended to create it by :meth:`from_estimator`. All parameters are stored as
    attributes. The scale of the losses is logarithmic if they differ by more than a factor of 10.
    Validation scores are dashed, in the color of their loss, on a second y-axis.

    Parameters
    ----------
    loss_curve : array-like of shape (n_epochs,)
        Loss of each epoch.
    validation_scores : array-like of shape (n_scores,), default=None
        Validation scores of the last `n_scores` epochs; None without validation.
    name : str, default=None
        Name of the curve, which distinguishes several curves.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes of the losses.
    validation_ax_ : matplotlib Axes or None
        Axes of the validation scores.
    figure_ : matplotlib Figure
        The figure.
    line_ : matplotlib Line2D
        Curve of the losses.
    validation_line_ : matplotlib Line2D or None
        Curve of the validation scores.

    See Also
    --------
    SignalDisplay : What passed through the layers in training.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.preprocessing import scale
    >>> from sklearn_deepmlp import DeepMLPClassifier, LossCurveDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> net = DeepMLPClassifier((8,), max_iter=20, random_state=0).fit(scale(X), y)
    >>> other = DeepMLPClassifier((8,), "selu", max_iter=20, random_state=0).fit(scale(X), y)
    >>> display = LossCurveDisplay.from_estimator(net, name="relu")
    >>> display = LossCurveDisplay.from_estimator(other, ax=display.ax_, name="selu")
    """

    def __init__(
        self,
        *,
        loss_curve: ArrayLike,
        validation_scores: ArrayLike | None = None,
        name: str | None = None,
    ) -> None:
        self.loss_curve = loss_curve
        self.validation_scores = validation_scores
        self.name = name

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        name: str | None = None,
        ax: Axes | None = None,
        line_kw: Mapping[str, Any] | None = None,
        validation_line_kw: Mapping[str, Any] | None = None,
    ) -> Self:
        """Draw the loss curve of a fitted estimator.

        Parameters
        ----------
        estimator : DeepMLPClassifier, DeepMLPRegressor or Pipeline
            The fitted estimator, or a fitted Pipeline whose last step it is.
        name : str, default=None
            Name of the curve.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        line_kw, validation_line_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.plot` for the two curves.

        Returns
        -------
        LossCurveDisplay
            The display, drawn.

        Raises
        ------
        TypeError
            If it is another kind of estimator.
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ImportError
            If matplotlib is not installed.
        """
        network: Any = fitted_network(estimator, cls.__name__)
        display = cls(
            loss_curve=network.loss_curve_,
            validation_scores=network.validation_scores_,
            name=name,
        )
        return display.plot(ax, line_kw=line_kw, validation_line_kw=validation_line_kw)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        line_kw: Mapping[str, Any] | None = None,
        validation_line_kw: Mapping[str, Any] | None = None,
    ) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on, where there may be other curves already; None makes a new figure.
        line_kw, validation_line_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.plot` for the two curves.

        Returns
        -------
        LossCurveDisplay
            This display.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.ax_ = axes_or_new(ax, type(self).__name__)
        self.figure_ = self.ax_.figure
        self._plot_losses(line_kw or {})
        self.validation_ax_: Axes | None = None
        self.validation_line_: Line2D | None = None
        if self.validation_scores is not None:
            self._plot_scores(validation_line_kw or {})
        _add_legend(self.ax_)
        return self

    def _plot_losses(self, line_kw: Mapping[str, Any]) -> None:
        losses = np.asarray(self.loss_curve, dtype=np.float64)
        epochs = np.arange(1, len(losses) + 1)
        style = {"label": self.name or "loss", "marker": _marker(losses), **line_kw}
        (self.line_,) = self.ax_.plot(epochs, losses, **style)
        self.ax_.set(xlabel="epoch", ylabel="loss")
        drawn = [np.ravel(line.get_ydata()) for line in self.ax_.lines]
        set_y_scale(self.ax_, np.concatenate(drawn))

    def _plot_scores(self, line_kw: Mapping[str, Any]) -> None:
        scores = np.asarray(self.validation_scores, dtype=np.float64)
        last = len(np.asarray(self.loss_curve))
        epochs = np.arange(last - len(scores) + 1, last + 1)
        style = {
            "label": f"{self.name}, {SCORE_LABEL}" if self.name else SCORE_LABEL,
            "linestyle": "--",
            "marker": _marker(scores),
            "color": self.line_.get_color(),
            **line_kw,
        }
        self.validation_ax_ = _twin(self.ax_) or _new_twin(self.ax_)
        (self.validation_line_,) = self.validation_ax_.plot(epochs, scores, **style)


def _marker(values: NDArray[np.float64]) -> str:
    """Return a marker where there is no line to see, as of a single value."""
    return "o" if len(values) == 1 else ""


def _twin(ax: Axes) -> Axes | None:
    """Return the axes of validation scores that lie over these; None where there are none."""
    place = ax.get_position(original=True).bounds
    found = (other for other in ax.figure.axes if other.get_label() == SCORE_LABEL)
    return next((o for o in found if o.get_position(original=True).bounds == place), None)


def _new_twin(ax: Axes) -> Axes:
    """Return new axes of validation scores, with their own y-axis, below the legend of `ax`."""
    twin = ax.twinx()
    twin.set(label=SCORE_LABEL, ylabel=SCORE_LABEL)
    ax.set_zorder(twin.get_zorder() + 1)
    ax.patch.set_visible(False)
    return twin


def _add_legend(ax: Axes) -> None:
    """Name the curves if there are several."""
    twin = _twin(ax)
    found = [each.get_legend_handles_labels() for each in (ax, twin) if each is not None]
    handles, labels = ([*chain(*both)] for both in zip(*found, strict=True))
    if len(handles) > 1:
        ax.legend(handles, labels, loc="center right" if twin else "best")
