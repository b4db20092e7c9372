"""The activation of a hidden layer; networks with the same function form a group."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, cached_property, partial
from inspect import signature
from itertools import accumulate, groupby
from typing import Any, cast

import joblib
import numpy as np
import torch
from torch import Tensor

from sklearn_deepmlp._layers.architecture import Initializers
from sklearn_deepmlp._layers.autograd import with_pullback
from sklearn_deepmlp._layers.base import (
    ACTIVATION_PARAMS,
    ArraySpec,
    Context,
    Features,
    HiddenLayer,
    Layer,
    Pullback,
)
from sklearn_deepmlp._layers.noise import RANDOM_HYPERPARAMETERS, StepNoise, draw_of
from sklearn_deepmlp._layers.per_network import Like, per_network
from sklearn_deepmlp._types import Array, Number
from sklearn_deepmlp.activations.base import Activation
from sklearn_deepmlp.activations.closed_form import has_closed_form

# Takes the gradient of the output and, optionally, where to write that of the input.
GroupPullback = Callable[..., Tensor]


def _shared_part(activation: Activation) -> tuple[type, Hashable, Hashable]:
    """Return what activations must share to be computed together: all but hyperparameters."""
    hyperparameters = activation.hyperparameters()
    rest = {
        name: joblib.hash(value)
        for name, value in activation.get_params(deep=False).items()
        if name not in hyperparameters
    }
    return type(activation), tuple(rest.items()), activation.learned()


def sort_key(activation: Activation) -> tuple[str, ...]:
    """Return a key by which to sort networks so that those computed together are adjacent."""
    kind, rest, _ = _shared_part(activation)
    return kind.__module__, kind.__qualname__, str(rest)


class ActivationLayer(Layer):
    """The activations of M networks; equal ones must be adjacent.

    Parameters
    ----------
    activations : sequence of Activation
        One per network.
    units : int
        Number of units.
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
    >>> from sklearn_deepmlp.activations import LeakyReLU
    >>> like = Like(torch.float32, torch.device("cpu"))
    >>> layer = ActivationLayer([LeakyReLU(0.5)], units=2, index=0, like=like)
    >>> layer.predict(torch.tensor([[-2.0, 3.0]]))
    tensor([[-1.,  3.]])
    """

    def __init__(
        self, activations: Sequence[Activation], units: int, index: int, like: Like
    ) -> None:
        self.activations, self.units, self.index = activations, units, index
        self._groups = _groups(activations, index, like)
        self._sizes = [group.size for group in self._groups]
        self._n_learned = max(len(group.learned_names) for group in self._groups)

    def parameters(self) -> Sequence[ArraySpec]:
        return [
            ArraySpec(ACTIVATION_PARAMS, (1, self.units), self._names(i))
            for i in range(self._n_learned)
        ]

    def _names(self, i: int) -> tuple[str | None, ...]:
        """Return what the i-th array is called in each network; None where it does not have it."""
        learned = [activation.learned() for activation in self.activations]
        return tuple(names[i] if i < len(names) else None for names in learned)

    def start(
        self,
        member: int,
        initializers: Initializers,
        generator: np.random.Generator,
        arrays: Sequence[Array],
    ) -> None:
        activation = self.activations[member]
        hyperparameters = activation.hyperparameters()
        with np.errstate(over="ignore"):  # what is too large for the dtype becomes infinite
            for name, array in zip(activation.learned(), arrays, strict=False):
                array.fill(hyperparameters[name])

    def bind(
        self, parameters: Sequence[Tensor], gradients: Sequence[Tensor], running: Sequence[Tensor]
    ) -> None:
        for group in self._groups:
            group.bind(parameters, gradients)

    def predict(self, x: Features) -> Tensor:
        z = cast("Tensor", x)
        if len(self._groups) == 1:
            return self._groups[0].predict(z)
        return torch.cat([group.predict(z[group.members]) for group in self._groups])

    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        z = cast("Tensor", x)
        out, pullback = self._train(z, context.noise)
        if context.hidden is not None:
            context.hidden.append(HiddenLayer(z, out, self._slopes(z, out)))
        return out, pullback

    def _train(self, z: Tensor, noise: StepNoise | None) -> tuple[Tensor, Pullback]:
        if len(self._groups) == 1:
            return self._groups[0].train(z, noise)
        out = torch.empty_like(z)
        pullbacks = [
            group.train(of_group, noise, to)[1]
            for group, of_group, to in zip(
                self._groups, self._split(z), self._split(out), strict=True
            )
        ]
        return out, partial(self._backward, pullbacks)

    def _split(self, tensor: Tensor) -> Sequence[Tensor]:
        """Return views of the groups' parts of a tensor (M, B, units)."""
        return torch.split_with_sizes(tensor, self._sizes)

    def _backward(self, pullbacks: Sequence[GroupPullback], grad_output: Tensor) -> Tensor:
        grad_z = torch.empty_like(grad_output)
        parts = zip(pullbacks, self._split(grad_output), self._split(grad_z), strict=True)
        for pullback, of_group, to in parts:
            pullback(of_group, to)
        return grad_z

    def _slopes(self, z: Tensor, out: Tensor) -> Tensor:
        """Return the derivatives of the functions at pre-activations, without noise."""
        if len(self._groups) == 1:
            return self._groups[0].slopes(z, out)
        return torch.cat(
            [group.slopes(z[group.members], out[group.members]) for group in self._groups]
        )


