"""The elastic net penalty on coefficients.

alpha · (l1_ratio · Σ|W| + (1 − l1_ratio) / 2 · ΣW²) / Σ sample weights of the batch, or, where
alpha counts once for each unit of weight, the same without the division.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.members import per_member


class StackedPenalty:
    """The penalty of M networks.

    Parameters
    ----------
    jobs : sequence of Job
        One a member; they give its strength and the part of it that is L1.
    n_coefs : int
        The coefficients are the first `n_coefs` places of a row of parameters.
    like : Tensor
        Gives dtype and device.
    """

    def __init__(self, jobs: Sequence[Job], n_coefs: int, like: Tensor) -> None:
        self._l1 = _Strength([job.alpha * job.l1_ratio for job in jobs], like)
        self._l2 = _Strength([job.alpha * (1 - job.l1_ratio) for job in jobs], like)
        self._power = per_member([float(not job.alpha_is_per_weight) for job in jobs], like, 2)
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
        coefs, grad_coefs = theta[:, : self._n_coefs], gradient[:, : self._n_coefs]
        divisor = total_weight**self._power
        value = torch.zeros_like(total_weight[:, 0])
        if self._l2.is_any:
            l2, penalized = self._l2.number / divisor, self._l2.select(coefs)
            grad_coefs.addcmul_(penalized, l2)
            value = value + 0.5 * l2[:, 0] * penalized.square().sum(1)
        if self._l1.is_any:
            l1, penalized = self._l1.number / divisor, self._l1.select(coefs)
            grad_coefs.addcmul_(torch.sign(penalized), l1)
            value = value + l1[:, 0] * penalized.abs().sum(1)
        return value


class _Strength:
    """How strong one kind of penalty is for each member."""

    def __init__(self, strengths: Sequence[float], like: Tensor) -> None:
        self.number = per_member(strengths, like, 2)
        self.is_any = any(strengths)
        self._is_penalized = None
        if not all(strengths):
            self._is_penalized = torch.tensor([s > 0 for s in strengths])[:, None].to(like.device)

    def select(self, coefs: Tensor) -> Tensor:
        """Return coefficients, zeros for members without penalty: 0 times infinity is not 0."""
        if self._is_penalized is None:
            return coefs
        return torch.where(self._is_penalized, coefs, 0.0)
