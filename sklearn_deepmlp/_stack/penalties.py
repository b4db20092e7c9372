"""The L2 penalty on coefficients: alpha / 2 · Σ W² / Σ sample weights of the batch."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from sklearn_deepmlp._stack.members import per_member


class StackedPenalty:
    """The penalty of M networks.

    Parameters
    ----------
    alphas : sequence of float
        Its strength, one a member.
    n_coefs : int
        The coefficients are the first `n_coefs` places of a row of parameters.
    like : Tensor
        Gives dtype and device.
    """

    def __init__(self, alphas: Sequence[float], n_coefs: int, like: Tensor) -> None:
        self._alpha = per_member(alphas, like, 2)
        self._n_coefs = n_coefs

    def add_gradient(self, theta: Tensor, gradient: Tensor, total_weight: Tensor) -> Tensor:
        """Add the penalty's gradient and return its value.

        Parameters
        ----------
        theta, gradient : Tensor of shape (M, P)
            Parameters, and gradients to add to.
        total_weight : Tensor of shape (M, 1)
            Sum of the sample weights of the batch.

        Returns
        -------
        Tensor of shape (M,)
        """
        coefs = theta[:, : self._n_coefs]
        strength = self._alpha / total_weight
        gradient[:, : self._n_coefs].addcmul_(coefs, strength)
        return 0.5 * strength[:, 0] * coefs.square().sum(1)