class _Group:
    """Adjacent networks with the same activation function.

    Their hyperparameters are floats, or tensors: of shape (m, 1, 1) where networks differ in them,
    of shape (m, 1, units) where they are learned, and (1, units) for a single network.
    """

    def __init__(
        self, activations: Sequence[Activation], members: slice, index: int, like: Like
    ) -> None:
        self.members, self.size = members, len(activations)
        self._activation = activations[0]
        self._index = index
        self.learned_names = self._activation.learned()
        self._hyperparameters: dict[str, Number] = _hyperparameters(activations, like)
        self._learned: Sequence[Tensor] = ()
        self._gradients: Sequence[Tensor] = ()

    def bind(self, parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
        """Take the tensors of the learned hyperparameters and of their gradients."""
        n = len(self.learned_names)
        self._learned = [self._of_group(tensor) for tensor in parameters[:n]]
        self._gradients = [self._of_group(tensor) for tensor in gradients[:n]]
        self._hyperparameters |= zip(self.learned_names, self._learned, strict=True)

    def _of_group(self, tensor: Tensor) -> Tensor:
        return tensor[self.members] if tensor.ndim == 3 else tensor

    @cached_property
    def _has_closed_form(self) -> bool:
        return has_closed_form(self._activation)

    @cached_property
    def _writes_output(self) -> tuple[bool, bool]:
        """Whether `function` and `backward` can write to a given tensor."""
        if "out" in self._hyperparameters:
            return False, False
        kind = type(self._activation)
        return _takes_out(kind, "function"), _takes_out(kind, "backward")

    @cached_property
    def _saves_output(self) -> bool:
        return self._activation.saved_for_backward == "output"

    def predict(self, z: Tensor) -> Tensor:
        """Apply the function to pre-activations."""
        return self._activation.function(z, **self._hyperparameters)

    def train(
        self, z: Tensor, noise: StepNoise | None, out: Tensor | None = None
    ) -> tuple[Tensor, GroupPullback]:
        """Apply the function as in training; return the pullback too.

        Parameters
        ----------
        z : Tensor of shape (m, B, units) or (B, units)
            Pre-activations.
        noise : StepNoise or None
            The random bits of the step.
        out : Tensor, optional
            Where to write the output.
        """
        if not self._has_closed_form:
            function = partial(self._function_of, noise)
            found, pullback = with_pullback(function, z, self._learned, self._gradients)
            return _in(out, found), partial(_pull_back_to, pullback)
        hyperparameters = self._sampled(noise, z, self._hyperparameters)
        if out is not None and self._writes_output[0]:
            found = self._activation.function(z, out=out, **hyperparameters)
        else:
            found = self._activation.function(z, **hyperparameters)
        found = _in(out, found)
        return found, partial(self._backward, found if self._saves_output else z, hyperparameters)

    def slopes(self, z: Tensor, out: Tensor) -> Tensor:
        """Return the derivative of the function at pre-activations, without noise."""
        ones = torch.ones_like(z)
        if self._has_closed_form:
            saved = out if self._saves_output else z
            return self._activation.backward(ones, saved, **self._hyperparameters)
        _, pullback = with_pullback(self.predict, z, (), ())
        return pullback(ones)

    def _backward(
        self,
        saved: Tensor,
        hyperparameters: Mapping[str, Any],
        grad_output: Tensor,
        out: Tensor | None = None,
    ) -> Tensor:
        if self._gradients:
            per_row = self._activation.backward_learned(grad_output, saved, **hyperparameters)
            for gradient, gradient_per_row in zip(self._gradients, per_row, strict=True):
                torch.sum(gradient_per_row, -2, keepdim=True, out=gradient)
        if out is not None and self._writes_output[1]:
            found = self._activation.backward(grad_output, saved, out=out, **hyperparameters)
        else:
            found = self._activation.backward(grad_output, saved, **hyperparameters)
        return _in(out, found)

    def _function_of(self, noise: StepNoise | None, z: Tensor, *learned: Tensor) -> Tensor:
        """Apply the function with given learned hyperparameters; refuse an output unlike z."""
        hyperparameters = {**self._hyperparameters}
        hyperparameters |= zip(self.learned_names, learned, strict=True)
        out = self._activation.function(z, **self._sampled(noise, z, hyperparameters))
        if not isinstance(out, Tensor) or (out.shape, out.dtype) != (z.shape, z.dtype):
            _refuse_output(self._activation, out, z)
        return out

    def _sampled(
        self, noise: StepNoise | None, z: Tensor, hyperparameters: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        if noise is None or not self._activation.noisy:
            return hyperparameters
        draw = draw_of(self._index, RANDOM_HYPERPARAMETERS)
        return self._activation.sample_hyperparameters(
            noise.uniform(draw, z.shape, z.dtype, self.members), **hyperparameters
        )


@cache
def _takes_out(kind: type[Activation], name: str) -> bool:
    """Return whether a method takes a tensor to write to; the result of any other one is copied."""
    return "out" in signature(getattr(kind, name)).parameters


def _in(out: Tensor | None, found: Tensor) -> Tensor:
    """Return a tensor, which is copied to `out` if that is another one."""
    return found if out is None or found is out else out.copy_(found)


def _pull_back_to(pullback: Pullback, grad_output: Tensor, out: Tensor | None = None) -> Tensor:
    return _in(out, pullback(grad_output))


def _groups(activations: Sequence[Activation], index: int, like: Like) -> list[_Group]:
    if len(activations) == 1:  # nothing to compare
        return [_Group(activations, slice(None), index, like)]
    groups = [list(same) for _, same in groupby(activations, key=_shared_part)]
    starts = accumulate((len(group) for group in groups), initial=0)
    return [
        _Group(group, slice(start, start + len(group)), index, like)
        for group, start in zip(groups, starts, strict=False)
    ]


def _hyperparameters(activations: Sequence[Activation], like: Like) -> dict[str, Number]:
    each = [activation.hyperparameters() for activation in activations]
    return {name: per_network([one[name] for one in each], like, 3) for name in each[0]}


def _refuse_output(activation: Activation, out: Any, z: Tensor) -> None:
    got = f"shape {tuple(out.shape)} and {out.dtype}" if isinstance(out, Tensor) else type(out)
    raise TypeError(
        f"{type(activation).__name__}.function must return a tensor of the shape and the data type "
        f"of z, here {tuple(z.shape)} and {z.dtype}. Got {got} instead."
    )
