"""Where each parameter of a network lies in its row of the weight array (M, P).

A row holds all coefficients, then all intercepts, then what hidden units have besides: learned
numbers of activations, scale and offset of a normalization. So a penalty on coefficients
concerns one slice, and a norm or a check of all parameters one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from torch import Tensor

from sklearn_deepmlp._stack.job import Array, Job, NetworkState
from sklearn_deepmlp.initializers import Initializer

# What the parameters of a normalization are called, and its running moments.
AFFINE, MOMENTS = ("scale", "offset"), ("mean", "var")


@dataclass(frozen=True)
class LayerTensors:
    """One layer of M networks.

    Attributes
    ----------
    weight : Tensor of shape (M, fan_in, fan_out)
    bias : Tensor of shape (M, 1, fan_out)
    learned : Tensor of shape (M, n_learned, fan_out), or None
        What activations learn; None where nothing is learned, as in the output layer.
    affine : Tensor of shape (M, 2, fan_out), or None
        Scale and offset of the normalization.
    moments : Tensor of shape (M, 2, fan_out), or None
        Running mean and variance of batch normalization, which are no parameters.
    """

    weight: Tensor
    bias: Tensor
    learned: Tensor | None = None
    affine: Tensor | None = None
    moments: Tensor | None = None


def has_residual(skip_connections: str | None, fan_in: int, fan_out: int) -> bool:
    """Tell whether a hidden layer's input is added to its output."""
    return skip_connections == "residual" and fan_in == fan_out


