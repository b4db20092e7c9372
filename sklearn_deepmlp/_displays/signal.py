"""A signal of a training, per layer and recorded epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from sklearn_deepmlp._displays.axes import axes_or_new
from sklearn_deepmlp._displays.fitted_network import fitted_network
from sklearn_deepmlp._displays.layer_signal import LayerSignal, layer_signal
from sklearn_deepmlp._displays.signal_heatmap import draw_heatmap
from sklearn_deepmlp._displays.signal_lines import draw_over_epochs, draw_over_layers
from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._stack.signals import Signals

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes

MAX_LINES = 10  # more could not be distinguished
LINES = {"layers": draw_over_layers, "epochs": draw_over_epochs}
KINDS = ("auto", *LINES, "heatmap")


class SignalDisplay:
    """What passed through the layers of a network in training.

    It is recommended to create it by :meth:`from_estimator` or :meth:`from_signals`. All
    parameters are stored as attributes. The scale is logarithmic where values are not negative and
    differ by more than a factor of 10. The output layer is left out if it does not have the signal.

    Parameters
    ----------
    signals : Signals
        What was recorded: `signals_` of a fitted estimator.
    signal : str, default="activation_std"
        The signal to show, a key of ``signals.columns()``.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes.
    figure_ : matplotlib Figure
        The figure.
    lines_ : list of matplotlib Line2D or None
        The lines; None for a heat map.
    image_ : matplotlib AxesImage or None
        The heat map; None for lines.

    See Also
    --------
    LossCurveDisplay : The loss of each epoch.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.preprocessing import scale
    >>> from sklearn_deepmlp import DeepMLPClassifier, SignalDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> net = DeepMLPClassifier((8,) * 20, "logistic", max_iter=10, random_state=0)
    >>> display = SignalDisplay.from_estimator(net.fit(scale(X), y), "gradient_norm")
    """

    def __init__(self, *, signals: Signals, signal: str = "activation_std") -> None:
        self.signals = signals
        self.signal = signal

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        signal: str = "activation_std",
        *,
        kind: str = "auto",
        ax: Axes | None = None,
        line_kw: Mapping[str, Any] | None = None,
        image_kw: Mapping[str, Any] | None = None,
    ) -> Self:
        """Draw a signal of a fitted estimator.

        Parameters
        ----------
        estimator : DeepMLPClassifier, DeepMLPRegressor or Pipeline
            The fitted estimator, or a fitted Pipeline whose last step it is.
        signal : str, default="activation_std"
            The signal to show, a key of ``estimator.signals_.columns()``.
        kind : {"auto", "layers", "epochs", "heatmap"}, default="auto"
            As in :meth:`plot`.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        line_kw, image_kw : dict, default=None
            As in :meth:`plot`.

        Returns
        -------
        SignalDisplay
            The display, drawn.

        Raises
        ------
        TypeError
            If it is another kind of estimator.
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If it has recorded no signals, for an invalid parameter, or if no layer has the signal.
        ImportError
            If matplotlib is not installed.
        """
        network: Any = fitted_network(estimator, cls.__name__)
        if network.signals_ is None:
            raise ValueError(
                f"This {type(network).__name__} has recorded no signals. Fit it with "
                'record_signals="auto" or an integer.'
            )
        return cls.from_signals(
            network.signals_, signal, kind=kind, ax=ax, line_kw=line_kw, image_kw=image_kw
        )

    @classmethod
    def from_signals(
        cls,
        signals: Signals,
        signal: str = "activation_std",
        *,
        kind: str = "auto",
        ax: Axes | None = None,
        line_kw: Mapping[str, Any] | None = None,
        image_kw: Mapping[str, Any] | None = None,
    ) -> Self:
        """Draw a signal of a training.

        Parameters
        ----------
        signals : Signals
            What was recorded, such as ``estimator.signals_``.
        signal : str, default="activation_std"
            The signal to show, a key of ``signals.columns()``.
        kind : {"auto", "layers", "epochs", "heatmap"}, default="auto"
            As in :meth:`plot`.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        line_kw, image_kw : dict, default=None
            As in :meth:`plot`.

        Returns
        -------
        SignalDisplay
            The display, drawn.

        Raises
        ------
        TypeError
            If `signals` is something else.
        ValueError
            For an invalid parameter, or if no layer has the signal.
        ImportError
            If matplotlib is not installed.
        """
        if not isinstance(signals, Signals):
            expected = "a Signals object, such as signals_ of a fitted estimator"
            owner = f"{cls.__name__}.from_signals"
            raise TypeError(parameter_message("signals", owner, expected, signals))
        display = cls(signals=signals, signal=signal)
        return display.plot(ax, kind=kind, line_kw=line_kw, image_kw=image_kw)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        kind: str = "auto",
        line_kw: Mapping[str, Any] | None = None,
        image_kw: Mapping[str, Any] | None = None,
    ) -> Self:
        """Draw the signal.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        kind : {"auto", "layers", "epochs", "heatmap"}, default="auto"
            "layers" draws a line per recorded epoch, over the layers; "epochs" a line per layer,
            over the epochs; "heatmap" an image with a row per layer and a column per recorded
            epoch. "auto" draws the fewer of both lines, and a heat map where these would be more
            than 10.
        line_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.plot` for lines.
        image_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.imshow` for a heat map.

        Returns
        -------
        SignalDisplay
            This display.

        Raises
        ------
        ValueError
            For an invalid parameter, or if no layer has the signal.
        ImportError
            If matplotlib is not installed.
        """
        self._check("signal", self.signal, list(self.signals.columns()))
        self._check("kind", kind, KINDS)
        self.ax_ = axes_or_new(ax, type(self).__name__)
        self.figure_ = self.ax_.figure
        shown = layer_signal(self.signals, self.signal)
        draw_lines = LINES.get(_kind(shown) if kind == "auto" else kind)
        self.lines_ = draw_lines and draw_lines(self.ax_, shown, line_kw or {})
        self.image_ = None if draw_lines else draw_heatmap(self.ax_, shown, image_kw or {})
        return self

    def _check(self, name: str, value: str, options: Any) -> None:
        if value not in options:
            owner, expected = type(self).__name__, f"one of {[*options]}"
            raise ValueError(parameter_message(name, owner, expected, value, options))


def _kind(signal: LayerSignal) -> str:
    """Return what "auto" means for a signal."""
    n_records, n_layers = signal.values.shape
    if min(n_records, n_layers) > MAX_LINES:
        return "heatmap"
    return "layers" if n_records <= n_layers else "epochs"
