"""Activation functions and their derivatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sklearn_deepmlp._displays.axes import new_axes
from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._estimators.named_objects import activation_from
from sklearn_deepmlp._estimators.object_hints import object_hint
from sklearn_deepmlp._layers.curves import curve
from sklearn_deepmlp.activations import ACTIVATIONS, Activation

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes

Z = np.linspace(-5.0, 5.0, 1001)


class ActivationDisplay:
    """Activation functions with their derivatives.

    It is recommended to create it by :meth:`from_activations`. All parameters are stored as
    attributes.

    Parameters
    ----------
    names : sequence of str
        Name of each function.
    z : array-like of shape (n,)
        Pre-activations.
    values, derivatives : array-like of shape (n_functions, n)
        The functions f(z) and their derivatives f′(z).

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (1,) or (2,)
        The axes of functions and of derivatives, or those that they share.
    figure_ : matplotlib Figure
        The figure.
    lines_, derivative_lines_ : list of matplotlib Line2D
        One curve per function.

    See Also
    --------
    ActivationComparisonDisplay : Scores of activations in a search.

    Examples
    --------
    >>> from sklearn_deepmlp import ActivationDisplay
    >>> from sklearn_deepmlp.activations import Swish
    >>> display = ActivationDisplay.from_activations(["gelu", Swish(beta=2.0)])
    """

    def __init__(
        self,
        *,
        names: Sequence[str],
        z: ArrayLike,
        values: ArrayLike,
        derivatives: ArrayLike,
    ) -> None:
        self.names = names
        self.z = z
        self.values = values
        self.derivatives = derivatives

    @classmethod
    def from_activations(
        cls,
        activations: str | Activation | Sequence[str | Activation],
        *,
        z: ArrayLike | None = None,
        ax: Axes | Sequence[Axes] | None = None,
        line_kw: Mapping[str, Any] | None = None,
        derivative_line_kw: Mapping[str, Any] | None = None,
    ) -> Self:
        """Draw activation functions.

        Parameters
        ----------
        activations : str, Activation or sequence of them
            Names or objects, including custom ones. Learned hyperparameters have their initial
            values; random ones their mean.
        z : array-like of shape (n,), default=None
            Pre-activations; None for 1001 values from -5 to 5.
        ax : matplotlib Axes or two of them, default=None
            Axes to draw on: one for both functions and derivatives, or one for each; None makes
            a new figure with one for each.
        line_kw, derivative_line_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.plot` for functions and derivatives.

        Returns
        -------
        ActivationDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If an activation is neither a known name nor an object.
        ImportError
            If matplotlib is not installed.
        """
        z = Z if z is None else _numbers(z, cls.__name__)
        several = _several(activations, cls.__name__)
        curves = [curve(_activation(given, cls.__name__), z) for given in several]
        display = cls(
            names=[given if isinstance(given, str) else repr(given) for given in several],
            z=z,
            values=[values for values, _ in curves],
            derivatives=[slopes for _, slopes in curves],
        )
        return display.plot(ax, line_kw=line_kw, derivative_line_kw=derivative_line_kw)

    def plot(
        self,
        ax: Axes | Sequence[Axes] | None = None,
        *,
        line_kw: Mapping[str, Any] | None = None,
        derivative_line_kw: Mapping[str, Any] | None = None,
    ) -> Self:
        """Draw the functions and their derivatives.

        On axes that they share, derivatives are dashed, in the color of their function.

        Parameters
        ----------
        ax : matplotlib Axes or two of them, default=None
            Axes to draw on: one for both functions and derivatives, or one for each; None makes
            a new figure with one for each.
        line_kw, derivative_line_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.plot` for functions and derivatives.

        Returns
        -------
        ActivationDisplay
            This display.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.axes_ = new_axes(type(self).__name__, 2) if ax is None else _one_or_two(ax)
        self.figure_ = self.axes_[0].figure
        self._plot_functions(line_kw or {})
        self._plot_derivatives(derivative_line_kw or {})
        for each in self.axes_:
            _mark_zero(each)
            each.set(xlabel="z", ylabel=" and ".join(_quantities(each, self.axes_)))
        self.axes_[0].legend()
        return self

    def _plot_functions(self, line_kw: Mapping[str, Any]) -> None:
        self.lines_ = [
            self.axes_[0].plot(self.z, values, **{"label": name, **line_kw})[0]
            for name, values in zip(self.names, np.asarray(self.values), strict=True)
        ]

    def _plot_derivatives(self, line_kw: Mapping[str, Any]) -> None:
        style = {"linestyle": "--" if len(self.axes_) == 1 else "-", **line_kw}
        self.derivative_lines_ = [
            self.axes_[-1].plot(
                self.z,
                slopes,
                **{"color": line.get_color(), "label": f"{name}, derivative", **style},
            )[0]
            for line, name, slopes in zip(
                self.lines_, self.names, np.asarray(self.derivatives), strict=True
            )
        ]


def _several(given: Any, owner: str) -> list[Any]:
    """Return names and objects as a list."""
    if isinstance(given, str | Activation):
        return [given]
    if not isinstance(given, Iterable) or not (several := [*given]):
        raise _not_activations(given, owner)
    return several


def _activation(given: Any, owner: str) -> Activation:
    """Return the activation that a name or an object stands for."""
    if isinstance(given, Activation) or (isinstance(given, str) and given in ACTIVATIONS):
        return activation_from(given)
    raise _not_activations(given, owner)


def _not_activations(given: Any, owner: str) -> ValueError:
    expected = f"Activation objects or names, each of them one of {list(ACTIVATIONS)}"
    message = parameter_message("activations", f"{owner}.from_activations", expected, given)
    return ValueError(message + object_hint("activation", given))


def _numbers(z: Any, owner: str) -> NDArray[np.float64]:
    try:
        return np.asarray(z, dtype=float).ravel()
    except (TypeError, ValueError) as error:
        message = parameter_message("z", f"{owner}.from_activations", "an array of numbers", z)
        raise ValueError(message) from error


def _one_or_two(ax: Any) -> NDArray[Any]:
    axes = np.ravel([ax])
    if len(axes) not in {1, 2}:
        expected = "None, an Axes or a sequence of 2 Axes"
        raise ValueError(parameter_message("ax", "ActivationDisplay.plot", expected, ax))
    return axes


def _mark_zero(ax: Axes) -> None:
    """Draw thin lines through the origin."""
    ax.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    ax.axvline(0, color="0.8", linewidth=0.8, zorder=0)


def _quantities(ax: Axes, axes: NDArray[Any]) -> list[str]:
    """Return what axes show."""
    return [name for name, own in (("f(z)", axes[0]), ("f′(z)", axes[-1])) if own is ax]
