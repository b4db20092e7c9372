"""The elastic net penalty on coefficients.

alpha · (l1_ratio · Σ|W| + (1 − l1_ratio) / 2 · ΣW²) / Σ sample weights of the batch, or, where
alpha is meant per unit of sample weight, the same without the division.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._layers.per_network import per_network
from sklearn_deepmlp._stack.job import Objective
from sklearn_deepmlp._types import Number


class StackedPenalty:
    """The penalty of M networks.

    Parameters
    ----------
    objectives : sequence of Objective
        One per network, with the strength of the penalty and the fraction of it that is L1.
    coefs, gradient : Tensor of shape (M, n_coefs)
        Coefficients, and their gradients, to which those of the penalty are added.
    """

    def __init__(self, objectives: Sequence[Objective], coefs: Tensor, gradient: Tensor) -> None:
        self._coefs, self._gradient = coefs, gradient
        self._l1 = _Strength([one.alpha * one.l1_ratio for one in objectives], coefs)
        self._l2 = _Strength([one.alpha * (1 - one.l1_ratio) for one in objectives], coefs)
        is_per_weight = [float(one.alpha_is_per_weight) for one in objectives]
        self._is_per_weight = per_network(is_per_weight, coefs, 2)

    def add_gradient(self, total_weight: Tensor) -> Tensor:
        """Add the penalty's gradient and return its value.

        Parameters
        ----------
        total_weight : Tensor of shape (M, 1)
            Sum of the sample weights of the batch.

        Returns
        -------
        Tensor of shape (M,)
            The penalty of each network.
        """
        divisor, values = self._divisor(total_weight), []
        if self._l2.is_any:
            l2, coefs = self._l2.number / divisor, self._l2.select(self._coefs)
            self._add(coefs, l2)
            values.append(coefs.square().sum(1) * _of_members(0.5 * l2))
        if self._l1.is_any:
            l1, coefs = self._l1.number / divisor, self._l1.select(self._coefs)
            self._add(torch.sign(coefs), l1)
            values.append(coefs.abs().sum(1) * _of_members(l1))
        return values[0] if len(values) == 1 else values[0] + values[1]

    def _divisor(self, total_weight: Tensor) -> Number:
        if isinstance(self._is_per_weight, Tensor):
            return torch.where(self._is_per_weight > 0, 1.0, total_weight)
        return 1.0 if self._is_per_weight else total_weight

    def _add(self, values: Tensor, factor: Number) -> None:
        if isinstance(factor, Tensor):
            self._gradient.addcmul_(values, factor)
        else:
            self._gradient.add_(values, alpha=factor)


def _of_members(factor: Number) -> Number:
    """Return a column (M, 1) as (M,)."""
    return factor[:, 0] if isinstance(factor, Tensor) else factor


class _Strength:
    """The strength of one kind of penalty for each network."""

    def __init__(self, strengths: Sequence[float], like: Tensor) -> None:
        self.number = per_network(strengths, like, 2)
        self.is_any = any(strengths)
        self._is_penalized = None
        if not all(strengths):
            self._is_penalized = torch.tensor([s > 0 for s in strengths])[:, None].to(like.device)

    def select(self, coefs: Tensor) -> Tensor:
        """Return coefficients; zeros for networks without penalty, as 0 times infinity is NaN."""
        if self._is_penalized is None:
            return coefs
        return torch.where(self._is_penalized, coefs, 0.0)
