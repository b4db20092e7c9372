"""An activation as a module of torch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from sklearn_deepmlp._by_numpy import only_torch
from sklearn_deepmlp._types import Number
from sklearn_deepmlp.activations.base import Activation


class ActivationModule(nn.Module):
    """Any activation of the package, or a custom one.

    Parameters
    ----------
    activation : Activation
        The function.
    learned : mapping of str to Tensor of shape (units,)
        The hyperparameters that it has learned, by name, which the module takes over.

    Attributes
    ----------
    learned : torch.nn.ParameterDict
        The learned hyperparameters.

    Notes
    -----
    Shape: (B, units), in and out. Noise is drawn from torch's generator, in train mode only.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deepmlp.activations import PReLU
    >>> module = ActivationModule(PReLU(), {"negative_slope": torch.tensor([0.5, 0.1])})
    >>> module(torch.tensor([[-1.0, -1.0]])).tolist()
    [[-0.5, -0.10000000149011612]]
    """

    def __init__(self, activation: Activation, learned: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.activation = activation
        self.learned = nn.ParameterDict(dict(learned))
        self._fixed = activation.hyperparameters()

    def forward(self, z: Tensor) -> Tensor:
        """Apply the function to pre-activations of shape (B, units)."""
        with only_torch():
            return self.activation.function(z, **self._hyperparameters(z))

    def _hyperparameters(self, z: Tensor) -> Mapping[str, Number]:
        learned = {name: values.unsqueeze(0) for name, values in self.learned.items()}
        hyperparameters: dict[str, Number] = {**self._fixed, **learned}
        if not (self.training and self.activation.noisy):
            return hyperparameters
        return self.activation.sample_hyperparameters(torch.rand_like(z), **hyperparameters)

    def extra_repr(self) -> str:
        """Describe the function as it is printed."""
        return repr(self.activation)
