"""Where each array that layers declare lies in its network's row of the arrays of a stack.

A row of the parameters (M, P) holds all coefficients, then all intercepts, then what hidden units
have besides. Running statistics are another array (M, R).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._layers.architecture import Architecture, Array
from sklearn_deepmlp._layers.base import COEFS, FIELDS, ArraySpec, Layer, flattened
from sklearn_deepmlp._layers.build import build_layers
from sklearn_deepmlp._stack.job import Job, NetworkState


@dataclass(frozen=True)
class _Position:
    """Where an array of a layer lies in a row."""

    layer: Layer
    number: int  # among the arrays that the layer declares
    spec: ArraySpec
    where: slice

    def view(self, whole: Tensor) -> Tensor:
        """Return its part of an array (M, P): (M, *shape), or the shape alone of one network."""
        if len(whole) == 1:
            return whole[0, self.where].view(self.spec.shape)
        return whole[:, self.where].view(-1, *self.spec.shape)


class Layout:
    """The positions of all arrays of a network.

    Parameters
    ----------
    layers : iterable of Layer
        The layers of the network.

    Attributes
    ----------
    n_parameters, n_coefs, n_running : int
        Numbers of parameters, of coefficients, which come first among them, and of running
        statistics.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self._layers = list(flattened(layers))
        self._parameters = list(_positions(self._layers, _parameters_of))
        self._running = list(_positions(self._layers, _running_stats_of))
        self.n_parameters, self.n_running = _length(self._parameters), _length(self._running)
        self.n_coefs = sum(p.spec.size for p in self._parameters if p.spec.field == COEFS)

    @property
    def coef_shapes(self) -> list[tuple[int, int]]:
        """Shape (fan_in, fan_out) of each layer's coefficients."""
        return [p.spec.shape for p in self._parameters if p.spec.field == COEFS]

    def columns_in(self, other: Layout) -> slice | NDArray[np.intp]:
        """Return the columns of another layout's array that these parameters are.

        A stack has columns for all that any of its activations learns; those of activations that
        have left it are dropped.
        """
        if self.n_parameters == other.n_parameters:
            return slice(None)
        indices, where = np.arange(other.n_parameters), other.slices()
        return np.concatenate([indices[where[name]] for name in self.slices()])

    def slices(self) -> dict[tuple[str, int, int], slice]:
        """Return where each array lies in a row, by field, layer and number within the layer."""
        return {(p.spec.field, p.layer.index, p.number): p.where for p in self._parameters}

    def names(self, field: str) -> list[str]:
        """Return what the first hidden layer has in a field of dicts, in a single network."""
        positions = [*self._parameters, *self._running]
        return [
            name
            for p in positions
            if p.spec.field == field and p.layer.index == 0 and (name := p.spec.name(0)) is not None
        ]

    def bind(self, theta: Tensor, gradient: Tensor, running: Tensor) -> None:
        """Give all layers their views of `theta` and `gradient` (M, P) and `running` (M, R)."""
        own, own_running = _by_layer(self._parameters), _by_layer(self._running)
        for layer in self._layers:
            layer.bind(
                [position.view(theta) for position in own[layer]],
                [position.view(gradient) for position in own[layer]],
                [position.view(running) for position in own_running[layer]],
            )

    def state(self, row: Array, running: Array | None, member: int) -> NetworkState:
        """Copy what one network has learned out of its rows (P,) and, if given, (R,)."""
        n_hidden = sum(position.spec.field == COEFS for position in self._parameters) - 1
        state = NetworkState([], [], [{} for _ in range(n_hidden)], [{} for _ in range(n_hidden)])
        for position in self._parameters:
            _put(state, position, row, member)
        if running is not None:
            for position in self._running:
                _put(state, position, running, member)
        return state

    def rows(self, state: NetworkState, member: int) -> tuple[Array, Array]:
        """Do the opposite of `state`; what the network does not have is 0."""
        return (
            _filled(self.n_parameters, ((p, _get(state, p, member)) for p in self._parameters)),
            _filled(self.n_running, ((p, _get(state, p, member)) for p in self._running)),
        )

    def start_rows(self, job: Job, member: int) -> tuple[Array, Array]:
        """Return the rows (P,) and (R,) that a network starts from."""
        if job.start.state is not None:
            return self.rows(job.start.state, member)
        generator = np.random.default_rng(job.seeds.init)
        starts = {
            layer: layer.start(member, job.start.initializers, generator) for layer in self._layers
        }
        return (
            _filled(self.n_parameters, ((p, starts[p.layer][p.number]) for p in self._parameters)),
            _filled(
                self.n_running, ((p, p.layer.running_start()[p.number]) for p in self._running)
            ),
        )


def layout_of(architecture: Architecture) -> Layout:
    """Return the layout of a single network."""
    return Layout(build_layers([architecture]))


def _parameters_of(layer: Layer) -> Sequence[ArraySpec]:
    return layer.parameters()


def _running_stats_of(layer: Layer) -> Sequence[ArraySpec]:
    return layer.running_stats()


def _positions(
    layers: Sequence[Layer], declared: Callable[[Layer], Sequence[ArraySpec]]
) -> Iterator[_Position]:
    """Yield the positions of what layers declare, in the order of ``FIELDS``."""
    specs = [
        (layer, number, spec) for layer in layers for number, spec in enumerate(declared(layer))
    ]
    start = 0
    for layer, number, spec in sorted(specs, key=lambda entry: FIELDS.index(entry[2].field)):
        yield _Position(layer, number, spec, slice(start, start + spec.size))
        start += spec.size


def _length(positions: Sequence[_Position]) -> int:
    return positions[-1].where.stop if positions else 0


def _by_layer(positions: Sequence[_Position]) -> Mapping[Layer, Sequence[_Position]]:
    found = defaultdict(list)
    for position in positions:
        found[position.layer].append(position)
    return found


def _put(state: NetworkState, position: _Position, row: Array, member: int) -> None:
    """Copy an array of a network out of its row."""
    spec, field = position.spec, getattr(state, position.spec.field)
    values = row[position.where]
    values = (values.reshape(spec.shape) if spec.field == COEFS else values).copy()
    if not spec.names:
        field.append(values)
    elif (name := spec.name(member)) is not None:
        field[position.layer.index][name] = values


def _get(state: NetworkState, position: _Position, member: int) -> Any:
    """Return an array of a network; 0 where it does not have it."""
    found = getattr(state, position.spec.field)[position.layer.index]
    return found if not position.spec.names else found.get(position.spec.name(member), 0.0)


def _filled(length: int, values: Iterable[tuple[_Position, Any]]) -> Array:
    row = np.zeros(length)
    for position, value in values:
        row[position.where] = np.ravel(value)
    return row
