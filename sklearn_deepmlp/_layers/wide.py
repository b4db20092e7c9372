"""Wide connections: the output layer also reads the features (Cheng et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from sklearn_deepmlp._layers.base import (
    Context,
    Features,
    Layer,
    Pullback,
    predict_through,
    pull_back,
    train_through,
)
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._layers.linear_map import linear_map
from sklearn_deepmlp._layers.products import EXACT


class WideLinear(Linear):
    """An output layer that reads the last hidden layer and the features.

    The last `n_features` rows of its weight belong to the features.

    Parameters
    ----------
    n_hidden, n_features, fan_out : int
        Numbers of units of the last hidden layer, of features and of outputs.
    index : int
        Its index in the network, starting at 0.
    products : str
        How its products are computed, as in `linear_map`.

    Attributes
    ----------
    of_hidden, of_features : Linear
        The parts that read the last hidden layer and the features. Both have the bias, and each
        has views of its rows of the weight and of the gradient.

    Notes
    -----
    Shape: its weight is (M, n_hidden + n_features, fan_out) or (n_hidden + n_features, fan_out).
    """

    def __init__(
        self, n_hidden: int, n_features: int, fan_out: int, index: int, *, products: str = EXACT
    ) -> None:
        super().__init__(n_hidden + n_features, fan_out, index, is_output=True)
        self.of_hidden = linear_map(n_hidden, fan_out, index, products=products)
        self.of_features = linear_map(n_features, fan_out, index, products=products)

    def bind(
        self, parameters: Sequence[Tensor], gradients: Sequence[Tensor], running: Sequence[Tensor]
    ) -> None:
        super().bind(parameters, gradients, running)
        n_hidden = self.of_hidden.fan_in
        for part, rows in [
            (self.of_hidden, slice(n_hidden)),
            (self.of_features, slice(n_hidden, None)),
        ]:
            part.bind(_with_rows(parameters, rows), _with_rows(gradients, rows), running)


def _with_rows(arrays: Sequence[Tensor], rows: slice) -> Sequence[Tensor]:
    """Return some rows of a weight, and the bias; nothing where there are no arrays."""
    if not arrays:
        return ()
    weight, bias = arrays
    return weight[..., rows, :], bias


class Wide(Layer):
    """A whole network whose output layer also reads the features.

    Parameters
    ----------
    hidden : sequence of Layer
        Its hidden layers.
    output : WideLinear
        Its output layer.

    Notes
    -----
    Shape: (M, B, n_features) gives (M, B, n_outputs), (B, n_features) gives (B, n_outputs).

    Examples
    --------
    >>> import torch
    >>> hidden, output = Linear(2, 1, index=0), WideLinear(1, 2, 1, index=1)
    >>> hidden.bind([torch.tensor([[1.0], [1.0]]), torch.tensor([[0.0]])], [], [])
    >>> output.bind([torch.tensor([[100.0], [10.0], [1.0]]), torch.tensor([[0.5]])], [], [])
    >>> Wide([hidden], output).predict(torch.tensor([[3.0, 4.0]]))
    tensor([[734.5000]])
    """

    def __init__(self, hidden: Sequence[Layer], output: WideLinear) -> None:
        self._hidden, self._output = hidden, output

    def sublayers(self) -> Sequence[Layer]:
        return (*self._hidden, self._output)

    def predict(self, x: Features) -> Tensor:
        output = self._output
        deep = output.of_hidden.predict(predict_through(self._hidden, x))
        return output.of_features.predict_product(deep, x)

    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        output = self._output
        h, tape = train_through(self._hidden, x, context)
        deep, pullback = output.of_hidden.train(h, context)
        tape.append(pullback)

        def backward(grad_output: Tensor) -> Tensor:
            output.of_features.differentiate_weight(x, grad_output)
            return pull_back(tape, grad_output)

        return output.of_features.add_product(deep, x), backward
