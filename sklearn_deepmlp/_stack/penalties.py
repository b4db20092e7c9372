"""The elastic net penalty on coefficients, divided by the sample weights of the batch.

alpha · (l1_ratio · Σ|W| + (1 − l1_ratio) / 2 · ΣW²) / Σ sample weights
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._stack.members import per_member


class StackedPenalty:
    """The penalty of M networks.

    Parameters
    ----------
    alphas, l1_ratios : sequence of float
        Its strength and the part of it that is L1, one a member.
    n_coefs : int
        The coefficients are the first `n_coefs` places of a row of parameters.
    like : Tensor
        Gives dtype and device.
    """

    def __init__(
        self, alphas: Sequence[float], l1_ratios: Sequence[float], n_coefs: int, like: Tensor
    ) -> None:
        pairs = list(zip(alphas, l1_ratios, strict=True))
        self._l1 = per_member([alpha * ratio for alpha, ratio in pairs], like, 2)
        self._l2 = per_member([alpha * (1 - ratio) for alpha, ratio in pairs], like, 2)
        self._has_l1 = any(alpha * ratio for alpha, ratio in pairs)
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
        coefs, slopes = theta[:, : self._n_coefs], gradient[:, : self._n_coefs]
        l2 = self._l2 / total_weight
        slopes.addcmul_(coefs, l2)
        value = 0.5 * l2[:, 0] * coefs.square().sum(1)
        if self._has_l1:
            l1 = self._l1 / total_weight
            slopes.addcmul_(torch.sign(coefs), l1)
            value = value + l1[:, 0] * coefs.abs().sum(1)
        return value
