"""The layers of a network and their sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._displays.axes import axes_or_new
from sklearn_deepmlp._displays.fitted_network import fitted_network
from sklearn_deepmlp._estimators.fitted_network import fitted_architecture

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes

WIDTH = 0.6  # of a box; layers are 1 apart
ARC = 0.3  # height of a skip connection above the higher of its ends
COLORS = {"features": "0.75", "hidden": "tab:blue", "outputs": "tab:orange"}


class NetworkDisplay:
    """The layers of a network, with their sizes and skip connections.

    It is recommended to create it by :meth:`from_estimator`. All parameters are stored as
    attributes. The heights of boxes grow with the logarithm of the sizes; hidden layers of one size
    in a row share a label.

    Parameters
    ----------
    layer_sizes : sequence of int
        Numbers of features, of units of each hidden layer, and of outputs.
    activation : str
        Activation function of the hidden layers.
    normalization : {"batch", "layer"}, default=None
        Normalization of the hidden layers.
    dropout : float, default=0.0
        Dropout rate after each hidden activation.
    skip_connections : {"residual", "wide"}, default=None
        Skip connections.
    name : str, default=None
        Title of the picture.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes.
    figure_ : matplotlib Figure
        The figure.
    boxes_ : matplotlib BarContainer
        One box per layer, the features first.
    skips_ : list of matplotlib PathPatch
        The skip connections.
    texts_ : list of matplotlib Text
        The sizes.

    See Also
    --------
    SignalDisplay : What passed through the layers in training.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.preprocessing import scale
    >>> from sklearn_deepmlp import DeepMLPClassifier, NetworkDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> net = DeepMLPClassifier((32,) * 10, skip_connections="residual", max_iter=5, random_state=0)
    >>> display = NetworkDisplay.from_estimator(net.fit(scale(X), y))
    """

    def __init__(
        self,
        *,
        layer_sizes: Sequence[int],
        activation: str,
        normalization: str | None = None,
        dropout: float = 0.0,
        skip_connections: str | None = None,
        name: str | None = None,
    ) -> None:
        self.layer_sizes = layer_sizes
        self.activation = activation
        self.normalization = normalization
        self.dropout = dropout
        self.skip_connections = skip_connections
        self.name = name

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        name: str | None = None,
        ax: Axes | None = None,
        box_kw: Mapping[str, Any] | None = None,
        skip_kw: Mapping[str, Any] | None = None,
        text_kw: Mapping[str, Any] | None = None,
    ) -> Self:
        """Draw the network of a fitted estimator.

        Parameters
        ----------
        estimator : DeepMLPClassifier, DeepMLPRegressor or Pipeline
            The fitted estimator, or a fitted Pipeline whose last step it is.
        name : str, default=None
            Title of the picture; None for the name of the estimator's class.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        box_kw, skip_kw, text_kw : dict, default=None
            As in :meth:`plot`.

        Returns
        -------
        NetworkDisplay
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
        architecture = fitted_architecture(vars(network))
        display = cls(
            layer_sizes=architecture.layer_sizes,
            activation=repr(architecture.activation),
            normalization=architecture.normalization,
            dropout=network.dropout,
            skip_connections=architecture.skip_connections,
            name=type(network).__name__ if name is None else name,
        )
        return display.plot(ax, box_kw=box_kw, skip_kw=skip_kw, text_kw=text_kw)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        box_kw: Mapping[str, Any] | None = None,
        skip_kw: Mapping[str, Any] | None = None,
        text_kw: Mapping[str, Any] | None = None,
    ) -> Self:
        """Draw the network.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        box_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.bar` for the boxes.
        skip_kw : dict, default=None
            Keyword arguments of `matplotlib.patches.PathPatch` for the skip connections.
        text_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.text` for the sizes.

        Returns
        -------
        NetworkDisplay
            This display.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.ax_ = axes_or_new(ax, type(self).__name__)
        self.figure_ = self.ax_.figure
        self._plot_boxes(box_kw or {})
        self._plot_skips(skip_kw or {})
        self._plot_texts(text_kw or {})
        self._frame()
        return self

    def _heights(self) -> NDArray[np.float64]:
        """Return the height of each box; that of the largest layer is 1."""
        logarithms = np.log1p(self.layer_sizes)
        return logarithms / logarithms.max()

    def _plot_boxes(self, box_kw: Mapping[str, Any]) -> None:
        heights, n_hidden = self._heights(), len(self.layer_sizes) - 2
        x, kinds = np.arange(len(heights)), ["features", *["hidden"] * n_hidden, "outputs"]
        style = {"width": WIDTH, "color": [COLORS[kind] for kind in kinds], **box_kw}
        self.boxes_ = self.ax_.bar(x, heights, bottom=-heights / 2, **style)
        self.ax_.plot(x[[0, -1]], [0, 0], color="0.5", zorder=0)

    def _skips(self) -> Iterator[tuple[int, int]]:
        """Yield where each skip connection begins and ends."""
        if self.skip_connections == "residual":
            sizes = pairwise(self.layer_sizes[:-1])
            yield from ((i, i + 1) for i, (before, after) in enumerate(sizes) if before == after)
        if self.skip_connections == "wide" and len(self.layer_sizes) > 2:
            yield 0, len(self.layer_sizes) - 1

    def _plot_skips(self, skip_kw: Mapping[str, Any]) -> None:
        from matplotlib.patches import PathPatch  # noqa: PLC0415 - an extra

        style = {"facecolor": "none", "edgecolor": "0.3", **skip_kw}
        self.skips_ = [PathPatch(self._arc(*ends), **style) for ends in self._skips()]
        for patch in self.skips_:
            self.ax_.add_patch(patch)

    def _arc(self, begin: int, end: int) -> Any:
        """Return an arc that rises from one box, above all between, and comes down to another."""
        from matplotlib.path import Path  # noqa: PLC0415 - an extra

        tops = self._heights() / 2
        top = tops[begin : end + 1].max() + ARC
        corners = [(begin, tops[begin]), (begin, top), (end, top), (end, tops[end])]
        return Path(corners, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])

    def _plot_texts(self, text_kw: Mapping[str, Any]) -> None:
        style = {"ha": "center", "va": "top", **text_kw}
        self.texts_ = [self.ax_.text(x, -0.56, text, **style) for x, text in self._labels()]

    def _labels(self) -> Iterator[tuple[float, str]]:
        """Yield the sizes of features, of runs of equal hidden layers and of outputs."""
        n_features, *hidden, n_outputs = self.layer_sizes
        yield 0, f"{n_features}\nfeatures"
        x = 1
        for units, run in groupby(hidden):
            n = len(list(run))
            yield x + (n - 1) / 2, f"{units}\nunits" if n == 1 else f"{n} layers of\n{units} units"
            x += n
        yield x, f"{n_outputs}\noutputs" if n_outputs > 1 else "1\noutput"

    def _frame(self) -> None:
        """Leave room for all, and say below what a hidden layer does."""
        last = len(self.layer_sizes) - 1
        self.ax_.set(xlim=(-0.8, last + 0.8), ylim=(-0.95, 0.5 + ARC), xticks=[], yticks=[])
        self.ax_.set(title=self.name, xlabel=self._description())
        self.ax_.spines[:].set_visible(False)

    def _description(self) -> str:
        parts = [
            f"{self.normalization} normalization" if self.normalization else "",
            self.activation,
            f"dropout {self.dropout:g}" if self.dropout else "",
            f"{self.skip_connections} skip connections" if self.skip_connections else "",
        ]
        steps = ", ".join(part for part in parts if part)
        return f"hidden layers: {steps}" if len(self.layer_sizes) > 2 else "no hidden layers"
