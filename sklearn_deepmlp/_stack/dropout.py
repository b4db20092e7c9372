"""Dropout, standard and alpha, as one formula: (kept or replaced) · scale + shift.

Standard dropout replaces by 0 and scales by 1 / (1 − rate) (Srivastava et al. 2014). Alpha
dropout replaces by SELU's lower limit −λα and restores mean 0 and variance 1 (Klambauer et al.
2017, section 3, "New Dropout Technique").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from sklearn_deepmlp._stack.members import per_member
from sklearn_deepmlp._stack.noise import DROPOUT, StepNoise, draw_of, threshold
from sklearn_deepmlp._stack.training_pass import TrainingPass
from sklearn_deepmlp.activations.exponential import SELU_ALPHA, SELU_SCALE

SELU_LIMIT = -SELU_SCALE * SELU_ALPHA


def alpha_affine(rate: float) -> tuple[float, float]:
    """Return scale and shift that restore mean 0 and variance 1 after alpha dropout."""
    keep = 1 - rate
    scale = (keep + SELU_LIMIT**2 * keep * rate) ** -0.5
    return scale, -scale * rate * SELU_LIMIT


class StackedDropout:
    """Dropout with a rate and a kind for each member.

    Parameters
    ----------
    rates : sequence of float in [0, 1)
        One a member.
    alpha : sequence of bool
        Whether a member uses alpha dropout.
    like : Tensor
        Gives dtype and device.
    """

    def __init__(self, rates: Sequence[float], alpha: Sequence[bool], like: Tensor) -> None:
        affine = [
            alpha_affine(rate) if is_alpha else (1 / (1 - rate), 0.0)
            for rate, is_alpha in zip(rates, alpha, strict=True)
        ]
        thresholds = torch.tensor([threshold(rate) for rate in rates], dtype=torch.int32)
        self._thresholds = thresholds.view(-1, 1, 1).to(like.device)
        replacements = torch.tensor([SELU_LIMIT if a else 0.0 for a in alpha], dtype=like.dtype)
        self._replacements = replacements.view(-1, 1, 1).to(like.device)
        self._scale = per_member([scale for scale, _ in affine], like, 3)
        self._shift = per_member([shift for _, shift in affine], like, 3)

    def __call__(self, h: Tensor, number: int, training: TrainingPass) -> Tensor:
        """Drop units of `h`, of shape (M, B, units), of the layer of this number."""
        noise = cast("StepNoise", training.noise)
        bits = noise.bits(draw_of(number, DROPOUT), h.shape[1], h.shape[2], slice(None))
        is_kept = bits >= self._thresholds
        training.record(lambda slopes: torch.where(is_kept, slopes, 0.0) * self._scale)
        h = torch.where(is_kept, h, self._replacements)
        return h * self._scale + self._shift
