"""Where each parameter of a network lies in its row of the weight array (M, P).

A row holds all coefficients, then all intercepts, then what activations learn; so a penalty on
coefficients concerns one slice, and a norm or a check of all parameters one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from torch import Tensor

from sklearn_deepmlp._stack.job import Array, Job, Weights


@dataclass(frozen=True)
class LayerTensors:
    """One layer of M networks.

    Attributes
    ----------
    weight : Tensor of shape (M, fan_in, fan_out)
    bias : Tensor of shape (M, 1, fan_out)
    learned : Tensor of shape (M, n_learned, fan_out), or None
        What activations learn; None where nothing is learned, as in the output layer.
    """

    weight: Tensor
    bias: Tensor
    learned: Tensor | None


@dataclass(frozen=True)
class Layout:
    """Positions of parameters in a row.

    Attributes
    ----------
    layer_sizes : tuple of int
        Features, units of each hidden layer, outputs.
    n_learned : int
        Learned numbers a hidden unit; networks that learn fewer leave places unused.
    """

    layer_sizes: tuple[int, ...]
    n_learned: int

    @cached_property
    def coefs(self) -> list[slice]:
        """Places of each layer's coefficients."""
        sizes = [fan_in * fan_out for fan_in, fan_out in pairwise(self.layer_sizes)]
        return _consecutive(sizes, start=0)

    @cached_property
    def intercepts(self) -> list[slice]:
        """Places of each layer's intercepts."""
        return _consecutive(self.layer_sizes[1:], start=self.n_coefs)

    @cached_property
    def learned(self) -> list[slice]:
        """Places of what each hidden layer's activation learns; empty if nothing is learned."""
        sizes = [self.n_learned * units for units in self.layer_sizes[1:-1] if self.n_learned]
        return _consecutive(sizes, start=self.intercepts[-1].stop)

    @property
    def n_coefs(self) -> int:
        """Number of coefficients, which come first in a row."""
        return self.coefs[-1].stop

    @property
    def n_parameters(self) -> int:
        """Length of a row."""
        return self.learned[-1].stop if self.learned else self.intercepts[-1].stop

    def tensors(self, theta: Tensor) -> list[LayerTensors]:
        """Return each layer as views into `theta` of shape (M, P)."""
        layers = []
        for number, (fan_in, fan_out) in enumerate(pairwise(self.layer_sizes)):
            learned = None
            if number < len(self.learned):
                learned = theta[:, self.learned[number]].view(-1, self.n_learned, fan_out)
            layers.append(
                LayerTensors(
                    weight=theta[:, self.coefs[number]].view(-1, fan_in, fan_out),
                    bias=theta[:, self.intercepts[number]].view(-1, 1, fan_out),
                    learned=learned,
                )
            )
        return layers

    def unpack(self, row: Array, learned_names: Sequence[str]) -> Weights:
        """Copy the parameters of one network out of its row of shape (P,)."""
        learned = [row[place].reshape(self.n_learned, -1) for place in self.learned]
        n_hidden = len(self.layer_sizes) - 2
        return Weights(
            coefs=[
                row[place].reshape(shape).copy()
                for place, shape in zip(self.coefs, pairwise(self.layer_sizes), strict=True)
            ],
            intercepts=[row[place].copy() for place in self.intercepts],
            activation_params=[
                {name: layer[i].copy() for i, name in enumerate(learned_names)} for layer in learned
            ]
            or [{} for _ in range(n_hidden)],
        )

    def initial_row(self, job: Job) -> Array:
        """Draw the start of a network: random coefficients, intercepts 0, shape (P,)."""
        generator = np.random.default_rng(job.seeds.init)
        row = np.zeros(self.n_parameters)
        fans = list(pairwise(self.layer_sizes))
        initializers = [job.initializer] * (len(fans) - 1) + [job.output_initializer]
        for place, fan, initializer in zip(self.coefs, fans, initializers, strict=True):
            row[place] = initializer.draw(*fan, generator).ravel()
        start = job.activation.hyperparameters()
        for place in self.learned:
            layer = row[place].reshape(self.n_learned, -1)
            for i, name in enumerate(job.activation.learned()):
                layer[i] = start[name]
        return row


def layout_of(jobs: Sequence[Job]) -> Layout:
    """Return the layout that holds the networks of all jobs."""
    n_learned = max(len(job.activation.learned()) for job in jobs)
    return Layout(jobs[0].layer_sizes, n_learned)


def _consecutive(sizes: Sequence[int], start: int) -> list[slice]:
    ends = (start + np.cumsum(sizes, dtype=int)).tolist()
    return [slice(a, b) for a, b in pairwise([start, *ends])]
