"""Dropout, standard and alpha, as one formula: (kept or replaced) · scale + shift.

Standard dropout replaces dropped outputs by 0 and scales by 1 / (1 − rate) (Srivastava et al.
2014). Alpha dropout replaces them by SELU's lower limit −λα and restores mean 0 and variance 1
(Klambauer et al. 2017, paragraph "New Dropout Technique").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from sklearn_deepmlp._layers.base import Context, Features, Layer, Pullback
from sklearn_deepmlp._layers.noise import DROPOUT, draw_of, threshold
from sklearn_deepmlp._layers.per_network import Like, per_network
from sklearn_deepmlp.activations.exponential import SELU_ALPHA, SELU_SCALE

SELU_LIMIT = -SELU_SCALE * SELU_ALPHA


def alpha_affine(rate: float) -> tuple[float, float]:
    """Return scale and shift that restore mean 0 and variance 1 after alpha dropout."""
    keep = 1 - rate
    scale = (keep + SELU_LIMIT**2 * keep * rate) ** -0.5
    return scale, -scale * rate * SELU_LIMIT


def _unchanged(grad_output: Tensor) -> Tensor:
    return grad_output


class Dropout(Layer):
    """Dropout, with a rate and a kind per network; prediction leaves its input unchanged.

    Parameters
    ----------
    rates : sequence of float in [0, 1)
        One per network.
    alpha : sequence of bool
        Whether a network uses alpha dropout.
    index : int
        Index of the hidden layer, starting at 0.
    like : Like
        dtype and device of the networks.

    Notes
    -----
    Shape: (M, B, units) or (B, units), in and out.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deepmlp._layers.noise import StepNoise, epoch_keys
    >>> like = Like(torch.float32, torch.device("cpu"))
    >>> layer = Dropout([0.5], [False], index=0, like=like)
    >>> keys = epoch_keys([0], [1], n_steps=1, n_draws=2, device=like.device)
    >>> context = Context(torch.ones(1), StepNoise(keys[0]))
    >>> out, pullback = layer.train(torch.ones(1, 1000), context)
    >>> sorted(set(out[0].tolist()))
    [0.0, 2.0]
    """

    def __init__(
        self, rates: Sequence[float], alpha: Sequence[bool], index: int, like: Like
    ) -> None:
        self.index = index
        affine = [
            alpha_affine(rate) if is_alpha else (1 / (1 - rate), 0.0)
            for rate, is_alpha in zip(rates, alpha, strict=True)
        ]
        shape = (-1, 1, 1) if len(rates) > 1 else (1, 1)
        thresholds = torch.tensor([threshold(rate) for rate in rates], dtype=torch.int32)
        self._thresholds = thresholds.view(shape).to(like.device)
        replacements = torch.tensor([SELU_LIMIT if a else 0.0 for a in alpha], dtype=like.dtype)
        self._replacements = replacements.view(shape).to(like.device)
        self._scale = per_network([scale for scale, _ in affine], like, 3)
        self._shift = per_network([shift for _, shift in affine], like, 3)

    def predict(self, x: Features) -> Tensor:
        return cast("Tensor", x)

    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        if context.noise is None:
            return self.predict(x), _unchanged
        bits = context.noise.bits(draw_of(self.index, DROPOUT), x.shape)
        is_kept = bits >= self._thresholds

        def backward(grad_output: Tensor) -> Tensor:
            return torch.where(is_kept, grad_output, 0.0) * self._scale

        h = torch.where(is_kept, cast("Tensor", x), self._replacements)
        return h * self._scale + self._shift, backward
