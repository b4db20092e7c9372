"""The activations of a stack: members with the same function form a group."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import joblib
import torch
from torch import Tensor

from sklearn_deepmlp._stack.members import per_member
from sklearn_deepmlp._stack.noise import StepNoise
from sklearn_deepmlp.activations import Activation


def _shared_part(activation: Activation) -> tuple[type, Hashable, Hashable]:
    """Return what activations that are computed together have in common: all but their numbers."""
    numbers = activation.hyperparameters()
    rest = {
        name: joblib.hash(value)
        for name, value in activation.get_params(deep=False).items()
        if name not in numbers
    }
    return type(activation), tuple(rest.items()), activation.learned()


def sort_key(activation: Activation) -> tuple[str, ...]:
    """Return a key by which to sort members so that those computed together are neighbours."""
    kind, rest, _ = _shared_part(activation)
    return kind.__module__, kind.__qualname__, str(rest)


@dataclass(frozen=True)
class _Group:
    """Neighbouring members of one function; `numbers` are floats or of shape (m, 1, 1)."""

    activation: Activation
    members: slice
    numbers: Mapping[str, float | Tensor]

    def __call__(
        self, z: Tensor, learned: Tensor | None, noise: StepNoise | None, draw: int
    ) -> Tensor:
        numbers: dict[str, Any] = dict(self.numbers)
        if learned is not None:
            for i, name in enumerate(self.activation.learned()):
                numbers[name] = learned[self.members, i : i + 1]
        if noise is None or not self.activation.noisy:
            return self.activation.function(z, **numbers)
        uniform = noise.uniform(draw, z.shape[1], z.shape[2], self.members, z.dtype)
        return self.activation.training_function(z, uniform, **numbers)


class StackedActivation:
    """The activations of M members, of which equal ones must be neighbours.

    Parameters
    ----------
    activations : sequence of Activation
        One a member.
    like : Tensor
        Gives dtype and device.
    """

    def __init__(self, activations: Sequence[Activation], like: Tensor) -> None:
        if len(activations) == 1:  # as in every prediction: nothing to compare
            self._groups = [_Group(activations[0], slice(0, 1), activations[0].hyperparameters())]
            return
        self._groups = []
        start = 0
        for _, same in groupby(activations, key=_shared_part):
            members = list(same)
            place = slice(start, start + len(members))
            self._groups.append(_Group(members[0], place, _numbers(members, like)))
            start = place.stop

    def __call__(
        self, z: Tensor, learned: Tensor | None, noise: StepNoise | None = None, draw: int = 0
    ) -> Tensor:
        """Apply to pre-activations.

        Parameters
        ----------
        z : Tensor of shape (M, B, units)
            Pre-activations.
        learned : Tensor of shape (M, n_learned, units), optional
            What the activations learned.
        noise : StepNoise, optional
            Given while training.
        draw : int
            Number of the draw that noisy activations take.

        Returns
        -------
        Tensor of shape (M, B, units)
        """
        if len(self._groups) == 1:
            return self._groups[0](z, learned, noise, draw)
        return torch.cat([group(z[group.members], learned, noise, draw) for group in self._groups])


def _numbers(members: Sequence[Activation], like: Tensor) -> dict[str, float | Tensor]:
    each = [member.hyperparameters() for member in members]
    return {name: per_member([numbers[name] for numbers in each], like, 3) for name in each[0]}
