"""The activations of a stack: members with the same function form a group."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate, groupby
from typing import Any

import joblib
import torch
from torch import Tensor

from sklearn_deepmlp._stack.members import per_member
from sklearn_deepmlp._stack.noise import SLOPES, StepNoise, draw_of
from sklearn_deepmlp._stack.training_pass import Pullback, TrainingPass, by_autograd
from sklearn_deepmlp.activations.base import Activation
from sklearn_deepmlp.activations.closed_form import has_closed_form


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
    is_alone: bool

    @cached_property
    def has_closed_form(self) -> bool:
        return has_closed_form(self.activation)

    def __call__(
        self, noise: StepNoise | None, number: int, z: Tensor, learned: Tensor | None = None
    ) -> Tensor:
        """Apply to the group's part of the pre-activations of the layer of this number."""
        return self.activation.function(z, **self._numbers(noise, number, z, learned))

    def _checked(
        self, noise: StepNoise | None, number: int, z: Tensor, learned: Tensor | None = None
    ) -> Tensor:
        """Apply likewise, and refuse what is no tensor like the pre-activations."""
        out = self(noise, number, z, learned)
        if not isinstance(out, Tensor) or (out.shape, out.dtype) != (z.shape, z.dtype):
            _refuse_output(self.activation, out, z)
        return out

    def _numbers(
        self, noise: StepNoise | None, number: int, z: Tensor, learned: Tensor | None
    ) -> Mapping[str, Any]:
        numbers: Mapping[str, Any] = self.numbers
        if learned is not None:
            names = self.activation.learned()
            numbers = {**numbers, **{name: learned[:, i : i + 1] for i, name in enumerate(names)}}
        if noise is None or not self.activation.noisy:
            return numbers
        draw = draw_of(number, SLOPES)
        uniform = noise.uniform(draw, z.shape[1], z.shape[2], self.members, z.dtype)
        return self.activation.sample_hyperparameters(uniform, **numbers)

    def train(
        self, training: TrainingPass, number: int, z: Tensor, learned: Tensor | None
    ) -> tuple[Tensor, Pullback]:
        """Apply likewise in training; return the pullback too."""
        activation, place = self.activation, self.learned_part(training.gradients[number].learned)
        if not self.has_closed_form:
            return by_autograd(partial(self._checked, training.noise, number), z, learned, place)
        numbers = self._numbers(training.noise, number, z, learned)
        out = activation.function(z, **numbers)
        saved = out if activation.saved_for_backward == "output" else z

        def pullback(grad_output: Tensor) -> Tensor:
            if place is not None:
                gradients = activation.backward_learned(grad_output, saved, **numbers)
                for i, gradient in enumerate(gradients):
                    torch.sum(gradient, 1, keepdim=True, out=place[:, i : i + 1])
            return activation.backward(grad_output, saved, **numbers)

        return out, pullback

    def part(self, whole: Tensor) -> Tensor:
        """Return the group's part of what the stack has."""
        return whole if self.is_alone else whole[self.members]

    def learned_part(self, learned: Tensor | None) -> Tensor | None:
        """Return the group's part of what the stack learns, where the group learns."""
        return self.part(learned) if learned is not None and self.activation.learned() else None


def _refuse_output(activation: Activation, out: Any, z: Tensor) -> None:
    found = f"shape {tuple(out.shape)} and {out.dtype}" if isinstance(out, Tensor) else type(out)
    raise TypeError(
        f"{type(activation).__name__}.function must return a tensor of the shape and the data type "
        f"of z, here {tuple(z.shape)} and {z.dtype}. Got {found} instead."
    )


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
        groups = [list(activations)]
        if len(activations) > 1:  # in a prediction there is nothing to compare
            groups = [list(same) for _, same in groupby(activations, key=_shared_part)]
        starts = accumulate((len(members) for members in groups), initial=0)
        self._groups = [
            _Group(
                members[0],
                slice(start, start + len(members)),
                _numbers(members, like),
                is_alone=len(groups) == 1,
            )
            for members, start in zip(groups, starts, strict=False)
        ]

    def __call__(
        self,
        z: Tensor,
        learned: Tensor | None,
        number: int,
        training: TrainingPass | None = None,
    ) -> Tensor:
        """Apply to pre-activations.

        Parameters
        ----------
        z : Tensor of shape (M, B, units)
            Pre-activations.
        learned : Tensor of shape (M, n_learned, units), optional
            What the activations learned.
        number : int
            Of the layer.
        training : TrainingPass, optional
            Given while training.

        Returns
        -------
        Tensor of shape (M, B, units)
        """
        if training is None and len(self._groups) == 1:
            return self._groups[0](None, number, z, learned)
        groups = [(group, group.part(z), group.learned_part(learned)) for group in self._groups]
        if training is None:
            return _joined([group(None, number, part, own) for group, part, own in groups])
        trained = [group.train(training, number, part, own) for group, part, own in groups]
        training.record(partial(self._pullback, [pullback for _, pullback in trained]))
        return _joined([out for out, _ in trained])

    def _pullback(self, pullbacks: Sequence[Pullback], slopes: Tensor) -> Tensor:
        pairs = zip(pullbacks, self._groups, strict=True)
        return _joined([pullback(group.part(slopes)) for pullback, group in pairs])


def _joined(parts: list[Tensor]) -> Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def _numbers(members: Sequence[Activation], like: Tensor) -> dict[str, float | Tensor]:
    each = [member.hyperparameters() for member in members]
    return {name: per_member([numbers[name] for numbers in each], like, 3) for name in each[0]}
