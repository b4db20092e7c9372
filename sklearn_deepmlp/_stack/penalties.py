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
        self._l1 = per_member([job.alpha * job.l1_ratio for job in jobs], like, 2)
        self._l2 = per_member([job.alpha * (1 - job.l1_ratio) for job in jobs], like, 2)
        self._has_l1 = any(job.alpha * job.l1_ratio for job in jobs)
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
        l2 = self._l2 / divisor
        grad_coefs.addcmul_(coefs, l2)
        value = 0.5 * l2[:, 0] * coefs.square().sum(1)
        if self._has_l1:
            l1 = self._l1 / divisor
            grad_coefs.addcmul_(torch.sign(coefs), l1)
            value = value + l1[:, 0] * coefs.abs().sum(1)
        return value