@dataclass(frozen=True)
class Layout:
    """Positions of parameters in a row.

    Attributes
    ----------
    layer_sizes : tuple of int
        Features, units of each hidden layer, outputs.
    n_learned : int
        Learned numbers a hidden unit; networks that learn fewer leave places unused.
    normalization, skip_connections : str or None
        As in `Job`.
    """

    layer_sizes: tuple[int, ...]
    n_learned: int
    normalization: str | None = None
    skip_connections: str | None = None

    @cached_property
    def shapes(self) -> list[tuple[int, int]]:
        """Shape (fan_in, fan_out) of each layer's coefficients."""
        shapes = list(pairwise(self.layer_sizes))
        if self.skip_connections == "wide" and len(shapes) > 1:
            fan_in, fan_out = shapes[-1]
            shapes[-1] = (fan_in + self.layer_sizes[0], fan_out)
        return shapes

    @cached_property
    def coefs(self) -> list[slice]:
        """Places of each layer's coefficients."""
        return _consecutive([fan_in * fan_out for fan_in, fan_out in self.shapes], start=0)

    @cached_property
    def intercepts(self) -> list[slice]:
        """Places of each layer's intercepts."""
        return _consecutive(self.layer_sizes[1:], start=self.n_coefs)

    @cached_property
    def learned(self) -> list[slice]:
        """Places of what each hidden layer's activation learns; empty if nothing is learned."""
        return self._of_units(self.n_learned, start=self.intercepts[-1].stop)

    @cached_property
    def affine(self) -> list[slice]:
        """Places of each hidden layer's scale and offset; empty without normalization."""
        n_numbers = 0 if self.normalization is None else 2
        start = self.learned[-1].stop if self.learned else self.intercepts[-1].stop
        return self._of_units(n_numbers, start)

    def _of_units(self, n_numbers: int, start: int) -> list[slice]:
        sizes = [n_numbers * units for units in self.layer_sizes[1:-1] if n_numbers]
        return _consecutive(sizes, start)

    @property
    def n_coefs(self) -> int:
        """Number of coefficients, which come first in a row."""
        return self.coefs[-1].stop

    @property
    def n_parameters(self) -> int:
        """Length of a row."""
        return [*self.intercepts, *self.learned, *self.affine][-1].stop

    def normalization_names(self) -> tuple[str, ...]:
        """Return what a hidden layer's normalization consists of."""
        if self.normalization is None:
            return ()
        return (*AFFINE, *MOMENTS) if self.normalization == "batch" else AFFINE

    @cached_property
    def moments(self) -> list[slice]:
        """Places of running means and variances in a row of their own; empty without."""
        return self._of_units(2 if self.normalization == "batch" else 0, start=0)

    def initial_moments(self) -> Array:
        """Return running means 0 and variances 1, of shape (n_moments,)."""
        moments = np.zeros(self.moments[-1].stop if self.moments else 0)
        for place in self.moments:
            moments[place].reshape(2, -1)[1] = 1.0
        return moments

    def tensors(self, theta: Tensor, moments: Tensor) -> list[LayerTensors]:
        """Return each layer as views into `theta` (M, P) and `moments` (M, n_moments)."""

        def units_view(places: list[slice], number: int, whole: Tensor) -> Tensor | None:
            if number >= len(places):
                return None
            return whole[:, places[number]].view(len(whole), -1, self.layer_sizes[number + 1])

        return [
            LayerTensors(
                weight=theta[:, self.coefs[number]].view(-1, *shape),
                bias=theta[:, self.intercepts[number]].view(-1, 1, shape[1]),
                learned=units_view(self.learned, number, theta),
                affine=units_view(self.affine, number, theta),
                moments=units_view(self.moments, number, moments),
            )
            for number, shape in enumerate(self.shapes)
        ]

    def unpack(
        self, row: Array, moments: Array | None, learned_names: Sequence[str]
    ) -> NetworkState:
        """Copy the parameters of one network out of its rows (P,) and, if given, (n_moments,)."""
        hidden = range(len(self.layer_sizes) - 2)

        def named(
            number: int, *parts: tuple[Array | None, list[slice], Sequence[str]]
        ) -> dict[str, Array]:
            found: dict[str, Array] = {}
            for whole, places, names in parts:
                if whole is not None and number < len(places):
                    values = whole[places[number]].reshape(-1, self.layer_sizes[number + 1])
                    found |= {name: values[i].copy() for i, name in enumerate(names)}
            return found

        affine = row, self.affine, AFFINE
        running = moments, self.moments, MOMENTS
        return NetworkState(
            coefs=[
                row[place].reshape(shape).copy()
                for place, shape in zip(self.coefs, self.shapes, strict=True)
            ],
            intercepts=[row[place].copy() for place in self.intercepts],
            activation_params=[named(i, (row, self.learned, learned_names)) for i in hidden],
            normalization_params=[named(i, affine, running) for i in hidden],
        )

    def pack(self, weights: NetworkState, learned_names: Sequence[str]) -> tuple[Array, Array]:
        """Do the opposite of `unpack`; places that the network does not use are 0."""
        row = np.zeros(self.n_parameters)
        moments = np.zeros(self.moments[-1].stop if self.moments else 0)
        for place, coef in zip(self.coefs, weights.coefs, strict=True):
            row[place] = coef.ravel()
        for place, intercept in zip(self.intercepts, weights.intercepts, strict=True):
            row[place] = intercept
        of_units = [
            (row, self.learned, _chosen(weights.activation_params, learned_names)),
            (row, self.affine, _chosen(weights.normalization_params, AFFINE)),
            (moments, self.moments, _chosen(weights.normalization_params, MOMENTS)),
        ]
        for whole, places, values_of_layers in of_units:
            for place, values in zip(places, values_of_layers, strict=False):
                if values:
                    packed = np.concatenate(values)
                    whole[place.start : place.start + len(packed)] = packed
        return row, moments

    def start_rows(self, job: Job) -> tuple[Array, Array]:
        """Return the rows (P,) and (n_moments,) that a network starts from."""
        if job.start.state is not None:
            return self.pack(job.start.state, job.architecture.activation.learned())
        return self.initial_row(job), self.initial_moments()

    def initial_row(self, job: Job) -> Array:
        """Draw the start of a network: random coefficients, intercepts 0, scales 1; shape (P,)."""
        generator = np.random.default_rng(job.seeds.init)
        row = np.zeros(self.n_parameters)
        hidden = range(len(self.shapes) - 1)
        residual = [has_residual(self.skip_connections, *self.shapes[number]) for number in hidden]
        for number in hidden:
            initializer = (
                job.start.initializers.first if number == 0 else job.start.initializers.hidden
            )
            drawn = _drawn(initializer, self.shapes[number], generator)
            if job.start.initializers.shares_variance and residual[number]:
                drawn = drawn / np.sqrt(sum(residual))
            row[self.coefs[number]] = drawn.ravel()
        row[self.coefs[-1]] = _drawn(
            job.start.initializers.output, self.shapes[-1], generator
        ).ravel()
        start = job.architecture.activation.hyperparameters()
        for place in self.learned:
            layer = row[place].reshape(self.n_learned, -1)
            for i, name in enumerate(job.architecture.activation.learned()):
                layer[i] = start[name]
        for place in self.affine:
            row[place].reshape(2, -1)[0] = 1.0
        return row


def _drawn(
    initializer: Initializer, shape: tuple[int, int], generator: np.random.Generator
) -> Array:
    drawn = np.asarray(initializer.draw(*shape, generator))
    has_numbers = drawn.dtype.kind in "fiub" and bool(np.isfinite(drawn).all())
    if drawn.shape != shape or not has_numbers:
        raise ValueError(
            f"{type(initializer).__name__}.draw must return finite numbers of shape "
            f"(fan_in, fan_out) = {shape}. Got an array of shape {drawn.shape} and {drawn.dtype}"
            f"{'' if has_numbers else ' with entries that are no finite numbers'} instead."
        )
    return drawn


def layout_of(jobs: Sequence[Job]) -> Layout:
    """Return the layout that holds the networks of all jobs."""
    n_learned = max(len(job.architecture.activation.learned()) for job in jobs)
    job = jobs[0]
    return Layout(
        job.architecture.layer_sizes,
        n_learned,
        job.architecture.normalization,
        job.architecture.skip_connections,
    )


def _chosen(params: Sequence[dict[str, Array]], names: Sequence[str]) -> list[list[Array]]:
    return [[layer[name] for name in names if name in layer] for layer in params]


def _consecutive(sizes: Sequence[int], start: int) -> list[slice]:
    ends = (start + np.cumsum(sizes, dtype=int)).tolist()
    return [slice(a, b) for a, b in pairwise([start, *ends])]
